"""Bridges: where channels meet. A holding bridge keeps them apart; a basic one connects them and ends with either."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from vmq.lab.channels import LEFT, Channel
from vmq.lab.events import Bus, Header
from vmq.lab.hearing import hush, meet
from vmq.lab.sounds import Sound

HOLDING = "holding_bridge"
SIMPLE = "simple_bridge"


class Bridge:
    """A bridge of Asterisk's. It is destroyed when its last member leaves. `on_left`, where it is set, decides what
    becomes of the others when one leaves."""

    def __init__(self, bus: Bus, technology: str, creator: str = "", name: str = "") -> None:
        self.bus, self.technology, self.creator, self.name = bus, technology, creator, name
        self.id = str(uuid.uuid4())
        self.members: list[Channel] = []
        self.on_left: Callable[[Channel], None] | None = None
        self.is_over = False
        bus.publish("BridgeCreate", *self.headers())

    @property
    def is_holding(self) -> bool:
        """True when its members do not hear each other."""
        return self.technology == HOLDING

    def headers(self) -> tuple[Header, ...]:
        """The bridge snapshot of an event (main/manager_bridges.c)."""
        return (
            ("BridgeUniqueid", self.id),
            ("BridgeType", "base" if self.is_holding else "basic"),
            ("BridgeTechnology", self.technology),
            ("BridgeCreator", self.creator or "<unknown>"),
            ("BridgeName", self.name or "<unknown>"),
            ("BridgeNumChannels", str(len(self.members))),
            ("BridgeVideoSourceMode", "none"),
        )

    def enter(self, channel: Channel) -> None:
        """Take a channel in, out of the bridge where it was."""
        if channel.bridge is not None:
            channel.bridge.leave(channel)
        self.members.append(channel)
        channel.bridge = self
        if not self.is_holding:
            channel.linkedid = min(self.members, key=lambda member: member.created).linkedid
        self.bus.publish("BridgeEnter", *self.headers(), *channel.headers())
        if not self.is_holding:
            for one in self.members:
                for other in self.members:
                    if one is not other and channel in (one, other):
                        one.connected_number, one.connected_name = other.number, other.caller_name
                        one.variables["CHANNEL(peeraccount)"] = other.variables.get("CHANNEL(accountcode)", "")
                        one.hear(Sound("peer", other.name, other.number))
                        meet(one, other)

    def leave(self, channel: Channel) -> None:
        """Let a channel go. A basic bridge is then over for the other one too."""
        if channel not in self.members:
            return
        self.let_out(channel)
        channel.deliver(LEFT)
        if self.on_left is not None:
            self.on_left(channel)
        elif not self.is_holding:
            for other in tuple(self.members):
                self.leave(other)

    def let_out(self, channel: Channel) -> None:
        """Let a channel out that is on its way to another bridge: the others stay."""
        self.members.remove(channel)
        channel.bridge = None
        if not self.is_holding:
            hush(channel)
        self.bus.publish("BridgeLeave", *self.headers(), *channel.headers())
        if not self.members and not self.is_over:
            self.is_over = True
            self.bus.publish("BridgeDestroy", *self.headers())

    def pass_key(self, sender: Channel, key: str) -> None:
        """A key of one member is heard by the others."""
        if not self.is_holding:
            for other in self.members:
                if other is not sender:
                    other.hear(Sound("key", key))


async def stay(channel: Channel) -> None:
    """Be in a bridge, also when moved to another one, until out of all of them. Raises ChannelGone and Diverted."""
    try:
        while channel.bridge is not None:
            frame = await channel.next_frame(wants_keys=not channel.bridge.is_holding)
            if frame is None or frame == LEFT or channel.bridge is None:
                continue
            if channel.keypad is None or not channel.keypad(frame):
                channel.bridge.pass_key(channel, frame)
    finally:
        if channel.bridge is not None:
            channel.bridge.leave(channel)
