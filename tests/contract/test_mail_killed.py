"""A long message whose caller hung up at once, in a real vmq that is killed again and again: it arrives whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import open_house
from tests.support.mail_server import MailServer
from tests.support.post_office import mail_config
from tests.support.scripted_line import Speech
from tests.support.vmq_process import VmqProcess
from vmq.app.outgoing import wishes_of
from vmq.audio.wav import read_head
from vmq.config.model import Config
from vmq.domain import line
from vmq.domain.delivery import Delivery, deliveries_of
from vmq.domain.mailbox import Message

LONG_S = 1200.0
DEADLINE_S = 120.0


class Told:
    """Voicemail's Outgoing port, as the configuration has it."""

    def __init__(self, config: Config, now: float) -> None:
        self._config = config
        self._now = now

    def deliveries(self, message: Message) -> list[Delivery]:
        """What the message needs."""
        return list(deliveries_of(message, wishes_of(self._config, "1001"), "pbx.example", self._now, 1e9))

    def wake(self) -> None:
        """Nobody works here yet."""


async def leave_long_message(data: Path, config: Config) -> bytes:
    """A caller speaks for twenty minutes and hangs up; what was recorded, as a file."""
    data.mkdir(parents=True)
    async with open_house(data, max_message_s=3600.0) as house:
        object.__setattr__(house.outside, "outgoing", Told(config, house.clock.now() - 1e9))
        await house.leave(Speech(LONG_S, ended_by=line.RecordEnd.HANG_UP))
        (message,) = await house.inbox()
        path = house.files.path(message.ref)
        assert read_head(path).duration_s == LONG_S
        return path.read_bytes()


async def started(vmq: VmqProcess, server: MailServer) -> None:
    """It is up, and only now its mail goes on: to take it in leaves the tests little time to watch a start."""
    server.may_begin.clear()
    await vmq.start(is_linked=False)
    server.may_begin.set()


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A mail server that is up."""
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


async def test_a_message_of_twenty_minutes_arrives_whole_though_vmq_is_killed_twice(
    server: MailServer, tmp_path: Path
) -> None:
    config = mail_config(server.port, mail={"max_attachment_mb": 30})
    recorded = await leave_long_message(tmp_path / "data", config)
    sections = {
        "mail": config.mail.model_dump(mode="json", exclude_unset=True, exclude={"password"}),
        "mailbox": [{"number": "1001", "email": ["ann@pbx.example"]}],
    }
    vmq = VmqProcess(tmp_path, **sections)
    await started(vmq, server)
    await asyncio.wait_for(server.data_begun.wait(), DEADLINE_S)
    await vmq.kill()  # in the middle of the mail
    assert server.raw == []

    accepted, killed = asyncio.Event(), asyncio.Event()

    async def hold_the_reply() -> None:
        accepted.set()
        await killed.wait()

    server.before_reply = hold_the_reply
    await started(vmq, server)
    await asyncio.wait_for(accepted.wait(), DEADLINE_S)
    await vmq.kill()  # after the server has taken it, and before vmq knows: the one case in which it goes out twice
    killed.set()
    server.before_reply = None

    await started(vmq, server)
    await server.wait_mails(2, DEADLINE_S)
    await vmq.wait_record("MessageTold", deadline_s=DEADLINE_S)
    await vmq.stop()
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    for arrived in (first, second):
        (sound,) = arrived.iter_attachments()
        assert sound.get_content() == recorded
