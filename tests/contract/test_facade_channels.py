"""The AMI facade where Asterisk tells of a caller's channel later than vmq of the caller, or never."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.ami_peer import AmiPeer
from tests.support.ami_socket import AmiSocket
from tests.support.fakes import FakeClock
from tests.unit.asterisk.facade.scene import CALL, NOW, channel, entered, view
from vmq.asterisk.facade import facade as module
from vmq.asterisk.facade.facade import Facade, FacadePorts, FacadeSettings
from vmq.asterisk.facade.users import FacadeUser
from vmq.asterisk.facade.wire import message
from vmq.asterisk.link import LinkSettings
from vmq.domain.records import CallerAbandoned
from vmq.engine.inbox import Inbox
from vmq.engine.memory import MemoryJournal

PANEL = FacadeUser("fop2", "s3cret", read=("all",))


@asynccontextmanager
async def watched(peer: AmiPeer, journal: MemoryJournal) -> AsyncIterator[AmiSocket]:
    """A facade before this Asterisk, and a panel on it; what the peer says goes to the facade's own link."""
    inbox = Inbox()
    ports = FacadePorts(journal, view, inbox, inbox.settled, FakeClock(NOW))
    facade = Facade(FacadeSettings("127.0.0.1", 0, (PANEL,), LinkSettings("127.0.0.1", peer.port, "vmq", "x")), ports)
    await facade.open()
    async with AmiSocket(facade.port) as panel:
        assert (await panel.login("fop2", "s3cret"))["Response"] == "Success"
        running = asyncio.create_task(facade.run())
        try:
            await peer.wait_action("CoreShowChannels")
            assert (await panel.ask("Action: Ping", "ActionID: 1"))["Response"] == "Success"
            yield panel
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_caller_who_is_there_before_his_channel_joins_with_it() -> None:
    journal = MemoryJournal()
    async with AmiPeer() as peer, watched(peer, journal) as panel:
        journal.append(entered(), NOW)
        journal.append(CallerAbandoned(CALL, "support", 1, 1.0), NOW + 1)
        await panel.ask("Action: Ping", "ActionID: 1")  # time enough to tell it too early
        peer.say(message((("Event", "Newchannel"), *channel(CALL, "PJSIP/1003-1").items())))
        last = await panel.wait_event("QueueCallerLeave")
        told = [event for event in panel.events(0) if event["Event"].startswith("QueueCaller")]
        assert [event["Event"] for event in told] == ["QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave"]
        assert {event["Channel"] for event in (*told, last)} == {"PJSIP/1003-1"}


async def test_a_caller_whose_channel_is_never_told_joins_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHANNEL_S", 0.01)
    journal = MemoryJournal()
    async with AmiPeer() as peer, watched(peer, journal) as panel:
        journal.append(entered(), NOW)
        assert (await panel.wait_event("QueueCallerJoin"))["Uniqueid"] == CALL
