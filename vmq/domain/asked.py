"""What people and programs ask for: agents on their telephones or pages, supervisors, administrators, other programs.

Each is an event like those of vmq.domain.events: decided in its turn, and ignored when it means nothing (any more).
"""

from __future__ import annotations

from dataclasses import dataclass

from vmq.domain.events import Event
from vmq.domain.rules import HouseRules


@dataclass(frozen=True, slots=True)
class AgentLoggedIn(Event):
    """The agent starts work."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentLoggedOut(Event):
    """The agent ends work. A call that is under way goes on."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentPaused(Event):
    """The agent takes no calls for now."""

    agent: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentUnpaused(Event):
    """The agent takes calls again."""

    agent: str


@dataclass(frozen=True, slots=True)
class WrapUpEnded(Event):
    """The agent is done with the work after a call, before its time was over."""

    agent: str


@dataclass(frozen=True, slots=True)
class WrapUpExtended(Event):
    """The agent needs more time after a call: `by_s` more seconds."""

    agent: str
    by_s: float


@dataclass(frozen=True, slots=True)
class OfferRefused(Event):
    """The agent refused the call that rings, from his page or by a key, not on his telephone."""

    offer_id: str


@dataclass(frozen=True, slots=True)
class AgentMoved(Event):
    """The agent logs in on another telephone (hot-desking). `dial` empty = back to the telephones of his rules."""

    agent: str
    dial: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberJoined(Event):
    """The agent is to serve the queue (app_queue's AddQueueMember). An agent who isn't known comes with his `dial`."""

    agent: str
    queue: str
    penalty: int = 0
    dial: str = ""
    state_device: str = ""
    is_paused: bool = False
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class MemberLeft(Event):
    """The agent is no longer to serve the queue. A call of it that is under way goes on."""

    agent: str
    queue: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class MemberPauseChanged(Event):
    """The agent takes no calls of this one queue, or takes them again."""

    agent: str
    queue: str
    is_paused: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PenaltyChanged(Event):
    """The agent gets another penalty, in one queue or (empty) in all of his."""

    agent: str
    queue: str
    penalty: int


@dataclass(frozen=True, slots=True)
class CallerPriorityChanged(Event):
    """A waiting caller gets another priority; `position` 1.. puts him at a place among those of his priority."""

    call_id: str
    priority: int | None = None
    position: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class CallerWithdrawn(Event):
    """Somebody takes a waiting caller out of his queue: to his dialplan, or (`to`) to another queue."""

    call_id: str
    info: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class RulesChanged(Event):
    """The configuration changed while vmq runs: these are the rules of queues and agents from now on."""

    rules: HouseRules
    what: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class TransferAsked(Event):
    """The talk of this caller is to be transferred, as if his agent did it: to an extension of the dialplan.

    An empty context is that of TRANSFER_CONTEXT or of the agent's telephone, as for a transfer by the telephone.
    """

    call_id: str
    to: str
    context: str = ""
    is_attended: bool = False


@dataclass(frozen=True, slots=True)
class HoldAsked(Event):
    """The caller of this talk is to hear music and nobody else, or to be talked with again."""

    call_id: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class RecordingAsked(Event):
    """The talk is to be recorded: `change` is start, pause, resume or stop."""

    call_id: str
    change: str


@dataclass(frozen=True, slots=True)
class SupervisionAsked(Event):
    """`supervisor` (a name) is to hear the talk at his telephone `dial`; `mode` is listen (nobody hears him), whisper
    (the agent does), barge (both do), or empty: no longer. Of an agent `dial` may be left empty: his own telephone."""

    call_id: str
    supervisor: str
    mode: str
    dial: str = ""


@dataclass(frozen=True, slots=True)
class DialAsked(Event):
    """A number is to be dialled from a telephone, which rings first: an agent's own, or `telephone`, as Asterisk dials
    it."""

    to: str
    agent: str = ""
    telephone: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class NoteSent(Event):
    """Somebody has a few words for the agent, who need not read them now."""

    agent: str
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class NoteRead(Event):
    """The agent has read one of the notes to him."""

    agent: str
    note: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class DispositionChosen(Event):
    """What came of a call in its agent's words; possible from the talk's begin to the end of his wrap-up."""

    call_id: str
    disposition: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class EndAsked(Event):
    """The agent ends the talk, not on his telephone: the caller goes on as when the agent hangs up."""

    call_id: str
