"""RECORD FILE: writes what a party says to a WAV file until a key, silence, the time or a hang-up ends it.

The party's voice is real audio, so a test can compare signals. With a playback pace of 0 a voice of finite length is
said at once, and the silence after it lasts as long as the pace of waiting says.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from pathlib import Path

from vmq.lab.channels import COMMAND, Channel, ChannelGone, Diverted
from vmq.lab.exchange import Exchange
from vmq.lab.voices import RATE, Spoken, write_wav

_KEY_TAIL_S = 0.2


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """What to record: `path` without extension, `form` wav, keys that end it, limits in seconds (max < 0: none)."""

    path: Path
    form: str
    keys: str
    max_s: float
    offset: int = 0
    silence_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RecordResult:
    """`end` is what Asterisk puts in brackets: dtmf, timeout, hangup, writefile."""

    end: str
    samples: int = 0
    key: str = ""


async def record(exchange: Exchange, channel: Channel, order: RecordOrder) -> RecordResult:
    """Record, with the file whole on disk when this returns: also after a hang-up, which is a result here."""
    voice, clock = channel.party.voice, asyncio.get_running_loop().time
    limit = order.max_s if order.max_s >= 0 else math.inf
    began = clock()
    end, key = "timeout", ""
    target = order.path.with_name(f"{order.path.name}.{order.form}")
    try:
        write_wav(target, b"", order.offset)
    except OSError:
        return RecordResult("writefile")
    channel.party.says(voice)
    heard_s = 0.0
    try:
        while end == "timeout":
            heard_s = _heard_s(exchange, voice, clock() - began)
            if heard_s >= limit or (order.silence_s and heard_s - voice.length_s > order.silence_s):
                break
            frame = await channel.next_frame(_next_look(exchange, voice, order, heard_s), wants_keys=True)
            heard_s = _heard_s(exchange, voice, clock() - began)
            if frame and frame != COMMAND and frame in order.keys:
                end, key = "dtmf", frame
                heard_s = max(0.0, heard_s - _KEY_TAIL_S) if exchange.pace.playback else heard_s
    except (ChannelGone, Diverted):
        end = "hangup"
        heard_s = _heard_s(exchange, voice, clock() - began)
    if end == "timeout" and heard_s < limit:
        heard_s = min(heard_s, max(0.0, voice.length_s + 1.0))
    if heard_s >= voice.length_s:
        channel.party.said(voice)
    try:
        samples = write_wav(target, voice.take(min(heard_s, limit)), order.offset)
    except OSError:
        return RecordResult("writefile")
    return RecordResult(end, samples, key)


def _heard_s(exchange: Exchange, voice: Spoken, elapsed_s: float) -> float:
    """How much was recorded after `elapsed_s`: at pace 0 a finite voice at once, then silence in its own time."""
    pace = exchange.pace
    if pace.playback > 0:
        return elapsed_s / pace.playback
    if math.isinf(voice.length_s):
        return elapsed_s
    return voice.length_s + (elapsed_s / pace.waiting if pace.waiting else math.inf)


def _next_look(exchange: Exchange, voice: Spoken, order: RecordOrder, heard_s: float) -> float | None:
    """Seconds until the recording may be over by itself; None when only a key or a hang-up ends it."""
    silent_from = voice.length_s + order.silence_s if order.silence_s else math.inf
    left_s = min(order.max_s if order.max_s >= 0 else math.inf, silent_from) - heard_s
    if math.isinf(left_s):
        return None
    pace = exchange.pace.playback or (1.0 if math.isinf(voice.length_s) else exchange.pace.waiting)
    return max(left_s, 1 / RATE) * pace + 0.001
