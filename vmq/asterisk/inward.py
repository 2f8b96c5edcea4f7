"""The in-door: one AMI event → one domain event, or none. Pure functions in a table by event name.

Field meanings are those of main/manager_channels.c, manager_bridges.c, devicestate.c and manager.c of Asterisk 22.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmq.asterisk.dialplan import LAMP_CONTEXT
from vmq.asterisk.message import Headers, parse
from vmq.asterisk.partings import HangupAsked
from vmq.asterisk.talk_events import TALK_EVENTS, VariableSet, supervision_of
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    CALLBACK_PREFIX,
    LEG_PREFIX,
    BridgeEntered,
    BridgeLeft,
    ChannelHungUp,
    DeviceStateChanged,
    Event,
    LegEnd,
    LegFailed,
    LegRang,
    SupervisionEnded,
    offer_of_leg,
)

__all__ = [
    "OWN_DEVICES",
    "UNWATCHED_DEVICES",
    "WANTED",
    "CallbackFailed",
    "LegMade",
    "VariableSet",
    "device_state",
    "is_holding",
    "leg_end",
    "to_event",
]

OWN_DEVICES = "Custom:vmq_"
"""How the names of devices begin whose states vmq publishes."""
UNWATCHED_DEVICES = (OWN_DEVICES, "MWI:", f"Local/s@{LAMP_CONTEXT}")
"""How the names of devices begin that are not listened to: vmq's own, and those that change with every lamp."""

_UP = "6"
_RINGING = "5"
_LEG_PREFIX_BYTES = LEG_PREFIX.encode()

_ENDS = {
    17: LegEnd.BUSY,
    18: LegEnd.NO_ANSWER,
    19: LegEnd.NO_ANSWER,
    21: LegEnd.REFUSED,
    23: LegEnd.REDIRECTED,
    26: LegEnd.HUNG_UP,
}
"""Q.850 causes (include/asterisk/causes.h) of a leg that was never answered; those not here are LegEnd.UNREACHABLE.

23 is a telephone that redirects (SIP 302): the leg's FORWARD_CONTEXT keeps the call here, see vmq-forwarded.
"""

_REASONS = {"3": LegEnd.NO_ANSWER, "5": LegEnd.BUSY, "8": LegEnd.REFUSED}
"""OriginateResponse's Reason is an AST_CONTROL_* frame type. Coarser than a Hangup's cause, which has precedence."""


@dataclass(frozen=True, slots=True)
class LegMade(Event):
    """The channel of an agent leg exists from now on. For the out-door; no decision needs it."""

    offer_id: str


@dataclass(frozen=True, slots=True)
class CallbackFailed(Event):
    """Originate says that a call back came to nothing. Its Hangup, where there was a channel, knows better why."""

    call_id: str
    why: LegEnd


def to_event(name: bytes, message: bytes) -> Event | None:
    """The domain event an AMI event means, or None when it means nothing to vmq."""
    make = _TABLE.get(name)
    if make is None or (name in _LEGS_ONLY and _LEG_PREFIX_BYTES not in message):
        return None
    return make(parse(message))


def leg_end(cause: int, channel_state: str) -> LegEnd:
    """Why a leg ended, from its Q.850 cause and the state its channel was in (AST_STATE_*: 5 ringing, 6 up)."""
    if channel_state == _UP:
        return LegEnd.HUNG_UP
    if cause in (0, 16):
        return LegEnd.NO_ANSWER if channel_state == _RINGING else LegEnd.UNREACHABLE
    return _ENDS.get(cause, LegEnd.UNREACHABLE)


def device_state(word: str) -> DeviceState:
    """Asterisk's word for a device state; one that a newer Asterisk may know counts as UNKNOWN."""
    return DeviceState._value2member_map_.get(word, DeviceState.UNKNOWN)  # type: ignore[return-value]


def is_holding(technology: str) -> bool:
    """True for the technology of a bridge in which channels wait and don't hear each other (BridgeWait)."""
    return technology == "holding_bridge"


def _device_state_change(headers: Headers) -> Event | None:
    device = headers.get("Device", "")
    if not device or device.startswith(UNWATCHED_DEVICES):
        return None
    return DeviceStateChanged(device, device_state(headers.get("State", "")))


def _newchannel(headers: Headers) -> Event | None:
    offer_id = offer_of_leg(headers.get("Uniqueid", ""))
    return LegMade(offer_id) if offer_id is not None else None


def _newstate(headers: Headers) -> Event | None:
    offer_id = offer_of_leg(headers.get("Uniqueid", ""))
    return LegRang(offer_id) if offer_id is not None and headers.get("ChannelState") == _RINGING else None


def _hangup(headers: Headers) -> Event | None:
    if supervision_id := supervision_of(headers.get("Uniqueid", "")):
        return SupervisionEnded(supervision_id)
    channel_id, text = headers.get("Uniqueid", ""), headers.get("Cause", "")
    cause = int(text) if text.isascii() and text.isdigit() else 0
    if offer_of_leg(channel_id) is None and not channel_id.startswith(CALLBACK_PREFIX):
        return ChannelHungUp(channel_id, cause)
    return ChannelHungUp(channel_id, cause, leg_end(cause, headers.get("ChannelState", "")))


def _hangup_request(headers: Headers) -> Event | None:
    return HangupAsked(headers.get("Uniqueid", ""))


def _bridge_enter(headers: Headers) -> Event | None:
    holding = is_holding(headers.get("BridgeTechnology", ""))
    return BridgeEntered(headers.get("Uniqueid", ""), headers.get("BridgeUniqueid", ""), holding)


def _bridge_leave(headers: Headers) -> Event | None:
    return BridgeLeft(headers.get("Uniqueid", ""), headers.get("BridgeUniqueid", ""))


def _dial_end(headers: Headers) -> Event | None:
    """A `Forward` header is a telephone that redirects (main/dial.c): said before each Hangup, whose cause may be 0."""
    offer_id = offer_of_leg(headers.get("DestUniqueid", ""))
    return LegFailed(offer_id, LegEnd.REDIRECTED) if offer_id is not None and headers.get("Forward") else None


def _originate_response(headers: Headers) -> Event | None:
    channel_id = headers.get("Uniqueid", "")
    if headers.get("Response") == "Success":
        return None
    why = _REASONS.get(headers.get("Reason", ""), LegEnd.UNREACHABLE)
    if supervision_id := supervision_of(channel_id):
        return SupervisionEnded(supervision_id)
    if channel_id.startswith(CALLBACK_PREFIX):
        return CallbackFailed(channel_id, why)
    offer_id = offer_of_leg(channel_id)
    return LegFailed(offer_id, why) if offer_id is not None else None


_TABLE: dict[bytes, Callable[[Headers], Event | None]] = {
    **TALK_EVENTS,
    b"BridgeEnter": _bridge_enter,
    b"BridgeLeave": _bridge_leave,
    b"DeviceStateChange": _device_state_change,
    b"DialEnd": _dial_end,
    b"Hangup": _hangup,
    b"HangupRequest": _hangup_request,
    b"SoftHangupRequest": _hangup_request,
    b"Newchannel": _newchannel,
    b"Newstate": _newstate,
    b"OriginateResponse": _originate_response,
}
_LEGS_ONLY = frozenset({b"DialEnd", b"Newchannel", b"Newstate"})

WANTED = frozenset(_TABLE)
"""The events that mean something to vmq."""
