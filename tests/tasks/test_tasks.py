"""Every personality does its tasks on the stand-in: real actions, database and files, a party who hears all prompts.

The same on a real Asterisk, with keys as RTP events: some in tests/live/test_tasks.py, all by `python -m bench.tasks`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.tasks.stand_in import do_all
from tests.tasks.tasks import doings, key_count, personalities, tasks

NOW = datetime.fromtimestamp(1_800_000_000).astimezone()


def test_there_are_thirty_tasks() -> None:
    assert len(tasks()) == 30


@pytest.mark.parametrize("personality", personalities())
async def test_each_task_has_its_effect(personality: str, tmp_path: Path) -> None:
    done = await do_all(doings(personality), tmp_path)

    assert {each.doing.task.id: each.wrong for each in done if each.wrong} == {}


def test_no_personality_needs_fewer_keys_than_plain() -> None:
    counts = {name: {d.task.id: key_count(d.steps(NOW)) for d in doings(name)} for name in personalities()}
    fewer = {
        task: {name: keys[task] for name, keys in counts.items() if keys.get(task, own) < own}
        for task, own in counts["plain"].items()
    }
    assert {task: names for task, names in fewer.items() if names} == {}
