"""Callers and agent legs in AGI: held, woken, connected, released, asked to confirm; commands that come too late."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.agi import EventLog, running_server, until
from tests.support.agi_peer import AgiPeer, head
from tests.support.scripted_line import SILENCE, ScriptedLine, Step
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.caller import Hold
from vmq.asterisk.fastagi import FastAgiServer
from vmq.asterisk.line import AgiLine
from vmq.asterisk.sessions import Sessions
from vmq.audio.store import RecordingStore
from vmq.domain import events as ev
from vmq.engine.ports import Line

CALL = "1700000000.1"
CALLER = "PJSIP/caller-00000001"
OFFER = "0000000000000001"
LEG = "PJSIP/1001-00000002"
NOW = 1_700_000_100.0


class FixedClock:
    """A Clock that stands."""

    def now(self) -> float:
        """Epoch seconds."""
        return NOW


class Switchboard:
    """A server with the queue routes; `peers` by channel name are what a wake reaches."""

    def __init__(self, server: FastAgiServer) -> None:
        self.server = server
        self.log = EventLog()
        self.peers: dict[str, AgiPeer] = {}
        self.wakes: list[str] = []
        self.lost_wakes = 0
        self.line_for: Callable[[AgiSession], Line] = lambda session: ScriptedLine("1")
        self.sessions = Sessions(
            events=self.log,
            clock=FixedClock(),
            wake=self.wake,
            hold_for=lambda queue: Hold(answer=queue != "early", music="jazz" if queue == "sales" else ""),
            line_for=self.put_line_on,
        )
        server.add_route("queue", self.sessions.serve_caller, needs_name=True)
        server.add_route("agent", self.sessions.serve_leg, needs_name=True)

    def put_line_on(self, session: AgiSession) -> Line:
        """The line of this test on a leg's session."""
        return self.line_for(session)

    def wake(self, channel: str) -> None:
        """AMI PlayDTMF; the first `lost_wakes` come between two commands."""
        self.wakes.append(channel)
        if self.lost_wakes:
            self.lost_wakes -= 1
        else:
            self.peers[channel].wake()

    async def call(self, script: str = "queue/sales", *arguments: str, channel: str = CALLER) -> AgiPeer:
        """A channel runs AGI(script, arguments)."""
        peer = self.peers[channel] = AgiPeer()
        await peer.dial(self.server.port, head(script, arguments, uniqueid=CALL, channel=channel))
        return peer

    def seen(self, kind: type[ev.Event]) -> list[ev.Event]:
        """The events of a kind so far."""
        return [event for event in self.log.events if isinstance(event, kind)]


@pytest.fixture
async def board() -> AsyncIterator[Switchboard]:
    async with running_server() as server:
        yield Switchboard(server)


async def test_a_caller_is_announced_answered_and_held_with_music(board: Switchboard) -> None:
    peer = await board.call("queue/sales", "1699999990.250", "120", "5")
    await peer.waiting.wait()
    assert board.log.events == [
        ev.CallerJoined(
            CALL,
            CALLER,
            "sales",
            1699999990.25,
            number="5551234",
            name="",
            priority=5,
            max_wait_s=120.0,
            began_at=1700000000.0,
        )
    ]
    assert peer.commands[0] == ["ANSWER"]
    assert ["SET", "MUSIC", "ON", "jazz"] in peer.commands
    assert peer.variables["VMQ_TRIES"] == "0"


async def test_a_queue_may_hold_without_answer_and_music(board: Switchboard) -> None:
    peer = await board.call("queue/early")
    await peer.waiting.wait()
    assert [words[0] for words in peer.commands] == ["SET", "WAIT"]


@pytest.mark.parametrize("entered", ["", "soon", "nan", "-5", "99999999999", "1e400"])
async def test_what_is_no_time_of_entry_counts_as_now(board: Switchboard, entered: str) -> None:
    peer = await board.call("queue/sales", entered, "x", "high")
    await peer.waiting.wait()
    joined = board.log.events[0]
    assert isinstance(joined, ev.CallerJoined)
    assert (joined.entered_at, joined.max_wait_s, joined.priority) == (NOW, None, 0)


