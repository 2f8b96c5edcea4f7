"""The journal's records → app_queue's events: one function a record, in a table. Each also keeps the board true.

Names, headers, values and their order are those of apps/app_queue.c of Asterisk 22; every event is of the class
`agent`. What vmq has and app_queue has not is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from vmq.asterisk.facade.board import AVAILABLE, OFFLINE, PAUSED, Board, Call, Line, Member, Person, Waiting
from vmq.asterisk.facade.channels import Channels
from vmq.asterisk.facade.wire import Header, Headers
from vmq.domain import records
from vmq.domain.events import leg_id, offer_of_leg

DUMPED = "hung_up"
UNTOLD = frozenset({"caller_gone", "withdrawn"})
"""Why an offer failed without the agent having let it ring: app_queue tells nobody."""
NOT_ABANDONED = frozenset({"key", "callback", "moved", "voicemail"})
"""Why a caller left of his own will, which app_queue doesn't count as giving up."""


class Added(NamedTuple):
    """An event to send to every client that may read it."""

    name: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Scene:
    """What the events are made from: the board, and the channels as Asterisk shows them."""

    board: Board = field(default_factory=Board)
    channels: Channels = field(default_factory=Channels)

    def events(self, record: records.Record, at: float) -> list[Added]:
        """What a record of this time (epoch seconds) means to app_queue's friends; often nothing."""
        make = TABLE.get(type(record))
        return make(self, record, at) if make is not None else []

    def resync(self, view: Mapping[str, Any], at: float) -> list[Added]:
        """The rules changed: agree with the floor's view, and tell who serves a queue that he did not, or no more."""
        was = self._members()
        self.board.sync(view, at)
        now = self._members()
        gone = [Added("QueueMemberRemoved", headers) for key, headers in was.items() if key not in now]
        return gone + [Added("QueueMemberAdded", headers) for key, headers in now.items() if key not in was]

    def _members(self) -> dict[tuple[str, str], Headers]:
        lines = self.board.lines.values()
        return {(line.name, one.person.name): member_headers(line, one) for line in lines for one in line.present}

    def leg_seen(self, channel_id: str) -> list[Added]:
        """A channel came to be: if it is an agent's leg, he has been called."""
        call = self.board.calls.get(offer_of_leg(channel_id) or "")
        return [] if call is None or call.is_called else [_called(self, call)]


def member_headers(line: Line, member: Member) -> Headers:
    """What every QueueMember… event says (queue_member_blob_create())."""
    person = member.person
    return (
        ("Queue", line.name),
        ("MemberName", person.member_name),
        ("Interface", person.interface),
        ("StateInterface", person.state_interface or person.interface),
        ("Membership", "dynamic"),
        ("Penalty", member.penalty),
        ("CallsTaken", member.calls),
        ("LastCall", int(member.last_call)),
        ("LastPause", int(member.last_pause)),
        ("LoginTime", int(member.joined_at)),
        ("InCall", int(member.is_in_call)),
        ("Status", person.status_number),
        ("Paused", int(member.is_paused_here)),
        ("PausedReason", member.why_paused),
        ("Ringinuse", 0),
        ("Wrapuptime", 0),
    )


def whole_seconds(begin: float, end: float) -> int:
    """From one second on the clock to another, as app_queue and its queue_log count; never negative."""
    return max(0, int(end) - int(begin))


def average(old: int, new: int, is_first: bool) -> int:
    """app_queue's moving average of whole seconds."""
    return new if is_first else (3 * old + new) // 4


def _caller(scene: Scene, call_id: str) -> Headers:
    caller = scene.board.callers.get(call_id) or Waiting(call_id, "")
    return scene.channels.headers(call_id, CallerIDNum=caller.number, CallerIDName=caller.name)


def _both(scene: Scene, call: Call) -> Headers:
    leg = scene.channels.headers(leg_id(call.offer_id), "Dest")
    name = scene.board.person(call.agent).member_name
    who: Headers = (("Queue", call.queue), ("Interface", call.interface), ("MemberName", name))
    return (*_caller(scene, call.call_id), *leg, *who)


def _called(scene: Scene, call: Call) -> Added:
    call.is_called = True
    return Added("AgentCalled", _both(scene, call))


def _call(scene: Scene, record: Any) -> Call:
    """The offer of a record; one of before vmq's start comes to be."""
    person = scene.board.person(record.agent)
    fresh = Call(record.offer_id, record.call_id, record.queue, record.agent, person.interface)
    return scene.board.calls.setdefault(record.offer_id, fresh)


