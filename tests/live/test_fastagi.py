"""AGI on the real Asterisk: callers held, woken, connected and given back; keys, playback and recording on a line.

The calls are Local channels: what vmq serves is their `;1` half, and keys are pressed on it by AMI PlayDTMF.
"""

from __future__ import annotations

import asyncio
import math
import wave
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.live import audio
from tests.live.ami import AmiClient, Message
from tests.live.server import AsteriskServer
from tests.support.agi import EventLog, scan, until
from tests.support.voices import NamedFiles, make_voices
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.caller import Hold
from vmq.asterisk.dialplan import dialplan_text
from vmq.asterisk.fastagi import FastAgiServer
from vmq.asterisk.line import AgiLine
from vmq.asterisk.sessions import Sessions
from vmq.audio.store import RecordingStore
from vmq.domain import events as ev
from vmq.domain import line as ln
from vmq.errors import HungUp

OFFER = "00000000000000a2"
LEG_ID = ev.leg_id(OFFER)
NOW = 4_000_000_000.0
KEY_GAP_S = 0.1
"""Asterisk drops a key that follows another within AST_MIN_DTMF_GAP (45 ms, main/channel.c)."""

DIALPLAN = """
[agi-test]
exten => queue,1,Gosub(vmq-queue,s,1(sales,60,3))
 same => n,UserEvent(Back,Status: ${{QUEUESTATUS}},Survey: ${{SURVEY}})
 same => n,Wait(60)
exten => asks,1,Set(QUEUE_PRIO=4)
 same => n,Set(QUEUE_MIN_PENALTY=1)
 same => n,Set(QUEUE_MAX_PENALTY=5)
 same => n,Set(QUEUE_RAISE_PENALTY=r3)
 same => n,Set(VMQ_NEEDS=german>=5,technic)
 same => n,Set(VMQ_PREFERS=ann)
 same => n,Set(VMQ_PREFERS_S=12.5)
 same => n,Set(VMQ_URL=https://crm/?a=1,2&b=(x))
 same => n,Gosub(vmq-queue,s,1(sales,,,later,2))
exten => line,1,Answer()
 same => n,AGI(agi://{address}/line/x)
 same => n,Hangup()
[agi-far]
exten => quiet,1,Answer()
 same => n,Wait(60)
exten => hushes,1,Answer()
 same => n,Playback({prompts}/short)
 same => n,Playback(silence/10)
 same => n,Wait(60)
exten => talks,1,Answer()
 same => n,Playback({prompts}/long)
 same => n,Wait(60)
"""


class LateClock:
    """A Clock far in the future, so that every time of entry is past."""

    def now(self) -> float:
        """Epoch seconds."""
        return NOW


