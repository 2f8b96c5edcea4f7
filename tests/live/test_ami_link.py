"""The AMI side on the real Asterisk: `vmq asterisk setup`'s files, the link, legs by every way they can end, the
snapshot, lamps, and what `vmq doctor` says of a sound system and of broken ones.

vmq's manager user here has exactly the rights and filters that the setup writes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.live.ami import AmiClient
from tests.live.conftest import Phones
from tests.live.scripted import ANSWERS, BUSY, DECLINED, NO_ANSWER, Script, redirects_to
from tests.live.server import AsteriskServer
from vmq.asterisk import doctor, setup
from vmq.asterisk.ami import AsteriskManager
from vmq.asterisk.doctor import Finding, Patient, SharedFolder
from vmq.asterisk.link import LinkSettings
from vmq.domain.commands import HangUpLeg, PublishDevice, RingAgent, RingCaller, RunDialogue, SetLamp
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    ChannelHungUp,
    DeviceStateChanged,
    Event,
    LegEnd,
    LegFailed,
    LegRang,
    LinkWentDown,
    SeenChannel,
    WorldSeen,
    leg_id,
)

OFFER = "00000000000000a1"
LEG = leg_id(OFFER)
RING = RingAgent(OFFER, "1795.1", "ann", "support", "PJSIP/1001", 8.0, "5550100", "José")
SECRET = "a-secret-of-the-tests"
DEADLINE_S = 15.0

CALLER = """
[ami-test]
exten => queue,1,Answer()
 same => n,Gosub(vmq-queue,s,1(support,60,0))
 same => n,Wait(60)
exten => quiet,1,Answer()
 same => n,Wait(60)
exten => agi,1,Answer()
 same => n,AGI(agi://{address}/test)
"""


class Sink:
    """Keeps the events, to be waited for."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = asyncio.Event()

    def post(self, event: Event) -> None:
        self.events.append(event)
        self._came.set()

    async def wait(self, is_it: Callable[[Event], bool], count: int = 1) -> Event:
        """The count-th event that is it, once it is there."""
        async with asyncio.timeout(DEADLINE_S):
            while len(found := [event for event in self.events if is_it(event)]) < count:
                self._came.clear()
                await self._came.wait()
        return found[count - 1]

    async def wait_for(self, kind: type[Event], count: int = 1) -> Event:
        return await self.wait(lambda event: isinstance(event, kind), count)


class NoSessions:
    """There are no AGI sessions in these tests."""

    def park(self, offer_id: str) -> None: ...

    def dismiss(self, offer_id: str) -> None: ...

    def connect(self, call_id: str, offer_id: str, leg_channel: str) -> None: ...

    def release(self, call_id: str, status: str, variables: tuple[tuple[str, str], ...]) -> None: ...

    def talk(self, command: RunDialogue) -> None: ...

    def expect(self, command: RingAgent | RingCaller) -> None: ...

    def unexpect(self, leg: str) -> None: ...


@dataclass
class Vmq:
    """vmq's side: an AMI side that runs, and a FastAGI server that gives every session the same lines to do."""

    manager: AsteriskManager
    sink: Sink
    settings: LinkSettings
    agi_address: str
    lines: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)


async def set_up(server: AsteriskServer, agi_address: str) -> LinkSettings:
    """Include what `vmq asterisk setup` writes, and reload."""
    texts = setup.texts(setup.SetupSettings("vmq", SECRET, "127.0.0.1", agi_address))
    await server.ami.action("ModuleLoad", Module="func_module.so", LoadType="load")
    await server.apply_hook("manager.conf", texts[setup.MANAGER_FILE], owner="ami-link")
    dialplan = texts[setup.DIALPLAN_FILE] + CALLER.format(address=agi_address)
    await server.apply_hook("extensions.conf", dialplan, owner="ami-link")
    return LinkSettings("127.0.0.1", server.ports.ami, "vmq", SECRET, first_retry_s=0.05, longest_retry_s=0.2)


