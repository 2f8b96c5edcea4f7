"""The manager actions that list or describe: channels, devices, bridges, dialplan, the core.

Texts, header names and order are those of Asterisk 22 (main/manager.c, main/manager_bridges.c, main/pbx.c).
"""

from __future__ import annotations

import time

from vmq.lab.ami_message import Message, Reply, error
from vmq.lab.channels import Channel
from vmq.lab.events import Header
from vmq.lab.exchange import Exchange

VERSION = "22.10.1"


def core_show_channels(exchange: Exchange, message: Message) -> Reply:
    """CoreShowChannels."""
    del message
    events = tuple(("CoreShowChannel", _shown(channel)) for channel in exchange.channels.values())
    return Reply(text="Channels will follow", events=events, end="CoreShowChannelsComplete")


def _shown(channel: Channel) -> tuple[Header, ...]:
    seconds = int(time.time() - channel.created)
    duration = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    bridge = channel.bridge.id if channel.bridge else ""
    app = (("Application", channel.app), ("ApplicationData", channel.data))
    return (*channel.headers(), *app, ("Duration", duration), ("BridgeId", bridge))


def device_state_list(exchange: Exchange, message: Message) -> Reply:
    """DeviceStateList."""
    del message
    states = exchange.device_states().items()
    events = tuple(("DeviceStateChange", (("Device", device), ("State", state))) for device, state in states)
    return Reply(text="Device State Changes will follow", events=events, end="DeviceStateListComplete")


def bridge_list(exchange: Exchange, message: Message) -> Reply:
    """BridgeList."""
    del message
    events = tuple(("BridgeListItem", bridge.headers()) for bridge in exchange.bridges())
    return Reply(text="Bridge listing will follow", events=events, end="BridgeListComplete")


def bridge_info(exchange: Exchange, message: Message) -> Reply:
    """BridgeInfo."""
    wanted = message.get("BridgeUniqueid")
    if not wanted:
        return error("BridgeUniqueid must be provided")
    bridge = next((bridge for bridge in exchange.bridges() if bridge.id == wanted), None)
    if bridge is None:
        return error("Specified BridgeUniqueid not found")
    events = tuple(("BridgeInfoChannel", channel.headers()) for channel in bridge.members)
    return Reply("Success", "Bridge channel listing will follow", bridge.headers(), events, "BridgeInfoComplete")


def core_status(exchange: Exchange, message: Message) -> Reply:
    """CoreStatus."""
    del message
    day, hour = (time.strftime(form, time.localtime(exchange.started)) for form in ("%Y-%m-%d", "%H:%M:%S"))
    times = (("CoreStartupDate", day), ("CoreStartupTime", hour), ("CoreReloadDate", day), ("CoreReloadTime", hour))
    calls = str(len(exchange.channels))
    return Reply(headers=(*times, ("CoreCurrentCalls", calls), ("CoreProcessedCalls", calls)))


def core_settings(exchange: Exchange, message: Message) -> Reply:
    """CoreSettings."""
    del exchange, message
    return Reply(headers=(("AMIversion", "11.0.0"), ("AsteriskVersion", VERSION), ("SystemName", "")))


def show_dialplan(exchange: Exchange, message: Message) -> Reply:
    """ShowDialPlan of a context, or of all."""
    wanted = message.get("Context")
    if wanted and wanted not in exchange.dialplan.contexts:
        return error(f"Did not find context {wanted}")
    events: list[tuple[str, tuple[Header, ...]]] = []
    shown = [wanted] if wanted else list(exchange.dialplan.contexts)
    for name in shown:
        for exten, steps in exchange.dialplan.contexts[name].extensions.items():
            for step in steps.values():
                label = (("ExtensionLabel", step.label),) if step.label else ()
                what = (("Priority", str(step.priority)), ("Application", step.app), ("AppData", step.data))
                place = (("Context", name), ("Extension", exten), *label)
                events.append(("ListDialplan", (*place, *what, ("Registrar", "pbx_config"))))
    extensions = sum(len(exchange.dialplan.contexts[name].extensions) for name in shown)
    counts = (
        ("ListExtensions", str(extensions)),
        ("ListPriorities", str(len(events))),
        ("ListContexts", str(len(shown))),
    )
    return Reply("Success", "DialPlan list will follow", counts, tuple(events), "ShowDialPlanComplete")
