"""Who hears whom in the stand-in, as audio: both ends of a bridge, those who listen in, and a recording.

In: what somebody says into a microphone. Out: `Channel.sound` of each who hears it; what a recording takes.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING
from weakref import WeakSet

from vmq.lab.audible import HUSH, Audible, Playing
from vmq.lab.sounds import Sound
from vmq.lab.voices import RATE, WIDTH, Voice

if TYPE_CHECKING:
    from vmq.lab.channels import Channel

_LOUD = 500
"""A sample above this is speech, and not the noise of a room."""


class LiveVoice:
    """What is said into a microphone since this was made."""

    def __init__(self) -> None:
        self._pcm = bytearray()
        self._loud_until = 0

    def add(self, pcm: bytes) -> None:
        """More of it."""
        self._pcm += pcm
        if max(map(abs, array("h", pcm)), default=0) > _LOUD:
            self._loud_until = len(self._pcm)

    @property
    def length_s(self) -> float:
        """Up to the last that was loud: what comes after it is silence, as far as one knows."""
        return self._loud_until / (RATE * WIDTH)

    def take(self, seconds: float) -> bytes:
        """The first `seconds`; what has not come (yet) is silence."""
        size = round(seconds * RATE) * WIDTH
        return bytes(self._pcm[:size]).ljust(size, b"\0")


class Microphone:
    """A telephone's, with somebody before it. Keeps nothing but for a recording under way."""

    def __init__(self) -> None:
        self._takes: WeakSet[LiveVoice] = WeakSet()

    def from_now(self) -> LiveVoice:
        """What will be said."""
        voice = LiveVoice()
        self._takes.add(voice)
        return voice

    def take(self, pcm: bytes) -> None:
        """This was said."""
        for voice in self._takes:
            voice.add(pcm)


def speak(channel: Channel, audible: Audible) -> None:
    """A party says something: whom it talks with hears it, or whom it whispers to, and those who listen in."""
    if channel.is_gone or channel.is_holding:
        return
    channel.record(audible)
    if (spied := channel.speaks_to) is not None:
        for hearer in (spied, *(_partners(spied) if channel.is_barging else ())):
            hearer.sound(audible)
    others = _partners(channel)
    for other in others:
        if not other.is_holding:
            other.sound(audible)
    for spied in (channel, *others):
        for spy in spied.spies:
            spy.sound(audible)


def _partners(channel: Channel) -> list[Channel]:
    """Whom it talks with."""
    bridge = channel.bridge
    return [] if bridge is None or bridge.is_holding else [m for m in bridge.members if m is not channel]


def meet(one: Channel, other: Channel) -> None:
    """One begins to hear the other. Who has no microphone says at once all that he has to say."""
    one.sound(HUSH)
    voice = other.party.voice
    if isinstance(voice, Voice) and voice.pcm:
        one.sound(Playing(Sound("peer", other.name, other.number), voice=voice))


def listen_in(spy: Channel, spied: Channel) -> None:
    """The spy hears what the other says and hears."""
    spied.spies.append(spy)
    meet(spy, spied)


def hush(channel: Channel) -> None:
    """Nobody is heard any more."""
    channel.is_holding = False
    channel.sound(HUSH)