@contextlib.asynccontextmanager
async def running(settings: LinkSettings) -> AsyncIterator[tuple[AsteriskManager, Sink]]:
    """An AMI side for as long as the block lasts, up at its beginning."""
    sink = Sink()
    manager = AsteriskManager(settings, NoSessions(), sink)
    task = asyncio.create_task(manager.run())
    try:
        await sink.wait_for(WorldSeen)
        yield manager, sink
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def vmq_on(server: AsteriskServer) -> AsyncIterator[Vmq]:
    lines: list[str] = []
    replies: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\n\n")
            for line in lines:
                writer.write(f"{line}\n".encode())
                replies.append((await reader.readuntil(b"\n")).decode().strip())
        writer.close()

    agi = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"127.0.0.1:{agi.sockets[0].getsockname()[1]}"
    try:
        settings = await set_up(server, address)
        async with running(settings) as (manager, sink):
            yield Vmq(manager, sink, settings, address, lines, replies)
    finally:
        agi.close()
        await agi.wait_closed()


@pytest_asyncio.fixture(loop_scope="session")
async def vmq(asterisk: AsteriskServer) -> AsyncIterator[Vmq]:
    """vmq's AMI side on the shared Asterisk."""
    async with vmq_on(asterisk) as it:
        yield it


def ends(event: Event) -> bool:
    return isinstance(event, LegFailed) or (isinstance(event, ChannelHungUp) and event.channel_id == LEG)


@pytest.mark.parametrize(
    ("script", "end"),
    [
        (BUSY, ChannelHungUp(LEG, 17, LegEnd.BUSY)),
        (DECLINED, ChannelHungUp(LEG, 21, LegEnd.REFUSED)),
        (redirects_to("1002"), LegFailed(OFFER, LegEnd.REDIRECTED)),
        (Script(answer=480), ChannelHungUp(LEG, 19, LegEnd.NO_ANSWER)),
        (Script(answer=404), ChannelHungUp(LEG, 1, LegEnd.UNREACHABLE)),
    ],
)
async def test_a_telephone_that_does_not_take_the_call(vmq: Vmq, phones: Phones, script: Script, end: Event) -> None:
    await phones.scripted("1001", script)
    vmq.manager.send(RING)
    assert await vmq.sink.wait(ends) == end


async def test_a_telephone_that_rings_too_long(vmq: Vmq, phones: Phones) -> None:
    await phones.scripted("1001", NO_ANSWER)
    vmq.manager.send(replace(RING, ring_s=0.5))
    assert await vmq.sink.wait(ends) == ChannelHungUp(LEG, 19, LegEnd.NO_ANSWER)
    assert LegRang(OFFER) in vmq.sink.events


@pytest.mark.parametrize("dial", ["PJSIP/1003", "PJSIP/9999", "Nothing/1"])
async def test_a_telephone_that_is_not_there(vmq: Vmq, dial: str) -> None:
    vmq.manager.send(replace(RING, dial=dial))
    assert await vmq.sink.wait(ends) == LegFailed(OFFER, LegEnd.UNREACHABLE)


async def test_a_ring_is_cancelled_so_that_the_telephone_shows_no_missed_call(vmq: Vmq, phones: Phones) -> None:
    telephone = await phones.scripted("1001", NO_ANSWER)
    vmq.manager.send(RING)
    await vmq.sink.wait_for(LegRang)
    vmq.manager.send(HangUpLeg(OFFER))
    assert await vmq.sink.wait(ends) == ChannelHungUp(LEG, 26, LegEnd.HUNG_UP)
    async with asyncio.timeout(DEADLINE_S):
        while "Call completed elsewhere" not in telephone.messages():
            await asyncio.sleep(0.01)


async def test_a_ring_that_is_cancelled_before_its_channel_exists_does_not_ring_on(vmq: Vmq, phones: Phones) -> None:
    await phones.scripted("1001", NO_ANSWER)
    vmq.manager.send(RING)
    vmq.manager.send(HangUpLeg(OFFER))
    assert await vmq.sink.wait(ends) == ChannelHungUp(LEG, 26, LegEnd.HUNG_UP)


