"""What a waiting caller is told, and when: first times, changed places, periodic words, offers, and their spacing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.stage import Stage
from vmq.domain.asked import AgentPaused, AgentUnpaused, CallerPriorityChanged
from vmq.domain.caller import CallerState
from vmq.domain.commands import Command, HangUpLeg, RingAgent, RunDialogue
from vmq.domain.events import CallerSessionEnded, ChannelHungUp, DialogueEnded, Event, LegFailed
from vmq.domain.records import CallCompleted
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, AnnounceRules, CallbackRules, QueueRules
from vmq.domain.voice import minutes_and_seconds

PLACES = AnnounceRules(frequency_s=60, min_frequency_s=15, on_join=True)


def stage_of(announce: AnnounceRules, *agents: AgentRules, **rules: object) -> Stage:
    return Stage([QueueRules("sales", announce=announce, **rules)], agents)  # type: ignore[arg-type]


def talks(stage: Stage) -> list[RunDialogue]:
    return [command for command in stage.commands if isinstance(command, RunDialogue)]


def said(stage: Stage) -> dict[str, str]:
    (talk,) = talks(stage)
    return dict(talk.facts)


def end(stage: Stage, call_id: str = "c1", flow: str = "announce", **answers: str) -> None:
    stage.step(DialogueEnded(call_id, flow, answers))


def test_on_join_his_place_is_said_at_once() -> None:
    stage = stage_of(PLACES)
    stage.join("c1")
    assert said(stage) == {"queue": "sales", "position": "1"}


def test_without_on_join_the_first_comes_after_the_frequency() -> None:
    stage = stage_of(replace(PLACES, on_join=False))
    assert stage.join("c1") == []
    assert stage.wait(59.9) == []
    stage.wait(0.1)
    assert said(stage)["position"] == "1"


def test_who_is_offered_at_once_is_told_nothing() -> None:
    stage = stage_of(PLACES, AgentRules("ann", "PJSIP/1001", ("sales",)))
    stage.join("c1")
    assert talks(stage) == []
    stage.wait(10)
    assert talks(stage) == []


def test_after_an_offer_that_failed_what_is_due_is_said() -> None:
    stage = stage_of(PLACES, AgentRules("ann", "PJSIP/1001", ("sales",)))
    stage.join("c1")
    stage.step(AgentPaused("ann"))
    assert said(stage)["position"] == "1"


def test_the_same_place_is_said_again_after_the_frequency() -> None:
    stage = stage_of(PLACES)
    stage.join("c1")
    end(stage)
    stage.wait(59.9)
    assert talks(stage) == []
    stage.wait(0.2)
    assert said(stage)["position"] == "1"


def test_a_new_place_is_said_at_once_but_not_sooner_than_the_minimum() -> None:
    stage = stage_of(PLACES)
    stage.join("c1")
    stage.join("c2")
    end(stage, "c2")
    stage.wait(5)
    stage.step(ChannelHungUp("c1", 16))
    assert talks(stage) == []
    stage.wait(10)
    assert said(stage)["position"] == "1"


def test_a_line_that_moves_tells_those_behind_and_nobody_else() -> None:
    stage = stage_of(PLACES)
    for call_id in ("c1", "c2", "c3", "c4"):
        stage.join(call_id)
        end(stage, call_id)
        stage.wait(0.001)
    stage.wait(20)
    stage.step(ChannelHungUp("c2", 16))
    assert [(talk.call_id, dict(talk.facts)["position"]) for talk in talks(stage)] == [("c3", "2"), ("c4", "3")]


def test_a_place_that_got_worse_is_said_unless_only_better_ones_are() -> None:
    for only_up, told in ((False, ["c1"]), (True, [])):
        stage = stage_of(replace(PLACES, position_only_up=only_up))
        stage.join("c1")
        end(stage)
        stage.wait(20)
        stage.join("c2", priority=5)
        assert [talk.call_id for talk in talks(stage) if talk.call_id == "c1"] == told


def test_another_priority_changes_places_too() -> None:
    stage = stage_of(PLACES)
    for call_id in ("c1", "c2"):
        stage.join(call_id)
        end(stage, call_id)
    stage.wait(20)
    stage.step(CallerPriorityChanged("c2", 3))
    assert [(talk.call_id, dict(talk.facts)["position"]) for talk in talks(stage)] == [("c2", "1"), ("c1", "2")]


@pytest.mark.parametrize(
    ("position", "facts"),
    [("yes", {"position": "3"}), ("more", {"position": "2", "is_more_than": "1"}), ("limit", None), ("no", None)],
)
def test_how_a_far_place_is_said(position: str, facts: dict[str, str] | None) -> None:
    stage = stage_of(replace(PLACES, position=position, position_limit=2))
    for call_id in ("c1", "c2", "c3"):
        stage.join(call_id)
    assert [dict(talk.facts) for talk in talks(stage)] == ([{"queue": "sales"} | facts] if facts else [])


def test_the_estimate_is_said_once_or_always() -> None:
    for hold_time, times in (("once", 1), ("yes", 2), ("no", 0)):
        stage = stage_of(replace(PLACES, hold_time=hold_time), AgentRules("ann", "PJSIP/1001", ("sales",)))
        restore(stage.floor, [])
        stage.floor.queues["sales"].stats.completed = 1
        stage.floor.queues["sales"].stats.handle_s = 300.0
        stage.talk("c0")
        stage.join("c1")
        found = [said(stage)]
        end(stage)
        stage.wait(60)
        found.append(said(stage))
        assert [facts.get("says_wait") for facts in found].count("1") == times
        if times:
            assert (found[0]["wait_minutes"], found[0]["wait_seconds"]) == ("5", "0")


@pytest.mark.parametrize(
    ("seconds", "round_s", "spoken"),
    [(29, 0, (0, 0)), (30, 0, (1, 0)), (89, 0, (1, 0)), (150, 30, (2, 30)), (130, 30, (2, 0)), (4, 10, (0, 0))],
)
def test_waits_are_rounded(seconds: float, round_s: int, spoken: tuple[int, int]) -> None:
    assert minutes_and_seconds(seconds, round_s) == spoken


def test_periodic_words_come_in_turn_from_the_start_delay_on() -> None:
    stage = stage_of(AnnounceRules(periodic=("a", "b"), periodic_s=30, periodic_start_s=5, min_frequency_s=1))
    stage.join("c1")
    heard = []
    for wait_s in (5, 30, 30):
        stage.wait(wait_s)
        heard.append(said(stage)["comfort"])
        end(stage)
    assert heard == ["clip:a", "clip:b", "clip:a"]


@pytest.mark.parametrize(("is_relative", "next_s"), [(False, 20.0), (True, 30.0)])
def test_the_next_periodic_word_counts_from_the_beginning_or_the_end_of_the_last(
    is_relative: bool, next_s: float
) -> None:
    stage = stage_of(AnnounceRules(periodic=("a",), periodic_s=30, min_frequency_s=1, is_relative=is_relative))
    stage.join("c1")
    stage.wait(30)
    stage.wait(10)
    end(stage)
    stage.wait(next_s - 0.1)
    assert talks(stage) == []
    stage.wait(0.1)
    assert said(stage)["comfort"] == "clip:a"


def test_what_falls_due_together_is_said_together() -> None:
    stage = stage_of(replace(PLACES, periodic=("a",), periodic_s=60))
    stage.join("c1")
    end(stage)
    stage.wait(60)
    assert {"position", "comfort"} <= said(stage).keys()


def test_keys_that_help_are_told_with_the_periodic_word() -> None:
    keys = {"1": "callback", "2": "voicemail:1000", "3": "queue:other"}
    callback = CallbackRules(is_on=True, dial="PJSIP/{number}")
    rules = AnnounceRules(periodic=("a",), periodic_s=30)
    stage = stage_of(rules, keys=keys, callback=callback)
    stage.join("c1")
    stage.wait(30)
    assert said(stage).items() >= {"callback_key": "1", "voicemail_key": "2"}.items()


def test_the_offer_is_made_once() -> None:
    stage = stage_of(AnnounceRules(offer="voicemail:1000", offer_after_s=20))
    stage.join("c1")
    stage.wait(20)
    assert talks(stage)[0].flow == "voicemail_offer"
    end(stage, flow="voicemail_offer")
    stage.wait(100)
    assert talks(stage) == []


def test_nothing_is_said_to_who_has_no_session_and_again_when_he_is_back() -> None:
    stage = stage_of(PLACES)
    stage.join("c1")
    end(stage)
    stage.step(CallerSessionEnded("c1"))
    stage.floor.callers["c1"].voice.place_at = 0.0
    assert stage.wait(2) == []
    stage.join("c1")
    assert talks(stage) == []
    stage.wait(20)
    assert said(stage)["position"] == "1"


class Decisions(Stage):
    """A stage that keeps what each decision commanded, and when."""

    def __init__(self, queues: list[QueueRules], agents: list[AgentRules]) -> None:
        self.decisions: list[tuple[float, list[Command]]] = []
        super().__init__(queues, agents)

    def _decide(self, event: Event) -> None:
        start = len(self.commands)
        ringing = {call_id for call_id, caller in self.floor.callers.items() if caller.ringing}
        super()._decide(event)
        new = self.commands[start:]
        self.decisions.append((self.now, new))
        for talk in (command for command in new if isinstance(command, RunDialogue)):
            stopped = any(isinstance(command, HangUpLeg) for command in new) or isinstance(event, LegFailed)
            assert talk.call_id not in ringing or stopped, "it began while a telephone rang"


class AnyAnnouncement(RuleBasedStateMachine):
    """Callers come, go, move and are offered: the spacing holds, and nothing begins while a telephone rings."""

    @initialize(
        min_s=st.integers(1, 30),
        frequency_s=st.integers(0, 60),
        periodic_s=st.integers(0, 40),
        position=st.sampled_from(["yes", "no", "limit", "more"]),
        flags=st.integers(0, 15),
    )
    def open(self, min_s: int, frequency_s: int, periodic_s: int, position: str, flags: int) -> None:
        announce = AnnounceRules(
            frequency_s=frequency_s,
            min_frequency_s=min_s,
            position=position,
            position_limit=2,
            position_only_up=bool(flags & 1),
            on_join=bool(flags & 2),
            periodic=("a", "b", "c"),
            periodic_s=periodic_s,
            is_random=bool(flags & 4),
            is_relative=bool(flags & 8),
        )
        self.min_s = min_s
        self.stage = Decisions([QueueRules("sales", announce=announce)], [AgentRules("ann", "PJSIP/1001", ("sales",))])
        self.begun: dict[str, float] = {}
        self.count = 0

    def take(self) -> None:
        """Each decision of the last step by itself."""
        for now, commands in self.stage.decisions:
            rung: set[str] = set()
            for command in commands:
                if isinstance(command, RingAgent):
                    rung.add(command.call_id)
                elif isinstance(command, RunDialogue):
                    assert command.call_id not in rung
                    last = self.begun.get(command.call_id)
                    assert last is None or now - last >= self.min_s - 1e-6
                    self.begun[command.call_id] = now
        self.stage.decisions.clear()

    @rule(priority=st.integers(0, 2))
    def join(self, priority: int) -> None:
        self.count += 1
        self.stage.join(f"c{self.count}", priority=priority)
        self.take()

    @rule(tenths=st.integers(1, 300))
    def wait(self, tenths: int) -> None:
        self.stage.wait(tenths / 10)
        self.take()

    @rule(data=st.data(), cut=st.booleans())
    def ended(self, data: st.DataObject, cut: bool) -> None:
        if speaking := [c.call_id for c in self.stage.floor.callers.values() if c.voice.talking]:
            self.stage.step(DialogueEnded(data.draw(st.sampled_from(speaking)), "announce", is_cut=cut))
            self.take()

    @rule(data=st.data())
    def hang_up(self, data: st.DataObject) -> None:
        if self.stage.floor.callers:
            self.stage.step(ChannelHungUp(data.draw(st.sampled_from(sorted(self.stage.floor.callers))), 16))
            self.take()

    @rule(is_paused=st.booleans())
    def pause(self, is_paused: bool) -> None:
        self.stage.step(AgentPaused("ann") if is_paused else AgentUnpaused("ann"))
        self.take()

    @invariant()
    def ripe_callers_are_those_who_may_be_told(self) -> None:
        if not hasattr(self, "stage"):
            return
        queue = self.stage.floor.queues["sales"]
        for place in queue.ripe:
            caller = self.stage.floor.callers[place[3]]
            assert caller.state is CallerState.WAITING
            assert caller.voice.ripe_at == place
        marked = [caller for caller in self.stage.floor.callers.values() if caller.voice.ripe_at is not None]
        assert len(marked) == len(queue.ripe)


TestAnyAnnouncement = AnyAnnouncement.TestCase
TestAnyAnnouncement.settings = settings(stateful_step_count=30)


def test_a_caller_who_talks_is_told_nothing() -> None:
    stage = stage_of(PLACES, AgentRules("ann", "PJSIP/1001", ("sales",)))
    stage.talk("c1")
    stage.wait(200)
    assert talks(stage) == []
    assert stage.noted(CallCompleted) == []
