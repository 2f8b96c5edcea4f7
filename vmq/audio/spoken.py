"""Speaks what no prompt set has, while a call waits: a robot's voice is better than silence.

In: words and a language. Out: a file that says them, as Asterisk sees it, made once and kept; None where there is no
voice, or it fails. The voice is the program espeak-ng, which knows a hundred languages.
"""

from __future__ import annotations

import asyncio
import audioop
import hashlib
import re
import shutil
import wave
from pathlib import Path

import structlog

from vmq.audio.levels import RATE_HZ, SPEECH_DBFS
from vmq.engine.ports import Recordings
from vmq.errors import StorageError, VmqError

log = structlog.get_logger(__name__)

PROGRAM = "espeak-ng"
FOLDER = "prompts/spoken"
TIMEOUT_S = 5.0
MAX_CHARACTERS = 500
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*")
_FILTERS = 4  # passes of a one-pole low-pass before the rate is lowered: what is left above 4 kHz would fold back
_FULL = 32768


class _MuteError(VmqError):
    """The voice has nothing to say."""


class SpokenClips:
    """Clips that are made when they are missing. Without the program it says None to everything."""

    def __init__(self, recordings: Recordings, program: str = PROGRAM) -> None:
        self._recordings = recordings
        self._program = shutil.which(program)
        self._making: dict[str, asyncio.Lock] = {}

    async def speak(self, text: str, language: str) -> str | None:
        """The file that says `text`, as Asterisk sees it."""
        if not self._program or not text or not _LANGUAGE.fullmatch(language):
            return None
        mark = hashlib.sha256(f"{language}\0{text}".encode()).hexdigest()[:16]
        ref = f"{FOLDER}/{language}/{mark}"
        try:
            file = self._recordings.path(ref)
            async with self._making.setdefault(mark, asyncio.Lock()):
                if not file.exists():
                    await self._make(file, text[:MAX_CHARACTERS], language)
            return self._recordings.asterisk_path(ref)
        except (_MuteError, StorageError, OSError, EOFError, wave.Error, TimeoutError) as error:
            log.error("clip_not_spoken", language=language, text=text, error=str(error) or type(error).__name__)
            return None
        finally:
            self._making.pop(mark, None)

    async def _make(self, file: Path, text: str, language: str) -> None:
        await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
        raw = file.with_suffix(".raw")
        command = (
            str(self._program),
            "-v",
            language.replace("_", "-").lower(),
            "-s",
            "140",
            "-w",
            str(raw),
            "--",
            text,
        )
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                if await process.wait():
                    raise _MuteError(f"{PROGRAM} does not speak {language}")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        await asyncio.to_thread(_for_the_telephone, raw, file)


def _for_the_telephone(raw: Path, file: Path) -> None:
    """8 kHz, levelled, whole before it has its name. Raises OSError, wave.Error."""
    with wave.open(str(raw)) as sound:
        rate_hz, pcm = sound.getframerate(), sound.readframes(sound.getnframes())
    raw.unlink()
    for _ in range(_FILTERS):
        pcm, _state = audioop.ratecv(pcm, 2, 1, rate_hz, rate_hz, None, 1, 1)
    pcm, _state = audioop.ratecv(pcm, 2, 1, rate_hz, RATE_HZ, None)
    loudness = audioop.rms(pcm, 2)
    if not loudness:
        raise _MuteError(f"{PROGRAM} said nothing")
    gain = min(10 ** (SPEECH_DBFS / 20) * _FULL / loudness, (_FULL - 1) / max(audioop.max(pcm, 2), 1))
    new = file.with_suffix(".new")
    with wave.open(str(new), "wb") as out:
        out.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        out.writeframes(audioop.mul(pcm, 2, gain))
    new.replace(file)
