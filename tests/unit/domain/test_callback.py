"""Being called back: the place is kept, the number is rung at the right time, and every end is noted once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.support.stage import HOLDING, START, TALK, Stage, check_floor
from vmq.domain.asked import AgentPaused, AgentUnpaused, CallerWithdrawn
from vmq.domain.commands import ConnectCaller, HangUpCaller, QueueStatus, ReleaseCaller, RingAgent, RingCaller
from vmq.domain.events import (
    CALLBACK_PREFIX,
    BridgeEntered,
    ChannelHungUp,
    DialogueEnded,
    LegAnswered,
    LegEnd,
    LinkWentDown,
    SeenChannel,
    leg_id,
)
from vmq.domain.records import (
    CallbackAsked,
    CallbackEnded,
    CallbackTried,
    CallConnected,
    CallerEntered,
    CallerLeft,
    OfferMade,
    Record,
)
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, CallbackRules, NeedStep, QueueRules
from vmq.domain.skills import NO_NEEDS, parse_needs

RULES = CallbackRules(is_on=True, dial="PJSIP/{number}@trunk", allow=("_0X.",), retry_s=60, attempts=2, expires_s=600)
ANN = AgentRules("ann", "PJSIP/1001", ("sales",))


def stage_of(*agents: AgentRules, **changes: object) -> Stage:
    return Stage([QueueRules("sales", callback=replace(RULES, **changes))], agents)  # type: ignore[arg-type]


def ask(stage: Stage, call_id: str = "c1", number: str = "0555") -> str:
    """The caller has asked to be called back: the id of his call back."""
    stage.step(DialogueEnded(call_id, "callback", {"number": number}))
    return stage.noted(CallbackAsked)[-1].callback_id


def rung(stage: Stage) -> list[RingCaller]:
    return [command for command in stage.commands if isinstance(command, RingCaller)]


def come(stage: Stage, call_id: str) -> None:
    """He has answered, and his dialplan asks for the queue."""
    stage.step(DialogueEnded(call_id, "callback_answer", {"accepted": "1"}))
    stage.join(call_id, entered_at=stage.now)


def test_who_asks_leaves_and_his_place_stays() -> None:
    stage = stage_of()
    stage.join("c1")
    stage.wait(1)
    stage.join("c2")
    callback_id = ask(stage)
    release = stage.only(ReleaseCaller)
    assert (release.call_id, release.status) == ("c1", QueueStatus.CALLBACK)
    assert stage.noted(CallbackAsked) == [CallbackAsked(callback_id, "c1", "sales", "0555", START)]
    assert callback_id.startswith(CALLBACK_PREFIX)
    line = [place[3] for place in stage.floor.queues["sales"].line]
    assert line == [callback_id, "c2"]
    check_floor(stage.floor, stage.now)


def test_a_number_that_is_not_allowed_is_no_answer() -> None:
    stage = stage_of()
    stage.join("c1")
    stage.step(DialogueEnded("c1", "callback", {"number": "1234"}))
    stage.step(DialogueEnded("c1", "callback", {"number": "0&SIP/1"}))
    assert stage.noted(CallbackAsked) == []
    assert "c1" in stage.floor.callers


def test_agent_first_the_number_is_rung_when_the_agent_waits() -> None:
    stage = stage_of(ANN)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    offer = stage.only(RingAgent)
    assert (offer.call_id, dict(offer.facts)["is_callback"]) == (callback_id, "1")
    stage.step(LegAnswered(offer.offer_id, "PJSIP/1001-1"))
    stage.step(BridgeEntered(leg_id(offer.offer_id), HOLDING, is_holding=True))
    assert rung(stage) == [
        RingCaller(callback_id, "sales", "PJSIP/0555@trunk", 30.0, "0555", facts=(("queue", "sales"),))
    ]
    stage.wait(40)
    come(stage, callback_id)
    assert stage.only(ConnectCaller).call_id == callback_id
    for channel in (callback_id, leg_id(offer.offer_id)):
        stage.step(BridgeEntered(channel, TALK, is_holding=False))
    (connected,) = stage.noted(CallConnected)
    assert connected.wait_s == 40.0
    assert stage.noted(CallbackTried)[-1].outcome == "answered"
    assert stage.noted(CallbackEnded) == [CallbackEnded(callback_id, "sales", "connected")]
    stage.step(ChannelHungUp(callback_id, 16))
    assert len(stage.noted(CallbackEnded)) == 1
    assert stage.floor.callers == {}
    check_floor(stage.floor, stage.now)


def test_caller_first_the_number_is_rung_when_an_agent_would_be_offered() -> None:
    stage = stage_of(ANN, agent_first=False)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    stage.wait(1)
    stage.join("c2")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    assert [command.call_id for command in rung(stage)] == [callback_id]
    assert stage.only(RingAgent).call_id == "c2", "the agent is not kept waiting"
    stage.step(ChannelHungUp("c2", 16))
    stage.step(ChannelHungUp(leg_id(stage.noted(OfferMade)[-1].offer_id), 16))
    come(stage, callback_id)
    assert stage.only(RingAgent).call_id == callback_id


@pytest.mark.parametrize(
    ("why", "outcome"),
    [(LegEnd.BUSY, "busy"), (LegEnd.NO_ANSWER, "no_answer"), (LegEnd.UNREACHABLE, "unreachable")],
)
def test_who_is_not_reached_is_called_again_and_given_up_at_last(why: LegEnd, outcome: str) -> None:
    stage = stage_of(ANN, agent_first=False)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    stage.step(ChannelHungUp(callback_id, 17, why))
    stage.step(ChannelHungUp(callback_id, 17, why))
    assert stage.noted(CallbackTried) == [CallbackTried(callback_id, "sales", 1, outcome)]
    check_floor(stage.floor, stage.now)
    assert stage.wait(59.9) == []
    stage.wait(0.1)
    assert len(rung(stage)) == 1
    stage.step(ChannelHungUp(callback_id, 17, why))
    assert stage.noted(CallbackEnded) == [CallbackEnded(callback_id, "sales", "given_up")]
    assert not stage.floor.queues["sales"].line
    check_floor(stage.floor, stage.now)


def test_an_agent_who_waited_in_vain_is_free_again() -> None:
    stage = stage_of(ANN)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    offer_id = stage.only(RingAgent).offer_id
    stage.step(LegAnswered(offer_id, "PJSIP/1001-1"))
    stage.step(BridgeEntered(leg_id(offer_id), HOLDING, is_holding=True))
    stage.step(DialogueEnded(callback_id, "callback_answer", {}))
    stage.step(ChannelHungUp(callback_id, 16, LegEnd.HUNG_UP))
    assert stage.noted(CallbackTried)[-1].outcome == "not_confirmed"
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    assert stage.floor.agents["ann"].is_free
    stage.join("c2")
    assert stage.only(RingAgent).call_id == "c2"


def test_an_agent_who_hangs_up_does_not_end_the_call_back() -> None:
    stage = stage_of(ANN)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    offer_id = stage.only(RingAgent).offer_id
    stage.step(LegAnswered(offer_id, "PJSIP/1001-1"))
    stage.step(BridgeEntered(leg_id(offer_id), HOLDING, is_holding=True))
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    check_floor(stage.floor, stage.now)
    come(stage, callback_id)
    stage.wait(6)
    assert stage.only(RingAgent).call_id == callback_id


def test_no_more_calls_after_a_no() -> None:
    stage = stage_of(ANN, agent_first=False)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    stage.step(DialogueEnded(callback_id, "callback_answer", {"accepted": "0"}))
    assert stage.commands == []
    assert stage.noted(CallbackEnded) == [CallbackEnded(callback_id, "sales", "cancelled")]
    stage.step(ChannelHungUp(callback_id, 16))
    assert len(stage.noted(CallbackEnded)) == 1


def test_a_call_back_expires() -> None:
    stage = stage_of()
    stage.join("c1")
    callback_id = ask(stage)
    stage.wait(599)
    assert callback_id in stage.floor.callers
    stage.wait(1)
    assert stage.noted(CallbackEnded) == [CallbackEnded(callback_id, "sales", "given_up")]


def test_withdrawn_while_it_rings_the_ring_ends() -> None:
    stage = stage_of(ANN, agent_first=False)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    stage.step(CallerWithdrawn(callback_id))
    assert stage.only(HangUpCaller).call_id == callback_id


def test_the_place_is_the_old_one_also_with_priority() -> None:
    stage = stage_of()
    stage.join("c0", priority=1)
    stage.join("c1")
    stage.wait(1)
    stage.join("c2")
    callback_id = ask(stage)
    stage.join("c3", priority=1)
    assert [place[3] for place in stage.floor.queues["sales"].line] == ["c0", "c3", callback_id, "c2"]


@dataclass
class Entry:
    at: float
    record: Record


def again(stage: Stage) -> Stage:
    """The same after a restart."""
    new = Stage([queue.rules for queue in stage.floor.queues.values()], [ANN], seed=2, is_linked=False)
    new.now = stage.now
    restore(new.floor, [Entry(at, record) for at, record in stage.journal])
    new.journal = list(stage.journal)
    return new


def test_a_call_back_survives_a_restart_and_is_tried_when_it_is_time() -> None:
    stage = stage_of(ANN, agent_first=False)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    stage.step(ChannelHungUp(callback_id, 17, LegEnd.BUSY))
    stage = again(stage)
    stage.see_world()
    assert stage.commands == []
    assert [place[3] for place in stage.floor.queues["sales"].line] == [callback_id]
    stage.wait(60)
    assert [command.call_id for command in rung(stage)] == [callback_id]
    stage.step(ChannelHungUp(callback_id, 17, LegEnd.BUSY))
    assert stage.noted(CallbackEnded)[-1].how == "given_up"
    assert callback_id not in again(stage).floor.callers


def test_who_was_being_called_at_the_restart_is_not_called_twice() -> None:
    stage = stage_of(ANN, agent_first=False)
    stage.step(AgentPaused("ann"))
    stage.join("c1")
    callback_id = ask(stage)
    stage.step(AgentUnpaused("ann"))
    stage = again(stage)
    stage.see_world(SeenChannel(callback_id, "PJSIP/trunk-1", is_up=True))
    assert rung(stage) == []
    come(stage, callback_id)
    assert stage.only(RingAgent).call_id == callback_id


def test_who_had_joined_before_the_restart_comes_back_with_one_terminal_record() -> None:
    stage = stage_of(AgentRules("ann", "PJSIP/1001", ("sales",), is_logged_in=False), agent_first=False)
    stage.join("c1")
    callback_id = ask(stage)
    come(stage, callback_id)
    stage = again(stage)
    stage.see_world(SeenChannel(callback_id, "PJSIP/trunk-1", in_queue=True, queue="sales", is_up=True))
    stage.join(callback_id, entered_at=stage.now)
    assert [record.is_return for record in stage.noted(CallerEntered) if record.call_id == callback_id] == [False, True]
    stage.step(ChannelHungUp(callback_id, 16))
    ends = [record for record in stage.noted(CallerLeft) if record.call_id == callback_id]
    assert ends == []
    assert stage.noted(CallbackEnded) == [CallbackEnded(callback_id, "sales", "given_up")]


def test_a_call_back_needs_what_its_caller_needed_also_after_a_restart_and_relaxes_as_he_would() -> None:
    steps = (NeedStep(100, NO_NEEDS),)
    queue = QueueRules(
        "sales", callback=replace(RULES, agent_first=False), steps=steps, needs=parse_needs("german >= 5")
    )
    stage = Stage([queue], [ANN])
    stage.join("c1", name="Eva", max_penalty=3)
    callback_id = ask(stage)
    for now in (stage, again(stage)):
        if now is not stage:
            now.see_world()
        caller = now.floor.callers[callback_id]
        assert (caller.need.skills, caller.need.max_penalty, caller.name) == (parse_needs("german >= 5"), 3, "Eva")
        assert rung(now) == []
        now.wait(101)
        assert [command.call_id for command in rung(now)] == [callback_id]


def test_the_journals_entries_of_a_call_back_may_be_read_twice() -> None:
    stage = stage_of()
    stage.join("c1")
    callback_id = ask(stage)
    new = again(stage)
    restore(new.floor, [Entry(at, record) for at, record in stage.journal])
    assert [place[3] for place in new.floor.queues["sales"].line] == [callback_id]


def test_after_a_reconnect_calls_back_are_offered_in_the_order_of_all_who_wait() -> None:
    """The agent who talked is found free: neither who asked first to be called back, nor who asks for it at all, comes
    before those who came before him."""
    stage = stage_of(ANN)
    stage.talk("c0")
    for call_id in ("c1", "c2", "c3"):
        stage.wait(1)
        stage.join(call_id)
    ask(stage, "c3")
    ask(stage, "c2")
    stage.step(LinkWentDown())
    stage.see_world(
        *(SeenChannel(call_id, f"PJSIP/{call_id}", in_queue=True, queue="sales") for call_id in ("c0", "c1"))
    )
    assert stage.rung().call_id == "c1"
    check_floor(stage.floor, stage.now)