def _changed(scene: Scene, name: str, person: Person) -> list[Added]:
    return [Added(name, member_headers(line, member)) for line, member in scene.board.memberships(person.name)]


def _entered(scene: Scene, record: records.CallerEntered, _at: float) -> list[Added]:
    board = scene.board
    line = board.line(record.queue)
    known = board.callers.get(record.call_id)
    if known is not None and known in line.callers:
        return []
    caller = Waiting(
        record.call_id, record.queue, record.number, record.name, record.priority, record.entered_at, record.position
    )
    board.callers[record.call_id] = caller
    if not record.position:  # he talks already, since before vmq's start
        return []
    line.callers.insert(record.position - 1, caller)
    place: Headers = (("Queue", line.name), ("Position", record.position), ("Count", len(line.callers)))
    return [Added("QueueCallerJoin", (*_caller(scene, record.call_id), *place))]


def _moved(scene: Scene, record: records.CallerMoved, _at: float) -> list[Added]:
    line, caller = scene.board.line(record.queue), scene.board.callers.get(record.call_id)
    if caller is not None and caller in line.callers:
        line.callers.remove(caller)
        line.callers.insert(max(0, record.position - 1), caller)
        caller.priority = record.priority
    return []


def _leave(scene: Scene, call_id: str) -> list[Added]:
    """He has no place any more."""
    caller = scene.board.callers.get(call_id)
    position = scene.board.position(caller) if caller is not None else 0
    if caller is None or not position:
        return []
    line = scene.board.line(caller.queue)
    line.callers.remove(caller)
    place: Headers = (("Queue", line.name), ("Position", position), ("Count", len(line.callers)))
    return [Added("QueueCallerLeave", (*_caller(scene, call_id), *place))]


def _give_up(scene: Scene, call_id: str, at: float) -> list[Added]:
    """He leaves unanswered, and counts as having given up. app_queue tells it before his leaving."""
    caller = scene.board.callers.get(call_id)
    position = scene.board.position(caller) if caller is not None else 0
    if caller is None or not position:
        return []
    line = scene.board.line(caller.queue)
    hold_s = whole_seconds(caller.entered_at, at)
    line.abandoned += 1
    line.abandoned_in_level += hold_s <= line.service_level_s
    what: Headers = (
        ("Queue", line.name),
        ("Position", position),
        ("OriginalPosition", caller.position),
        ("HoldTime", hold_s),
    )
    given_up = Added("QueueCallerAbandon", (*_caller(scene, call_id), *what))
    events = [given_up, *_leave(scene, call_id)]
    scene.board.callers.pop(call_id, None)
    return events


def _abandoned(scene: Scene, record: records.CallerAbandoned, at: float) -> list[Added]:
    return _give_up(scene, record.call_id, at)


def _left(scene: Scene, record: records.CallerLeft, at: float) -> list[Added]:
    if record.why not in NOT_ABANDONED:
        return _give_up(scene, record.call_id, at)
    events = _leave(scene, record.call_id)
    scene.board.callers.pop(record.call_id, None)
    return events


def _offered(scene: Scene, record: records.OfferMade, _at: float) -> list[Added]:
    call = _call(scene, record)
    return [_called(scene, call)] if scene.channels.knows(leg_id(record.offer_id)) else []


def _failed(scene: Scene, record: records.OfferFailed, _at: float) -> list[Added]:
    """A leg that was never made has called nobody."""
    call = scene.board.calls.pop(record.offer_id, None)
    if call is None or not call.is_called or record.why in UNTOLD:
        return []
    if record.why == DUMPED:
        return [Added("AgentDump", _both(scene, call))]
    ring: Header = ("RingTime", round(record.ring_s * 1000))
    return [Added("AgentRingNoAnswer", (*_both(scene, call), ring))]


def _connected(scene: Scene, record: records.CallConnected, at: float) -> list[Added]:
    call, line = _call(scene, record), scene.board.line(record.queue)
    caller = scene.board.callers.get(record.call_id)
    call.connected_at = at
    call.hold_s = whole_seconds(caller.entered_at, at) if caller is not None else int(record.wait_s)
    events = [] if call.is_called else [_called(scene, call)]
    events += _leave(scene, record.call_id)
    line.hold_s = average(line.hold_s, call.hold_s, not line.completed + line.abandoned)
    member = line.members.get(record.agent)
    if member is not None:
        member.is_in_call = True
    times: Headers = (("HoldTime", call.hold_s), ("RingTime", int(record.ring_s)))
    return [*events, Added("AgentConnect", (*_both(scene, call), *times))]


