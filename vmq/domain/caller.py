"""A caller in a queue: waiting → offered → connecting → talking → leaving → done.

Offered: an agent's telephone rings for him. Connecting: the agent answered. Leaving: the talk is over, his dialplan
has not been given back to him yet. A caller whose offer fails waits again, in his old place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vmq.domain.machine import Table


class CallerState(StrEnum):
    """Where a caller is on his way."""

    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTING = "connecting"
    TALKING = "talking"
    LEAVING = "leaving"
    DONE = "done"


_S = CallerState
IN_LINE = frozenset({_S.WAITING, _S.OFFERED, _S.CONNECTING})
"""The states in which a caller has a place in his queue."""

CALLER = Table(
    CallerState,
    [
        ("offer", [_S.WAITING], _S.OFFERED),
        ("answer", [_S.OFFERED], _S.CONNECTING),
        ("wait_again", [_S.OFFERED, _S.CONNECTING], _S.WAITING),
        ("connect", [_S.CONNECTING], _S.TALKING),
        ("end_talk", [_S.TALKING], _S.LEAVING),
        ("leave", [_S.WAITING, _S.OFFERED, _S.CONNECTING, _S.TALKING, _S.LEAVING], _S.DONE),
    ],
)

Place = tuple[int, float, str]
"""What orders callers: (-priority, entered_at, call_id)."""


@dataclass(slots=True, eq=False)
class Caller:
    """One caller on the floor. Times are epoch seconds.

    `began_at` is when his channel came to be (0 = not known), before he entered the queue. `leave_at` is when his
    longest wait is over (0 = never). `has_session` says that his AGI session is with us, without which he can't be
    connected; it began at `session_at`. `agent`, `interface`, `waited_s` and `talked_s` are set by a talk.
    """

    call_id: str
    channel: str
    queue: str
    entered_at: float
    began_at: float = 0.0
    number: str = ""
    name: str = ""
    priority: int = 0
    leave_at: float = 0.0
    state: CallerState = CallerState.WAITING
    offer_id: str | None = None
    has_session: bool = True
    session_at: float = 0.0
    bridge_id: str = ""
    position: int = 0
    agent: str = ""
    interface: str = ""
    waited_s: float = 0.0
    talked_s: float = 0.0

    @property
    def place(self) -> Place:
        """The caller's key in the order of his queue."""
        return (-self.priority, self.entered_at, self.call_id)

    def wait_s(self, now: float) -> float:
        """How long he has waited. Never negative: `entered_at` is read from Asterisk's clock."""
        return max(0.0, now - self.entered_at)
