"""The AMI side, whole: link, snapshot, in-door and out-door. `run()` serves; `send()` is the CallControl port.

In: commands. Out, into the sink: LinkWentDown when the link is lost, WorldSeen after each (re)connect, and between them
the events, in Asterisk's order. Nothing that happens during a snapshot is lost, or told before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from vmq.asterisk import filters, snapshot
from vmq.asterisk.forks import Forks
from vmq.asterisk.inward import WANTED, CallbackFailed, LegMade, VariableSet, to_event
from vmq.asterisk.lamps import LAMP_PREFIX
from vmq.asterisk.link import AmiLink, LinkSettings
from vmq.asterisk.outward import Outward, Sessions
from vmq.asterisk.partings import Partings
from vmq.domain.commands import Command
from vmq.domain.events import (
    CALLBACK_PREFIX,
    ChannelHungUp,
    DeviceStateChanged,
    Event,
    LegEnd,
    LegFailed,
    LinkWentDown,
    WorldSeen,
    offer_of_leg,
)
from vmq.engine.ports import EventSink
from vmq.errors import ActionFailed, LinkLost

log = structlog.get_logger(__name__)

MAX_HELD_BACK = 100_000
"""Most events kept while a snapshot is taken; with more the link is dropped and the snapshot begins anew."""
CAUSE_WAIT_S = 0.25
"""How long a failed Originate waits for a sign that its leg was made: then the leg's Hangup says the cause (they come
in either order, about 1 ms apart). A leg that was never made, its telephone not being registered, has no Hangup."""


class AsteriskManager:
    """Make it inside the running loop, with the AGI sessions that some commands go to."""

    def __init__(
        self,
        settings: LinkSettings,
        sessions: Sessions,
        sink: EventSink,
        mwi_context: str = "vmq",
        watches: Callable[[str], bool] = bool,
        *,
        forks: Forks | None = None,
    ) -> None:
        """`watches` says which devices' changes are told (all by default): each call changes some that are nobody's.

        `forks` is what the sessions post to, where agents may have several telephones; it posts to `sink`.
        """
        self.link = AmiLink(settings, WANTED, self._take, self._up, self._down)
        self._sink = forks or Forks(Partings(sink))
        self._watches = watches
        self._out = Outward(self.link, sessions, self._sink, mwi_context)
        self._held_back: list[Event] | None = []
        self._failed_legs: dict[str, asyncio.TimerHandle] = {}
        self._is_known_down = False

    @property
    def is_up(self) -> bool:
        """True from each WorldSeen to the next LinkWentDown."""
        return self._held_back is None

    async def run(self) -> None:
        """Serve until cancelled."""
        await self.link.run()

    def send(self, command: Command) -> None:
        """CallControl's method: start carrying out a command."""
        self._out.send(command)

    def wake(self, channel: str) -> None:
        """End a caller's WAIT FOR DIGIT; `channel` is the full channel name. Lost when nobody waits: repeat it."""
        self._out.wake(channel)

    async def _up(self) -> None:
        """The link is up: have only needed events sent, look at the world, tell it, then go live."""
        self._held_back = []
        self._out.lamps.has_mwi_update = await self._has_action("MWIUpdate")
        if not await filters.ask_for_filters(self.link.ask):
            log.debug("ami.filters_not_set", reason="no right to; those of manager.conf count")
        world, rest = snapshot.fold(await snapshot.take(self.link), self._held_back)
        self._held_back = None
        self._is_known_down = False
        log.info("ami.up", devices=len(world.devices), channels=len(world.channels))
        self._out.ringing.heritage.keep(channel.channel_id for channel in world.channels)
        self._sink.post(WorldSeen(world.devices, world.channels))
        for event in rest:
            self._tell(event)

    async def _has_action(self, name: str) -> bool:
        try:
            return name in await self.link.ask("ListCommands")
        except ActionFailed:
            return False

    def _down(self) -> None:
        self._held_back = []
        self._out.forget()
        for timer in self._failed_legs.values():
            timer.cancel()
        self._failed_legs.clear()
        if not self._is_known_down:
            self._is_known_down = True
            self._sink.post(LinkWentDown())

    def _take(self, name: bytes, message: bytes) -> None:
        """The link's consumer."""
        event = to_event(name, message)
        if event is None or (isinstance(event, DeviceStateChanged) and not self._watches(event.device)):
            return
        if self._held_back is None:
            self._tell(event)
        elif len(self._held_back) < MAX_HELD_BACK:
            self._held_back.append(event)
        elif self.link.protocol is not None:
            self.link.protocol.drop(LinkLost("AMI: too many events during a snapshot; taking it anew"))

    def _tell(self, event: Event) -> None:
        match event:
            case LegMade(offer_id):
                self._expect_hangup(offer_id)
                self._out.ringing.leg_made(offer_id)
            case LegFailed(_, LegEnd.REDIRECTED):
                self._sink.post(event)
            case LegFailed(offer_id):
                if self._out.ringing.is_unmade(offer_id):
                    loop = asyncio.get_running_loop()
                    self._failed_legs[offer_id] = loop.call_later(CAUSE_WAIT_S, self._tell_failed, event)
            case VariableSet(channel_id, name, value):
                self._out.ringing.heritage.note(channel_id, name, value)
            case CallbackFailed(call_id, why):
                gone = ChannelHungUp(call_id, 0, why)
                asyncio.get_running_loop().call_later(CAUSE_WAIT_S, self._sink.post, gone)
            case ChannelHungUp(channel_id) if channel_id.startswith(LAMP_PREFIX):
                self._out.lamps.gone(channel_id)
            case ChannelHungUp(channel_id):
                self._out.ringing.heritage.gone(channel_id)
                offer = offer_of_leg(channel_id)
                if offer is not None:
                    self._expect_hangup(offer)
                    self._out.ringing.leg_gone(offer)
                elif channel_id.startswith(CALLBACK_PREFIX):
                    self._out.ringing.callback_gone(channel_id)
                self._sink.post(event)
            case _:
                self._sink.post(event)

    def _expect_hangup(self, offer_id: str) -> None:
        """The leg was made, so its Hangup tells its end, and a failed Originate has nothing to add."""
        if timer := self._failed_legs.pop(offer_id, None):
            timer.cancel()

    def _tell_failed(self, event: LegFailed) -> None:
        del self._failed_legs[event.offer_id]
        self._out.ringing.leg_gone(event.offer_id)
        self._sink.post(event)
