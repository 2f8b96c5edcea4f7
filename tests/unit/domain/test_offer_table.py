"""Offers: every state with every event. What the table doesn't name must be ignored: no command, no change."""

from __future__ import annotations

import pytest

from tests.support.stage import HOLDING, TALK, Stage, check_floor
from vmq.domain.asked import AgentLoggedOut, AgentPaused
from vmq.domain.commands import (
    Command,
    ConnectCaller,
    DismissLeg,
    HangUpLeg,
    ParkLeg,
    ReleaseCaller,
    SetVariables,
)
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    CallerSessionEnded,
    ChannelHungUp,
    ConnectEnded,
    DeviceStateChanged,
    Event,
    LegAnswered,
    LegEnd,
    LegFailed,
    LegRang,
    TimerFired,
    leg_id,
)
from vmq.domain.offer import OfferState
from vmq.domain.records import CallCompleted, CallConnected, OfferFailed, OfferRang, Record
from vmq.domain.rules import AgentRules

CREATED, RINGING, ANSWERED, PARKED, CONNECTED, DONE = OfferState
LIVE = (CREATED, RINGING, ANSWERED, PARKED, CONNECTED)

OFFER = "0000000000100001"
LEG = leg_id(OFFER)

EVENTS: dict[str, Event] = {
    "leg rang": LegRang(OFFER),
    "leg failed": LegFailed(OFFER, LegEnd.BUSY),
    "leg answered": LegAnswered(OFFER, "PJSIP/1001-1"),
    "leg hung up": ChannelHungUp(LEG, 21, LegEnd.REFUSED),
    "leg parked": BridgeEntered(LEG, HOLDING, is_holding=True),
    "leg left the holding bridge": BridgeLeft(LEG, HOLDING),
    "leg left the talk": BridgeLeft(LEG, TALK),
    "caller left the talk": BridgeLeft("c1", TALK),
    "caller hung up": ChannelHungUp("c1", 16),
    "caller's session ended": CallerSessionEnded("c1"),
    "bridge came back": ConnectEnded("c1", OFFER, is_connected=True),
    "bridge found no leg": ConnectEnded("c1", OFFER, is_connected=False),
    "bridge of another offer came back": ConnectEnded("c1", "0" * 16, is_connected=True),
    "agent paused": AgentPaused("ann", "lunch"),
    "agent logged out": AgentLoggedOut("ann"),
    "telephone busy": DeviceStateChanged("PJSIP/1001", DeviceState.INUSE),
    "offer's time over": TimerFired(f"offer:{OFFER}"),
    "leg's time over": TimerFired(f"leg:{OFFER}"),
    "caller's longest wait over": TimerFired("max_wait:c1"),
}

Outcome = tuple[OfferState, list[Command | type[Command]], str]
"""The state after the event, the commands, and why the offer failed or by whom the call ended ("" for neither)."""

RING_OFF, LEG_OFF = HangUpLeg(OFFER, 26), HangUpLeg(OFFER, 16)

