"""An owner who sends a message is killed at every step: all recipients have it once, or none has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house import ROOT, House, open_house
from tests.support.killed_sendings import TARGETS
from vmq.audio.wav import read_head
from vmq.domain.mailbox import Message
from vmq.domain.records import MessageStored


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders that the runs leave."""
    base = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.support.killed_sendings", str(base)]
    done = subprocess.run(command, cwd=ROOT, timeout=400, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return base


async def test_sending_killed_at_any_step_reaches_all_once_or_none(killed: Path) -> None:
    outcomes = []
    for folder in sorted(killed.glob("step-*")):
        async with open_house(folder) as house:
            announced = {record.message_id for record in await house.records(MessageStored)}
            assert announced <= {message.id for message in await messages(house)}, folder.name
            for _ in range(2):
                await house.voicemail.sweeper.recover(alive=())
            found = [await house.inbox(target) for target in TARGETS]
            counts = {len(each) for each in found}
            assert counts in ({0}, {1}), folder.name
            assert counts == {1} or not (folder / "told").exists(), f"{folder.name}: he was told that it is sent"
            outcomes.append(max(counts))
            for message in (each[0] for each in found if each):
                assert read_head(house.files.path(message.ref)).duration_s == message.duration_s == 5.0
                assert read_head(house.files.path(message.introduction)).duration_s == 2.0
                assert house.sink.lamp(message.mailbox) is not None or message.id in announced
            assert await house.files.drafts() == []
            assert set(await house.files.unexplained()) == await house.mailboxes.refs(), folder.name
    assert 5 < sum(outcomes) < len(outcomes), "kills before the order stood, and after"


async def messages(house: House) -> list[Message]:
    """All messages there are."""
    return [message for mailbox in await house.mailboxes.all_counts() for message in await house.inbox(mailbox)]
