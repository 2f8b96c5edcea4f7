"""The state of the stand-in: channels, devices, bridges, lamps, variables and the dialplan. No protocol is spoken here.

Telephones, applications, AGI and AMI all work on one Exchange. Every change is published on its bus, in the order in
which Asterisk 22 publishes it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from vmq.lab.bridges import HOLDING, Bridge
from vmq.lab.channels import CAUSES, Channel, ChannelGone, Diverted, Location, Party, Progress, State
from vmq.lab.dialplan import Dialplan
from vmq.lab.events import Bus, Header
from vmq.lab.sounds import SoundLibrary


class After(Enum):
    """What the dialplan does after an application."""

    GO_ON = "go_on"
    HANG_UP = "hang_up"
    RETURNED = "returned"


Application = Callable[["Exchange", Channel, str], Awaitable[After]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast time goes: `playback` scales how long sounds play (0 = no time at all), `waiting` every other wait."""

    playback: float = 1.0
    waiting: float = 1.0


@dataclass(frozen=True, slots=True)
class Lamp:
    """What a message waiting indication says."""

    new: int = 0
    old: int = 0
    urgent: int = 0

    @property
    def is_lit(self) -> bool:
        """True when there is something new."""
        return self.new + self.urgent > 0


class Device(Protocol):
    """Something that can be dialled and has a state: a telephone or a trunk."""

    device: str

    def state_words(self, states: Sequence[State]) -> str:
        """The device state, given the states of its channels."""
        ...

    def party_for(self, number: str) -> Party | None:
        """Who answers a call to this device (and number, for a trunk); None when there is nobody to ring."""
        ...


