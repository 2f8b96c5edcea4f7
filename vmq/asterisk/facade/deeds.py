"""What a client wants done with queues, as domain events: the same for AMI actions and for CLI commands.

Each function looks at the board and gives an Outcome, as the functions of apps/app_queue.c give one to both of their
doors, and the events that carry it out. Nothing is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from vmq.asterisk.facade.board import Board, Person
from vmq.asterisk.facade.channels import Channels
from vmq.domain import asked, events
from vmq.domain.device_rules import DeviceRules

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")
_MAX_NAME = 64


class Outcome(Enum):
    """What app_queue.c's functions answer (RES_OKAY, …); REFUSED is our own: no such device may be named."""

    OK = auto()
    EXISTS = auto()
    NO_QUEUE = auto()
    NOT_FOUND = auto()
    REFUSED = auto()


class Deed(NamedTuple):
    """How it ends, and the events that do it."""

    outcome: Outcome
    events: tuple[events.Event, ...] = ()


def add(
    board: Board,
    queue: str,
    interface: str,
    *,
    name: str = "",
    penalty: int = 0,
    is_paused: bool = False,
    reason: str = "",
    state_interface: str = "",
    by: str = "",
    devices: DeviceRules,
) -> Deed:
    """An interface is to serve a queue. The agent whose it is is logged in; if it is nobody's, one is made, if that
    device may be named."""
    line = board.find_line(queue)
    if line is None:
        return Deed(Outcome.NO_QUEUE)
    person = board.find_person(interface)
    if person is None:
        if devices.fault(interface):
            return Deed(Outcome.REFUSED)
        agent = _new_name(board, name, interface)
        joined = asked.MemberJoined(agent, line.name, penalty, interface, state_interface, is_paused, reason, by)
        return Deed(Outcome.OK, (joined,))
    is_there = person.name in line.members
    if is_there and person.is_member:
        return Deed(Outcome.EXISTS)
    done: list[events.Event] = []
    if not is_there:
        done.append(
            asked.MemberJoined(
                person.name, line.name, penalty, interface, state_interface, is_paused=is_paused, reason=reason, by=by
            )
        )
    elif line.members[person.name].penalty != penalty:
        done.append(asked.PenaltyChanged(person.name, line.name, penalty))
    if not person.is_member:
        done.append(asked.AgentLoggedIn(person.name))
    if is_there and is_paused:
        done.append(asked.MemberPauseChanged(person.name, line.name, True, reason))
    return Deed(Outcome.OK, tuple(done))


def remove(board: Board, queue: str, interface: str, *, by: str = "") -> Deed:
    """An interface is no longer to serve a queue. Who serves none then stays logged in, with nothing to do."""
    line = board.find_line(queue)
    if line is None:
        return Deed(Outcome.NO_QUEUE)
    person = board.find_person(interface)
    if person is None or person.name not in line.members or not person.is_member:
        return Deed(Outcome.NOT_FOUND)
    return Deed(Outcome.OK, (asked.MemberLeft(person.name, line.name, by),))


def pause(board: Board, interface: str, *, is_paused: bool, queue: str = "", reason: str = "") -> Deed:
    """An interface takes no calls, or takes them again: of one queue, or of all."""
    person = board.find_person(interface)
    if person is None or not person.is_member or not _serves(board, person, queue):
        return Deed(Outcome.NOT_FOUND)
    line = board.find_line(queue) if queue else None
    if line is not None:
        return Deed(Outcome.OK, (asked.MemberPauseChanged(person.name, line.name, is_paused, reason),))
    if is_paused:
        return Deed(Outcome.OK, (asked.AgentPaused(person.name, reason),))
    here = tuple(
        asked.MemberPauseChanged(person.name, line.name, False)
        for line, member in board.memberships(person.name)
        if member.is_paused
    )
    return Deed(Outcome.OK, (*here, asked.AgentUnpaused(person.name)))


def set_penalty(board: Board, interface: str, penalty: int, *, queue: str = "") -> Deed:
    """An interface gets another penalty, in one queue or in all."""
    person = board.find_person(interface)
    if person is None or not person.is_member or penalty < 0 or not _serves(board, person, queue):
        return Deed(Outcome.NOT_FOUND)
    line = board.find_line(queue) if queue else None
    return Deed(Outcome.OK, (asked.PenaltyChanged(person.name, line.name if line else "", penalty),))


def set_ring_in_use(board: Board, interface: str, *, rings: bool, queue: str = "") -> Deed:
    """vmq never rings a telephone that is in use: so much can be asked for, and no more."""
    person = board.find_person(interface)
    if person is None or not person.is_member or rings or not _serves(board, person, queue):
        return Deed(Outcome.NOT_FOUND)
    return Deed(Outcome.OK)


def set_priority(board: Board, channels: Channels, queue: str, channel: str, priority: int, *, by: str = "") -> Deed:
    """A waiting caller, by the name of his channel, gets another priority."""
    return _with_caller(board, channels, queue, channel, lambda id_: asked.CallerPriorityChanged(id_, priority, by=by))


def withdraw(board: Board, channels: Channels, queue: str, channel: str, info: str) -> Deed:
    """A waiting caller is taken out of his queue."""
    return _with_caller(board, channels, queue, channel, lambda id_: asked.CallerWithdrawn(id_, info))


def _with_caller(
    board: Board, channels: Channels, queue: str, channel: str, make: Callable[[str], events.Event]
) -> Deed:
    line = board.find_line(queue)
    if line is None:
        return Deed(Outcome.NO_QUEUE)
    found = next((caller for caller in line.callers if channels.name(caller.call_id) == channel), None)
    return Deed(Outcome.NOT_FOUND) if found is None else Deed(Outcome.OK, (make(found.call_id),))


def _serves(board: Board, person: Person, queue: str) -> bool:
    line = board.find_line(queue) if queue else None
    if queue:
        return line is not None and person.name in line.members
    return next(board.memberships(person.name), None) is not None


def _new_name(board: Board, name: str, interface: str) -> str:
    """A name for an agent who has none yet, of the signs that names may have, and nobody else's."""
    for text in (name, interface):
        candidate = _NOT_IN_NAMES.sub("_", text).strip("_.-")[:_MAX_NAME]
        if candidate and candidate not in board.people:
            return candidate
    base = _NOT_IN_NAMES.sub("_", interface).strip("_.-")[: _MAX_NAME - 8] or "agent"
    return next(name for number in range(2, 1_000_000) if (name := f"{base}_{number}") not in board.people)
