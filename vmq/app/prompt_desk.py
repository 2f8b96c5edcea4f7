"""The studio's desk: prompt sets to look in, and the house's own recordings, which take their place at once."""

from __future__ import annotations

from pathlib import Path

from vmq.audio.own import OwnPrompts
from vmq.audio.sounds import Prompts
from vmq.audio.store import RecordingStore
from vmq.errors import StorageError

_CLIP = "clip"


class PromptDesk:
    """The `Desk` of vmq.studio. Refs of what callers hear are `clip/<language>/<id>`: see `PromptRecordings`."""

    def __init__(self, prompts: Prompts, own: OwnPrompts) -> None:
        self._prompts = prompts
        self._own = own
        self.set_for = prompts.set_for
        self.language_of = prompts.language_of
        self.clips_of = prompts.clips_of
        self.edited = own.edited
        self.is_own = own.is_own
        self.keep = own.keep
        self.drop = own.drop
        self.prepare = own.prepare

    def live(self, language: str, clip_id: str) -> str:
        """The ref of what callers hear; empty when they hear nothing."""
        return f"{_CLIP}/{language}/{clip_id}" if self._prompts.asterisk_name(clip_id, language) else ""

    async def take(self, call_id: str) -> str:
        """The ref that a call records to, ready to be written."""
        await self._own.prepare()
        return self._own.take_ref(call_id)

    async def activate(self, language: str, clip_id: str, text: str, voice: str) -> None:
        """Let callers hear the edited copy from now on."""
        self._prompts.put_first(await self._own.activate(language, clip_id, text, voice))

    async def withdraw(self, language: str, clip_id: str) -> None:
        """Take the edited copy away, or else the house's own recording."""
        self._prompts.put_first(await self._own.withdraw(language, clip_id))


class PromptRecordings(RecordingStore):
    """The folder of recordings, in which clips can be had too: for calls that hear both."""

    def __init__(self, folder: Path, asterisk_folder: str, prompts: Prompts) -> None:
        super().__init__(folder, asterisk_folder)
        self._prompts = prompts

    def path(self, ref: str) -> Path:
        """The file of a ref. Raises StorageError, also for a clip that no set has."""
        kind, _, rest = ref.partition("/")
        if kind != _CLIP:
            return super().path(ref)
        language, _, clip_id = rest.partition("/")
        found = self._prompts.find(clip_id, language)
        if found is None:
            raise StorageError(f"no prompt set has {clip_id} in {language}")
        return found

    def asterisk_path(self, ref: str) -> str:
        """The same without ending, as Asterisk sees it."""
        kind, _, rest = ref.partition("/")
        if kind != _CLIP:
            return super().asterisk_path(ref)
        language, _, clip_id = rest.partition("/")
        name = self._prompts.asterisk_name(clip_id, language)
        if name is None:
            raise StorageError(f"no prompt set has {clip_id} in {language}")
        return name
