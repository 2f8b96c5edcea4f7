"""What the journal keeps of agents and of their places in queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vmq.domain.record import Record


@dataclass(frozen=True, slots=True)
class AgentStatusChanged(Record):
    """The agent's own status: offline, available, paused, wrap_up. The newest of an agent is what recovery restores.

    `idle_since` is what "longest idle" compares; `until` is when a wrap-up ends (0 = open). `next_status` (offline,
    paused) is what the end of the call under way will make of it, `reason` then its reason.
    """

    agent: str
    status: str
    reason: str = ""
    idle_since: float = 0.0
    until: float = 0.0
    next_status: str = ""


@dataclass(frozen=True, slots=True)
class AgentTelephoneChanged(Record):
    """The agent works on other telephones (`dial`, several parted by `&`); empty: on his own again."""

    agent: str
    dial: str = ""


@dataclass(frozen=True, slots=True)
class AgentNotesChanged(Record):
    """What the agent has not read yet (each as vmq.domain.note.Note), after somebody wrote or read something."""

    agent: str
    notes: tuple[dict[str, Any], ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class NumberDialled(Record):
    """Somebody had a number dialled from a telephone: an agent's, or (empty) that of who has none."""

    agent: str
    telephone: str
    number: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class AgentDeviceChanged(Record):
    """The agent's telephone changed its state (Asterisk's word)."""

    agent: str
    device: str
    state: str


@dataclass(frozen=True, slots=True)
class MemberAdded(Record):
    """The agent serves the queue from now on. `interface` is what is dialled; `penalty` his tier (0 comes first)."""

    agent: str
    queue: str
    interface: str = ""
    penalty: int = 0
    is_paused: bool = False
    by: str = ""
    state_device: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MemberRemoved(Record):
    """The agent doesn't serve the queue any more."""

    agent: str
    queue: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class MemberPaused(Record):
    """The agent takes no calls of this one queue, or takes them again. A pause of all is AgentStatusChanged."""

    agent: str
    queue: str
    is_paused: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PenaltySet(Record):
    """The agent has another penalty in a queue."""

    agent: str
    queue: str
    penalty: int