class Exchange:
    """A FastAGI server with the queue's routes, and calls made on the lab's Asterisk."""

    def __init__(self, asterisk: AsteriskServer, ami: AmiClient) -> None:
        self.asterisk, self.ami = asterisk, ami
        self.log = EventLog()
        self.recordings = RecordingStore(asterisk.recordings_outside, str(asterisk.recordings_inside))
        self.calls: list[str] = []
        self._wakes: set[asyncio.Task[Message]] = set()

    async def start(self, port: int = 0) -> None:
        """Start vmq's AGI side, with nobody in it."""
        self.server = FastAgiServer(allow=("127.0.0.1",))
        self.sessions = Sessions(
            events=self.log,
            clock=LateClock(),
            wake=self._wake,
            hold_for=lambda queue: Hold(),
            line_for=self.line_on,
            voices=make_voices(NamedFiles(self.asterisk.recordings_outside)),
        )
        self.server.add_route("queue", self.sessions.serve_caller, needs_name=True)
        self.server.add_route("agent", self.sessions.serve_leg, needs_name=True)
        await self.server.start("127.0.0.1", port)

    def line_on(self, session: AgiSession) -> AgiLine:
        """A line whose clips are the lab's prompts."""
        return AgiLine(session, lambda clip, *_: str(self.asterisk.prompts_inside / clip), self.recordings)

    async def call(self, exten: str, far: str = "quiet") -> str:
        """Make a call to an extension of agi-test; returns its channel's name once it is up."""
        start = len(self.ami.events)
        reply = await self.ami.action(
            "Originate", Channel=f"Local/{far}@agi-far/n", Context="agi-test", Exten=exten, Priority=1, Async="true"
        )
        answer = await self.ami.wait_named("OriginateResponse", start, ActionID=reply["ActionID"])
        assert answer["Response"] == "Success", answer
        return answer["Channel"]

    async def ring(self, confirm: str = "") -> None:
        """Ring an agent whose telephone answers at once."""
        await self.ami.action(
            "Originate", Channel="Local/quiet@agi-far/n", ChannelId=LEG_ID, OtherChannelId=f"{LEG_ID}-2",
            Context="vmq-agent", Exten="s", Priority=1, Async="true",
            variables={"VMQ_OFFER": OFFER, "VMQ_CONFIRM": confirm},
        )  # fmt: skip

    async def press(self, channel: str, keys: str, command: str, start: int = 0) -> int:
        """Press keys on a channel, each once Asterisk carries out an AGI command that begins so. Returns where the
        search for the next one may begin."""
        for key in keys:
            begun = await self.ami.wait_event(
                lambda e: e.get("Event") == "AGIExecStart" and e.get("Command", "").startswith(command), start
            )
            start = self.ami.events.index(begun, start) + 1
            await asyncio.sleep(KEY_GAP_S)
            await self.ami.action("PlayDTMF", Channel=channel, Digit=key, Receive="true")
        return start

    async def seen(self, kind: type[ev.Event], count: int = 1) -> ev.Event:
        """The latest event of a kind, once there are so many."""
        await until(lambda: sum(isinstance(event, kind) for event in self.log.events) >= count)
        return [event for event in self.log.events if isinstance(event, kind)][-1]

    def converse(self, dialogue: Callable[[AgiLine], Awaitable[object]]) -> asyncio.Future[object]:
        """Have the next call to `line` carry out this dialogue; its result, or what it raised."""
        result: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        async def serve(session: AgiSession, name: str) -> None:
            try:
                result.set_result(await dialogue(self.line_on(session)))
            except HungUp as error:
                result.set_exception(error)

        self.server.add_route("line", serve)
        return result

    def _wake(self, channel: str) -> None:
        wake = asyncio.create_task(self.ami.action("PlayDTMF", Channel=channel, Digit="D", Receive="true"))
        self._wakes.add(wake)
        wake.add_done_callback(self._wakes.discard)


@pytest_asyncio.fixture(loop_scope="session")
async def exchange(asterisk: AsteriskServer, ami: AmiClient) -> AsyncIterator[Exchange]:
    """A fresh exchange, whose dialplan and prompts Asterisk has."""
    exchange = Exchange(asterisk, ami)
    await exchange.start()
    address = f"127.0.0.1:{exchange.server.port}"
    text = dialplan_text(address) + DIALPLAN.format(address=address, prompts=asterisk.prompts_inside)
    await asterisk.apply_hook("extensions.conf", text, owner="vmq")
    audio.write_wav(asterisk.prompts_outside / "short.wav", audio.known_recording(seed=2, length_s=0.2))
    audio.write_wav(asterisk.prompts_outside / "long.wav", audio.known_recording(seed=3, length_s=30))
    audio.write_wav(asterisk.recordings_outside / "message.wav", audio.known_recording(seed=4, length_s=30))
    yield exchange
    await exchange.server.stop()


async def in_holding_bridge(ami: AmiClient) -> str:
    """The leg's channel name, once it is parked."""
    event = await ami.wait_named("BridgeEnter", Uniqueid=LEG_ID, BridgeTechnology="holding_bridge")
    return event["Channel"]


async def test_what_the_callers_channel_asks_for_is_told(exchange: Exchange) -> None:
    await exchange.call("asks")
    joined = await exchange.seen(ev.CallerJoined)
    assert isinstance(joined, ev.CallerJoined)
    assert (joined.priority, joined.max_wait_s, joined.penalty_rule, joined.position) == (4, None, "later", 2)
    assert (joined.min_penalty, joined.max_penalty, joined.raise_penalty) == (1, 5, "r3")
    assert (joined.needs, joined.prefers, joined.prefers_s) == ("german>=5,technic", "ann", 12.5)
    assert joined.url == "https://crm/?a=1,2&b=(x)"


