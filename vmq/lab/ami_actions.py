"""The manager actions that do something: each takes the exchange and a message and says what to answer.

Texts are those of Asterisk 22 (main/manager.c). ACTIONS has all actions by lower-case name.
"""

from __future__ import annotations

import time

from vmq.lab import ami_lists, talking
from vmq.lab.ami_message import Action, Message, Reply, error
from vmq.lab.calls import Outgoing, originate
from vmq.lab.channels import Location
from vmq.lab.dialplan import split_arguments
from vmq.lab.exchange import Exchange, Lamp
from vmq.lab.functions import read, write


def ping(exchange: Exchange, message: Message) -> Reply:
    """Ping."""
    del exchange, message
    return Reply(headers=(("Ping", "Pong"), ("Timestamp", f"{time.time():.6f}")))


def do_originate(exchange: Exchange, message: Message) -> Reply:
    """Originate, always as if Async."""
    dial, app = message.get("Channel"), message.get("Application")
    place = Location(message.get("Context"), message.get("Exten"), 1)
    priority = exchange.dialplan.priority_of(place.context, place.exten, message.get("Priority") or "1")
    if not dial:
        return error("Channel not specified")
    if "/" not in dial:
        return error("Invalid channel")
    if not app and priority is None:
        return error("Extension does not exist.")
    timeout = message.get("Timeout") or "30000"
    if not timeout.isdigit():
        return error("Invalid timeout")
    name, number = _caller(message.get("CallerID"))
    call = Outgoing(
        dial,
        int(timeout) / 1000,
        number,
        name,
        channel_id=message.get("ChannelId"),
        other_id=message.get("OtherChannelId"),
        place=Location(place.context, place.exten, priority or 1),
        variables=tuple(_variables(message)),
    )
    data = (app, message.get("Data")) if app else None
    exchange.spawn(originate(exchange, call, data, message.get("ActionID")), f"originate {dial}")
    return Reply(text="Originate successfully queued")


def hangup(exchange: Exchange, message: Message) -> Reply:
    """Hangup a channel by name or unique id."""
    if not message.get("Channel"):
        return error("No channel specified")
    channel = exchange.channel(message.get("Channel"))
    if channel is None:
        return error("No such channel")
    cause = message.get("Cause")
    exchange.hang_up(channel, int(cause) if cause.isdigit() else 0)
    return Reply(text="Channel Hungup")


def play_dtmf(exchange: Exchange, message: Message) -> Reply:
    """PlayDTMF: a digit as if the party had pressed it (Receive), or played to the party."""
    channel = exchange.channel(message.get("Channel"))
    if channel is None:
        return error("Channel not found")
    digit = message.get("Digit")[:1]
    if not digit:
        return error("No digit specified")
    if message.get("Receive").lower() in ("true", "yes", "1", "on", "y", "t"):
        end = (("Digit", digit), ("DurationMs", "0"), ("Direction", "Received"))
        exchange.bus.publish("DTMFEnd", *channel.headers(), *end, privilege="dtmf,all")
        channel.deliver(digit)
    return Reply(text="DTMF successfully queued")


def setvar(exchange: Exchange, message: Message) -> Reply:
    """Setvar on a channel, or a global variable or function."""
    if not message.get("Variable"):
        return error("No variable specified")
    channel = exchange.channel(message.get("Channel"))
    if message.get("Channel") and channel is None:
        return error("No such channel")
    write(exchange, channel, message.get("Variable"), message.get("Value"))
    return Reply(text="Variable Set")


def getvar(exchange: Exchange, message: Message) -> Reply:
    """Getvar of a channel, or a global variable or function."""
    name = message.get("Variable")
    if not name:
        return error("No variable specified")
    channel = exchange.channel(message.get("Channel"))
    if message.get("Channel") and channel is None:
        return error("No such channel")
    return Reply(headers=(("Variable", name), ("Value", read(exchange, channel, name))))


