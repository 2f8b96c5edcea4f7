"""What to do: every command a decision can give, in the imperative. Adapters carry them out; none is awaited."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vmq.domain.screen import Screen


class QueueStatus(StrEnum):
    """QUEUESTATUS as the dialplan reads it: app_queue.c's own values, then vmq's. CONTINUE is an answered call's."""

    TIMEOUT = "TIMEOUT"
    FULL = "FULL"
    CONTINUE = "CONTINUE"
    WITHDRAW = "WITHDRAW"
    JOINEMPTY = "JOINEMPTY"
    LEAVEEMPTY = "LEAVEEMPTY"
    CLOSED = "CLOSED"
    ATTEMPTS = "ATTEMPTS"
    KEY = "KEY"
    VOICEMAIL = "VOICEMAIL"
    CALLBACK = "CALLBACK"
    MOVED = "MOVED"
    UNKNOWN_QUEUE = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Command:
    """Base of all commands."""


@dataclass(frozen=True, slots=True)
class RingAgent(Command):
    """Originate the agent leg of an offer. `dial` is Asterisk's Tech/resource; `ring_s` the time it may ring.

    With `must_confirm` the answered leg is asked for a key before it counts as answered (LegAnswered), so that no voice
    mailbox of somebody else's takes the call. `dial` may be several, parted by `&`: all ring, the first to answer wins.
    `line` is the outside line that the leg is on, empty for none; the leg is to remember it over a restart.
    `voice` names the queue's personality, `facts` are what its dialogue with the agent may say, `variables` are set on
    the leg, and what `screen` knows. `auto_answer` is the make of a telephone that is to answer by itself (see
    vmq.asterisk.auto_answer); empty = a person answers.
    """

    offer_id: str
    call_id: str
    agent: str
    queue: str
    dial: str
    ring_s: float
    caller_number: str = ""
    caller_name: str = ""
    must_confirm: bool = False
    voice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    screen: Screen | None = None
    auto_answer: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class ParkLeg(Command):
    """Tell an answered leg that its offer stands: it goes into the holding bridge and waits there."""

    offer_id: str


@dataclass(frozen=True, slots=True)
class DismissLeg(Command):
    """Tell an answered leg that its offer is gone."""

    offer_id: str


@dataclass(frozen=True, slots=True)
class HangUpLeg(Command):
    """End an offer's leg whatever it is doing. Cause 26 = answered elsewhere: no missed call on the telephone."""

    offer_id: str
    cause: int = 26


@dataclass(frozen=True, slots=True)
class ConnectCaller(Command):
    """Let the caller's session bridge to a parked leg. `leg_channel` is the leg's full channel name."""

    call_id: str
    offer_id: str
    leg_channel: str


@dataclass(frozen=True, slots=True)
class ReleaseCaller(Command):
    """Let the caller go on in the dialplan, with QUEUESTATUS and these other channel variables set."""

    call_id: str
    status: QueueStatus
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RunDialogue(Command):
    """Talk to a waiting caller, or after his call: run a flow of the queue's voice. DialogueEnded answers.

    `flow` is announce, callback, voicemail_offer or survey; `facts` are what it may say, as text (a flag is 1 or
    empty). Any other command for the caller cuts it off.
    """

    call_id: str
    flow: str
    voice: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RingCaller(Command):
    """Originate the call back of a caller who hung up. His channel gets `call_id` as its Uniqueid, so that he is again
    who he was; when he answers he is asked for a key (flow callback_answer: DialogueEnded), then joins `queue`.

    `dial` is Asterisk's Tech/resource with his number in it. `voice` and `facts` as in RunDialogue.
    """

    call_id: str
    queue: str
    dial: str
    ring_s: float
    number: str = ""
    voice: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HangUpCaller(Command):
    """End the channel of a caller who is being called back, whatever it is doing."""

    call_id: str
    cause: int = 26


@dataclass(frozen=True, slots=True)
class SetTimer(Command):
    """Make TimerFired(key) an event at `at` (epoch seconds). A key has one timer: the new time replaces the old."""

    key: str
    at: float


@dataclass(frozen=True, slots=True)
class CancelTimer(Command):
    """Forget a timer, if there is one."""

    key: str


@dataclass(frozen=True, slots=True)
class PublishDevice(Command):
    """Publish a device state of our own, e.g. Custom:vmq_ann, for lamps and for other programs."""

    device: str
    state: str


@dataclass(frozen=True, slots=True)
class SetLamp(Command):
    """Publish a mailbox's counts to its telephones (message waiting indication). `new` leaves the urgent ones out."""

    mailbox: str
    new: int
    old: int
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class SetVariables(Command):
    """Let a caller's channel know what `screen` knows before it is connected; record the talk into `record`, and let
    both use `features` (Bridge()'s letters), unless these are empty."""

    channel: str
    screen: Screen
    record: str = ""
    features: str = ""


@dataclass(frozen=True, slots=True)
class TransferCall(Command):
    """Transfer whom this channel talks with, as if its telephone did. CallTransferred tells when it is done."""

    channel: str
    to: str
    context: str = ""
    is_attended: bool = False


@dataclass(frozen=True, slots=True)
class DialNumber(Command):
    """Ring a telephone (`dial`, as Asterisk dials it); when it answers, it dials `number` in a context of the
    dialplan."""

    dial: str
    number: str
    context: str


@dataclass(frozen=True, slots=True)
class HoldCall(Command):
    """Let the caller hear music and nobody hear anybody, or let both talk again. `channel` is the agent's."""

    offer_id: str
    call_id: str
    channel: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class RecordCall(Command):
    """Record a talk that is under way into `path`, or pause, resume or stop (`change`) its recording.

    `is_own`: it is one that RecordCall started, beside the caller's own that began with the talk.
    """

    offer_id: str
    call_id: str
    channel: str
    path: str
    change: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class SuperviseCall(Command):
    """Ring a supervisor's telephone, and let it hear `channel` (the agent's), in this mode from the beginning."""

    supervision_id: str
    supervisor: str
    dial: str
    channel: str
    mode: str


@dataclass(frozen=True, slots=True)
class SwitchSupervision(Command):
    """Let a supervisor listen, whisper or barge from now on."""

    supervision_id: str
    mode: str


@dataclass(frozen=True, slots=True)
class EndSupervision(Command):
    """Hang up a supervisor's leg."""

    supervision_id: str
