"""What of the floor and of the journal somebody sees: a supervisor his queues and who serves them, an agent his own.

Whose something is, is asked anew each time: agents come to queues and go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmq.access.rights import Right, SubjectOf, Who, may_open_mailbox
from vmq.domain.records import AgentNotesChanged, NumberDialled, Record

_PERSONAL = (AgentNotesChanged, NumberDialled)
"""Of an agent, and no business of those who serve the same queues."""


class Sight:
    """What `who` sees."""

    def __init__(self, who: Who, subject: SubjectOf) -> None:
        self._who = who
        self._subject = subject

    def queues(self) -> frozenset[str] | None:
        """The queues he sees; None = all."""
        if Right.SUPERVISE in self._who.rights:
            return self._who.queues
        return self._subject("agent", self._who.agent).queues if self._who.agent else frozenset()

    @property
    def sees_all(self) -> bool:
        """True when nothing of queues and agents is hidden from him."""
        return self._who.sees_all

    def is_agent(self, name: str) -> bool:
        """Is he this agent?"""
        return name == self._who.agent != ""

    def sees_queue(self, name: str) -> bool:
        """Does he see this queue, and its callers?"""
        queues = self.queues()
        return queues is None or name in queues

    def sees_agent(self, name: str) -> bool:
        """Does he see this agent: himself, or who serves a queue that he sees?"""
        queues = self.queues()
        return queues is None or name == self._who.agent or bool(queues & self._subject("agent", name).queues)

    def floor(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """The part of the floor that he sees, in the floor's shape."""
        if self._who.sees_all:
            return dict(view)
        return {
            **view,
            "queues": [queue for queue in view["queues"] if self.sees_queue(queue["name"])],
            "agents": [self._agent(agent) for agent in view["agents"] if self.sees_agent(agent["name"])],
        }

    def _agent(self, view: Mapping[str, Any]) -> Mapping[str, Any]:
        """What he sees of an agent: all of himself, of others not what they do for queues that he doesn't see."""
        if self.is_agent(view["name"]):
            return view
        offer, memberships = view["offer"], view["memberships"]
        wraps_up = bool(view["wraps_up_queue"]) and self.sees_queue(view["wraps_up_queue"])
        return {
            **view,
            "queues": [name for name in view["queues"] if self.sees_queue(name)],
            "memberships": [member for member in memberships if self.sees_queue(member["queue"])],
            "wraps_up": view["wraps_up"] if wraps_up else "",
            "wraps_up_queue": view["wraps_up_queue"] if wraps_up else "",
            "offer": offer if offer and self.sees_queue(offer["queue"]) else None,
            "notes": view["notes"] if Right.SUPERVISE in self._who.rights else [],
        }

    def sees(self, record: Record) -> bool:  # noqa: PLR0911 - one for each sort of record
        """Does he see this entry of the journal? A mailbox's only its owner does; what is nobody's, everybody."""
        if mailbox := getattr(record, "mailbox", ""):
            return may_open_mailbox(self._who, mailbox)
        if self._who.sees_all or hasattr(record, "party"):  # a front door belongs to the whole house
            return self._who.sees_all
        if isinstance(record, _PERSONAL) and (Right.SUPERVISE not in self._who.rights or not record.agent):
            return self.is_agent(record.agent)
        if queue := getattr(record, "queue", ""):
            return self.sees_queue(queue) or self.is_agent(getattr(record, "agent", ""))
        if agent := getattr(record, "agent", ""):
            return self.sees_agent(agent)
        if call := getattr(record, "call_id", ""):
            whose = self._subject("call", call)
            return any(map(self.sees_queue, whose.queues)) or (self._who.agent in whose.agents)
        return True
