"""Callers and agent legs in AGI: held, woken, connected, released, asked to confirm; commands that come too late."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.agi import EventLog, running_server, until
from tests.support.agi_peer import AgiPeer, head
from tests.support.scripted_line import HANG_UP, SILENCE, ScriptedLine, Step
from tests.support.voices import NamedFiles, make_voices
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.caller import Hold
from vmq.asterisk.fastagi import FastAgiServer
from vmq.asterisk.line import AgiLine
from vmq.asterisk.sessions import Sessions
from vmq.audio.store import RecordingStore
from vmq.domain import events as ev
from vmq.domain.commands import RingAgent, RingCaller, RunDialogue
from vmq.engine.ports import Line

CALL = "1700000000.1"
CALLER = "PJSIP/caller-00000001"
OFFER = "0000000000000001"
LEG = "PJSIP/1001-00000002"
NOW = 1_700_000_100.0
HOLDS = {
    "sales": Hold(music="jazz"),
    "early": Hold(answer=False, music=""),
    "keys": Hold(music="jazz", keys=frozenset({"1", "77"})),
    "exits": Hold(music="", exit_context="inside"),
}


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
            hold_for=lambda queue: HOLDS[queue],
            line_for=self.put_line_on,
            voices=make_voices(NamedFiles(Path("nowhere"))),
        )
        server.add_route("queue", self.sessions.serve_caller, needs_name=True)
        server.add_route("agent", self.sessions.serve_leg, needs_name=True)
        server.add_route("callback", self.sessions.serve_callback, needs_name=True)

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


async def test_keys_of_the_caller_are_told_and_do_not_end_his_wait(board: Switchboard) -> None:
    peer = await board.call()
    for waits, key in ((1, "1"), (2, "D"), (3, "#")):
        await until(lambda: peer.commands.count(["WAIT", "FOR", "DIGIT", "-1"]) == waits and peer.waiting.is_set())  # noqa: B023
        assert peer.press(key)
    await until(lambda: len(board.seen(ev.CallerKeyed)) == 2)
    assert board.seen(ev.CallerKeyed) == [ev.CallerKeyed(CALL, "1"), ev.CallerKeyed(CALL, "#")]
    assert board.seen(ev.CallerSessionEnded) == []


@pytest.mark.parametrize(
    ("exists", "told"),
    [("1", [ev.CallerKeyed(CALL, "5"), ev.CallerKeyed(CALL, "5", "inside")]), ("0", [ev.CallerKeyed(CALL, "5")])],
)
async def test_an_extension_of_the_exit_context_is_told(board: Switchboard, exists: str, told: list[ev.Event]) -> None:
    peer = await board.call("queue/exits")
    peer.answers["GET FULL VARIABLE ${DIALPLAN_EXISTS(inside,5,1)}"] = f"200 result=1 ({exists})\n"
    await peer.waiting.wait()
    assert peer.press("5")
    await until(lambda: peer.commands.count(["WAIT", "FOR", "DIGIT", "-1"]) == 2)
    assert board.seen(ev.CallerKeyed) == told


def announce(*facts: tuple[str, str], flow: str = "announce") -> RunDialogue:
    """Say something to the caller of this test."""
    return RunDialogue(CALL, flow, "", facts)


def on_agi(board: Switchboard) -> None:
    """Lines of this test are real ones, and find every clip under its own name."""
    board.line_for = lambda session: AgiLine(session, lambda clip, *_: clip, RecordingStore(Path()))


async def test_an_announcement_stands_in_for_the_music_and_the_music_comes_back(board: Switchboard) -> None:
    on_agi(board)
    peer = await board.call()
    await peer.waiting.wait()
    board.sessions.talk(announce(("position", "1")))
    await until(lambda: board.seen(ev.DialogueEnded))
    await peer.waiting.wait()
    assert board.seen(ev.DialogueEnded) == [ev.DialogueEnded(CALL, "announce")]
    assert peer.heard == ["queue-youarenext", "queue-thankyou"]
    talk = peer.commands[peer.commands.index(["SET", "MUSIC", "OFF"]) :]
    assert [words[0] for words in talk] == ["SET", "STREAM", "STREAM", "SET", "WAIT"]
    assert talk[-2:] == [["SET", "MUSIC", "ON", "jazz"], ["WAIT", "FOR", "DIGIT", "-1"]]


async def test_a_connect_cuts_what_is_said_at_once(board: Switchboard) -> None:
    on_agi(board)
    peer = await board.call()
    await peer.waiting.wait()
    peer.plays_on = True
    board.sessions.talk(announce(("position", "1")))
    await until(lambda: peer.heard == ["queue-youarenext"] and peer.waiting.is_set())
    board.sessions.connect(CALL, OFFER, LEG)
    await peer.talking.wait()
    assert peer.heard == ["queue-youarenext"]
    assert board.seen(ev.DialogueEnded) == [ev.DialogueEnded(CALL, "announce", is_cut=True)]
    assert peer.commands[-1] == ["GOSUB", "vmq-connect", "s", "1", LEG]
    peer.hang_up()
    await peer.ended()


async def test_a_release_cuts_a_question_while_it_waits_for_keys(board: Switchboard) -> None:
    on_agi(board)
    peer = await board.call()
    await peer.waiting.wait()
    board.sessions.talk(announce(flow="voicemail_offer"))
    await until(lambda: peer.heard == ["vmq-q-voicemail-offer"] and peer.waiting.is_set())
    board.sessions.release(CALL, "TIMEOUT")
    await peer.ended()
    assert board.seen(ev.DialogueEnded) == [ev.DialogueEnded(CALL, "voicemail_offer", is_cut=True)]
    assert peer.variables["QUEUESTATUS"] == "TIMEOUT"


async def test_a_wake_too_many_cuts_nothing(board: Switchboard) -> None:
    on_agi(board)
    peer = await board.call()
    await peer.waiting.wait()
    peer.plays_on = True
    board.sessions.talk(announce(("position", "1")))
    await until(lambda: peer.heard == ["queue-youarenext"] and peer.waiting.is_set())
    peer.wake()
    await until(lambda: len(peer.heard) == 2 and peer.waiting.is_set())
    assert peer.commands[-1] == ["STREAM", "FILE", "queue-youarenext", "D", "800"]
    peer.plays_on = False
    peer.press("x")
    await until(lambda: board.seen(ev.DialogueEnded))
    assert board.seen(ev.DialogueEnded) == [ev.DialogueEnded(CALL, "announce")]


@pytest.mark.parametrize(("key", "is_cut"), [("7", True), ("5", False)])
async def test_a_key_that_the_queue_knows_cuts_an_announcement(board: Switchboard, key: str, is_cut: bool) -> None:
    on_agi(board)
    peer = await board.call("queue/keys")
    await peer.waiting.wait()
    peer.plays_on = True
    board.sessions.talk(announce(("position", "1")))
    await until(lambda: peer.heard == ["queue-youarenext"] and peer.waiting.is_set())
    assert peer.commands[-1] == ["STREAM", "FILE", "queue-youarenext", "D17"]
    peer.plays_on = False
    peer.press(key)
    await until(lambda: board.seen(ev.DialogueEnded))
    assert board.seen(ev.DialogueEnded) == [ev.DialogueEnded(CALL, "announce", is_cut=is_cut)]
    await peer.waiting.wait()
    assert board.seen(ev.CallerKeyed) == ([ev.CallerKeyed(CALL, key)] if is_cut else [])


async def test_a_survey_comes_after_the_talk_without_music_and_its_answers_are_told(board: Switchboard) -> None:
    board.line_for = lambda session: ScriptedLine("5", "1", HANG_UP)
    peer = await board.call()
    await peer.waiting.wait()
    board.sessions.connect(CALL, OFFER, LEG)
    await peer.talking.wait()
    peer.hung_up_talk.set()
    await until(lambda: board.seen(ev.ConnectEnded))
    board.sessions.talk(announce(flow="survey"))
    await until(lambda: board.seen(ev.DialogueEnded))
    board.sessions.release(CALL, "CONTINUE")
    await peer.ended()
    assert board.seen(ev.DialogueEnded) == [ev.DialogueEnded(CALL, "survey", {"rating": "5", "solved": "yes"})]
    assert ["SET", "MUSIC"] not in [
        words[:2] for words in peer.commands[peer.commands.index(["GOSUB", "vmq-connect", "s", "1", LEG]) :]
    ]


async def test_hang_up_inside_a_dialogue_is_one_hang_up(board: Switchboard) -> None:
    on_agi(board)
    peer = await board.call()
    await peer.waiting.wait()
    peer.plays_on = True
    board.sessions.talk(announce(("position", "1")))
    await until(lambda: peer.heard == ["queue-youarenext"] and peer.waiting.is_set())
    peer.hang_up()
    await peer.ended()
    assert board.log.events[1:] == [ev.DialogueEnded(CALL, "announce"), ev.CallerSessionEnded(CALL)]


async def test_a_dialogue_for_a_caller_who_is_gone_is_answered(board: Switchboard) -> None:
    board.sessions.talk(announce())
    assert board.log.events == [ev.DialogueEnded(CALL, "announce", is_cut=True)]


async def test_what_comes_before_a_dialogue_has_begun_takes_its_place(board: Switchboard) -> None:
    peer = await board.call()
    await peer.waiting.wait()
    board.sessions.talk(announce(("position", "1")))
    board.sessions.release(CALL, "TIMEOUT")
    await peer.ended()
    assert board.seen(ev.DialogueEnded) == [ev.DialogueEnded(CALL, "announce", is_cut=True)]
    assert peer.heard == []


def ringing(**facts: str) -> RingAgent:
    """The leg of this test's offer is being rung."""
    return RingAgent(OFFER, CALL, "ann", "sales", "PJSIP/1001", 15.0, facts=tuple(facts.items()))