TABLE: dict[tuple[str, OfferState], Outcome] = {
    ("leg rang", CREATED): (RINGING, [], ""),
    ("leg answered", CREATED): (ANSWERED, [SetVariables, ParkLeg(OFFER)], ""),
    ("leg answered", RINGING): (ANSWERED, [SetVariables, ParkLeg(OFFER)], ""),
    ("leg answered", ANSWERED): (ANSWERED, [ParkLeg(OFFER)], ""),
    ("leg answered", DONE): (DONE, [DismissLeg(OFFER)], ""),
    ("leg parked", ANSWERED): (PARKED, [ConnectCaller("c1", OFFER, f"PJSIP/{OFFER}")], ""),
    ("leg failed", CREATED): (DONE, [], "busy"),
    ("leg failed", RINGING): (DONE, [], "busy"),
    ("leg failed", ANSWERED): (DONE, [], "hung_up"),
    ("leg failed", PARKED): (DONE, [], "hung_up"),
    ("leg failed", CONNECTED): (DONE, [], "agent"),
    ("leg hung up", CREATED): (DONE, [], "refused"),
    ("leg hung up", RINGING): (DONE, [], "refused"),
    ("leg hung up", ANSWERED): (DONE, [], "hung_up"),
    ("leg hung up", PARKED): (DONE, [], "hung_up"),
    ("leg hung up", CONNECTED): (DONE, [], "agent"),
    ("leg left the talk", CONNECTED): (DONE, [], "agent"),
    ("caller left the talk", CONNECTED): (DONE, [LEG_OFF], "caller"),
    ("caller hung up", CREATED): (DONE, [RING_OFF], "caller_gone"),
    ("caller hung up", RINGING): (DONE, [RING_OFF], "caller_gone"),
    ("caller hung up", ANSWERED): (DONE, [LEG_OFF], "caller_gone"),
    ("caller hung up", PARKED): (DONE, [LEG_OFF], "caller_gone"),
    ("caller hung up", CONNECTED): (DONE, [LEG_OFF], "caller"),
    ("caller's session ended", CREATED): (DONE, [RING_OFF], "caller_gone"),
    ("caller's session ended", RINGING): (DONE, [RING_OFF], "caller_gone"),
    ("caller's session ended", ANSWERED): (DONE, [LEG_OFF], "caller_gone"),
    ("caller's session ended", PARKED): (DONE, [LEG_OFF], "caller_gone"),
    ("bridge came back", PARKED): (DONE, [ReleaseCaller], "agent"),
    ("bridge came back", CONNECTED): (DONE, [ReleaseCaller], "agent"),
    ("bridge found no leg", PARKED): (DONE, [LEG_OFF], "hung_up"),
    ("bridge found no leg", CONNECTED): (DONE, [ReleaseCaller], "agent"),
    ("agent paused", CREATED): (DONE, [RING_OFF], "withdrawn"),
    ("agent paused", RINGING): (DONE, [RING_OFF], "withdrawn"),
    ("agent logged out", CREATED): (DONE, [RING_OFF], "withdrawn"),
    ("agent logged out", RINGING): (DONE, [RING_OFF], "withdrawn"),
    ("offer's time over", CREATED): (DONE, [HangUpLeg(OFFER, 19)], "no_answer"),
    ("offer's time over", RINGING): (DONE, [HangUpLeg(OFFER, 19)], "no_answer"),
    ("offer's time over", ANSWERED): (DONE, [LEG_OFF], "unreachable"),
    ("offer's time over", PARKED): (DONE, [LEG_OFF], "withdrawn"),
    ("leg's time over", DONE): (DONE, [LEG_OFF], ""),
    ("caller's longest wait over", CREATED): (DONE, [RING_OFF, ReleaseCaller], "wait_over"),
    ("caller's longest wait over", RINGING): (DONE, [RING_OFF, ReleaseCaller], "wait_over"),
}


def stage_at(state: OfferState) -> Stage:
    """One queue, one agent, caller c1 with an offer in this state."""
    stage = Stage(agents=[AgentRules("ann", "PJSIP/1001", ("sales",))])
    assert stage.reach(state) == OFFER
    return stage


@pytest.mark.parametrize("state", OfferState)
@pytest.mark.parametrize("name", EVENTS)
def test_an_event_in_a_state(name: str, state: OfferState) -> None:
    expected_state, expected_commands, expected_end = TABLE.get((name, state), (state, [], ""))
    stage = stage_at(state)

    commands = stage.step(EVENTS[name])

    assert stage.state_of(OFFER) is expected_state
    assert len(commands) == len(expected_commands), commands
    for command, expected in zip(commands, expected_commands, strict=True):
        assert command == expected or type(command) is expected
    assert _ends(stage.records) == ([expected_end] if expected_end else [])
    check_floor(stage.floor)


def _ends(records: list[Record]) -> list[str]:
    return [record.why for record in records if isinstance(record, OfferFailed)] + [
        record.by for record in records if isinstance(record, CallCompleted)
    ]


@pytest.mark.parametrize("state", LIVE)
def test_a_live_offer_has_a_deadline_until_they_talk(state: OfferState) -> None:
    stage = stage_at(state)
    assert (f"offer:{OFFER}" in stage.timers) == (state is not CONNECTED)


@pytest.mark.parametrize(("state", "seconds"), [(CREATED, 16), (RINGING, 16), (ANSWERED, 5), (PARKED, 5)])
def test_each_state_has_its_own_deadline(state: OfferState, seconds: float) -> None:
    stage = stage_at(state)
    assert stage.timers[f"offer:{OFFER}"] == stage.now + seconds


@pytest.mark.parametrize("state", [CREATED, RINGING, ANSWERED, PARKED])
def test_the_deadline_frees_both(state: OfferState) -> None:
    stage = stage_at(state)
    stage.wait(60)
    assert [record.why for record in stage.noted(OfferFailed)], "the offer did not end"
    assert OFFER not in stage.floor.offers
    assert OFFER not in stage.floor.legs


def test_a_call_is_recorded_step_by_step() -> None:
    stage = stage_at(CONNECTED)
    (rang,), (connected,) = stage.noted(OfferRang), stage.noted(CallConnected)
    assert (rang.offer_id, connected.offer_id, connected.call_id) == (OFFER, OFFER, "c1")