async def test_a_parked_leg_is_told_and_known_again_by_a_new_vmq(vmq: Vmq, phones: Phones) -> None:
    await phones.scripted("1001", ANSWERS)
    vmq.lines.append("SET VARIABLE VMQ_GO 1")
    vmq.manager.send(RING)
    parked = await vmq.sink.wait_for(BridgeEntered)
    assert isinstance(parked, BridgeEntered)
    assert (parked.channel_id, parked.is_holding) == (LEG, True)
    async with running(vmq.settings) as (_, sink):
        world = sink.events[0]
    assert isinstance(world, WorldSeen)
    [leg] = [channel for channel in world.channels if channel.channel_id == LEG]
    assert leg == SeenChannel(
        LEG, leg.channel, parked.bridge_id, True, True, False, agent="ann", queue="support", call_id="1795.1"
    )
    assert leg.channel.startswith("PJSIP/1001-")
    assert world.devices["PJSIP/1001"] is DeviceState.BUSY


async def test_a_dismissed_leg_hangs_up(vmq: Vmq, phones: Phones) -> None:
    await phones.scripted("1001", ANSWERS)
    vmq.manager.send(RING)
    assert await vmq.sink.wait(ends) == ChannelHungUp(LEG, 16, LegEnd.HUNG_UP)


async def call(ami: AmiClient, extension: str, channel_id: str) -> None:
    """Put a caller into an extension of ami-test."""
    await ami.action(
        "Originate",
        Channel="Local/quiet@ami-test/n",
        ChannelId=channel_id,
        Context="ami-test",
        Exten=extension,
        Priority=1,
        Async="true",
    )


async def test_a_caller_whom_vmq_left_alone_is_seen_with_his_queue(vmq: Vmq, ami: AmiClient) -> None:
    await call(ami, "queue", "caller-1")
    await ami.wait_event(lambda event: event.get("Event") == "MusicOnHoldStart" and event.get("Uniqueid") == "caller-1")
    async with running(vmq.settings) as (_, sink):
        world = sink.events[0]
    assert isinstance(world, WorldSeen)
    [caller] = [channel for channel in world.channels if channel.channel_id == "caller-1"]
    assert (caller.in_queue, caller.queue, caller.is_up) == (True, "support", True)


async def test_a_caller_who_waits_for_a_digit_is_woken(vmq: Vmq, ami: AmiClient) -> None:
    vmq.lines.append("WAIT FOR DIGIT -1")
    await call(ami, "agi", "caller-2")
    started = await ami.wait_event(
        lambda event: event.get("Event") == "AGIExecStart" and event.get("Uniqueid") == "caller-2"
    )
    vmq.manager.wake(started["Channel"])
    await ami.wait_event(lambda event: event.get("Event") == "AGIExecEnd" and event.get("Uniqueid") == "caller-2")
    async with asyncio.timeout(DEADLINE_S):
        while not vmq.replies:
            await asyncio.sleep(0.01)
    assert vmq.replies == ["200 result=68"]


async def test_only_what_vmq_reads_is_sent_to_it(vmq: Vmq, ami: AmiClient, phones: Phones) -> None:
    async with AmiClient(vmq.settings.port, "vmq", SECRET) as listener:
        await phones.scripted("1001", ANSWERS)
        vmq.manager.send(RING)
        await vmq.sink.wait(ends)
        vmq.manager.send(PublishDevice("Custom:vmq_ann", "INUSE"))
        await ami.wait_event(lambda event: event.get("Device") == "Custom:vmq_ann")
        await ami.action("Setvar", Variable="DEVICE_STATE(Custom:last)", Value="INUSE")
        await listener.wait_event(lambda event: event.get("Device") == "Custom:last")
        names = {event["Event"] for event in listener.events if "Event" in event}
        devices = {event.get("Device") for event in listener.events}
    assert names <= {
        "FullyBooted", "DeviceStateChange", "Hangup", "BridgeEnter", "BridgeLeave", "OriginateResponse", "Newstate",
        "Newchannel", "DialEnd", "HangupRequest", "SoftHangupRequest",
    }  # fmt: skip
    assert "Custom:vmq_ann" not in devices
    assert {event["Uniqueid"] for event in listener.events if event.get("Event") == "Newstate"} == {LEG}
    await vmq.sink.wait(lambda event: event == DeviceStateChanged("Custom:last", DeviceState.INUSE))


# feature 45, 46
async def test_a_lamp_is_lit_and_put_out(vmq: Vmq, phones: Phones) -> None:
    lamp = await phones.lamp("1001")
    vmq.manager.send(SetLamp("1001", new=3, old=1, urgent=1))
    assert (await lamp.wait_counts(4, 1)).is_lit
    vmq.manager.send(SetLamp("1001", new=0, old=4))
    assert not (await lamp.wait_counts(0, 4)).is_lit
    for new in range(1, 21):
        vmq.manager.send(SetLamp("1001", new=new, old=0))
    await lamp.wait_counts(20, 0)