async def test_a_whisper_comes_after_the_verdict_and_before_the_leg_is_parked(board: Switchboard) -> None:
    line = ScriptedLine(SILENCE)
    board.line_for = lambda session: line
    board.sessions.expect(ringing(whispers="1", says_wait="1", wait_minutes="2"))
    peer = await board.call(f"agent/{OFFER}", "", channel=LEG)
    await until(lambda: board.log.events)
    assert line.clips == []
    board.sessions.park(OFFER)
    await peer.ended()
    assert line.clips == ["queue-reporthold", "digits/2", "queue-minutes"]
    assert peer.variables == {"VMQ_GO": "1"}


async def test_a_leg_that_hangs_up_in_the_whisper_is_not_parked(board: Switchboard) -> None:
    board.line_for = lambda session: ScriptedLine(HANG_UP)
    board.sessions.expect(ringing(whispers="1", says_wait="1", wait_minutes="2"))
    peer = await board.call(f"agent/{OFFER}", "", channel=LEG)
    await until(lambda: board.log.events)
    board.sessions.park(OFFER)
    peer.hang_up()
    await peer.ended()
    assert board.log.events == [ev.LegAnswered(OFFER, LEG)]


@pytest.mark.parametrize(
    ("script", "answers", "variables"),
    [
        (("1",), {"accepted": "1"}, {"VMQ_GO": "1"}),
        (("2",), {"accepted": "0"}, {}),
        ((SILENCE,) * 3, {}, {}),
        ((HANG_UP,), {}, {}),
    ],
)
async def test_who_answers_a_call_back_says_whether_he_takes_it(
    board: Switchboard, script: tuple[Step, ...], answers: dict[str, str], variables: dict[str, str]
) -> None:
    board.line_for = lambda session: ScriptedLine(*script)
    board.sessions.expect(RingCaller("vmqc-1", "sales", "PJSIP/0555@trunk", 30.0))
    peer = await board.call("callback/vmqc-1", channel=LEG)
    await peer.ended()
    assert board.log.events == [ev.DialogueEnded("vmqc-1", "callback_answer", answers)]
    assert peer.variables == variables


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
