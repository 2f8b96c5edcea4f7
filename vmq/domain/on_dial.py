"""A call that somebody begins on his page: his telephone rings first, then the number is dialled from it."""

from __future__ import annotations

from vmq.domain.asked import DialAsked
from vmq.domain.commands import DialNumber
from vmq.domain.dialling import dialled
from vmq.domain.numbers import is_number
from vmq.domain.records import NumberDialled
from vmq.domain.telephones import dial_for
from vmq.domain.turn import Turn


def on_dial_asked(turn: Turn, event: DialAsked) -> None:
    """In the context that the configuration names for this: without one nothing is dialled. An agent's telephones are
    those that can ring now; one that vmq rings already is not rung twice."""
    floor = turn.floor
    agent = floor.agents.get(event.agent)
    telephone = event.telephone or (dial_for(floor, agent) if agent is not None else "")
    number = dialled(floor.numbers, event.to)
    if floor.numbers.context and floor.is_linked and telephone and is_number(number):
        turn.do(DialNumber(telephone, number, floor.numbers.context))
        turn.note(NumberDialled(event.agent, telephone, number, event.by))