async def test_a_caller_is_held_connected_and_given_back(exchange: Exchange, ami: AmiClient) -> None:
    caller = await exchange.call("queue")
    joined = await exchange.seen(ev.CallerJoined)
    assert isinstance(joined, ev.CallerJoined)
    assert (joined.channel, joined.queue, joined.priority, joined.max_wait_s) == (caller, "sales", 3, 60.0)
    await ami.wait_named("MusicOnHoldStart", Channel=caller)

    await exchange.ring()
    answered = await exchange.seen(ev.LegAnswered)
    exchange.sessions.park(OFFER)
    leg = await in_holding_bridge(ami)
    assert answered == ev.LegAnswered(OFFER, leg)

    exchange.sessions.connect(joined.call_id, OFFER, leg)
    bridged = await ami.wait_event(lambda e: e.get("Event") == "BridgeEnter" and e["Channel"] == caller)
    await ami.wait_named("BridgeEnter", Uniqueid=LEG_ID, BridgeUniqueid=bridged["BridgeUniqueid"])
    await ami.action("Hangup", Channel=LEG_ID)
    assert await exchange.seen(ev.ConnectEnded) == ev.ConnectEnded(joined.call_id, OFFER, is_connected=True)

    exchange.sessions.release(joined.call_id, "CONTINUE", (("SURVEY", "very good"),))
    back = await ami.wait_named("UserEvent", UserEvent="Back", Channel=caller)
    assert (back["Status"], back["Survey"]) == ("CONTINUE", "very good")
    assert not any(isinstance(event, ev.CallerSessionEnded) for event in exchange.log.events)


async def test_a_leg_that_vanished_leaves_the_caller_with_his_music(exchange: Exchange, ami: AmiClient) -> None:
    caller = await exchange.call("queue")
    joined = await exchange.seen(ev.CallerJoined)
    assert isinstance(joined, ev.CallerJoined)
    exchange.sessions.connect(joined.call_id, OFFER, "PJSIP/1001-00ffffff")
    assert await exchange.seen(ev.ConnectEnded) == ev.ConnectEnded(joined.call_id, OFFER, is_connected=False)
    start = len(ami.events)
    exchange.sessions.release(joined.call_id, "TIMEOUT")
    back = await ami.wait_named("UserEvent", start, UserEvent="Back", Channel=caller)
    assert back["Status"] == "TIMEOUT"
    music = [e["Event"] for e in ami.events if e["Event"].startswith("MusicOnHold") and e["Channel"] == caller]
    assert music[:3] == ["MusicOnHoldStart", "MusicOnHoldStop", "MusicOnHoldStart"]


async def test_a_dismissed_leg_is_hung_up(exchange: Exchange, ami: AmiClient) -> None:
    await exchange.ring()
    await exchange.seen(ev.LegAnswered)
    exchange.sessions.dismiss(OFFER)
    await ami.wait_named("Hangup", Uniqueid=LEG_ID)
    assert not any(e["Event"] == "BridgeEnter" and e["Uniqueid"] == LEG_ID for e in ami.events)


async def test_a_leg_is_asked_to_confirm(exchange: Exchange, ami: AmiClient) -> None:
    audio.write_wav(exchange.asterisk.prompts_outside / "vmq-confirm.wav", audio.known_recording(seed=5, length_s=10))
    await exchange.ring(confirm="1")
    leg = (await ami.wait_named("Newchannel", Uniqueid=LEG_ID))["Channel"]
    await exchange.press(leg, "1", "STREAM FILE")
    assert await exchange.seen(ev.LegAnswered) == ev.LegAnswered(OFFER, leg)
    exchange.sessions.park(OFFER)
    await in_holding_bridge(ami)


async def test_a_caller_who_hangs_up_is_told(exchange: Exchange, ami: AmiClient) -> None:
    caller = await exchange.call("queue")
    joined = await exchange.seen(ev.CallerJoined)
    assert isinstance(joined, ev.CallerJoined)
    await ami.action("Hangup", Channel=caller)
    assert await exchange.seen(ev.CallerSessionEnded) == ev.CallerSessionEnded(joined.call_id)


