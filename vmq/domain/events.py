"""What happened to calls, telephones and the link: events in the past tense. What people ask for is in asked.py.

The adapters make them from AMI messages, AGI sessions and HTTP requests; the engine makes TimerFired. Times are epoch
seconds (float). `call_id` is the caller channel's Uniqueid, `offer_id` is ours (16 hex digits), and the agent leg of an
offer carries the channel id `vmq-<offer_id>` (see `leg_id`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vmq.domain.device import DeviceState

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
    """One channel of a snapshot. `agent`, `queue`, `call_id` and `line` (the outside line it is on, if any) are what
    the leg's own variables say, for our legs."""

    channel_id: str
    channel: str
    bridge_id: str = ""
    is_holding: bool = False
    is_up: bool = False
    in_queue: bool = False
    agent: str = ""
    queue: str = ""
    call_id: str = ""
    line: str = ""


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
