"""Records a channel to a WAV file by AGI RECORD FILE (handle_recordfile of res_agi.c).

In: a Record effect whose prompts were played. Out: Recorded, once Asterisk has closed the file.
"""

from __future__ import annotations

import asyncio
import math
import os
from dataclasses import replace
from pathlib import Path

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.agi_text import Reply
from vmq.asterisk.playback import HEADER_BYTES, SAMPLES_PER_S
from vmq.domain import line
from vmq.engine.ports import Recordings
from vmq.errors import HungUp, StorageError

LIMIT_SLACK_S = 0.1
"""RECORD FILE answers the same at the limit and after silence: what came this near to the limit was ended by it."""
ROOM_BYTES = 65536
"""A disk with less room counts as full: Asterisk's file buffers hold half of that."""
MISSING_S = 0.5
"""How much shorter than its time a recording is anyway (Asterisk cuts 0.2 s off before a key)."""
SILENCE_LEFT_S = 1.0
"""How much of the silence that ended a recording RECORD FILE leaves at its end. Nobody spoke in that time."""


async def record_file(
    session: AgiSession, recordings: Recordings, effect: line.Record, stop_keys: str
) -> line.Recorded:
    """Record to `effect.ref`, or a part of it. Raises StorageError when Asterisk can't write there, HungUp when nothing
    was recorded.

    A part goes to a file of its own, and is joined when it is whole: until then nothing of the recording is touched
    (RECORD FILE's own offset cuts the file before a sound has come).
    """
    if effect.from_s is None:
        return await _record_to(session, recordings, effect.ref, effect, stop_keys)
    part = await recordings.part(effect.ref, effect.from_s)
    try:
        recorded = await _record_to(session, recordings, part, effect, stop_keys)
    except HungUp:
        await recordings.join(effect.ref)
        raise
    silence_s = SILENCE_LEFT_S if recorded.ended_by is line.RecordEnd.SILENCE else 0.0
    return replace(recorded, duration_s=max(0.0, await recordings.join(effect.ref) - silence_s))


async def _record_to(
    session: AgiSession, recordings: Recordings, ref: str, effect: line.Record, stop_keys: str
) -> line.Recorded:
    path = recordings.path(ref)
    before = _stamp(path)
    clock = asyncio.get_running_loop().time
    began = clock()
    options = (f"s={math.ceil(effect.silence_s)}",) if effect.silence_s > 0 else ()
    try:
        reply = await session.command(
            "RECORD FILE",
            recordings.asterisk_path(ref),
            "wav",
            stop_keys,
            str(round(effect.max_s * 1000)),
            *options,
            timeout_s=None,
        )
    except HungUp:
        if _stamp(path) == before:
            raise
        samples = max(0, path.stat().st_size - HEADER_BYTES) // 2
        return line.Recorded(samples / SAMPLES_PER_S, line.RecordEnd.HANG_UP)
    if reply.has_failed and reply.data not in ("hangup", "waitfor"):
        await session.raise_if_gone()
        raise StorageError(
            f"Asterisk can't record to {recordings.asterisk_path(ref)}.wav ({reply.data or 'no reason given'}): "
            "its user needs to write in that folder, and the disk must not be full"
        )
    took_s = clock() - began
    recorded = _recorded(reply, effect, took_s)
    if recorded.ended_by is not line.RecordEnd.HANG_UP and _is_cut(path, recorded, effect, took_s):
        raise StorageError(f"{path}: the disk is full, and the end of the recording did not fit; free some space")
    return recorded


def _is_cut(path: Path, recorded: line.Recorded, effect: line.Record, took_s: float) -> bool:
    """True when the disk is full and sound is missing: RECORD FILE doesn't look whether its writing succeeds.

    Missing sound alone says nothing: a telephone may send none while nobody speaks.
    """
    disk = os.statvfs(path.parent)
    if not disk.f_blocks or disk.f_bavail * disk.f_frsize >= ROOM_BYTES:
        return False
    silence_s = effect.silence_s if recorded.ended_by is line.RecordEnd.SILENCE else 0.0
    file_s = max(0, path.stat().st_size - HEADER_BYTES) / 2 / SAMPLES_PER_S
    return file_s < took_s - silence_s - MISSING_S


def _recorded(reply: Reply, effect: line.Record, took_s: float) -> line.Recorded:
    duration_s = reply.endpos / SAMPLES_PER_S
    if reply.has_failed:
        return line.Recorded(duration_s, line.RecordEnd.HANG_UP)
    if reply.data == "dtmf":
        return line.Recorded(duration_s, line.RecordEnd.KEY, reply.key)
    if effect.silence_s > 0 and took_s < effect.max_s - LIMIT_SLACK_S:
        return line.Recorded(max(0.0, duration_s - SILENCE_LEFT_S), line.RecordEnd.SILENCE)
    return line.Recorded(duration_s, line.RecordEnd.MAX)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is written; None when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
