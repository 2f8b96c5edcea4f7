"""Some of the tasks of tests/tasks in every personality, on a real Asterisk. All of them: `python -m bench.tasks`."""

from __future__ import annotations

from tests.live.server import AsteriskServer
from tests.live.task_calls import do_all
from tests.tasks.tasks import doings, personalities

SOME = ("leave", "hear_three", "delete_second", "send")


async def test_each_task_has_its_effect(asterisk: AsteriskServer) -> None:
    some = [doing for name in personalities() for doing in doings(name) if doing.task.id in SOME]

    done = await do_all(asterisk, some, asterisk.telephones)

    assert {f"{each.doing.personality} {each.doing.task.id}": each.wrong for each in done if each.wrong} == {}
    assert len(done) == len(SOME) * len(personalities())
