"""An offer: one agent reserved for one caller. created → ringing → answered → parked → connected → done.

Every state has a way out: created and ringing end at the ring deadline, answered and parked at theirs, connected when
one of the two hangs up, is transferred, or is no longer in the world that Asterisk shows after a reconnect.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vmq.domain.machine import Table

RING_GRACE_S = 1.0
"""Asterisk's own dial time-out ends the ring (so that the telephone shows a missed call); ours is behind it by this."""
CONFIRM_S = 20.0
"""How much longer an offer may take when the agent has to confirm it by a key."""
PARK_S = 5.0
"""From the commit to the leg standing in the holding bridge."""
WHISPER_S = 20.0
"""How much longer that may take when the agent is told about the call first."""
CONNECT_S = 5.0
"""From the connect command to caller and leg standing in one bridge."""
LEG_GONE_S = 5.0
"""From a leg's end being asked for to its hang-up being seen; after it the leg is hung up once more and forgotten."""


class OfferState(StrEnum):
    """How far an offer has come."""

    CREATED = "created"
    RINGING = "ringing"
    ANSWERED = "answered"
    PARKED = "parked"
    CONNECTED = "connected"
    DONE = "done"


_S = OfferState
UNANSWERED = frozenset({_S.CREATED, _S.RINGING})
"""The states in which the agent has not committed: the offer can be withdrawn without a word."""

OFFER = Table(
    OfferState,
    [
        ("ring", [_S.CREATED], _S.RINGING),
        ("answer", [_S.CREATED, _S.RINGING], _S.ANSWERED),
        ("park", [_S.ANSWERED], _S.PARKED),
        ("connect", [_S.PARKED], _S.CONNECTED),
        ("end", [_S.CREATED, _S.RINGING, _S.ANSWERED, _S.PARKED, _S.CONNECTED], _S.DONE),
    ],
)


@dataclass(slots=True, eq=False)
class Offer:
    """One offer. Times are epoch seconds, 0 = not yet. `channel` is the answered leg's full name."""

    offer_id: str
    call_id: str
    queue: str
    agent: str
    made_at: float
    state: OfferState = OfferState.CREATED
    channel: str = ""
    bridge_id: str = ""
    answered_at: float = 0.0
    connected_at: float = 0.0

    @property
    def is_unanswered(self) -> bool:
        """True until the agent has committed to the call."""
        return self.state in UNANSWERED

    def ring_s(self, now: float) -> float:
        """How long it rang (so far)."""
        return max(0.0, (self.answered_at or now) - self.made_at)
