"""Writes vmq's messages and greetings out as a spool of app_voicemail.

Numbers begin at 0 in every folder and have no gaps, as app_voicemail wants them. An introduction goes before its
message in the one sound that there can be.
"""

from __future__ import annotations

from pathlib import Path

from vmq.app.moving import Move
from vmq.audio.parts import write_sound
from vmq.audio.store import RecordingStore
from vmq.db.mailboxes import MailboxRepository
from vmq.domain.mailbox import Folder, Mailbox
from vmq.errors import ConfigError
from vmq.importing import spool
from vmq.importing.message_text import write_text


class SpoolExport:
    """One export into the layout of app_voicemail, under a context."""

    def __init__(self, store: RecordingStore, mailboxes: MailboxRepository, move: Move, context: str) -> None:
        self._store, self._mailboxes, self._move, self._context = store, mailboxes, move, context

    async def run(self, folder: Path) -> None:
        """Write all mailboxes. Raises ConfigError when one is there already, StorageError."""
        numbers = sorted(await self._mailboxes.all_counts())
        there = [number for number in numbers if (folder / self._context / number).exists()]
        if there:
            raise ConfigError(f"{folder / self._context / there[0]}: is there already; export into an empty folder")
        for number, mailbox in (await self._mailboxes.find(*numbers)).items():
            path = folder / self._context / number
            path.mkdir(parents=True)
            await self._greetings(mailbox, path)
            for kept in Folder:
                await self._folder(number, kept, path)

    async def _greetings(self, mailbox: Mailbox, path: Path) -> None:
        names = {kind: name for name, kind in spool.GREETING_FILES.items()}
        for kind, greeting in mailbox.greetings.items():
            where = f"{self._context}/{mailbox.number}/{kind.value}"
            if kind not in names:
                self._move.tell(where, "refused", ["app_voicemail has no such greeting"])
            elif samples := await self._store.samples(greeting.ref):
                write_sound(path / f"{names[kind]}.wav", samples)
                self._move.tell(where, "taken")

    async def _folder(self, number: str, kept: Folder, path: Path) -> None:
        messages = await self._mailboxes.messages(number, kept)
        if not messages and kept is not Folder.INBOX:
            return
        (path / kept.value).mkdir()
        written = 0
        for message in messages:
            where = f"{self._context}/{number}/{kept.value}/msg{written:04d}"
            parts = [await self._store.samples(ref) for ref in (message.introduction, message.ref) if ref]
            if not any(parts):
                self._move.tell(where, "refused", [f"message {message.id} has no sound"])
                continue
            stem = path / kept.value / f"msg{written:04d}"
            write_sound(stem.with_suffix(".wav"), b"".join(parts))
            stem.with_suffix(".txt").write_bytes(write_text(message, self._context))
            self._move.tell(where, "taken")
            written += 1
