"""vmq's own AMI side and doctor find the stand-in to be an Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.world import SECRET, USER
from vmq.asterisk import doctor
from vmq.asterisk.ami import AsteriskManager
from vmq.asterisk.dialplan import dialplan_text
from vmq.asterisk.link import LinkSettings
from vmq.domain.commands import HangUpLeg, PublishDevice, RingAgent, RingCaller, RunDialogue, SetLamp
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    ChannelHungUp,
    DeviceStateChanged,
    Event,
    LegEnd,
    LegFailed,
    LegRang,
    LinkWentDown,
    WorldSeen,
    leg_id,
)
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx

OFFER = "00000000000000a1"
LEG = leg_id(OFFER)
RING = RingAgent(OFFER, "1795.1", "ann", "support", "PJSIP/1001", 5.0, "5550100", "José")
DEADLINE_S = 5.0


class Sink:
    """Keeps the events, to be waited for."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = asyncio.Event()

    def post(self, event: Event) -> None:
        self.events.append(event)
        self._came.set()

    async def wait(self, is_it: Callable[[Event], bool], count: int = 1) -> Event:
        """The count-th event that is it."""
        async with asyncio.timeout(DEADLINE_S):
            while len(found := [event for event in self.events if is_it(event)]) < count:
                self._came.clear()
                await self._came.wait()
        return found[count - 1]


class NoSessions:
    """There are no AGI sessions in these tests."""

    def park(self, offer_id: str) -> None: ...

    def dismiss(self, offer_id: str) -> None: ...

    def connect(self, call_id: str, offer_id: str, leg_channel: str) -> None: ...

    def release(self, call_id: str, status: str, variables: tuple[tuple[str, str], ...]) -> None: ...

    def talk(self, command: RunDialogue) -> None: ...

    def expect(self, command: RingAgent | RingCaller) -> None: ...

    def unexpect(self, leg: str) -> None: ...


class Side:
    """A stand-in with telephone 1001, and vmq's AMI side linked to it."""

    def __init__(self, agi_address: str) -> None:
        self.pbx = LabPbx([dialplan_text(agi_address)], users={USER: SECRET}, pace=Pace(playback=0.0))
        self.phone = self.pbx.add_phone("1001", "Ann")
        self.sink = Sink()
        self.manager: AsteriskManager

    @property
    def settings(self) -> LinkSettings:
        return LinkSettings("127.0.0.1", self.pbx.ami_port, USER, SECRET, first_retry_s=0.02, longest_retry_s=0.1)


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    """Linked, with the first snapshot taken."""
    agi = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    it = Side(f"127.0.0.1:{agi.sockets[0].getsockname()[1]}")
    async with it.pbx:
        it.manager = AsteriskManager(it.settings, NoSessions(), it.sink)
        task = asyncio.create_task(it.manager.run())
        await it.sink.wait(lambda event: isinstance(event, WorldSeen))
        yield it
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    agi.close()


async def test_snapshot_has_the_telephones(side: Side) -> None:
    seen = await side.sink.wait(lambda event: isinstance(event, WorldSeen))
    assert isinstance(seen, WorldSeen)
    assert seen.devices["PJSIP/1001"] is DeviceState.NOT_INUSE


@pytest.mark.parametrize(
    ("behaviour", "cause", "end"),
    [("busy", 17, LegEnd.BUSY), ("refuse", 21, LegEnd.REFUSED), ("redirect", 23, LegEnd.REDIRECTED)],
)
async def test_leg_ends_by_its_cause(side: Side, behaviour: str, cause: int, end: LegEnd) -> None:
    side.phone.behave(behaviour, target="1002")
    side.manager.send(RING)
    assert await side.sink.wait(lambda event: isinstance(event, ChannelHungUp)) == ChannelHungUp(LEG, cause, end)


async def test_unregistered_telephone_is_unreachable(side: Side) -> None:
    side.phone.behave("unregistered")
    side.manager.send(RING)
    assert await side.sink.wait(lambda event: isinstance(event, LegFailed)) == LegFailed(OFFER, LegEnd.UNREACHABLE)


async def test_leg_rings_and_is_cancelled_as_answered_elsewhere(side: Side) -> None:
    side.manager.send(RING)
    await side.sink.wait(lambda event: event == LegRang(OFFER))
    await side.phone.wait_ringing()
    side.manager.send(HangUpLeg(OFFER))
    await side.phone.wait_ended()
    assert side.phone.causes == [26]


async def test_lamp_and_custom_device_are_set(side: Side) -> None:
    side.manager.send(SetLamp("1001", 2, 1))
    await side.phone.wait_lamp()
    assert (side.phone.lamp.new, side.phone.lamp.old) == (2, 1)
    side.manager.send(PublishDevice("Custom:vmq_ann", "INUSE"))
    states = side.pbx.exchange.device_states
    await side.pbx.exchange.bus.wait(lambda: states().get("Custom:vmq_ann") == "INUSE", "the device is published")


async def test_broken_link_is_told_and_mended_with_a_new_snapshot(side: Side) -> None:
    await side.pbx.break_links()
    await side.sink.wait(lambda event: isinstance(event, LinkWentDown))
    await side.sink.wait(lambda event: isinstance(event, WorldSeen), count=2)
    side.phone.behave("unregistered")
    gone = DeviceStateChanged("PJSIP/1001", DeviceState.UNAVAILABLE)
    await side.sink.wait(lambda event: event == gone)


async def test_doctor_finds_nothing_wrong(side: Side, tmp_path: Path) -> None:
    address = side.pbx.exchange.dialplan.contexts["vmq-doctor"].extensions["call"][1].data.split("/")[2]
    folder = doctor.SharedFolder("recordings", tmp_path, str(tmp_path), "paths.recordings_asterisk", is_written=True)
    findings = await doctor.examine(doctor.Patient(side.settings, address, (folder,)))
    assert [finding for finding in findings if not finding.is_ok] == []
