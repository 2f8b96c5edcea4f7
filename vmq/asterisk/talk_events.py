"""AMI events of what happens during a talk → domain events: hold, transfer, recording, supervision, variables.

A part of the in-door's table (vmq.asterisk.inward). Field meanings are those of main/manager_channels.c,
main/stasis_bridges.c, main/stasis_channels.c and apps/app_mixmonitor.c of Asterisk 22.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmq.asterisk.message import Headers
from vmq.asterisk.talking import MODE_OF_KEY, OTHER_HALF
from vmq.asterisk.variables import unescaped
from vmq.domain.events import (
    CallTransferred,
    ChannelHeld,
    Event,
    RecordingChanged,
    SupervisionBegan,
    SupervisionSwitched,
)
from vmq.domain.on_talk import RECORDER, SUPERVISOR

_SUPERVISOR_PREFIX = f"{SUPERVISOR}-"
_RECORDER_PREFIX = f"{RECORDER}{OTHER_HALF}-"


@dataclass(frozen=True, slots=True)
class VariableSet(Event):
    """A channel has a variable that its children inherit. For the out-door."""

    channel_id: str
    name: str
    value: str


def supervision_of(channel_id: str) -> str:
    """The supervision of a supervisor's leg; empty for any other channel."""
    return channel_id.removeprefix(_SUPERVISOR_PREFIX) if channel_id.startswith(_SUPERVISOR_PREFIX) else ""


def _hold(headers: Headers) -> Event | None:
    return ChannelHeld(headers.get("Uniqueid", ""), is_held=True)


def _unhold(headers: Headers) -> Event | None:
    return ChannelHeld(headers.get("Uniqueid", ""), is_held=False)


def _blind_transfer(headers: Headers) -> Event | None:
    """Said before the two leave their bridge (main/bridge.c). Without a transferee it was a bridge of several."""
    channel_id = headers.get("TransfereeUniqueid", "")
    if headers.get("Result") != "Success" or not channel_id:
        return None
    return CallTransferred(channel_id, "blind", f"{headers.get('Extension', '')}|{headers.get('Context', '')}")


def _attended_transfer(headers: Headers) -> Event | None:
    """In the words of app_queue.c (log_attended_transfer). A three-way call is no transfer yet."""
    kind = headers.get("DestType", "")
    words = {
        "Bridge": ("BRIDGE", headers.get("DestBridgeUniqueid", "")),
        "App": ("APP", headers.get("DestApp", "")),
        "Link": ("LINK", f"{headers.get('LocalOneChannel', '')}|{headers.get('LocalTwoChannel', '')}"),
    }.get(kind)
    if headers.get("Result") != "Success" or words is None:
        return None
    target_id = headers.get("TransferTargetUniqueid", "")
    return CallTransferred(headers.get("TransfereeUniqueid", ""), "attended", "|".join(words), target_id)


def _recording(change: str) -> Callable[[Headers], Event | None]:
    def make(headers: Headers) -> Event | None:
        channel_id = headers.get("Uniqueid", "")
        if change == "started" and channel_id.startswith(_RECORDER_PREFIX):
            return None  # it hears nothing yet: see _chan_spy_start
        if change == "paused" and headers.get("State") == "0":
            return RecordingChanged(channel_id.removeprefix(_RECORDER_PREFIX), "resumed")
        return RecordingChanged(channel_id.removeprefix(_RECORDER_PREFIX), change)

    return make


def _chan_spy_start(headers: Headers) -> Event | None:
    """A supervisor hears the talk from now on; or a recorder of ours, whose file begins some 0.1 s before."""
    spyer = headers.get("SpyerUniqueid", "")
    if spyer.startswith(_RECORDER_PREFIX):
        return RecordingChanged(spyer.removeprefix(_RECORDER_PREFIX), "started")
    supervision_id = supervision_of(spyer)
    return SupervisionBegan(supervision_id) if supervision_id else None


def _dtmf_end(headers: Headers) -> Event | None:
    supervision_id, mode = supervision_of(headers.get("Uniqueid", "")), MODE_OF_KEY.get(headers.get("Digit", ""))
    if not supervision_id or mode is None or headers.get("Direction") != "Received":
        return None
    return SupervisionSwitched(supervision_id, mode)


def _var_set(headers: Headers) -> Event | None:
    name = headers.get("Variable", "")
    if not name.startswith("_") or name.endswith(")"):
        return None
    return VariableSet(headers.get("Uniqueid", ""), name, unescaped(headers.get("Value", "")))


TALK_EVENTS: dict[bytes, Callable[[Headers], Event | None]] = {
    b"AttendedTransfer": _attended_transfer,
    b"BlindTransfer": _blind_transfer,
    b"ChanSpyStart": _chan_spy_start,
    b"DTMFEnd": _dtmf_end,
    b"Hold": _hold,
    b"MixMonitorMute": _recording("paused"),
    b"MixMonitorStart": _recording("started"),
    b"MixMonitorStop": _recording("stopped"),
    b"Unhold": _unhold,
    b"VarSet": _var_set,
}
"""By the event's name."""