class Exchange:
    """See the module. `runner` runs a channel's dialplan; `applications` are found by lower-case name."""

    def __init__(self, dialplan: Dialplan, sounds: SoundLibrary, pace: Pace) -> None:
        self.dialplan, self.sounds, self.pace = dialplan, sounds, pace
        self.bus = Bus()
        self.applications: dict[str, Application] = {}
        self.runner: Callable[[Exchange, Channel, Location], Coroutine[None, None, None]] | None = None
        self.channels: dict[str, Channel] = {}
        self.devices: dict[str, Device] = {}
        self.lamps: dict[str, Lamp] = {}
        self.variables: dict[str, str] = dict(dialplan.globals)
        self.modules: frozenset[str] = frozenset()
        self.started = time.time()
        self._custom_states: dict[str, str] = {}
        self._told_states: dict[str, str] = {}
        self._holding: dict[str, Bridge] = {}
        self._serial = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # --- channels

    def new_channel(self, party: Party, device: str, channel_id: str = "", **fields: str) -> Channel:
        """Make a channel `device-serial` and tell about it.

        `fields`: number, caller_name, dialled, state (a State's name), context, exten, linkedid, serial and suffix.
        """
        self._serial += 1
        uniqueid = channel_id or f"{int(self.started)}.{self._serial}"
        suffix = fields.get("suffix", "")
        serial = int(fields["serial"]) if "serial" in fields else self._serial
        channel = Channel(self.bus, party, f"{device}-{serial:08x}{suffix}", uniqueid, fields.get("linkedid", ""))
        channel.number, channel.caller_name = fields.get("number", ""), fields.get("caller_name", "")
        channel.state = State[fields.get("state", "DOWN")]
        channel.place = Location(fields.get("context", "default"), fields.get("exten", "s"), 1)
        channel.dialled = fields.get("dialled", "")
        self.channels[channel.name] = channel
        self.bus.publish("Newchannel", *channel.headers())
        self.tell_state(channel.device)
        return channel

    def channel(self, name: str) -> Channel | None:
        """By name, without regard to case, or by unique id."""
        wanted = name.lower()
        return self.channels.get(name) or next(
            (c for c in self.channels.values() if c.name.lower() == wanted or c.uniqueid == name), None
        )

    def channel_by_prefix(self, prefix: str) -> Channel | None:
        """The first channel whose name or unique id begins so: how Bridge() looks channels up."""
        return next(
            (c for c in self.channels.values() if c.name.startswith(prefix) or c.uniqueid.startswith(prefix)), None
        )

    def set_state(self, channel: Channel, state: State) -> None:
        """Change a channel's state."""
        if channel.state != state:
            channel.state = state
            self.bus.publish("Newstate", *channel.headers())
            self.tell_state(channel.device)

    def answer(self, channel: Channel) -> None:
        """Take the call of a channel that is not up yet."""
        if channel.state != State.UP:
            self.set_state(channel, State.UP)
            channel.party.answered(channel)
            self.bus.pulse()

    def start(self, channel: Channel, place: Location) -> None:
        """Run a channel's dialplan from `place`, in a task of its own."""
        if self.runner is None:
            raise RuntimeError("the exchange has no runner")
        channel.task = self.spawn(self.runner(self, channel, place), f"dialplan of {channel.name}")

    def spawn(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """A task that ends with the exchange."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def hang_up(self, channel: Channel, cause: int = 16, is_soft: bool = True, tech_cause: int = 0) -> None:
        """End a channel: asked for by AMI or dialplan (`is_soft`), or by the party itself (with SIP's status)."""
        if channel.is_gone:
            return
        channel.is_gone = True
        channel.cause, channel.tech_cause = cause or channel.cause, tech_cause
        kind = "SoftHangupRequest" if is_soft else "HangupRequest"
        self.bus.publish(kind, *channel.headers(), *_causes(channel)[:1], *_causes(channel)[2:])
        if channel.is_dialled:
            channel.progress.put_nowait(Progress("ended"))
        elif channel.task is None or channel.task.done():
            self.end(channel)
        else:
            channel.interrupt(ChannelGone(f"{channel.name} hung up"))

    def end(self, channel: Channel) -> None:
        """The channel is no more: out of its bridge and off the list, its party told."""
        if channel.is_ended:
            return
        channel.is_gone = channel.is_ended = True
        channel.stop_music()
        if channel.tape is not None:
            channel.tape.close()
        if channel.bridge is not None:
            channel.bridge.leave(channel)
        self.channels.pop(channel.name, None)
        self.bus.publish("Hangup", *channel.headers(), *_causes(channel))
        self.tell_state(channel.device)
        channel.party.gone(channel)
        self.bus.pulse()

    def redirect(self, channel: Channel, place: Location) -> None:
        """Send a channel elsewhere in the dialplan."""
        if channel.task is None or channel.task.done():
            if channel.bridge is not None:
                channel.bridge.leave(channel)
            self.start(channel, place)
            return
        channel.diversion = place
        channel.interrupt(Diverted(f"{channel.name} was redirected"))

    # --- devices, lamps, bridges

    def device_states(self) -> dict[str, str]:
        """The state of every device and every Custom: device."""
        return {name: self._state_of(name) for name in self.devices} | self._custom_states

    def _state_of(self, name: str) -> str:
        states = [channel.state for channel in self.channels.values() if channel.device == name]
        return self.devices[name].state_words(states)

    def tell_state(self, name: str) -> None:
        """Publish a device's state if it is another one than was published last."""
        if name in self.devices and (state := self._state_of(name)) != self._told_states.get(name):
            self._told_states[name] = state
            self.bus.publish("DeviceStateChange", ("Device", name), ("State", state))

    def set_device_state(self, device: str, state: str) -> None:
        """Set a Custom: device's state (DEVICE_STATE function)."""
        if self._custom_states.get(device) != state:
            self._custom_states[device] = state
            self.bus.publish("DeviceStateChange", ("Device", device), ("State", state))

    def set_lamp(self, mailbox: str, lamp: Lamp) -> None:
        """Publish message waiting counts for `number@context`. `Waiting` is always 0, as MinivmMWI makes it."""
        self.lamps[mailbox] = lamp
        counts = (("New", str(lamp.new + lamp.urgent)), ("Old", str(lamp.old)))
        self.bus.publish("MessageWaiting", ("Mailbox", mailbox), ("Waiting", "0"), *counts)

    def holding_bridge(self, name: str) -> Bridge:
        """BridgeWait's bridge of this name: the one there is, or a new one."""
        bridge = self._holding.get(name)
        if bridge is None or bridge.is_over:
            bridge = self._holding[name] = Bridge(self.bus, HOLDING, "BridgeWait", name)
        return bridge

    def bridges(self) -> list[Bridge]:
        """Every bridge with somebody in it."""
        return list(
            {channel.bridge.id: channel.bridge for channel in self.channels.values() if channel.bridge}.values()
        )

    async def close(self) -> None:
        """End every channel and task."""
        for channel in tuple(self.channels.values()):
            self.hang_up(channel, 16)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _causes(channel: Channel) -> tuple[Header, ...]:
    cause = (("Cause", str(channel.cause)), ("Cause-txt", CAUSES.get(channel.cause, "Unknown")))
    return (*cause, ("TechCause", str(channel.tech_cause))) if channel.tech_cause else cause
