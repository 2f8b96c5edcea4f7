"""The prompt sets as the HTTP API asks for them: heard, recorded anew over the telephone's ones, takes brought in.

A take of a studio is cut beside the set, and what is good of it becomes the house's own recordings: what vmq ships
stays as it is, and each of them can be withdrawn.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vmq.app.prompt_desk import PromptDesk, PromptRecordings
from vmq.app.prompts import import_into
from vmq.audio.catalogue import CATALOGUE
from vmq.audio.own import TAKES
from vmq.audio.sounds import Prompts
from vmq.audio.takes import TakeReport, Terms
from vmq.audio.upload import telephone_sound
from vmq.errors import ConfigError, StorageError
from vmq.http.voice_ports import PromptClip, PromptSet, TakeDone, TakeLine

_GAP_S = 0.8


class PromptRoom:
    """Implements vmq.http.voice_ports.PromptDesk. `folder` holds the sets."""

    def __init__(self, desk: PromptDesk, recordings: PromptRecordings, prompts: Prompts, folder: Path) -> None:
        self._desk = desk
        self._recordings = recordings
        self._prompts = prompts
        self._folder = folder

    def sets(self) -> Sequence[PromptSet]:
        """All with a catalogue."""
        return [PromptSet(each.name, each.language, len(each.texts)) for each in self._prompts.catalogued()]

    async def clips(self, name: str) -> Sequence[PromptClip] | None:
        """A set's clips; None when there is no such set."""
        texts, language = self._prompts.clips_of(name), self._prompts.language_of(name)
        if not texts:
            return None
        own = self._prompts.own_clips(language)
        return [
            PromptClip(clip, text, clip in own, self._prompts.find(clip, language, (name,)) is None)
            for clip, text in texts.items()
        ]

    async def sound(self, name: str, clip_id: str) -> bytes | None:
        """What callers hear who are served by this set."""
        path = self._prompts.find(clip_id, self._prompts.language_of(name), (name,))
        if path is None or clip_id not in self._prompts.clips_of(name):
            return None
        try:
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise StorageError(f"{path}: can't be read ({error.strerror})") from None

    async def record(self, name: str, clip_id: str, wav: bytes, by: str) -> bool:
        """Keep a recording, and let it be heard."""
        return await self._use(name, clip_id, await asyncio.to_thread(telephone_sound, wav), by)

    async def withdraw(self, name: str, clip_id: str) -> None:
        """Take the house's recording away."""
        language = self._prompts.language_of(name)
        if await self._desk.edited(language, clip_id):  # one that the studio's telephone left
            await self._desk.withdraw(language, clip_id)
        await self._desk.withdraw(language, clip_id)

    async def take(self, name: str, wav: bytes, by: str, *, takes_all: bool) -> TakeDone:
        """Cut a take, and use what is good of it."""
        with tempfile.TemporaryDirectory() as folder:
            report = await asyncio.to_thread(self._cut, Path(folder), name, wav, by, takes_all)
            lines = []
            for each in report.rows:
                is_good = each.file is not None and (takes_all or not each.doubts)
                if is_good and each.file is not None:
                    sound = await asyncio.to_thread(each.file.read_bytes)
                    is_good = await self.record(name, each.row.id, sound, by)
                lines.append(TakeLine(each.row.id, each.row.text, is_good, each.doubts))
        return TakeDone(lines, report.left_over_s)

    def _cut(self, folder: Path, name: str, wav: bytes, by: str, takes_all: bool) -> TakeReport:
        beside = folder / name
        beside.mkdir()
        shutil.copy(self._folder / name / CATALOGUE, beside)
        file = folder / "take.wav"
        file.write_bytes(wav)
        try:
            return import_into(beside, file, None, Terms(by, "", folder / "aside", takes_all), _GAP_S)
        except ConfigError as error:
            raise ConfigError(str(error).replace(f"{folder}/", "")) from None

    async def _use(self, name: str, clip_id: str, samples: bytes, by: str) -> bool:
        language, text = self._prompts.language_of(name), self._prompts.clips_of(name)[clip_id]
        take = f"{TAKES}/page-{secrets.token_hex(8)}"
        await self._desk.prepare()
        await self._recordings.put(take, samples)
        if not await self._desk.keep(take, language, clip_id):
            await self._desk.drop(take)
            return False
        await self._desk.activate(language, clip_id, text, by or "the page")
        return True