async def test_a_caller_comes_back_in_his_old_place_when_vmq_was_away(exchange: Exchange, ami: AmiClient) -> None:
    caller = await exchange.call("queue")
    first = await exchange.seen(ev.CallerJoined)
    port = exchange.server.port
    await exchange.server.stop()
    await ami.wait_named("Newexten", Channel=caller, Application="StartMusicOnHold")
    await exchange.start(port)
    assert await exchange.seen(ev.CallerJoined, count=2) == first
    await ami.wait_named("VarSet", Channel=caller, Variable="VMQ_TRIES", Value="1")
    again = next(i for i, e in enumerate(ami.events) if e.get("Variable") == "VMQ_TRIES" and e["Value"] == "1")
    await ami.wait_named("VarSet", again, Channel=caller, Variable="VMQ_TRIES", Value="0")


async def test_a_port_scan_does_not_disturb_a_waiting_caller(exchange: Exchange, ami: AmiClient) -> None:
    caller = await exchange.call("queue")
    joined = await exchange.seen(ev.CallerJoined)
    assert isinstance(joined, ev.CallerJoined)
    await scan(exchange.server.port, 1000)
    await until(lambda: exchange.server.counters.bad_heads == 1000)
    start = len(ami.events)
    exchange.sessions.release(joined.call_id, "TIMEOUT")
    back = await ami.wait_named("UserEvent", start, UserEvent="Back", Channel=caller)
    assert back["Status"] == "TIMEOUT"
    assert exchange.log.events == [joined]


async def test_keys_while_it_plays_and_after_it(exchange: Exchange) -> None:
    async def dialogue(line: AgiLine) -> list[ln.Outcome]:
        cut = ln.ReadKeys((ln.Clip("long"),), frozenset({"7", "76"}), timeout_s=5)
        after = ln.ReadKeys((ln.Clip("short"),), frozenset({"1"}), timeout_s=5)
        digits = ln.ReadDigits((ln.Clip("gone"),), max_digits=4, timeout_s=5, interdigit_s=5)
        none = ln.ReadKeys((), frozenset({"1"}), timeout_s=0.05)
        return [
            await line.read_keys(cut),
            await line.read_keys(after),
            await line.read_digits(digits),
            await line.read_keys(none),
        ]

    outcomes = exchange.converse(dialogue)
    channel = await exchange.call("line")
    at = await exchange.press(channel, "7", "STREAM FILE")
    at = await exchange.press(channel, "6", "WAIT FOR DIGIT", at)
    at = await exchange.press(channel, "9", "WAIT FOR DIGIT", at)
    await exchange.press(channel, "42#", "WAIT FOR DIGIT", at)
    async with asyncio.timeout(10):
        assert await outcomes == [ln.KeyPressed("76"), ln.BadKey("9"), ln.DigitsEntered("42"), ln.NoKey()]


# feature 70
async def test_seek_keys_in_a_recording(exchange: Exchange) -> None:
    seek = {key: ln.Move(kind, by_s=29) for key, kind in zip("3124", ln.Seek, strict=False)}

    async def dialogue(line: AgiLine) -> list[ln.Outcome]:
        effect = ln.ReadKeys((ln.Recording("message"),), frozenset({"5"}), timeout_s=0, seek=seek)
        return [await line.read_keys(effect), await line.read_keys(effect)]

    outcomes = exchange.converse(dialogue)
    channel = await exchange.call("line")
    at = await exchange.press(channel, "4", "CONTROL STREAM FILE")
    at = await exchange.press(channel, "5", "CONTROL STREAM FILE", at)
    # Forward by almost its length: it is over within a second, where 30 s of message would run into the deadline.
    await exchange.press(channel, "3", "CONTROL STREAM FILE", at)
    async with asyncio.timeout(10):
        assert await outcomes == [ln.KeyPressed("5"), ln.NoKey()]


