"""The personalities as the HTTP API asks for them: seen, heard, installed. What takes its time is done in a thread."""

from __future__ import annotations

import asyncio
import io
import tempfile
import wave
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vmq.app import pack_tools
from vmq.app.packs import Packs
from vmq.audio.decode import samples_of
from vmq.audio.parts import RATE
from vmq.audio.sounds import Prompts
from vmq.authoring.install import install
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.say import say_cue, says
from vmq.domain import line
from vmq.domain.line import Segment
from vmq.errors import BrokenRecordingError, PackBusyError, PackError
from vmq.http.voice_ports import PackFacts

_TONE = "beep"


class PackDesk:
    """Implements vmq.http.voice_ports.PackDesk. `installed` is where new packs go."""

    def __init__(self, packs: Packs, prompts: Prompts, installed: Path) -> None:
        self._packs = packs
        self._prompts = prompts
        self._installed = installed

    async def all(self) -> Sequence[PackFacts]:
        """All there are, and those that were refused, by id."""
        found = [_facts(pack_id, self._packs.opened(pack_id)) for pack_id in self._packs.names]
        used = {facts.id for facts in found}
        refused = [
            PackFacts(pack_id, refused=why) for pack_id, why in self._packs.refused.items() if pack_id not in used
        ]
        return sorted([*found, *refused], key=lambda facts: facts.id)

    async def reload(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """Beside the calls: to check all packs takes seconds."""
        reloaded = await asyncio.to_thread(self._packs.reload)
        return reloaded.packs, reloaded.refused

    async def install(self, archive: bytes) -> str:
        """Check, install, open all anew."""

        def work() -> str:
            with tempfile.TemporaryDirectory() as folder:
                source = Path(folder) / "pack.zip"
                source.write_bytes(archive)
                try:
                    return install(source, self._installed, self._packs.check)
                except PackBusyError:
                    raise
                except PackError as error:
                    raise PackError(str(error).replace(str(source), source.name)) from None

        pack_id = await asyncio.to_thread(work)
        await self.reload()
        return pack_id

    async def card(self, pack_id: str) -> Mapping[str, Any]:
        """Its card, of the folder as it is now."""
        return asdict(await asyncio.to_thread(pack_tools.reference_card, self._folder(pack_id)))

    async def diagrams(self, pack_id: str) -> Sequence[tuple[str, str]]:
        """Its flows' pictures, of the folder as it is now."""
        folder = self._folder(pack_id)
        return await asyncio.to_thread(lambda: [(flow, svg) for flow, svg, _ in pack_tools.diagrams(folder)])

    async def cues(self, pack_id: str, language: str) -> Mapping[str, str]:
        """What it can say without facts."""
        opened = self._opened(pack_id)
        language = _language(opened, language)

        def work() -> dict[str, str]:
            book = next(iter(opened.values())).speaker(language).book
            return {cue: self._words(_that_says(opened, cue), cue, language) for cue in sorted(book.cues)}

        return await asyncio.to_thread(work)

    async def hear(self, pack_id: str, cue: str, language: str, facts: Sequence[str]) -> bytes:
        """A cue as a WAV file."""
        opened = self._opened(pack_id)
        pack, language = _that_says(opened, cue), _language(opened, language)

        def work() -> bytes:
            segments = say_cue(pack, cue, pack_tools.facts_as_typed(facts), language)
            return _wav(b"".join(self._sound(segment, language, pack.pack.prompts) for segment in segments))

        return await asyncio.to_thread(work)

    def _opened(self, pack_id: str) -> Mapping[str, CompiledPack]:
        opened = self._packs.opened(pack_id)
        if not opened:
            raise PackError(f"{pack_id}: is not in use, since it has mistakes")
        return opened

    def _folder(self, pack_id: str) -> Path:
        return self._packs.folder(pack_id)

    def _words(self, pack: CompiledPack, cue: str, language: str) -> str:
        try:
            segments = say_cue(pack, cue, {}, language)
        except PackError:
            return ""
        texts = (
            self._prompts.text(each.id, language, pack.pack.prompts) for each in segments if isinstance(each, line.Clip)
        )
        return " ".join(texts)

    def _sound(self, segment: Segment, language: str, first: Sequence[str]) -> bytes:
        """Its samples. What is somebody's own (a name, a message) is the tone, and a clip that nobody has is silent."""
        match segment:
            case line.Silence(seconds=seconds):
                return bytes(2 * round(RATE * seconds))
            case line.Clip(id=clip):
                path = self._prompts.find(clip, language, first)
            case _:
                path = self._prompts.find(_TONE, language, first)
        try:
            return samples_of(path) if path else b""
        except (BrokenRecordingError, OSError) as error:
            raise PackError(f"{path}: can't be heard here ({error})") from None


def _facts(pack_id: str, opened: Mapping[str, CompiledPack]) -> PackFacts:
    pack = next(iter(opened.values())).pack
    languages = (pack.language, *sorted(set(pack.books) - {pack.language}))
    return PackFacts(pack_id, pack.title, pack.language, languages, tuple(sorted(opened)), pack.based_on)


def _language(opened: Mapping[str, CompiledPack], wanted: str) -> str:
    """The language wanted, if the pack has words in it; else its own. Raises PackError."""
    pack = next(iter(opened.values())).pack
    if wanted and wanted not in pack.books:
        raise PackError(f"{pack.id}: has no words in {wanted}; it speaks {', '.join(sorted(pack.books))}")
    return wanted or pack.language


def _that_says(opened: Mapping[str, CompiledPack], cue: str) -> CompiledPack:
    """The pack by the subject whose flows say the cue; the first for one that none says."""
    packs = list(opened.values())
    return next((pack for pack in packs if says(pack, cue)), packs[0])


def _wav(samples: bytes) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples)
    return made.getvalue()
