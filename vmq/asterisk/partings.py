"""Why two who talk parted, told in the right order: a transfer before what it leads to.

Asterisk's threads race in a transfer: that a channel left its bridge, that a leg hung up, or that the caller's session
begins anew elsewhere may be told before BlindTransfer or AttendedTransfer, by some milliseconds (main/bridge.c). A
hang-up is asked for before it is seen (HangupRequest, SoftHangupRequest), so only a talk that parts without one is held
back, until the transfer is told or HOLD_S are over. What happens to everybody else, and every hang-up, passes at once.
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
"""How long a parting waits for the transfer that it may come of; seen were up to a few milliseconds."""


@dataclass(frozen=True, slots=True)
class HangupAsked(Event):
    """A channel is about to end. For this module; no decision needs it."""

    channel_id: str


@dataclass(slots=True)
class _Talk:
    """A bridge: who is in it, whether somebody hangs up, and what is held back."""

    members: set[str] = field(default_factory=set)
    is_ending: bool = False
    held: list[Event] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None


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
                if talk := self._talk_of(channel_id):
                    talk.is_ending = True
            case BridgeEntered(channel_id, bridge_id, is_holding=False):
                self._enter(channel_id, bridge_id)
                self._sink.post(event)
            case BridgeLeft(channel_id, bridge_id):
                self._leave(event, channel_id, bridge_id)
            case CallTransferred(channel_id, _, _, target_id):
                self._sink.post(event)
                for each in (channel_id, target_id):
                    self._let_go(self._bridge_of.get(each, ""))
            case ChannelHungUp(channel_id):
                self._pass(event, channel_id)
            case CallerJoined(call_id) | CallerSessionEnded(call_id) | ConnectEnded(call_id):
                self._pass(event, call_id)
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

    def _enter(self, channel_id: str, bridge_id: str) -> None:
        self._talks.setdefault(bridge_id, _Talk()).members.add(channel_id)
        self._bridge_of[channel_id] = bridge_id

    def _leave(self, event: Event, channel_id: str, bridge_id: str) -> None:
        """Of a talk with a leg of ours in it, hold the first leaving that no hang-up explains; whatever follows waits
        behind it."""
        talk = self._talks.get(bridge_id)
        if talk is None or channel_id not in talk.members:
            self._sink.post(event)
        elif talk.held:
            talk.held.append(event)
        elif talk.is_ending or not any(member.startswith(LEG_PREFIX) for member in talk.members):
            self._sink.post(event)
            self._forget(channel_id, bridge_id)
        else:
            talk.held.append(event)
            talk.timer = asyncio.get_running_loop().call_later(HOLD_S, self._let_go, bridge_id)

    def _pass(self, event: Event, channel_id: str) -> None:
        talk = self._talk_of(channel_id)
        if talk is not None and talk.held:
            talk.held.append(event)
            return
        self._sink.post(event)
        if isinstance(event, ChannelHungUp) and talk is not None:
            self._forget(channel_id, self._bridge_of[channel_id])

    def _let_go(self, bridge_id: str) -> None:
        """Tell all that was held back, in its order."""
        talk = self._talks.get(bridge_id)
        if talk is None:
            return
        if talk.timer is not None:
            talk.timer.cancel()
        held, talk.held, talk.timer = talk.held, [], None
        for event in held:
            self._sink.post(event)
            if isinstance(event, BridgeLeft | ChannelHungUp):
                self._forget(event.channel_id, bridge_id)
        talk.is_ending = True

    def _forget(self, channel_id: str, bridge_id: str) -> None:
        """The channel is out of the bridge."""
        if self._bridge_of.get(channel_id) == bridge_id:
            del self._bridge_of[channel_id]
        talk = self._talks.get(bridge_id)
        if talk is not None:
            talk.members.discard(channel_id)
            if not talk.members:
                del self._talks[bridge_id]