@pytest.mark.parametrize("lost_wakes", [0, 2])
async def test_connect_talk_and_release(board: Switchboard, lost_wakes: int) -> None:
    peer = await board.call()
    await peer.waiting.wait()
    board.lost_wakes = lost_wakes
    board.sessions.connect(CALL, OFFER, LEG)
    await peer.talking.wait()
    assert board.wakes == [CALLER] * (lost_wakes + 1)
    assert peer.commands[-1] == ["GOSUB", "vmq-connect", "s", "1", LEG]
    assert board.seen(ev.ConnectEnded) == []
    peer.hung_up_talk.set()
    await until(lambda: board.seen(ev.ConnectEnded))
    assert board.seen(ev.ConnectEnded) == [ev.ConnectEnded(CALL, OFFER, is_connected=True)]
    board.sessions.release(CALL, "CONTINUE", (("VMQ_SURVEY", "a,b"),))
    await peer.ended()
    assert peer.variables["QUEUESTATUS"] == "CONTINUE"
    assert peer.variables["VMQ_SURVEY"] == "a,b"
    assert peer.variables["VMQ_DONE"] == "1"
    assert board.seen(ev.CallerSessionEnded) == []


@pytest.mark.parametrize("result", ["NONEXISTENT", "FAILURE"])
async def test_a_leg_that_vanished_puts_the_caller_back_to_his_music(board: Switchboard, result: str) -> None:
    peer = await board.call()
    peer.bridge_result = result
    await peer.waiting.wait()
    board.sessions.connect(CALL, OFFER, LEG)
    await until(lambda: board.seen(ev.ConnectEnded))
    assert board.seen(ev.ConnectEnded) == [ev.ConnectEnded(CALL, OFFER, is_connected=False)]
    await peer.waiting.wait()
    assert peer.commands[-2:] == [["SET", "MUSIC", "ON", "jazz"], ["WAIT", "FOR", "DIGIT", "-1"]]


async def test_a_dialplan_without_the_connect_context_counts_as_not_connected(board: Switchboard) -> None:
    peer = await board.call()
    peer.answers["GOSUB"] = "200 result=-1 Gosub label not found\n"
    peer.variables["VMQ_BRIDGE"] = "SUCCESS"
    await peer.waiting.wait()
    board.sessions.connect(CALL, OFFER, LEG)
    await until(lambda: board.seen(ev.ConnectEnded))
    assert board.seen(ev.ConnectEnded) == [ev.ConnectEnded(CALL, OFFER, is_connected=False)]


async def test_release_of_a_waiting_caller_sets_the_status(board: Switchboard) -> None:
    peer = await board.call()
    await peer.waiting.wait()
    board.sessions.release(CALL, "TIMEOUT")
    await peer.ended()
    assert (peer.variables["QUEUESTATUS"], peer.variables["VMQ_DONE"]) == ("TIMEOUT", "1")


async def test_work_that_comes_before_the_caller_waits_needs_no_wake(board: Switchboard) -> None:
    board.log.react = lambda event: board.sessions.release(CALL, "FULL")
    peer = await board.call()
    await peer.ended()
    assert peer.variables["QUEUESTATUS"] == "FULL"
    assert board.wakes == []


async def test_keys_of_the_caller_do_not_end_his_wait(board: Switchboard) -> None:
    peer = await board.call()
    for waits in (1, 2, 3):
        await until(lambda: peer.commands.count(["WAIT", "FOR", "DIGIT", "-1"]) == waits and peer.waiting.is_set())  # noqa: B023
        assert peer.wake()
    assert board.seen(ev.CallerSessionEnded) == []


async def test_hang_up_while_waiting(board: Switchboard) -> None:
    peer = await board.call()
    await peer.waiting.wait()
    peer.hang_up()
    await peer.ended()
    assert board.log.events[1:] == [ev.CallerSessionEnded(CALL)]


async def test_hang_up_while_talking(board: Switchboard) -> None:
    peer = await board.call()
    await peer.waiting.wait()
    board.sessions.connect(CALL, OFFER, LEG)
    await peer.talking.wait()
    peer.hang_up()
    await peer.ended()
    assert board.seen(ev.CallerSessionEnded) == [ev.CallerSessionEnded(CALL)]


