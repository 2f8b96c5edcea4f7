"""Commands during a talk as AMI actions: transfer, hold, recording, supervision. Pure: a command → actions, in order.

Whoever hears a talk beside its two parties does so by ChanSpy() on a leg of its own, which ends with the channel that
it hears (option E): none outlives the talk, not even when vmq dies. Rights needed: call and originate, as everywhere.
"""

from __future__ import annotations

from vmq.asterisk.dialplan import TALK_CONTEXT
from vmq.asterisk.lamps import Fields
from vmq.asterisk.variables import assignment
from vmq.domain.commands import (
    DialNumber,
    EndSupervision,
    HoldCall,
    RecordCall,
    SuperviseCall,
    SwitchSupervision,
    TransferCall,
)
from vmq.domain.on_talk import MUSIC, RECORDER, SUPERVISOR

RING_S = 30.0
"""How long a telephone of our own may ring."""
OTHER_HALF = "x"
"""Put behind a prefix, begins the id of a Local leg's half that runs the dialplan."""

_LETTERS = {"listen": "", "whisper": "w", "barge": "B"}
_KEYS = {"listen": "4", "whisper": "5", "barge": "6"}
MODE_OF_KEY = {key: mode for mode, key in _KEYS.items()}
"""What ChanSpy()'s keys switch to (option d, apps/app_chanspy.c)."""
_PAUSES = {"pause": "1", "resume": "0"}

TalkCommand = TransferCall | DialNumber | HoldCall | RecordCall | SuperviseCall | SwitchSupervision | EndSupervision


def actions(command: TalkCommand) -> list[Fields]:  # noqa: PLR0911 - one for each command
    """What to send for it."""
    match command:
        case TransferCall(channel, to, context, is_attended):
            where = {"Context": context} if context else {}
            return [{"Action": "Atxfer" if is_attended else "BlindTransfer", "Channel": channel, "Exten": to, **where}]
        case DialNumber():
            return [_dial(command)]
        case HoldCall():
            return _hold(command)
        case RecordCall():
            return _record(command)
        case SuperviseCall():
            return [_supervise(command)]
        case SwitchSupervision(supervision_id, mode):
            channel = f"{SUPERVISOR}-{supervision_id}"
            return [{"Action": "PlayDTMF", "Channel": channel, "Digit": _KEYS[mode], "Receive": "true"}]
        case EndSupervision(supervision_id):
            return [_hang_up(f"{SUPERVISOR}-{supervision_id}")]


def _dial(command: DialNumber) -> Fields:
    """Asterisk's click to dial: the telephone that answers goes on in the dialplan as if it had dialled. No CallerID is
    given: that would be the caller's number to who is called; so it is what the telephone's endpoint says."""
    return {
        "Action": "Originate",
        "Channel": command.dial.partition("&")[0],
        "Context": command.context,
        "Exten": command.number,
        "Priority": "1",
        "Async": "true",
        "Timeout": str(round(RING_S * 1000)),
    }


def _hold(command: HoldCall) -> list[Fields]:
    """The agent neither speaks nor hears (MUTEAUDIO, res_mutestream), and a leg that plays music whispers to the
    caller. The two stay bridged, so that nothing else that may happen to a talk is different during it."""
    mute: Fields = {
        "Action": "Setvar",
        "Channel": command.channel,
        "Variable": "MUTEAUDIO(all)",
        "Value": "on" if command.is_held else "off",
    }
    if command.is_held:
        return [mute, _local(MUSIC, command.offer_id, "music", "play", f"VMQ_SPIED={command.call_id}")]
    end = _hang_up(f"{MUSIC}-{command.offer_id}")
    return [end, mute] if command.channel else [end]


def _record(command: RecordCall) -> list[Fields]:
    """A recording that began with the talk is the caller channel's. One that is asked for has a leg of its own, since
    starting MixMonitor by AMI needs the right to run commands."""
    channel = f"{RECORDER}{OTHER_HALF}-{command.offer_id}" if command.is_own else command.call_id
    if command.change == "start":
        variables = (f"VMQ_SPIED={command.channel}", assignment("VMQ_RECORD", command.path))
        return [_local(RECORDER, command.offer_id, "record", "wait", *variables)]
    if command.change == "stop":
        stop: Fields = {"Action": "StopMixMonitor", "Channel": channel}
        return [stop, _hang_up(f"{RECORDER}-{command.offer_id}")] if command.is_own else [stop]
    state = _PAUSES[command.change]
    return [{"Action": "MixMonitorMute", "Channel": channel, "Direction": "both", "State": state}]


def _supervise(command: SuperviseCall) -> Fields:
    return {
        "Action": "Originate",
        "Channel": command.dial.partition("&")[0],
        "ChannelId": f"{SUPERVISOR}-{command.supervision_id}",
        "Context": TALK_CONTEXT,
        "Exten": "supervise",
        "Priority": "1",
        "Async": "true",
        "Timeout": str(round(RING_S * 1000)),
        "CallerID": f'"{command.mode}" <>',
        "Variable": [f"VMQ_SPIED={command.channel}", f"VMQ_MODE={_LETTERS[command.mode]}"],
    }


def _local(prefix: str, name: str, extension: str, other: str, *variables: str) -> Fields:
    """A leg without a telephone: one half runs `extension`, the other one `other` and is what is hung up."""
    return {
        "Action": "Originate",
        "Channel": f"Local/{extension}@{TALK_CONTEXT}/n",
        "ChannelId": f"{prefix}-{name}",
        "OtherChannelId": f"{prefix}{OTHER_HALF}-{name}",
        "Context": TALK_CONTEXT,
        "Exten": other,
        "Priority": "1",
        "Async": "true",
        "Variable": list(variables),
    }


def _hang_up(channel: str) -> Fields:
    return {"Action": "Hangup", "Channel": channel, "Cause": "16"}
