"""The Queue… actions of AMI: each one's right, what it answers in app_queue's words, and what it has vmq do.

`Action: Command` with a `queue …` command is in vmq.asterisk.facade.console. Source: apps/app_queue.c of Asterisk 22.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from vmq.asterisk.facade import deeds, lists
from vmq.asterisk.facade.deeds import Deed, Outcome
from vmq.asterisk.facade.events import Added, Scene, member_headers
from vmq.asterisk.facade.rights import AGENT, NONE, is_false, is_true
from vmq.asterisk.facade.wire import Action, Headers, text_of
from vmq.domain.device_rules import DeviceRules
from vmq.domain.events import Event
from vmq.domain.records import LineLogged, Record
from vmq.domain.rules import PenaltyChange

_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")


@dataclass(frozen=True, slots=True)
class Desk:
    """What an action may look at. `by` says who asks, in the journal; `now` is epoch seconds."""

    scene: Scene
    now: float
    by: str = ""
    penalty_rules: Mapping[str, Sequence[PenaltyChange]] = field(default_factory=dict)
    can_reload: bool = False
    devices: DeviceRules = field(default_factory=DeviceRules)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an action. With `ends` it is a list of `entries`, whose closing event has that name.

    `events` are for the engine, `records` for the journal, `added` for every client; `reloads` asks for the
    configuration to be read anew, `output` is what a CLI command prints.
    """

    response: str = "Success"
    text: str = ""
    headers: Headers = ()
    entries: tuple[Added, ...] = ()
    ends: str = ""
    events: tuple[Event, ...] = ()
    records: tuple[Record, ...] = ()
    added: tuple[Added, ...] = ()
    reloads: bool = False
    output: tuple[str, ...] | None = None


class Own(NamedTuple):
    """An action that vmq answers itself: the classes of which its user needs one, and what it does."""

    needs: int
    answer: Callable[[Desk, Action], Reply]


def failed(text: str) -> Reply:
    """An error."""
    return Reply("Error", text)


def done(text: str, deed: Deed) -> Reply:
    """Success: the events do it."""
    return Reply(text=text, events=deed.events)


def integer(text: str, default: int) -> int:
    """A number as sscanf("%d") reads it: what follows the digits doesn't matter."""
    found = _INTEGER.match(text)
    return int(found[1]) if found else default


def ring_in_use_told(scene: Scene, interface: str, queue: str) -> tuple[Added, ...]:
    """The event of a ringinuse that was set."""
    person = scene.board.find_person(interface)
    if person is None:
        return ()
    line = scene.board.find_line(queue) if queue else None
    return tuple(
        Added("QueueMemberRinginuse", member_headers(one, member))
        for one, member in scene.board.memberships(person.name)
        if line is None or one is line
    )


def reset_queues(scene: Scene, queue: str) -> None:
    """Begin the figures of a queue, or of all, anew. They are the facade's own; reports have theirs."""
    for line in scene.board.lines.values():
        if not queue or line.name.lower() == queue.lower():
            line.reset()


def _status(desk: Desk, action: Action) -> Reply:
    board, channels = desk.scene.board, desk.scene.channels
    entries = lists.status(board, channels, action.get("Queue"), action.get("Member"), desk.now)
    return Reply(text="Queue status will follow", entries=tuple(entries), ends="QueueStatusComplete")


def _summary(desk: Desk, action: Action) -> Reply:
    entries = lists.summary(desk.scene.board, action.get("Queue"), desk.now)
    return Reply(text="Queue summary will follow", entries=tuple(entries), ends="QueueSummaryComplete")


def _rule(desk: Desk, action: Action) -> Reply:
    return Reply(headers=tuple(lists.rules(desk.penalty_rules, action.get("Rule"))))


def _add(desk: Desk, action: Action) -> Reply:
    queue, interface = action.get("Queue"), action.get("Interface")
    if not queue:
        return failed("'Queue' not specified.")
    if not interface:
        return failed("'Interface' not specified.")
    deed = deeds.add(
        desk.scene.board,
        text_of(queue),
        text_of(interface),
        name=text_of(action.get("MemberName")),
        penalty=max(0, integer(action.get("Penalty"), 0)),
        is_paused=is_true(action.get("Paused")),
        reason=text_of(action.get("Reason")),
        state_interface=text_of(action.get("StateInterface")),
        by=desk.by,
        devices=desk.devices,
    )
    match deed.outcome:
        case Outcome.OK:
            return done("Added interface to queue", deed)
        case Outcome.EXISTS:
            return failed("Unable to add interface: Already there")
        case Outcome.REFUSED:
            return failed(f"Unable to add interface: {desk.devices.fault(text_of(interface))}")
        case _:
            return failed("Unable to add interface to queue: No such queue")


def _remove(desk: Desk, action: Action) -> Reply:
    queue, interface = action.get("Queue"), action.get("Interface")
    if not queue or not interface:
        return failed("Need 'Queue' and 'Interface' parameters.")
    deed = deeds.remove(desk.scene.board, queue, interface, by=desk.by)
    match deed.outcome:
        case Outcome.OK:
            return done("Removed interface from queue", deed)
        case Outcome.NO_QUEUE:
            return failed("Unable to remove interface from queue: No such queue")
        case _:
            return failed("Unable to remove interface: Not there")


