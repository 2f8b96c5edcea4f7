"""A real vmq that is killed while a message is being written down: the text comes, and the mail waits for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.house import open_house
from tests.support.mail_server import MailServer
from tests.support.post_office import mail_config
from tests.support.recogniser import HOLD, NAME, speech
from tests.support.vmq_process import VmqProcess
from vmq.app.outgoing import wishes_of
from vmq.domain.delivery import deliveries_of
from vmq.domain.mailbox import Folder, Message

DEADLINE_S = 60.0
WAITS_S = 10_000.0


async def test_a_message_is_written_down_though_vmq_is_killed_twice_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = tmp_path / "hold.file"
    hold.touch()
    monkeypatch.setenv(HOLD, str(hold))
    server = MailServer()
    await server.start()
    config = mail_config(server.port)
    (tmp_path / "data").mkdir()
    async with open_house(tmp_path / "data") as house:
        message = Message("m1", "1001", Folder.INBOX, house.clock.now(), 2.7, "1001/m1", "2002", "Carla")
        speech(house.files.path(message.ref), "hello", "invoice")
        wishes = wishes_of(config, "1001")
        wanted = deliveries_of(message, wishes, "pbx.example", house.clock.now(), 1e9, text_wait_s=WAITS_S)
        await house.mailboxes.add_message(message, wanted)
    vmq = VmqProcess(
        tmp_path,
        transcription={"recogniser": NAME},
        mail=config.mail.model_dump(mode="json", exclude_unset=True, exclude={"password"}),
        mailbox=[{"number": "1001", "email": ["ann@pbx.example"], "attach": False}],
    )
    for _ in range(2):
        await vmq.start(is_linked=False)
        recogniser = await begun(hold)
        await vmq.kill()
        await ended(recogniser)
    assert server.raw == []
    hold.unlink()
    await vmq.start(is_linked=False)
    await vmq.wait_record("MessageTranscribed", deadline_s=DEADLINE_S, message_id="m1", words=2)
    (mail,) = await server.wait_mails(1)
    await vmq.stop()
    await server.stop()
    body = mail.get_body(("plain",))
    assert body is not None and "hello invoice" in body.get_content()


async def begun(hold: Path) -> int:
    """The process that hears the message now; its mark is taken away."""
    async with asyncio.timeout(DEADLINE_S):
        while not (marks := [mark for mark in hold.parent.glob("hold.*") if mark != hold]):
            await asyncio.sleep(0.05)
    marks[0].unlink()
    return int(marks[0].suffix[1:])


async def ended(pid: int) -> None:
    """It is gone: nobody is left who hears for a vmq that is dead."""
    async with asyncio.timeout(DEADLINE_S):
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.05)
