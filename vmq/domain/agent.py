"""An agent: the person's status as a machine, the telephone's state beside it, and what reserves the agent.

offline → available ⇄ paused, available → wrap_up → available. The status says whether the person works; the device says
whether the telephone can ring. Both are needed for a call to be offered. Several agents may share one device (a desk).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vmq.domain.device import DeviceState
from vmq.domain.machine import Table
from vmq.domain.membership import Membership
from vmq.domain.note import Note
from vmq.domain.rules import AgentRules


class AgentStatus(StrEnum):
    """What the person says of himself, or the engine for him (wrap-up)."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    PAUSED = "paused"
    WRAP_UP = "wrap_up"

    @property
    def is_working(self) -> bool:
        """True unless the person has logged out."""
        return self is not AgentStatus.OFFLINE


_WORKING = (AgentStatus.AVAILABLE, AgentStatus.PAUSED, AgentStatus.WRAP_UP)

AGENT = Table(
    AgentStatus,
    [
        ("log_in", [AgentStatus.OFFLINE], AgentStatus.AVAILABLE),
        ("log_out", _WORKING, AgentStatus.OFFLINE),
        ("pause", _WORKING, AgentStatus.PAUSED),
        ("unpause", [AgentStatus.PAUSED], AgentStatus.AVAILABLE),
        ("wrap_up", [AgentStatus.AVAILABLE], AgentStatus.WRAP_UP),
        ("end_wrap_up", [AgentStatus.WRAP_UP], AgentStatus.AVAILABLE),
    ],
)


@dataclass(slots=True, eq=False)
class Device:
    """A telephone, its agents, and the legs of ours that live on it.

    A leg reserves the device before Asterisk says so: between Originate and the first 180 it still reads NOT_INUSE.
    `is_ours`: vmq publishes its state, and does not believe what comes back.
    """

    name: str
    state: DeviceState = DeviceState.UNKNOWN
    agents: list[Agent] = field(default_factory=list)
    legs: set[str] = field(default_factory=set)
    is_ours: bool = False

    @property
    def is_free(self) -> bool:
        """True when the telephone can ring now."""
        return self.state.is_free and not self.legs

    @property
    def is_busy(self) -> bool:
        """True when somebody uses the telephone, so that its agent can't take a call on another one either."""
        return self.state.is_busy or bool(self.legs)


@dataclass(slots=True, eq=False)
class Agent:
    """One agent on the floor. Times are epoch seconds; `until` and `back_off_until` are 0 when there is none.

    `since` is when the status last changed. `next_status` is what a pause or log-out during a call will make of the
    status when the call is over. `dials` are his telephones as Asterisk dials them, one for each of `devices`;
    hot-desking changes both. `logged_in_at`, `busy_s` and `busy_from` are for his `occupancy`: the share of his time
    that he talked or wrapped up, 0 to 1, as it was when he last became free. `is_leaving`: no longer configured, and
    goes when his call is over. `notes` he hasn't read. `is_indexed`, `counted_as`, `heeds_presence` and
    `stands_behind` tell the floor what it has indexed him as.
    """

    rules: AgentRules
    devices: tuple[Device, ...]
    dials: tuple[str, ...] = ()
    memberships: tuple[Membership, ...] = ()
    state: AgentStatus = AgentStatus.OFFLINE
    since: float = 0.0
    idle_since: float = 0.0
    reason: str = ""
    until: float = 0.0
    next_status: AgentStatus | None = None
    next_reason: str = ""
    offer_id: str | None = None
    back_off_until: float = 0.0
    is_indexed: bool = False
    counted_as: tuple[AgentStatus, frozenset[str]] | None = None
    heeds_presence: bool = False
    stands_behind: tuple[tuple[str, ...], tuple[float, str]] | None = None
    published: DeviceState | None = None
    logged_in_at: float = 0.0
    busy_s: float = 0.0
    busy_from: float = 0.0
    occupancy: float = 0.0
    is_leaving: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """The agent's unique name."""
        return self.rules.name

    @property
    def device(self) -> Device:
        """His first telephone."""
        return self.devices[0]

    @property
    def order(self) -> tuple[float, str]:
        """Who comes first among free agents: the longest idle, then by name."""
        return (self.idle_since, self.name)

    @property
    def can_ring(self) -> bool:
        """True when none of his telephones is in use, and at least one can ring."""
        if len(self.devices) == 1:
            return self.devices[0].is_free
        return any(device.is_free for device in self.devices) and not any(device.is_busy for device in self.devices)

    @property
    def is_free(self) -> bool:
        """True when a caller can be offered to the agent now."""
        return (
            self.state is AgentStatus.AVAILABLE
            and self.offer_id is None
            and not self.back_off_until
            and not self.is_leaving
            and self.can_ring
        )