def _pause(desk: Desk, action: Action) -> Reply:
    interface, paused = action.get("Interface"), action.get("Paused")
    if not interface or not paused:
        return failed("Need 'Interface' and 'Paused' parameters.")
    is_paused = is_true(paused)
    queue, reason = action.get("Queue"), text_of(action.get("Reason"))
    deed = deeds.pause(desk.scene.board, interface, is_paused=is_paused, queue=queue, reason=reason)
    if deed.outcome is not Outcome.OK:
        return failed("Interface not found")
    return done(f"Interface {'paused' if is_paused else 'unpaused'} successfully", deed)


def _penalty(desk: Desk, action: Action) -> Reply:
    interface, penalty = action.get("Interface"), action.get("Penalty")
    if not interface or not penalty:
        return failed("Need 'Interface' and 'Penalty' parameters.")
    deed = deeds.set_penalty(desk.scene.board, interface, integer(penalty, 0), queue=action.get("Queue"))
    if deed.outcome is not Outcome.OK:
        return failed("Invalid interface, queuename or penalty")
    return done("Interface penalty set successfully", deed)


def _ring_in_use(desk: Desk, action: Action) -> Reply:
    interface, wanted, queue = action.get("Interface"), action.get("RingInUse"), action.get("Queue")
    if not interface or not wanted:
        return failed("Need 'Interface' and 'RingInUse' parameters.")
    if not is_true(wanted) and not is_false(wanted):
        return failed("'RingInUse' parameter must be a truth value (yes/no, on/off, 0/1, etc)")
    deed = deeds.set_ring_in_use(desk.scene.board, interface, rings=is_true(wanted), queue=queue)
    if deed.outcome is not Outcome.OK:
        return failed("Invalid interface, queuename, or ringinuse value")
    return Reply(text="Interface ringinuse set successfully", added=ring_in_use_told(desk.scene, interface, queue))


def _log(_desk: Desk, action: Action) -> Reply:
    queue, event = action.get("Queue"), action.get("Event")
    if not queue or not event:
        return failed("Need 'Queue' and 'Event' parameters.")
    call_id, agent = action.get("UniqueId") or "NONE", action.get("Interface")
    line = LineLogged(*map(text_of, (call_id, queue, agent, event, action.get("Message"))))
    return Reply(text="Event added successfully", records=(line,))


def _reload(desk: Desk, _action: Action) -> Reply:
    if not desk.can_reload:
        return failed("Error encountered while reloading queue")
    return Reply(text="Queue reloaded successfully", reloads=True)


def _reset(desk: Desk, action: Action) -> Reply:
    reset_queues(desk.scene, action.get("Queue"))
    return Reply(text="Queue stats reset successfully")


def _priority(desk: Desk, action: Action) -> Reply:
    queue, caller, priority = action.get("Queue"), action.get("Caller"), action.get("Priority")
    for name, value in (("Queue", queue), ("Caller", caller), ("Priority", priority)):
        if not value:
            return failed(f"'{name}' not specified.")
    if not _INTEGER.match(priority):
        return failed("'Priority' need integer.")
    scene = desk.scene
    deed = deeds.set_priority(scene.board, scene.channels, queue, caller, integer(priority, 0), by=desk.by)
    if deed.outcome is Outcome.OK:
        return done("Priority change for caller on queue", deed)
    return failed(f"Unable to change priority caller on queue: {_no_such(deed)}")


def _withdraw(desk: Desk, action: Action) -> Reply:
    queue, caller = action.get("Queue"), action.get("Caller")
    for name, value in (("Queue", queue), ("Caller", caller)):
        if not value:
            return failed(f"'{name}' not specified.")
    info = text_of(action.get("WithdrawInfo"))
    deed = deeds.withdraw(desk.scene.board, desk.scene.channels, queue, caller, info)
    if deed.outcome is Outcome.OK:
        return done("Withdraw requested successfully", deed)
    return failed(f"Unable to request withdraw from queue: {_no_such(deed)}")


def _no_such(deed: Deed) -> str:
    return "No such queue" if deed.outcome is Outcome.NO_QUEUE else "No such caller"


OWN: dict[str, Own] = {
    "queueadd": Own(AGENT, _add),
    "queuechangeprioritycaller": Own(AGENT, _priority),
    "queuelog": Own(AGENT, _log),
    "queuememberringinuse": Own(AGENT, _ring_in_use),
    "queuepause": Own(AGENT, _pause),
    "queuepenalty": Own(AGENT, _penalty),
    "queuereload": Own(AGENT, _reload),
    "queueremove": Own(AGENT, _remove),
    "queuereset": Own(AGENT, _reset),
    "queuerule": Own(NONE, _rule),
    "queuestatus": Own(NONE, _status),
    "queuesummary": Own(NONE, _summary),
    "queuewithdrawcaller": Own(AGENT, _withdraw),
}
"""By lower-case name. Rights are app_queue's, but for four that change something and that it lets everybody do:
QueueChangePriorityCaller, QueueReload, QueueReset, QueueWithdrawCaller."""