def redirect(exchange: Exchange, message: Message) -> Reply:
    """Redirect one channel."""
    for key in ("Channel", "Context", "Exten", "Priority"):
        if not message.get(key):
            return error(f"{key} not specified")
    channel = exchange.channel(message.get("Channel"))
    if channel is None:
        return error("Channel does not exist: " + message.get("Channel"))
    context, exten = message.get("Context"), message.get("Exten")
    priority = exchange.dialplan.priority_of(context, exten, message.get("Priority"))
    if priority is None:
        return error("Priority is invalid")
    exchange.redirect(channel, Location(context, exten, priority))
    return Reply(text="Redirect successful")


def module_check(exchange: Exchange, message: Message) -> Reply:
    """ModuleCheck."""
    is_there = message.get("Module").removesuffix(".so") in exchange.modules
    return Reply(headers=(("Version", ""),)) if is_there else error("Module not loaded")


def mwi_update(exchange: Exchange, message: Message) -> Reply:
    """MWIUpdate, where res_mwi_external_ami is there."""
    if "res_mwi_external_ami" not in exchange.modules:
        text = "Invalid/unknown command: MWIUpdate. Use Action: ListCommands to show available commands."
        return error(text)
    exchange.set_lamp(
        message.get("Mailbox"), Lamp(int(message.get("NewMessages") or 0), int(message.get("OldMessages") or 0))
    )
    return Reply()


def _caller(text: str) -> tuple[str, str]:
    """`"Name" <number>` or a bare number, as name and number."""
    name, bracket, number = text.partition("<")
    return (name.strip().strip('"'), number.rstrip("> ")) if bracket else ("", text.strip())


def _variables(message: Message) -> list[tuple[str, str]]:
    pairs = (text.partition("=") for header in message.all("Variable") for text in split_arguments(header))
    return [(name.strip(), value) for name, equals, value in pairs if equals]


def list_commands(exchange: Exchange, message: Message) -> Reply:
    """ListCommands: what this user may do, here everything there is."""
    del message
    shown = PRIVILEGES
    if "res_mwi_external_ami" in exchange.modules:
        shown = {**shown, "MWIUpdate": "call,all"}
    return Reply(headers=tuple((name, f"(Priv: {rights})") for name, rights in sorted(shown.items())))


PRIVILEGES = {
    "BlindTransfer": "call,all",
    "BridgeInfo": "system,call,reporting,all",
    "BridgeList": "system,call,reporting,all",
    "CoreSettings": "system,reporting,all",
    "CoreShowChannels": "system,reporting,all",
    "CoreStatus": "system,reporting,all",
    "DeviceStateList": "call,reporting,all",
    "Events": "<none>",
    "Filter": "system,all",
    "Getvar": "call,reporting,all",
    "Hangup": "system,call,all",
    "ListCommands": "<none>",
    "Login": "<none>",
    "Logoff": "<none>",
    "MixMonitorMute": "system,call,all",
    "ModuleCheck": "system,all",
    "Originate": "originate,all",
    "Ping": "<none>",
    "PlayDTMF": "call,all",
    "Redirect": "call,all",
    "Setvar": "call,all",
    "ShowDialPlan": "config,reporting,all",
    "StopMixMonitor": "system,call,all",
}
"""Actions and the classes of which Asterisk 22 asks for one (here they are only told: every user may do everything)."""

ACTIONS: dict[str, Action] = {
    "ping": ping,
    "originate": do_originate,
    "hangup": hangup,
    "playdtmf": play_dtmf,
    "setvar": setvar,
    "getvar": getvar,
    "redirect": redirect,
    "blindtransfer": talking.do_blind_transfer,
    "mixmonitormute": talking.mix_monitor_mute,
    "stopmixmonitor": talking.do_stop_mix_monitor,
    "coreshowchannels": ami_lists.core_show_channels,
    "devicestatelist": ami_lists.device_state_list,
    "bridgelist": ami_lists.bridge_list,
    "bridgeinfo": ami_lists.bridge_info,
    "listcommands": list_commands,
    "modulecheck": module_check,
    "mwiupdate": mwi_update,
    "corestatus": ami_lists.core_status,
    "coresettings": ami_lists.core_settings,
    "showdialplan": ami_lists.show_dialplan,
}
