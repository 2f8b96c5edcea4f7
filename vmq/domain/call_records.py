"""What the journal keeps of callers, offers and talks of queues, and of calls back."""

from __future__ import annotations

from dataclasses import dataclass

from vmq.domain.record import Record


@dataclass(frozen=True, slots=True)
class CallerEntered(Record):
    """A caller took his place in a queue (1 = next). `is_return` after a restart of vmq or a lost session. `did` is the
    number that he called."""

    call_id: str
    queue: str
    number: str
    name: str
    priority: int
    position: int
    entered_at: float
    is_return: bool = False
    url: str = ""
    did: str = ""


@dataclass(frozen=True, slots=True)
class CallerMoved(Record):
    """Somebody gave a waiting caller another priority or place in his queue."""

    call_id: str
    queue: str
    priority: int
    position: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class OfferMade(Record):
    """A caller was offered to an agent, whose telephone is being rung. `url` is the page to open for the call."""

    offer_id: str
    call_id: str
    queue: str
    agent: str
    wait_s: float
    url: str = ""


@dataclass(frozen=True, slots=True)
class OfferRang(Record):
    """The agent's telephone rings."""

    offer_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class OfferFailed(Record):
    """An offer came to nothing.

    `why`: busy, refused, redirected, no_answer, unreachable, hung_up, caller_gone, wait_over (the caller's longest),
    other_agent (another one has answered) or withdrawn.
    """

    offer_id: str
    call_id: str
    queue: str
    agent: str
    why: str
    ring_s: float


@dataclass(frozen=True, slots=True)
class CallConnected(Record):
    """Caller and agent talk."""

    offer_id: str
    call_id: str
    queue: str
    agent: str
    wait_s: float
    ring_s: float


@dataclass(frozen=True, slots=True)
class CallCompleted(Record):
    """The agent's part of the talk is over. `by`: caller, agent, or transfer.

    Of a transfer, `transfer` says blind or attended, and `transfer_to` where to in queue_log's words: `exten|context`,
    `BRIDGE|id`, `APP|application` or `LINK|channel|channel`.
    """

    offer_id: str
    call_id: str
    queue: str
    agent: str
    wait_s: float
    talk_s: float
    by: str
    transfer: str = ""
    transfer_to: str = ""


@dataclass(frozen=True, slots=True)
class CallerAbandoned(Record):
    """The caller hung up before anybody answered."""

    call_id: str
    queue: str
    position: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class CallerLeft(Record):
    """The caller left unanswered, with this QUEUESTATUS; a `position` of 0 says that he never got in.

    `why` is finer: timeout, full, empty (to join or to stay), key, withdrawn, closed, attempts, callback, voicemail,
    moved, unknown_queue, away. `info` is the keys he pressed, the withdrawer's words, or where the overflow sent him.
    """

    call_id: str
    queue: str
    status: str
    position: int
    wait_s: float
    why: str = ""
    info: str = ""


@dataclass(frozen=True, slots=True)
class CallHeld(Record):
    """One side of a talk was put on hold, or taken back.

    `side` says by what: the agent's telephone, the caller's, or music that somebody asked for.
    """

    offer_id: str
    call_id: str
    agent: str
    is_held: bool
    side: str = ""


@dataclass(frozen=True, slots=True)
class CallRecorded(Record):
    """A talk is being recorded into `path` (as Asterisk sees it): started, paused, resumed or stopped."""

    offer_id: str
    call_id: str
    path: str
    change: str


@dataclass(frozen=True, slots=True)
class CallSupervised(Record):
    """A supervisor listens, whispers or barges in (`mode`), or has stopped (`mode` empty)."""

    offer_id: str
    call_id: str
    supervisor: str
    mode: str


@dataclass(frozen=True, slots=True)
class DispositionSet(Record):
    """What came of a call, in the agent's words: one of the queue's dispositions, and a note."""

    offer_id: str
    call_id: str
    queue: str
    agent: str
    disposition: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallbackAsked(Record):
    """A caller hung up to be called back: his place stays, under the id of a call that does not exist yet.

    What he needs (skills in the words of vmq.domain.skills, penalties as QUEUE_MIN_PENALTY and its like) is as it was
    then; `relaxes` says that the queue's steps of skills go on for him.
    """

    callback_id: str
    call_id: str
    queue: str
    number: str
    entered_at: float
    priority: int = 0
    name: str = ""
    url: str = ""
    needs: str = ""
    min_penalty: int | None = None
    max_penalty: int | None = None
    raise_penalty: str = ""
    relaxes: bool = False


@dataclass(frozen=True, slots=True)
class CallbackTried(Record):
    """The number was called. `outcome`: answered, busy, no_answer, unreachable, not_confirmed."""

    callback_id: str
    queue: str
    attempt: int
    outcome: str


@dataclass(frozen=True, slots=True)
class CallbackEnded(Record):
    """The call back is over. `how`: connected, given_up, cancelled."""

    callback_id: str
    queue: str
    how: str


@dataclass(frozen=True, slots=True)
class SurveyAnswered(Record):
    """What a caller answered after his call: the question's name in the flow, and his answer."""

    call_id: str
    queue: str
    agent: str
    question: str
    answer: str
