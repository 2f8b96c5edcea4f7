"""A caller in a queue: waiting → offered → connecting → talking → leaving → done.

Offered: telephones ring for him, one or (ring-all) several. Connecting: an agent answered. Leaving: the talk is over,
his dialplan has not been given back to him yet. A caller whose last offer fails waits again, in his old place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vmq.domain.callback import Callback
from vmq.domain.machine import Table
from vmq.domain.need import ANYBODY, Change, Need
from vmq.domain.voice import Voice


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
UNANSWERED = frozenset({_S.WAITING, _S.OFFERED})
"""The states in which nobody has answered him yet."""

CALLER = Table(
    CallerState,
    [
        ("offer", [_S.WAITING], _S.OFFERED),
        ("answer", [_S.OFFERED], _S.CONNECTING),
        ("ring_again", [_S.CONNECTING], _S.OFFERED),
        ("wait_again", [_S.OFFERED, _S.CONNECTING], _S.WAITING),
        ("connect", [_S.CONNECTING], _S.TALKING),
        ("end_talk", [_S.TALKING], _S.LEAVING),
        ("leave", [_S.WAITING, _S.OFFERED, _S.CONNECTING, _S.TALKING, _S.LEAVING], _S.DONE),
    ],
)

Place = tuple[int, int, float, str]
"""What orders callers, also of several queues: (-queue's weight, -priority, time of entry, call_id).

With ageing the priority is 0 and the time so many seconds earlier (see `place_of`).
"""


def place_of(weight: int, ageing_s: float, priority: int, entered_at: float, call_id: str) -> Place:
    """A caller's place. With ageing each step of priority is worth `ageing_s` seconds of waiting: then who waits long
    enough comes before anybody who comes later, whatever his priority, and no place ever has to be computed anew."""
    if ageing_s > 0:
        return (-weight, 0, entered_at - priority * ageing_s, call_id)
    return (-weight, -priority, entered_at, call_id)


@dataclass(slots=True, eq=False)
class Caller:
    """One caller on the floor. Times are epoch seconds.

    `began_at` is when his channel came to be (0 = not known), before he entered the queue. `leave_at` is when his
    longest wait is over (0 = never). `has_session` says that his AGI session is with us, without which he can't be
    connected; it began at `session_at`. `agent`, `interface`, `waited_s` and `talked_s` are set by a talk.

    `ringing` are his offers that nobody has answered yet, in their order; `won_id` is the one that an agent answered.
    `need` says whom he can be offered to, `changes` how that will change; while `prefers` names an agent he waits for
    that one alone. `ring_tier` is the tier of penalties that rings for him, `last_tried` the key of the agent whom he
    was offered last, `attempts` counts offers that were refused or let ring. `voice` is what he was told, `callback` is
    there for one who is (to be) called back.
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
    has_session: bool = True
    session_at: float = 0.0
    bridge_id: str = ""
    position: int = 0
    entry_position: int = 0
    url: str = ""
    agent: str = ""
    interface: str = ""
    waited_s: float = 0.0
    talked_s: float = 0.0
    place: Place = (0, 0, 0.0, "")
    ringing: dict[str, None] = field(default_factory=dict)
    won_id: str = ""
    need: Need = ANYBODY
    changes: list[Change] = field(default_factory=list)
    prefers: str = ""
    ring_tier: int = 0
    last_tried: tuple[object, ...] = ()
    attempts: int = 0
    voice: Voice = field(default_factory=Voice)
    callback: Callback | None = None

    @property
    def offer_id(self) -> str | None:
        """The offer that holds him: the answered one, else the first that rings; None while he only waits."""
        return self.won_id or next(iter(self.ringing), None)

    def wait_s(self, now: float) -> float:
        """How long he has waited. Never negative: `entered_at` is read from Asterisk's clock."""
        return max(0.0, now - self.entered_at)