def _completed(scene: Scene, record: records.CallCompleted, at: float) -> list[Added]:
    """Told before the figures change, as app_queue does."""
    call, line = _call(scene, record), scene.board.line(record.queue)
    is_seen = bool(call.connected_at)
    hold_s = call.hold_s if is_seen else int(record.wait_s)
    talk_s = whole_seconds(call.connected_at, at) if is_seen else int(record.talk_s)
    what: Headers = (("HoldTime", hold_s), ("TalkTime", talk_s), ("Reason", record.by))
    event = Added("AgentComplete", (*_both(scene, call), *what))
    scene.board.calls.pop(record.offer_id, None)
    scene.board.callers.pop(record.call_id, None)
    line.completed += 1
    line.completed_in_level += hold_s <= line.service_level_s
    line.talk_s = average(line.talk_s, talk_s, line.completed == 1)
    member = line.members.get(record.agent)
    if member is not None:
        member.is_in_call, member.calls, member.last_call = False, member.calls + 1, at
    return [event]


def _status(scene: Scene, record: records.AgentStatusChanged, at: float) -> list[Added]:
    """Logging in and out is joining and leaving; a pause wished for during a call shows at once, as in app_queue."""
    person = scene.board.person(record.agent)
    was_member, was_paused, had = person.is_member, person.is_paused, person.reason
    leaving = _changed(scene, "QueueMemberRemoved", person) if was_member and record.status == OFFLINE else []
    person.status = record.status
    person.is_paused = PAUSED in (record.status, record.next_status)
    person.reason = record.reason if person.is_paused else ""
    if person.is_paused and not was_paused:
        person.paused_at = at
    if leaving or not person.is_member:
        return leaving
    if not was_member:
        for _, member in scene.board.memberships(person.name):
            member.joined_at = at
        return _changed(scene, "QueueMemberAdded", person)
    is_new = (was_paused, had) != (person.is_paused, person.reason)
    return _changed(scene, "QueueMemberPause", person) if is_new else []


def _device(scene: Scene, record: records.AgentDeviceChanged, _at: float) -> list[Added]:
    person = scene.board.person(record.agent)
    person.state_interface, person.device_state = record.device, record.state
    return _changed(scene, "QueueMemberStatus", person) if person.is_member else []


def _added(scene: Scene, record: records.MemberAdded, at: float) -> list[Added]:
    is_new = record.agent not in scene.board.people
    person, line = scene.board.person(record.agent), scene.board.line(record.queue)
    person.interface = record.interface or person.interface
    if is_new:
        person.status = AVAILABLE
    known = line.members.get(record.agent)
    member = line.members[record.agent] = known or Member(person, joined_at=at)
    member.penalty, member.is_paused = record.penalty, record.is_paused
    if known is not None or not person.is_member:
        return []
    return [Added("QueueMemberAdded", member_headers(line, member))]


def _removed(scene: Scene, record: records.MemberRemoved, _at: float) -> list[Added]:
    line = scene.board.line(record.queue)
    member = line.members.pop(record.agent, None)
    if member is None or not member.person.is_member:
        return []
    return [Added("QueueMemberRemoved", member_headers(line, member))]


def _paused_here(scene: Scene, record: records.MemberPaused, at: float) -> list[Added]:
    line = scene.board.line(record.queue)
    member = line.members.get(record.agent)
    if member is None:
        return []
    member.is_paused, member.reason = record.is_paused, record.reason if record.is_paused else ""
    if record.is_paused:
        member.paused_at = at
    return [Added("QueueMemberPause", member_headers(line, member))] if member.person.is_member else []


def _penalty(scene: Scene, record: records.PenaltySet, _at: float) -> list[Added]:
    line = scene.board.line(record.queue)
    member = line.members.get(record.agent)
    if member is None:
        return []
    member.penalty = record.penalty
    return [Added("QueueMemberPenalty", member_headers(line, member))] if member.person.is_member else []


TABLE: dict[type[records.Record], Callable[[Scene, Any, float], list[Added]]] = {
    records.AgentDeviceChanged: _device,
    records.AgentStatusChanged: _status,
    records.CallCompleted: _completed,
    records.CallConnected: _connected,
    records.CallerAbandoned: _abandoned,
    records.CallerEntered: _entered,
    records.CallerLeft: _left,
    records.CallerMoved: _moved,
    records.MemberAdded: _added,
    records.MemberPaused: _paused_here,
    records.MemberRemoved: _removed,
    records.OfferFailed: _failed,
    records.OfferMade: _offered,
    records.PenaltySet: _penalty,
}
"""Who translates which record."""
