"""What panels see of the queues: members, callers in their order, and the figures that app_queue keeps.

Set from the floor's view, then kept true by the journal's records (vmq.asterisk.facade.events), so that each event
shows the state of its own moment. Times are epoch seconds, 0 = never; figures count from vmq's start, as app_queue's
do from its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

DEVICE_STATES = (
    "UNKNOWN",
    "NOT_INUSE",
    "INUSE",
    "BUSY",
    "INVALID",
    "UNAVAILABLE",
    "RINGING",
    "RINGINUSE",
    "ONHOLD",
)
"""Asterisk's device states; the place of one is its number."""

OFFLINE, AVAILABLE, PAUSED = "offline", "available", "paused"


@dataclass(slots=True)
class Person:
    """An agent, over all queues. `is_member` as long as he is logged in: to app_queue's eyes nobody else is there."""

    name: str
    interface: str
    state_interface: str = ""
    device_state: str = "UNKNOWN"
    status: str = OFFLINE
    is_paused: bool = False
    reason: str = ""
    paused_at: float = 0.0
    full_name: str = ""

    @property
    def member_name(self) -> str:
        """What app_queue calls a member: his full name, where he has one (as in queue_log)."""
        return self.full_name or self.name

    @property
    def is_member(self) -> bool:
        """True while he is logged in."""
        return self.status != OFFLINE

    @property
    def status_number(self) -> int:
        """The state of his telephone as app_queue numbers it."""
        return DEVICE_STATES.index(self.device_state) if self.device_state in DEVICE_STATES else 0


@dataclass(slots=True)
class Member:
    """An agent in one queue."""

    person: Person
    penalty: int = 0
    is_paused: bool = False
    reason: str = ""
    paused_at: float = 0.0
    joined_at: float = 0.0
    calls: int = 0
    last_call: float = 0.0
    is_in_call: bool = False

    @property
    def is_paused_here(self) -> bool:
        """True when he takes no calls of this queue."""
        return self.is_paused or self.person.is_paused

    @property
    def why_paused(self) -> str:
        """The reason he gave."""
        return self.reason if self.is_paused else self.person.reason

    @property
    def last_pause(self) -> float:
        """When he last paused."""
        return max(self.paused_at, self.person.paused_at)

    @property
    def is_reachable(self) -> bool:
        """True for one that app_queue counts as logged in: his telephone is there."""
        return self.person.device_state not in ("UNAVAILABLE", "INVALID")

    @property
    def is_available(self) -> bool:
        """True when he could take a call, by his telephone and his pauses."""
        return self.person.device_state in ("NOT_INUSE", "UNKNOWN") and not self.is_paused_here


@dataclass(slots=True)
class Waiting:
    """A caller who waits, or has waited, in a queue. `position` is where he entered."""

    call_id: str
    queue: str
    number: str = ""
    name: str = ""
    priority: int = 0
    entered_at: float = 0.0
    position: int = 0


@dataclass(slots=True)
class Line:
    """A queue: its rules as panels show them, its members, its callers in order, its figures."""

    name: str
    strategy: str = "longest_idle"
    max_length: int = 0
    weight: int = 0
    service_level_s: float = 0.0
    members: dict[str, Member] = field(default_factory=dict)
    callers: list[Waiting] = field(default_factory=list)
    hold_s: int = 0
    talk_s: int = 0
    completed: int = 0
    completed_in_level: int = 0
    abandoned: int = 0
    abandoned_in_level: int = 0

    @property
    def level(self) -> float:
        """Service level in per cent, of the calls that were answered."""
        return 100 * self.completed_in_level / self.completed if self.completed else 0.0

    @property
    def level_of_all(self) -> float:
        """Service level in per cent, of all calls."""
        calls = self.completed + self.abandoned
        return 100 * (self.completed_in_level + self.abandoned_in_level) / calls if calls else 0.0

    @property
    def present(self) -> list[Member]:
        """The members who are logged in."""
        return [member for member in self.members.values() if member.person.is_member]

    def reset(self) -> None:
        """Begin all figures anew (QueueReset)."""
        self.hold_s = self.talk_s = 0
        self.completed = self.completed_in_level = self.abandoned = self.abandoned_in_level = 0
        for member in self.members.values():
            member.calls, member.last_call = 0, 0.0


