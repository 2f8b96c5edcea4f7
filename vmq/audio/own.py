"""The prompts that a house records itself, by telephone: edited copies, and the ones that callers hear.

    <recordings>/prompts/own/<language>/       a prompt set, searched before all others once a clip is activated
    <recordings>/prompts/edited/<language>/    recorded, not yet activated

It is in the folder of recordings since Asterisk writes there already. Every method that touches the disk does it in a
thread and raises StorageError.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from pydub import AudioSegment

from vmq.audio.catalogue import CATALOGUE, read_catalogue
from vmq.audio.catalogue_edit import new_catalogue, remove_clip, set_clip
from vmq.audio.levels import level, trim
from vmq.audio.parts import write_sound
from vmq.audio.sounds import SoundSet, shipped_sets
from vmq.engine.ports import Recordings
from vmq.errors import ConfigError, StorageError

ROOT = "prompts"
OWN = f"{ROOT}/own"
EDITED = f"{ROOT}/edited"
TAKES = f"{ROOT}/takes"
TOO_QUIET_DBFS = -50.0
_NOISE_DBFS = -38.0  # a telephone line's noise, after levelling
_HEAD = "Recorded by telephone; written by vmq. These clips come before all others of their language."

T = TypeVar("T")


class OwnPrompts:
    """The house's own recordings of clips, by language and clip id."""

    def __init__(self, recordings: Recordings) -> None:
        self._recordings = recordings
        self._writing = asyncio.Lock()

    def sets(self) -> list[SoundSet]:
        """One set a language. Raises ConfigError for a broken catalogue, StorageError for a folder that is refused."""
        folder = self._recordings.path(f"{OWN}/en").parent
        return shipped_sets(folder, self._recordings.asterisk_path(OWN))

    def take_ref(self, call_id: str) -> str:
        """Where a call records to."""
        return f"{TAKES}/{call_id.replace('.', '-')}"

    async def prepare(self) -> None:
        """Make the folder that calls record to."""
        await self._do(lambda: self._recordings.path(f"{TAKES}/x").parent.mkdir(parents=True, exist_ok=True))

    async def edited(self, language: str, clip_id: str) -> str:
        """The ref of a clip's edited copy; empty when there is none."""
        ref = f"{EDITED}/{language}/{clip_id}"
        return ref if await self._do(self._recordings.path(ref).exists) else ""

    async def is_own(self, language: str, clip_id: str) -> bool:
        """True when callers hear a recording of the house's own."""
        return await self._do(self._recordings.path(f"{OWN}/{language}/{clip_id}").exists)

    async def keep(self, take: str, language: str, clip_id: str) -> bool:
        """Make a take the clip's edited copy, trimmed and levelled; False when there is nothing to hear in it."""

        def work() -> bool:
            source, target = self._recordings.path(take), self._recordings.path(f"{EDITED}/{language}/{clip_id}")
            sound = AudioSegment.from_wav(BytesIO(source.read_bytes()))
            if sound.dBFS < TOO_QUIET_DBFS:
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            write_sound(target, trim(level(sound), _NOISE_DBFS).raw_data)
            source.unlink()
            return True

        return await self._do(work)

    async def drop(self, take: str) -> None:
        """Throw a take away, if there is one."""
        await self._do(lambda: self._recordings.path(take).unlink(missing_ok=True))

    async def activate(self, language: str, clip_id: str, text: str, voice: str) -> list[SoundSet]:
        """Let callers hear the edited copy; gives the sets as they are then.

        The file first, then its line in the catalogue, which makes it count.
        """

        def work() -> None:
            edited = self._recordings.path(f"{EDITED}/{language}/{clip_id}")
            target = self._recordings.path(f"{OWN}/{language}/{clip_id}")
            target.parent.mkdir(parents=True, exist_ok=True)
            edited.replace(target)
            set_clip(self._folder(language), clip_id, {"text": text, "voice": voice})

        async with self._writing:
            await self._do(work)
            return await self._do(self.sets)

    async def withdraw(self, language: str, clip_id: str) -> list[SoundSet]:
        """Take the edited copy away, or, without one, let callers hear again what they heard before."""

        def work() -> None:
            edited = self._recordings.path(f"{EDITED}/{language}/{clip_id}")
            if edited.exists():
                edited.unlink()
                return
            remove_clip(self._folder(language), clip_id)
            self._recordings.path(f"{OWN}/{language}/{clip_id}").unlink(missing_ok=True)

        async with self._writing:
            await self._do(work)
            return await self._do(self.sets)

    def _folder(self, language: str) -> Path:
        """The set's folder, with a catalogue in it."""
        folder = self._recordings.path(f"{OWN}/{language}/x").parent
        if not (folder / CATALOGUE).exists():
            head = {"id": f"own-{language}", "language": language, "engine": "", "voice": "telephone", "licence": ""}
            new_catalogue(folder, head, _HEAD)
        read_catalogue(folder)
        return folder

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except (OSError, EOFError, ConfigError) as error:
            raise StorageError(f"own prompts: {error}; see the folder {ROOT}/ of the recordings") from error
