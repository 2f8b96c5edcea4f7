"""A recogniser in a process of its own: one request at a time, within a time, as often as that process dies.

Comes in: a WAV file and a language. Goes out: a Transcript or RecognitionError. The process begins with the first
request, and ends when nobody has asked for a while: a model takes some hundred MB.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from vmq.domain.transcript import Transcript, Word
from vmq.errors import RecognitionError, RecognitionRefused

START_S = 120.0  # to load a model, on a slow machine
_MAX_LINE = 1 << 24  # an hour's words are some MB

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Workplace:
    """Which recogniser works, and how much of the machine it may have: niceness, threads. It stays `idle_s` without
    work."""

    recogniser: str
    model: str = ""
    threads: int = 1
    nice: int = 10
    idle_s: float = 600.0


class RecogniserProcess:
    """Implements vmq.recognition.ports.Hearing. `close` in the end."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def transcribe(
        self, wav: Path, language: str, phrases: Sequence[str] = (), *, limit_s: float = 60.0
    ) -> Transcript:
        """What is said, heard within `limit_s`. Raises RecognitionError, RecognitionRefused; the process is then ended
        unless it answered."""
        request = {"wav": str(wav), "language": language, "phrases": list(phrases)}
        async with self._turn:
            self._stay()
            try:
                answer = await self._ask(request, limit_s)
            finally:
                self._leave_later()
        if "error" in answer:
            kind = RecognitionRefused if answer["is_final"] else RecognitionError
            raise kind(str(answer["error"]))
        words = tuple(Word(**word) for word in answer.pop("words"))
        return Transcript(**answer, words=words)

    async def close(self) -> None:
        """End the process."""
        self._stay()
        await self._end()

    async def _ask(self, request: dict[str, Any], limit_s: float) -> dict[str, Any]:
        is_new = self._process is None
        process = self._process or await self._begin()
        try:
            async with asyncio.timeout(limit_s + (START_S if is_new else 0.0)):
                assert process.stdin and process.stdout  # noqa: S101  both are pipes
                process.stdin.write(json.dumps(request).encode() + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
            answer: dict[str, Any] = json.loads(line)
        except TimeoutError:
            await self._end()
            raise RecognitionError(f"{request['wav']}: took longer than {limit_s:g} s, and was ended") from None
        except (OSError, ValueError):
            status = await self._end()
            raise RecognitionError(f"{request['wav']}: the recogniser's process ended ({status})") from None
        except BaseException:
            await self._end()  # its answer would be taken for that of the next request
            raise
        return answer

    async def _begin(self) -> Process:
        place = self.workplace
        threads = {"OMP_NUM_THREADS": str(place.threads), "MKL_NUM_THREADS": str(place.threads)}
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "vmq.recognition.child",
                place.recogniser,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=_MAX_LINE,
                env={**os.environ, **threads},
            )
        except OSError as error:
            raise RecognitionError(f"the recogniser's process can't begin ({error})") from None
        self._process = process
        options = {"model": place.model, "threads": place.threads, "nice": place.nice}
        if process.stdin:
            process.stdin.write(json.dumps(options).encode() + b"\n")
        log.info("recogniser_started", recogniser=place.recogniser, pid=process.pid)
        return process

    async def _end(self) -> int | None:
        """End it, if it is there; its exit status."""
        process, self._process = self._process, None
        if process is None:
            return None
        if process.returncode is None:
            # One that is about to end by itself gets to: how it ended says what was wrong.
            with suppress(TimeoutError):
                async with asyncio.timeout(0 if process.stdout and not process.stdout.at_eof() else 1):
                    await process.wait()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        return await process.wait()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()

    def _leave_later(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(self.workplace.idle_s, self._leave)

    def _leave(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
