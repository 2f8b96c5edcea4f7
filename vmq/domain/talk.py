"""What is known of a talk beside its offer: who is on hold, what is recorded, who supervises; and how that ends.

The offer says that two talk. This is made when somebody first does something in the talk, and forgotten with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vmq.domain.commands import EndSupervision, HoldCall, RecordCall
from vmq.domain.records import CallHeld, CallRecorded, CallSupervised

if TYPE_CHECKING:
    from vmq.domain.offer import Offer
    from vmq.domain.turn import Turn

MODES = ("listen", "whisper", "barge")
"""What a supervisor can do: nobody hears him, the agent does, both do."""


@dataclass(slots=True)
class Supervision:
    """One supervisor's leg. `begins_with` is the mode that it was made for; `is_hearing`: his telephone was answered,
    so the journal knows of him."""

    supervisor: str
    mode: str
    begins_with: str
    is_hearing: bool = False


@dataclass(slots=True)
class Talk:
    """`held` are the sides on hold: agent, caller (their telephones did it), music (somebody asked for it).

    `path` is what is recorded now, as Asterisk sees it; empty = nothing. `is_own`: a recording that was asked for,
    beside the one that begins with the talk. `take` counts recordings.
    """

    held: set[str] = field(default_factory=set)
    path: str = ""
    is_paused: bool = False
    is_own: bool = False
    take: int = 0
    supervisors: dict[str, Supervision] = field(default_factory=dict)
    legs: int = 0


def talk_of(turn: Turn, offer: Offer) -> Talk:
    """What is known of this offer's talk; an empty one at first."""
    return turn.floor.talks.setdefault(offer.offer_id, Talk())


def hold(turn: Turn, offer: Offer, side: str, is_held: bool) -> None:
    """One side is on hold or not any more. An end of what never began (Asterisk says one before each transfer) and a
    second beginning are nothing."""
    talk = turn.floor.talks.get(offer.offer_id)
    if is_held is (talk is not None and side in talk.held):
        return
    talk = talk_of(turn, offer)
    (talk.held.add if is_held else talk.held.discard)(side)
    _note_hold(turn, offer, side, is_held)


def _note_hold(turn: Turn, offer: Offer, side: str, is_held: bool) -> None:
    turn.note(CallHeld(offer.offer_id, offer.call_id, "" if side == "caller" else offer.agent, is_held, side))


def recorded(turn: Turn, offer: Offer, change: str) -> None:
    """Asterisk says that the talk's recording started, was paused, resumed or stopped."""
    talk = turn.floor.talks.get(offer.offer_id)
    if talk is None or not talk.path:
        return
    path, talk.is_paused = talk.path, change == "paused"
    if change == "stopped":
        talk.path, talk.is_own = "", False
    turn.note(CallRecorded(offer.offer_id, offer.call_id, path, change))


def over(turn: Turn, offer: Offer) -> None:
    """The talk ended, however: whoever supervised it is hung up, music ends, and what was recorded is closed.

    Asterisk ends most of that by itself, with the agent's leg. A leg that was transferred lives on.
    """
    turn.floor.wrapping[offer.agent] = offer
    talk = turn.floor.talks.pop(offer.offer_id, None)
    if talk is None:
        return
    for side in sorted(talk.held):
        _note_hold(turn, offer, side, False)
    if "music" in talk.held:
        turn.do(HoldCall(offer.offer_id, offer.call_id, offer.channel, False))
    if talk.path:
        turn.do(RecordCall(offer.offer_id, offer.call_id, offer.channel, talk.path, "stop", talk.is_own))
        turn.note(CallRecorded(offer.offer_id, offer.call_id, talk.path, "stopped"))
    for supervision_id, supervision in talk.supervisors.items():
        turn.do(EndSupervision(supervision_id))
        if supervision.is_hearing:
            turn.note(CallSupervised(offer.offer_id, offer.call_id, supervision.supervisor, ""))
