"""Plays sounds to a channel and listens for keys meanwhile: the ground of STREAM FILE, GET DATA, Playback, SAY ….

In: a sound's name, the keys that end it, the place to start. Out: Played, with the key and how far it got.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from vmq.lab.audible import HUSH, Playing
from vmq.lab.channels import COMMAND, Channel
from vmq.lab.exchange import Exchange
from vmq.lab.voices import RATE


@dataclass(frozen=True, slots=True)
class Played:
    """How it ended. `at_s` is the place in the sound; `is_command`: a line on the AGI socket cut it."""

    key: str = ""
    at_s: float = 0.0
    is_missing: bool = False
    is_command: bool = False

    @property
    def samples(self) -> int:
        """`at_s` in samples, as endpos counts."""
        return round(self.at_s * RATE)


@dataclass(frozen=True, slots=True)
class SeekKeys:
    """The keys of CONTROL STREAM FILE and how far they skip."""

    forward: str = "#"
    rewind: str = "*"
    pause: str = ""
    skip_s: float = 3.0


async def play(
    exchange: Exchange, channel: Channel, name: str, keys: str, *, start_s: float = 0.0, seek: SeekKeys | None = None
) -> Played:
    """Play a sound from `start_s` to its end, a key of `keys`, or a command. Raises ChannelGone and Diverted.

    A key that seeks does not end it, also when it is one of `keys` (main/file.c, waitstream_core).

    Keys that nothing listens for are lost. Music on hold ends with the first sound, as Asterisk's generator does.
    """
    channel.check()
    sound = exchange.sounds.find(name, channel.language)
    if sound is None:
        return Played(at_s=start_s, is_missing=True)
    channel.stop_music()
    channel.hear(sound)
    channel.sound(Playing(sound, start_s))
    pace, clock = exchange.pace.playback, asyncio.get_running_loop().time
    at_s = min(start_s, sound.length_s)
    try:
        while at_s < sound.length_s and pace > 0:
            began = clock()
            frame = await channel.next_frame((sound.length_s - at_s) * pace, wants_keys=bool(keys or seek))
            at_s = min(sound.length_s, at_s + (clock() - began) / pace) if frame else sound.length_s
            if frame == COMMAND:
                return Played(at_s=at_s, is_command=True)
            if frame and seek and frame in seek.forward + seek.rewind + seek.pause:
                channel.sound(HUSH)
                at_s = await _sought(channel, frame, seek, at_s)
                channel.sound(Playing(sound, at_s))
            elif frame and frame in keys:
                return Played(frame, at_s)
    finally:
        if at_s < sound.length_s:
            channel.sound(HUSH)
    await asyncio.sleep(0)
    return Played(at_s=sound.length_s)


async def _sought(channel: Channel, key: str, seek: SeekKeys, at_s: float) -> float:
    if key in seek.forward:
        return at_s + seek.skip_s
    if key in seek.rewind:
        return max(0.0, at_s - seek.skip_s)
    while await channel.next_frame(wants_keys=True) not in (*seek.pause, COMMAND):
        pass
    return at_s


async def wait_key(exchange: Exchange, channel: Channel, timeout_s: float | None) -> str | None:
    """The next key, COMMAND, or None after `timeout_s` of waiting (None: for ever)."""
    wait_s = None if timeout_s is None else timeout_s * exchange.pace.waiting
    return await channel.next_frame(wait_s, wants_keys=True)


def number_clips(number: int) -> list[str]:
    """The sounds that say a number in English."""
    if number < 0:
        return ["digits/minus", *number_clips(-number)]
    if number <= 20:
        return [f"digits/{number}"]
    if number < 100:
        return [f"digits/{number // 10 * 10}", *([f"digits/{number % 10}"] if number % 10 else [])]
    for size, word in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number_clips(number % size) if number % size else []
            return [*number_clips(number // size), f"digits/{word}", *rest]
    return []