async def test_a_restart_of_asterisk_is_a_loss_and_then_a_new_world(own_asterisk: AsteriskServer) -> None:
    async with vmq_on(own_asterisk) as vmq:
        await own_asterisk.restart()
        await vmq.sink.wait_for(WorldSeen, 2)
        assert [type(event) for event in vmq.sink.events if not isinstance(event, DeviceStateChanged)] == [
            WorldSeen,
            LinkWentDown,
            WorldSeen,
        ]
        await own_asterisk.kill_9()
        await vmq.sink.wait_for(LinkWentDown, 2)
        await own_asterisk.start()
        await vmq.sink.wait_for(WorldSeen, 3)


async def test_a_wrong_secret_is_said_in_one_line(vmq: Vmq) -> None:
    settings = replace(vmq.settings, secret="wrong-secret", refused_retry_s=60)
    manager = AsteriskManager(settings, NoSessions(), Sink())
    with capture_logs() as logs:
        task = asyncio.create_task(manager.run())
        async with asyncio.timeout(DEADLINE_S):
            while not logs:
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [entry["event"] for entry in logs] == ["ami.login_refused"]
    assert "asterisk.secret" in logs[0]["error"]
    assert "wrong-secret" not in str(logs)


def patient(vmq: Vmq, server: AsteriskServer, as_asterisk: str = "") -> Patient:
    inside = as_asterisk or str(server.recordings_inside)
    return Patient(
        vmq.settings,
        vmq.agi_address,
        (
            SharedFolder("recordings", server.recordings_outside, inside, "paths.recordings_asterisk", is_written=True),
            SharedFolder("music", server.folder_outside / "moh", f"{server.folder_inside}/moh", "paths.x"),
        ),
        (f"{server.folder_inside}/moh/music.wav",),
    )


def wrong(findings: list[Finding]) -> dict[str, Finding]:
    assert all(bool(finding.mend) is not finding.is_ok for finding in findings)
    return {finding.point: finding for finding in findings if not finding.is_ok}


async def test_the_doctor_finds_nothing_wrong_with_what_setup_wrote(vmq: Vmq, asterisk: AsteriskServer) -> None:
    findings = await doctor.examine(patient(vmq, asterisk))
    assert wrong(findings) == {}
    assert len(findings) > 15
    assert not list(asterisk.recordings_outside.glob("*doctor*"))


async def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(vmq: Vmq, asterisk: AsteriskServer) -> None:
    sick = patient(vmq, asterisk, as_asterisk="/nowhere")
    sick = replace(sick, agi_address="127.0.0.1:1", sounds=("/nowhere/vm-intro.wav",))
    findings = wrong(await doctor.examine(sick))
    assert "paths.recordings_asterisk" in findings["recordings folder, Asterisk's side"].mend
    assert "vmq asterisk setup" in findings["context vmq-queue"].mend
    assert "/nowhere/vm-intro.wav" in findings["sounds"].seen
    assert set(findings) == {
        "recordings folder, Asterisk's side", "sounds", "context vmq-queue", "context vmq-agent", "context vmq-leave",
        "context vmq-check", "context vmq-doctor", "context vmq-callback", "context vmq-desk", "context vmq-prompts",
        "context vmq-door", "context vmq-doorbell", "context vmq-voicemail", "context vmq-voicemailmain",
        "context vmq-vminfo", "context vmq-vmsayname", "context vmq-voicemailplaymsg",
    }  # fmt: skip


async def test_the_doctor_without_dialplan_or_login(vmq: Vmq, asterisk: AsteriskServer) -> None:
    refused = await doctor.examine(replace(patient(vmq, asterisk), link=replace(vmq.settings, secret="wrong")))
    assert not refused[0].is_ok
    assert "asterisk.secret" in refused[0].mend
    await asterisk.apply_hook("extensions.conf", "", owner="ami-link")
    findings = wrong(await doctor.examine(patient(vmq, asterisk)))
    assert "context vmq-queue" in findings
    assert f"FastAGI at agi://{vmq.agi_address}" in findings
