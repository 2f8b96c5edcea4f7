"""Why two who talk parted, told in the right order: a transfer before what it leads to.

Asterisk's threads race in a transfer: that a channel left its bridge, that a leg hung up, or that the caller's session
begins anew elsewhere may be told before BlindTransfer or AttendedTransfer, by some milliseconds (main/bridge.c). And
who asks the target of an attended transfer leaves the bridge for that talk, and may come back (bridge_basic.c).

A hang-up is asked for before it is seen (HangupRequest, SoftHangupRequest), so it passes at once. Somebody who leaves a
talk without one is not told to have: until a transfer is told; or somebody hangs up, or the caller's session goes on,
and HOLD_S are over; or he is back, and nothing has happened.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from vmq.domain.events import (
    LEG_PREFIX,
    BridgeEntered,
    BridgeLeft,
    CallerJoined,
    CallerSessionEnded,
    CallTransferred,
    ChannelHungUp,
    ConnectEnded,
    Event,
    LinkWentDown,
    WorldSeen,
)
from vmq.engine.ports import EventSink

HOLD_S = 0.25
"""How long what follows a parting waits for the transfer that it may come of; seen were a few milliseconds."""


@dataclass(frozen=True, slots=True)
class HangupAsked(Event):
    """A channel is about to end. For this module; no decision needs it."""

    channel_id: str


@dataclass(slots=True)
class _Talk:
    """A bridge: who is in it, whether somebody hangs up, what is held back, and who of its members is gone for good."""

    members: set[str] = field(default_factory=set)
    is_ending: bool = False
    held: list[Event] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    timer: asyncio.TimerHandle | None = None

    def has_left(self, channel_id: str) -> bool:
        """True for a channel whose leaving is held back."""
        return any(isinstance(event, BridgeLeft) and event.channel_id == channel_id for event in self.held)


class Partings:
    """An EventSink before the engine's."""

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self._talks: dict[str, _Talk] = {}
        self._bridge_of: dict[str, str] = {}

    def post(self, event: Event) -> None:
        """EventSink's method: pass on, or hold back."""
        match event:
            case HangupAsked(channel_id):
                if (talk := self._talk_of(channel_id)) and not talk.has_left(channel_id):
                    talk.is_ending = True
            case BridgeEntered(channel_id, bridge_id, is_holding=False):
                self._enter(event, channel_id, bridge_id)
            case BridgeLeft(channel_id, bridge_id):
                self._leave(event, channel_id, bridge_id)
            case CallTransferred(channel_id, _, _, target_id):
                self._sink.post(event)
                for each in (channel_id, target_id):
                    if talk := self._talk_of(each):
                        talk.gone.clear()
                    self._let_go(self._bridge_of.get(each, ""))
            case ChannelHungUp(channel_id):
                self._go_on(event, channel_id)
            case CallerJoined(call_id) | CallerSessionEnded(call_id) | ConnectEnded(call_id):
                self._go_on(event, call_id)
            case WorldSeen() | LinkWentDown():
                for bridge_id in list(self._talks):
                    self._let_go(bridge_id)
                self._talks.clear()
                self._bridge_of.clear()
                self._sink.post(event)
            case _:
                self._sink.post(event)

    def _talk_of(self, channel_id: str) -> _Talk | None:
        return self._talks.get(self._bridge_of.get(channel_id, ""))

    def _enter(self, event: Event, channel_id: str, bridge_id: str) -> None:
        """Whoever left a talk without a word is not told to be elsewhere either; when he is back he never left."""
        talk = self._talk_of(channel_id)
        if talk is not None and talk.has_left(channel_id):
            if self._bridge_of[channel_id] == bridge_id:
                talk.held = [held for held in talk.held if getattr(held, "channel_id", "") != channel_id]
            return
        self._talks.setdefault(bridge_id, _Talk()).members.add(channel_id)
        self._bridge_of[channel_id] = bridge_id
        self._sink.post(event)

    def _leave(self, event: Event, channel_id: str, bridge_id: str) -> None:
        talk = self._talk_of(channel_id)
        if talk is not None and talk.has_left(channel_id):
            return
        if talk is None or self._bridge_of[channel_id] != bridge_id:
            self._sink.post(event)
        elif talk.held:
            talk.held.append(event)
        elif talk.is_ending or not any(member.startswith(LEG_PREFIX) for member in talk.members):
            self._sink.post(event)
            self._forget(channel_id, bridge_id)
        else:
            talk.held.append(event)

    def _go_on(self, event: Event, channel_id: str) -> None:
        """A hang-up, or something that the caller's session does: behind what is held back, which is told soon.

        A caller who joins anew in the middle of a talk was transferred: his session is quicker than AMI may be.
        """
        talk = self._talk_of(channel_id)
        if talk is not None and (talk.held or isinstance(event, CallerJoined)):
            talk.held.append(event)
            if isinstance(event, ChannelHungUp):
                talk.gone.add(channel_id)
            if talk.timer is None:
                bridge_id = self._bridge_of[channel_id]
                talk.timer = asyncio.get_running_loop().call_later(HOLD_S, self._let_go, bridge_id)
            return
        self._sink.post(event)
        if isinstance(event, ChannelHungUp) and talk is not None:
            self._forget(channel_id, self._bridge_of[channel_id])

    def _let_go(self, bridge_id: str) -> None:
        """Tell all that was held back, in its order. Where one hung up, that the other was elsewhere ended nothing."""
        talk = self._talks.get(bridge_id)
        if talk is None:
            return
        if talk.timer is not None:
            talk.timer.cancel()
        held, talk.held, talk.timer = talk.held, [], None
        talk.is_ending = True
        for event in held:
            if not (talk.gone and isinstance(event, BridgeLeft) and event.channel_id not in talk.gone):
                self._sink.post(event)
            if isinstance(event, BridgeLeft | ChannelHungUp):
                self._forget(event.channel_id, bridge_id)

    def _forget(self, channel_id: str, bridge_id: str) -> None:
        """The channel is out of the bridge."""
        if self._bridge_of.get(channel_id) == bridge_id:
            del self._bridge_of[channel_id]
        talk = self._talks.get(bridge_id)
        if talk is not None:
            talk.members.discard(channel_id)
            if not talk.members:
                del self._talks[bridge_id]
