"""A journal to report on: records in at the times a test says, entries out, and short ways to fold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vmq.domain.records import CallCompleted, CallConnected, CallerAbandoned, CallerEntered, CallerLeft, Record
from vmq.domain.rules import AgentRules, HouseRules, QueueRules
from vmq.engine.ports import JournalEntry

START = 1_763_845_200.0
"""A whole hour: 2025-11-22 21:00 UTC."""

HOUSE = HouseRules(
    queues=(QueueRules("sales", service_level_s=20, short_abandon_s=3), QueueRules("support")),
    agents=(
        AgentRules("ann", "PJSIP/1001", ("sales", "support"), full_name="Ann Lee", is_logged_in=False),
        AgentRules("bob", "PJSIP/1002", ("support",), is_logged_in=False),
    ),
)


@dataclass
class Book:
    """Entries in the making. `at` is in seconds after START."""

    entries: list[JournalEntry] = field(default_factory=list)

    def note(self, at: float, *records: Record) -> Book:
        """Records of one moment."""
        for record in records:
            self.entries.append(JournalEntry(len(self.entries) + 1, START + at, record))
        return self

    def enter(self, at: float, call: str = "c1", queue: str = "sales", **more: object) -> Book:
        """A caller enters."""
        fields: dict[str, object] = {
            "number": "0301234567", "name": "Carla", "priority": 0, "position": 1, "entered_at": START + at,
        } | more  # fmt: skip
        return self.note(at, CallerEntered(call, queue, **fields))  # type: ignore[arg-type]

    def connect(self, at: float, call: str = "c1", agent: str = "ann", *, wait_s: float, ring_s: float = 2.5) -> Book:
        """An agent answers; the offer has the call's name."""
        queue = self.queue_of(call)
        return self.note(at, CallConnected(f"o-{call}", call, queue, agent, wait_s, ring_s))

    def complete(self, at: float, call: str = "c1", by: str = "agent", **more: str) -> Book:
        """The talk is over."""
        talk = next(
            e for e in reversed(self.entries) if isinstance(e.record, CallConnected) and e.record.call_id == call
        )
        was = talk.record
        assert isinstance(was, CallConnected)
        talk_s = START + at - talk.at
        return self.note(at, CallCompleted(was.offer_id, call, was.queue, was.agent, was.wait_s, talk_s, by, **more))

    def abandon(self, at: float, call: str = "c1", *, wait_s: float, position: int = 1) -> Book:
        """The caller hangs up."""
        return self.note(at, CallerAbandoned(call, self.queue_of(call), position, wait_s))

    def leave(self, at: float, call: str = "c1", *, status: str, position: int = 1, **more: object) -> Book:
        """The caller leaves unanswered."""
        fields: dict[str, object] = {"wait_s": 0.0} | more
        queue = self.queue_of(call) if position else "sales"
        return self.note(at, CallerLeft(call, queue, status, position, **fields))  # type: ignore[arg-type]

    def queue_of(self, call: str) -> str:
        """Where the call is."""
        entered = [e.record for e in self.entries if isinstance(e.record, CallerEntered) and e.record.call_id == call]
        return entered[-1].queue if entered else "sales"

    def after(self, id: int) -> Sequence[JournalEntry]:
        """The entries behind this one."""
        return self.entries[id:]
