"""The three state tables as such: all states can be reached and left, and a table knows its own mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from vmq.domain.agent import AGENT, AgentStatus
from vmq.domain.caller import CALLER, CallerState
from vmq.domain.machine import Table
from vmq.domain.offer import OFFER, OfferState

TABLES = [(AGENT, None), (CALLER, CallerState.DONE), (OFFER, OfferState.DONE)]


@dataclass(slots=True, eq=False)
class Thing:
    """Nothing but a state."""

    state: AgentStatus | CallerState | OfferState


def after(table: Table, state: AgentStatus | CallerState | OfferState) -> set[object]:
    """All states that one trigger leads to."""
    found = set()
    for trigger in table.triggers:
        thing = Thing(state)
        if table.fire(thing, trigger):
            found.add(thing.state)
    return found


@pytest.mark.parametrize(("table", "end"), TABLES)
def test_every_state_can_be_reached_and_left(table: Table, end: object) -> None:
    states = list(table.states)
    reached, todo = {states[0]}, [states[0]]
    while todo:
        for state in after(table, todo.pop()) - reached:
            reached.add(state)
            todo.append(state)
    assert reached == set(states)
    assert {state for state in states if not after(table, state)} == ({end} if end else set())


@pytest.mark.parametrize("state", [state for state in CallerState if state is not CallerState.DONE])
def test_a_caller_can_leave_from_everywhere(state: CallerState) -> None:
    assert CALLER.allows(Thing(state), "leave")


@pytest.mark.parametrize("state", [state for state in OfferState if state is not OfferState.DONE])
def test_an_offer_can_end_from_everywhere(state: OfferState) -> None:
    assert OFFER.allows(Thing(state), "end")


def test_a_trigger_that_no_row_has_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        OFFER.fire(Thing(OfferState.CREATED), "rnig")


def test_no_library_gives_a_way_around_the_table() -> None:
    assert not [trigger for table, _ in TABLES for trigger in table.triggers if trigger.startswith("to_")]
