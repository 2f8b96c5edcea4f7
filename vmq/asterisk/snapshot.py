"""Everything Asterisk says there is, as one WorldSeen: taken after each (re)connect.

`take` asks for the lists; `fold` is pure and lays the events that came meanwhile over them. Asterisk holds events back
while it answers an action, so an event that arrives after a list may be older or newer than it; of each device and each
channel the last word counts, and nobody is told of states in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from vmq.asterisk.dialplan import QUEUE_CONTEXT
from vmq.asterisk.inward import OWN_DEVICES, UNWATCHED_DEVICES, device_state, is_holding
from vmq.asterisk.message import Headers
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    ChannelHungUp,
    DeviceStateChanged,
    Event,
    SeenChannel,
    WorldSeen,
    offer_of_leg,
)
from vmq.errors import ActionFailed


class Asker(Protocol):
    """The part of AmiLink that a snapshot needs."""

    def ask(self, action: str, **fields: str) -> Awaitable[Headers]:
        """One action, one response."""
        ...

    def ask_list(self, action: str, **fields: str) -> Awaitable[list[Headers]]:
        """One action, its list's entries."""
        ...


async def take(asker: Asker) -> WorldSeen:
    """Ask for devices, channels and bridges, and for the variables of our legs and callers. Raises LinkError.

    Ends with a Ping: once it is answered, every event that Asterisk held back during the lists has been sent.
    """
    devices = await asker.ask_list("DeviceStateList")
    bridges = await asker.ask_list("BridgeList")
    channels = await asker.ask_list("CoreShowChannels")
    holding = {bridge.get("BridgeUniqueid", "") for bridge in bridges if is_holding(bridge.get("BridgeTechnology", ""))}
    seen = await asyncio.gather(*(_seen_channel(asker, channel, holding) for channel in channels if _is_whole(channel)))
    await asker.ask("Ping")
    states = {device.get("Device", ""): device_state(device.get("State", "")) for device in devices}
    return WorldSeen(
        {device: state for device, state in states.items() if _is_told(device)},
        tuple(seen),
    )


def _is_told(device: str) -> bool:
    """Of vmq's own devices, whose changes nobody listens to, the world shows what was published last."""
    return bool(device) and (device.startswith(OWN_DEVICES) or not device.startswith(UNWATCHED_DEVICES))


def fold(world: WorldSeen, events: Iterable[Event]) -> tuple[WorldSeen, list[Event]]:
    """Lay events that came during the snapshot over it. Returns the world as it is now and what is left to tell."""
    devices: dict[str, DeviceState] = dict(world.devices)
    channels = {channel.channel_id: channel for channel in world.channels}
    rest: list[Event] = []
    for event in events:
        match event:
            case DeviceStateChanged(device, state):
                devices[device] = state
            case ChannelHungUp(channel_id):
                channels.pop(channel_id, None)
            case BridgeEntered(channel_id, bridge_id, holding):
                if channel_id in channels:
                    channels[channel_id] = replace(channels[channel_id], bridge_id=bridge_id, is_holding=holding)
            case BridgeLeft(channel_id, bridge_id):
                if channel_id in channels and channels[channel_id].bridge_id == bridge_id:
                    channels[channel_id] = replace(channels[channel_id], bridge_id="", is_holding=False)
            case _:
                rest.append(event)
    return WorldSeen(devices, tuple(channels.values())), rest


def queue_of_agi(application: str, data: str) -> str:
    """The queue of a caller whose channel runs AGI(agi://host:port/queue/<name>,…); empty for anything else."""
    if application.upper() != "AGI":
        return ""
    script = data.partition(",")[0].partition("?")[0]
    _, separator, name = script.partition("/queue/")
    return name if separator else ""


def _is_whole(channel: Mapping[str, str]) -> bool:
    return bool(channel.get("Uniqueid")) and bool(channel.get("Channel"))


async def _seen_channel(asker: Asker, channel: Headers, holding: set[str]) -> SeenChannel:
    bridge_id = channel.get("BridgeId", "")
    seen = SeenChannel(
        channel_id=channel["Uniqueid"],
        channel=channel["Channel"],
        bridge_id=bridge_id,
        is_holding=bridge_id in holding,
        is_up=channel.get("ChannelState") == "6",
        in_queue=channel.get("Context") == QUEUE_CONTEXT,
    )
    if offer_of_leg(seen.channel_id) is not None:
        leg = await _variable(asker, seen.channel, "VMQ_LEG")
        agent, queue, call_id, line = (*leg.split("|"), "", "", "", "")[:4]
        return replace(seen, agent=agent, queue=queue, call_id=call_id, line=line)
    if seen.in_queue:
        queue = queue_of_agi(channel.get("Application", ""), channel.get("ApplicationData", ""))
        return replace(seen, queue=queue or await _variable(asker, seen.channel, "ARG1"))
    return seen


async def _variable(asker: Asker, channel: str, name: str) -> str:
    """A channel variable; empty when the channel has just gone (its Hangup is on the way)."""
    try:
        return (await asker.ask("Getvar", Channel=channel, Variable=name)).get("Value", "")
    except ActionFailed:
        return ""