@pytest.mark.parametrize("ended_by", ["key", "hang-up", "limit"])
async def test_a_recording_is_whole_on_disk(exchange: Exchange, ami: AmiClient, ended_by: str) -> None:
    async def dialogue(line: AgiLine) -> ln.Recorded:
        recorded = await line.record(ln.Record((ln.Clip("short"),), "take", max_s=1.0 if ended_by == "limit" else 30))
        if ended_by == "hang-up":
            with pytest.raises(HungUp):
                await line.say(ln.Say((ln.Clip("short"),)))
        return recorded

    outcome = exchange.converse(dialogue)
    channel = await exchange.call("line", far="talks")
    file = exchange.recordings.path("take")
    await ami.wait_event(lambda e: e.get("Event") == "AGIExecStart" and e["Command"].startswith("RECORD FILE"))
    if ended_by != "limit":
        await until(lambda: file.exists() and file.stat().st_size > 8_000)
        action = {"key": ("PlayDTMF", {"Digit": "#", "Receive": "true"}), "hang-up": ("Hangup", {})}[ended_by]
        await ami.action(action[0], Channel=channel, **action[1])
    async with asyncio.timeout(10):
        recorded = await outcome
    assert isinstance(recorded, ln.Recorded)
    assert recorded.ended_by is {
        "key": ln.RecordEnd.KEY, "hang-up": ln.RecordEnd.HANG_UP, "limit": ln.RecordEnd.MAX,
    }[ended_by]  # fmt: skip
    with wave.open(str(file)) as take:
        assert take.getnframes() == pytest.approx(recorded.duration_s * 8000, abs=1)
    assert recorded.duration_s > 0.2
    file.unlink()


# feature 10, 11
async def test_silence_ends_a_recording_and_is_cut_off(exchange: Exchange) -> None:
    async def dialogue(line: AgiLine) -> ln.Recorded:
        return await line.record(ln.Record((), "take", max_s=60.0, silence_s=3.0))

    outcome = exchange.converse(dialogue)
    await exchange.call("line", far="hushes")
    async with asyncio.timeout(20):
        recorded = await outcome
    assert isinstance(recorded, ln.Recorded)
    file = exchange.recordings.path("take")
    with wave.open(str(file)) as take:
        left_s = take.getnframes() / 8000 - recorded.duration_s
    file.unlink()
    assert recorded.ended_by is ln.RecordEnd.SILENCE
    assert left_s < 1.1, "three seconds of silence ended it, one at most is kept, and counts for nothing"


# feature 13
async def test_a_recording_goes_on_from_a_place_and_from_its_end(exchange: Exchange, ami: AmiClient) -> None:
    async def dialogue(line: AgiLine) -> list[ln.Recorded]:
        parts = [(1.0, None), (1.0, math.inf), (0.5, 0.5)]
        return [await line.record(ln.Record((), "take", max_s=max_s, from_s=from_s)) for max_s, from_s in parts]

    outcome = exchange.converse(dialogue)
    await exchange.call("line", far="talks")
    async with asyncio.timeout(15):
        recorded = await outcome
    assert isinstance(recorded, list)
    first_s, both_s, last_s = (one.duration_s for one in recorded)
    assert 0.2 < first_s < 1.1  # the far end begins to speak a moment after the call
    assert [both_s - first_s, last_s] == pytest.approx([1.0, 1.0], abs=0.1)
    file = exchange.recordings.path("take")
    with wave.open(str(file)) as take:
        assert take.getnframes() == pytest.approx(recorded[-1].duration_s * 8000, abs=1)
    assert not list(file.parent.glob("part*"))
    file.unlink()


# feature 68
async def test_a_message_is_played_faster_and_its_place_kept(exchange: Exchange) -> None:
    seek = {"6": ln.Move(ln.Seek.FASTER), "9": ln.Move(ln.Seek.LOUDER)}

    async def dialogue(line: AgiLine) -> ln.Outcome:
        effect = ln.ReadKeys((ln.Recording("message", start_s=10.0),), frozenset({"5"}), timeout_s=0, seek=seek)
        return await line.read_keys(effect)

    outcomes = exchange.converse(dialogue)
    channel = await exchange.call("line")
    at = await exchange.press(channel, "6", "CONTROL STREAM FILE")
    at = await exchange.press(channel, "9", "CONTROL STREAM FILE", at)
    await exchange.press(channel, "5", "CONTROL STREAM FILE", at)
    async with asyncio.timeout(10):
        outcome = await outcomes
    assert outcome == ln.KeyPressed("5")
    assert isinstance(outcome, ln.KeyPressed) and outcome.playback is not None
    assert outcome.playback.pace == ln.Pace(speed=1, volume=1)
    # three times a little was played, from the tenth second of thirty on, never from the start
    assert 10.0 < outcome.playback.at_s < 20.0