@dataclass(slots=True)
class Call:
    """An offer, from its making to the end of its call. `is_called` once AgentCalled was told; `hold_s` (whole seconds)
    and `connected_at` once it was answered."""

    offer_id: str
    call_id: str
    queue: str
    agent: str
    interface: str
    is_called: bool = False
    hold_s: int = 0
    connected_at: float = 0.0


class Board:
    """All of it. `callers` has everybody who waits or talks, by call."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.lines: dict[str, Line] = {}
        self.callers: dict[str, Waiting] = {}
        self.calls: dict[str, Call] = {}

    def sync(self, view: Mapping[str, Any], now: float) -> None:
        """Agree with the floor's view (vmq.domain.view); figures of queues and members that stay are kept."""
        old, self.lines = self.lines, {}
        before = {name: line.members for name, line in old.items()}
        for row in view["queues"]:
            line = self.lines[row["name"]] = old.get(row["name"], Line(row["name"]))
            line.strategy, line.max_length, line.weight = row["strategy"], row["max_length"], row["weight"]
            line.service_level_s = row["service_level_s"]
            line.callers = [self._waiting(line.name, caller) for caller in row["callers"]]
            line.members = {}
            for caller in row["talking"]:
                self._waiting(line.name, caller)
        self.people = {row["name"]: self._person(row) for row in view["agents"]}
        for row in view["agents"]:
            for place in row["memberships"]:
                known = before.get(place["queue"], {}).get(row["name"])
                member = known or Member(self.people[row["name"]], joined_at=row["logged_in_at"] or now)
                member.person, member.penalty = self.people[row["name"]], place["penalty"]
                member.is_paused, member.reason = place["is_paused"], place["reason"]
                self.line(place["queue"]).members[row["name"]] = member

    def _person(self, row: Mapping[str, Any]) -> Person:
        interface = "&".join(row["dial"])
        person = self.people.get(row["name"]) or Person(row["name"], interface)
        person.interface, person.device_state = interface, row["device_state"]
        person.state_interface, person.full_name = row["device"], row["full_name"]
        person.status = row["status"]
        person.is_paused = PAUSED in (row["status"], row["next_status"])
        person.reason = row["reason"] if person.is_paused else ""
        return person

    def _waiting(self, queue: str, row: Mapping[str, Any]) -> Waiting:
        known = self.callers.get(row["call_id"])
        caller = known or Waiting(row["call_id"], queue, position=row["position"])
        caller.queue, caller.number, caller.name = queue, row["number"], row["name"]
        caller.priority, caller.entered_at = row["priority"], row["entered_at"]
        self.callers[caller.call_id] = caller
        return caller

    def line(self, queue: str) -> Line:
        """The queue; one that isn't known yet comes to be."""
        return self.lines.setdefault(queue, Line(queue))

    def find_line(self, queue: str) -> Line | None:
        """The queue of this name, without regard to case, as app_queue finds it."""
        wanted = queue.lower()
        return self.lines.get(queue) or next(
            (line for line in self.lines.values() if line.name.lower() == wanted), None
        )

    def person(self, agent: str) -> Person:
        """The agent; one that isn't known yet comes to be."""
        return self.people.setdefault(agent, Person(agent, agent))

    def find_person(self, interface: str) -> Person | None:
        """The agent whose telephone, or one of whose telephones, this is, without regard to case."""
        wanted = interface.lower()
        people = ((person, person.interface.lower()) for person in self.people.values())
        return next((person for person, own in people if wanted == own or wanted in own.split("&")), None)

    def memberships(self, agent: str) -> Iterator[tuple[Line, Member]]:
        """The queues that the agent serves."""
        for line in self.lines.values():
            if agent in line.members:
                yield line, line.members[agent]

    def position(self, caller: Waiting) -> int:
        """The caller's place now, 1 = next; 0 when he has none."""
        line = self.lines.get(caller.queue)
        return line.callers.index(caller) + 1 if line is not None and caller in line.callers else 0