async def test_stopping_leaves_callers_to_the_dialplan_and_says_nothing_of_them(board: Switchboard) -> None:
    peer = await board.call()
    await peer.waiting.wait()
    await board.server.stop(grace_s=5)
    await peer.ended()
    assert "VMQ_DONE" not in peer.variables
    assert board.seen(ev.CallerSessionEnded) == []


async def test_a_session_that_was_followed_by_another_does_not_speak_for_the_call(board: Switchboard) -> None:
    first = await board.call()
    await first.waiting.wait()
    second = await board.call()
    await second.waiting.wait()
    await first.close()
    await until(lambda: board.server.counters.active == 1)
    assert board.seen(ev.CallerSessionEnded) == []
    board.sessions.release(CALL, "TIMEOUT")
    await second.ended()
    assert second.variables["QUEUESTATUS"] == "TIMEOUT"


async def test_commands_for_sessions_that_are_gone_are_answered(board: Switchboard) -> None:
    board.sessions.connect(CALL, OFFER, LEG)
    board.sessions.release(CALL, "TIMEOUT")
    board.sessions.park(OFFER)
    board.sessions.dismiss(OFFER)
    assert board.log.events == [
        ev.ConnectEnded(CALL, OFFER, is_connected=False),
        ev.CallerSessionEnded(CALL),
        ev.LegFailed(OFFER, ev.LegEnd.HUNG_UP),
    ]


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_an_answered_leg_asks_and_gets_its_verdict(board: Switchboard, is_wanted: bool) -> None:
    peer = await board.call(f"agent/{OFFER}", "", channel=LEG)
    await until(lambda: board.log.events)
    assert board.log.events == [ev.LegAnswered(OFFER, LEG)]
    (board.sessions.park if is_wanted else board.sessions.dismiss)(OFFER)
    await peer.ended()
    assert peer.variables == ({"VMQ_GO": "1"} if is_wanted else {})


async def test_a_leg_that_hangs_up_before_the_verdict_is_forgotten(board: Switchboard) -> None:
    peer = await board.call(f"agent/{OFFER}", channel=LEG)
    await until(lambda: board.log.events)
    peer.hang_up()
    await peer.ended()
    board.sessions.park(OFFER)
    assert board.log.events[1:] == [ev.LegFailed(OFFER, ev.LegEnd.HUNG_UP)]


async def test_confirmation_by_key_counts_as_the_answer(board: Switchboard) -> None:
    line = ScriptedLine(SILENCE, "9", "1")
    board.line_for = lambda session: line
    peer = await board.call(f"agent/{OFFER}", "1", channel=LEG)
    await until(lambda: board.log.events)
    assert board.log.events == [ev.LegAnswered(OFFER, LEG)]
    assert line.clips == ["vmq-confirm"] * 3
    board.sessions.park(OFFER)
    await peer.ended()
    assert peer.variables == {"VMQ_GO": "1"}


@pytest.mark.parametrize(
    ("script", "why"),
    [((SILENCE,) * 3, ev.LegEnd.NO_ANSWER), ((SILENCE, SILENCE, "2"), ev.LegEnd.REFUSED)],
)
async def test_no_confirmation_is_no_answer(board: Switchboard, script: tuple[Step, ...], why: ev.LegEnd) -> None:
    board.line_for = lambda session: ScriptedLine(*script)
    peer = await board.call(f"agent/{OFFER}", "1", channel=LEG)
    await peer.ended()
    assert board.log.events == [ev.LegFailed(OFFER, why)]
    assert peer.variables == {}


async def test_a_leg_is_let_go_while_it_still_listens_to_the_prompt(board: Switchboard) -> None:
    board.line_for = lambda session: AgiLine(session, lambda *_: None, RecordingStore(Path()))
    peer = await board.call(f"agent/{OFFER}", "1", channel=LEG)
    await peer.waiting.wait()
    board.sessions.dismiss(OFFER)
    await peer.ended()
    assert board.log.events == []
