"""What happened: every event that can reach a decision, in the past tense.

The adapters make them from AMI messages, AGI sessions and HTTP requests; the engine makes TimerFired. Times are epoch
seconds (float). `call_id` is the caller channel's Uniqueid, `offer_id` is ours (16 hex digits), and the agent leg of an
offer carries the channel id `vmq-<offer_id>` (see `leg_id`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vmq.domain.device import DeviceState
from vmq.domain.rules import HouseRules

LEG_PREFIX = "vmq-"
CALLBACK_PREFIX = "vmqc-"
"""Begins the id of a call that doesn't exist yet, and of its channel when it does: a call back's."""


def leg_id(offer_id: str) -> str:
    """The channel id of an offer's agent leg. All have one length, since Bridge() matches ids by prefix."""
    return f"{LEG_PREFIX}{offer_id}"


def offer_of_leg(channel_id: str) -> str | None:
    """The offer whose agent leg has this channel id, or None for somebody else's channel."""
    return channel_id.removeprefix(LEG_PREFIX) if channel_id.startswith(LEG_PREFIX) else None


class LegEnd(StrEnum):
    """Why an agent leg, or a call back, ended without (or after) a call, from Hangup's cause."""

    BUSY = "busy"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    HUNG_UP = "hung_up"


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class CallerJoined(Event):
    """A caller's AGI session asks for a queue. `entered_at` is when he first entered it, also over a restart of vmq;
    `began_at` when his channel came to be (0 = not known).

    The rest is what his dialplan asks for: `position` a place in the line (0 = by time), `needs` skills in the words of
    vmq.domain.skills, `prefers` an agent who is to have him for `prefers_s` before anybody else, the penalties as
    QUEUE_MIN_PENALTY, QUEUE_MAX_PENALTY and QUEUE_RAISE_PENALTY, `penalty_rule` instead of the queue's own. `did` is
    the number that was called.
    """

    call_id: str
    channel: str
    queue: str
    entered_at: float
    number: str = ""
    name: str = ""
    priority: int = 0
    max_wait_s: float | None = None
    began_at: float = 0.0
    position: int = 0
    needs: str = ""
    prefers: str = ""
    prefers_s: float = 0.0
    min_penalty: int | None = None
    max_penalty: int | None = None
    raise_penalty: str = ""
    penalty_rule: str = ""
    url: str = ""
    did: str = ""


@dataclass(frozen=True, slots=True)
class CallerSessionEnded(Event):
    """The caller's AGI session is over. Alone it doesn't say that the caller hung up (a redirect looks the same)."""

    call_id: str


@dataclass(frozen=True, slots=True)
class ChannelHungUp(Event):
    """A channel is gone: AMI Hangup, the truth about a hang-up. `cause` is Q.850."""

    channel_id: str
    cause: int
    leg_end: LegEnd = LegEnd.HUNG_UP


@dataclass(frozen=True, slots=True)
class LegRang(Event):
    """The agent's telephone rings."""

    offer_id: str


@dataclass(frozen=True, slots=True)
class LegFailed(Event):
    """The agent leg could not be made at all, or ended before it was answered."""

    offer_id: str
    why: LegEnd


@dataclass(frozen=True, slots=True)
class LegAnswered(Event):
    """The answered (and, where asked for, confirmed) leg asks whether its offer still stands: the commit point."""

    offer_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class BridgeEntered(Event):
    """A channel entered a bridge. A leg in a holding bridge is parked; caller and leg in one bridge are connected."""

    channel_id: str
    bridge_id: str
    is_holding: bool


@dataclass(frozen=True, slots=True)
class BridgeLeft(Event):
    """A channel left a bridge. Of a connected pair, the first to leave is the one who hung up."""

    channel_id: str
    bridge_id: str


@dataclass(frozen=True, slots=True)
class ConnectEnded(Event):
    """The caller's Bridge() came back. `is_connected` is False when the leg had vanished (NONEXISTENT, FAILURE)."""

    call_id: str
    offer_id: str
    is_connected: bool


@dataclass(frozen=True, slots=True)
class DeviceStateChanged(Event):
    """A device has a new state."""

    device: str
    state: DeviceState


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
class CallerKeyed(Event):
    """A waiting caller pressed a key that no dialogue asked for. With `exit_context`, `keys` are all he has typed, and
    the dialplan has such an extension there."""

    call_id: str
    keys: str
    exit_context: str = ""


@dataclass(frozen=True, slots=True)
class DialogueEnded(Event):
    """A dialogue that RunDialogue asked for is over. `answers` are what it gathered, by name; `is_cut` when a command
    that came meanwhile cut it off."""

    call_id: str
    flow: str
    answers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class RulesChanged(Event):
    """The configuration changed while vmq runs: these are the rules of queues and agents from now on."""

    rules: HouseRules
    what: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class CallTransferred(Event):
    """One of a talking pair was transferred: `channel_id` goes elsewhere, `to` says where in queue_log's words.

    `kind` is blind or attended. Of an attended transfer `target_id` is whom `channel_id` talks with from now on: that
    one may have been in a talk of ours too.
    """

    channel_id: str
    kind: str
    to: str = ""
    target_id: str = ""


@dataclass(frozen=True, slots=True)
class ChannelHeld(Event):
    """A channel was put on hold, or taken back (AMI Hold, Unhold)."""

    channel_id: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """A timer set by SetTimer is due. `key` names it."""

    key: str


@dataclass(frozen=True, slots=True)
class SeenChannel:
    """One channel of a snapshot. `agent`, `queue` and `call_id` are what the leg's own variables say, for our legs."""

    channel_id: str
    channel: str
    bridge_id: str = ""
    is_holding: bool = False
    is_up: bool = False
    in_queue: bool = False
    agent: str = ""
    queue: str = ""
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class WorldSeen(Event):
    """Everything Asterisk says there is, taken after each (re)connect: what is not in it is gone.

    `in_queue` of a channel says that it stands in vmq's queue context of the dialplan: such a caller will come (back).
    """

    devices: Mapping[str, DeviceState]
    channels: tuple[SeenChannel, ...]


@dataclass(frozen=True, slots=True)
class LinkWentDown(Event):
    """The link to Asterisk is down: nobody can be rung until WorldSeen."""


@dataclass(frozen=True, slots=True)
class MailboxChanged(Event):
    """The counts of a mailbox changed (a message was stored, heard, moved or deleted): its lamp follows."""

    mailbox: str
    new: int
    old: int
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class RecordingChanged(Event):
    """A recording of a channel started, was paused, resumed or stopped (`change`)."""

    channel_id: str
    change: str


@dataclass(frozen=True, slots=True)
class SupervisionBegan(Event):
    """A supervisor's telephone was answered: he hears the talk. `supervision_id` is what SuperviseCall named it."""

    supervision_id: str


@dataclass(frozen=True, slots=True)
class SupervisionSwitched(Event):
    """A supervisor changed by a key what he does: listen, whisper or barge."""

    supervision_id: str
    mode: str


@dataclass(frozen=True, slots=True)
class SupervisionEnded(Event):
    """A supervisor's leg is gone, or was never answered."""

    supervision_id: str


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
class DispositionChosen(Event):
    """What came of a call in its agent's words; possible from the talk's begin to the end of his wrap-up."""

    call_id: str
    disposition: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class EndAsked(Event):
    """The agent ends the talk, not on his telephone: the caller goes on as when the agent hangs up."""

    call_id: str
