"""What the journal keeps: one flat record for each thing that somebody may ask about later.

A record is written once and never changed. Reports, the live stream and recovery read records; nothing else tells them
what happened. `RECORDS` maps a kind (the class name) to its class, for reading them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vmq.domain.door_records import DoorCalled, DoorForgiven
from vmq.domain.record import Record

__all__ = ["RECORDS", "DoorCalled", "DoorForgiven", "Record"]


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


@dataclass(frozen=True, slots=True)
class EngineStarted(Record):
    """vmq started."""

    version: str = ""


@dataclass(frozen=True, slots=True)
class RulesReloaded(Record):
    """The rules of queues and agents changed while vmq ran. `what` names those that did, parted by commas."""

    what: str = ""
    by: str = ""


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


@dataclass(frozen=True, slots=True)
class WorldRebuilt(Record):
    """After a (re)connect the floor was rebuilt: how many callers wait, how many talk."""

    waiting: int
    talking: int


@dataclass(frozen=True, slots=True)
class LinkDown(Record):
    """The link to Asterisk went down."""


@dataclass(frozen=True, slots=True)
class MessageStored(Record):
    """A voice message is on disk and in the database."""

    message_id: str
    mailbox: str
    caller_number: str
    duration_s: float
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class MessageChanged(Record):
    """A message was heard, moved, deleted or undeleted. `change` names it; `folder` is where it is now."""

    message_id: str
    mailbox: str
    change: str
    folder: str


@dataclass(frozen=True, slots=True)
class MessageTranscribed(Record):
    """What is said in a message was written down: so many words, and how sure the recogniser is (0 to 1). The text is
    not here: it goes when its message does."""

    message_id: str
    mailbox: str
    language: str
    words: int
    confidence: float


@dataclass(frozen=True, slots=True)
class MessageTold(Record):
    """Somebody outside was told of a message: an address by mail or pager, a webhook or command by its name."""

    message_id: str
    mailbox: str
    way: str
    recipient: str


@dataclass(frozen=True, slots=True)
class DeliveryGivenUp(Record):
    """Somebody outside was not told of a message, and won't be unless an administrator asks for it."""

    message_id: str
    mailbox: str
    way: str
    recipient: str
    error: str


@dataclass(frozen=True, slots=True)
class MailboxMade(Record):
    """A mailbox came to be because a message was left for it or its owner logged in."""

    mailbox: str


@dataclass(frozen=True, slots=True)
class LampSet(Record):
    """The lamp of a mailbox was set from these counts."""

    mailbox: str
    new: int
    old: int
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class LoginRefused(Record):
    """A wrong PIN was given for a mailbox; `is_locked` when that was one too many."""

    mailbox: str
    attempts: int
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class LineLogged(Record):
    """Another program's own line for queue_log (AMI QueueLog). `message` may hold `|`, which part its data."""

    call_id: str
    queue: str
    agent: str
    event: str
    message: str = ""


RECORDS: dict[str, type[Record]] = {cls.__name__: cls for cls in Record.__subclasses__()}
