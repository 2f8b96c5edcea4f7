"""What voicemail makes of the engine's events: lamps follow counts, and what a crash or a hang-up left is finished."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from vmq.domain.commands import SetLamp
from vmq.domain.events import ChannelHungUp, Event, MailboxChanged, WorldSeen
from vmq.domain.records import LampSet
from vmq.domain.turn import Decision
from vmq.engine.run import Listener
from vmq.voicemail.service import Voicemail
from vmq.voicemail.shared_lamps import SharedLamps

Start = Callable[[Coroutine[Any, Any, None]], None]
"""Does something beside the engine."""


def listeners(voicemail: Callable[[], Voicemail], start: Start) -> dict[type[Event], Listener]:
    """For the engine. `voicemail` is asked for only once an event comes: it is built after the engine."""
    recovery = _Recovery(voicemail)

    def on_world(event: Event, now: float) -> Decision:
        del now
        if isinstance(event, WorldSeen):
            start(recovery.run(frozenset(channel.channel_id for channel in event.channels)))
        return Decision()

    def on_hang_up(event: Event, now: float) -> Decision:
        del now
        if isinstance(event, ChannelHungUp) and voicemail().sweeper.waits_for(event.channel_id):
            start(voicemail().sweeper.on_hang_up(event.channel_id))
        return Decision()

    lamps = SharedLamps(lambda: voicemail().profiles)

    def light(event: Event, now: float) -> Decision:
        """The lamps follow the counts."""
        del now
        found = list(lamps.changed(event)) if isinstance(event, MailboxChanged) else []
        return Decision(tuple(SetLamp(*lamp) for lamp in found), tuple(LampSet(*lamp) for lamp in found))

    return {MailboxChanged: light, WorldSeen: on_world, ChannelHungUp: on_hang_up}


class _Recovery:
    """After each (re)connect: finish what an earlier run recorded (once, and again when it failed), set all lamps."""

    def __init__(self, voicemail: Callable[[], Voicemail]) -> None:
        self._voicemail = voicemail
        self._is_done = False

    async def run(self, alive: frozenset[str]) -> None:
        """`alive` are the ids of all channels."""
        voicemail = self._voicemail()
        if self._is_done:
            await voicemail.sweeper.on_reconnect(alive)
        else:
            await voicemail.sweeper.recover(alive)
            self._is_done = True
        await voicemail.republish_lamps()
