"""Moves messages and greetings from a spool of app_voicemail into vmq's storage.

Each message is decoded, kept, and then stored, so that an import that was broken off is finished by importing again:
what is there already is passed over. The spool is never changed.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from vmq.app.moving import Move
from vmq.audio.decode import samples_of
from vmq.audio.parts import RATE
from vmq.audio.store import RecordingStore
from vmq.db.mailboxes import MailboxRepository
from vmq.domain.mailbox import Folder, Greeting, Mailbox, Message
from vmq.errors import ConfigError, StorageError
from vmq.importing import spool
from vmq.importing.lock import FolderHeldError, locked
from vmq.importing.message_text import MessageText, read_text
from vmq.voicemail.pins import hash_pin

BYTES_PER_S = RATE * 2
LENGTHS_DIFFER_S = 2.0
NUMBER = re.compile(r"[0-9*#+A-Za-z_-][0-9*#+A-Za-z_.-]{0,39}")
"""What a mailbox can be called, which is also the name of its folder of recordings."""


class SpoolImport:
    """One import. `is_dry` reads and decodes everything, and keeps nothing."""

    def __init__(
        self, store: RecordingStore, mailboxes: MailboxRepository, move: Move, *, now: float, is_dry: bool
    ) -> None:
        self._store, self._mailboxes, self._move = store, mailboxes, move
        self._now, self._is_dry = now, is_dry
        self._known: frozenset[str] = frozenset()
        self._numbers: dict[str, str] = {}

    async def run(self, folder: Path, context: str = "") -> None:
        """Take a whole spool, or one context of it. Raises ConfigError for a folder that is none, StorageError."""
        try:
            found = list(spool.boxes(folder, context))
        except OSError as error:
            raise ConfigError(f"{folder}: can't be read ({error.strerror})") from None
        if not found:
            raise ConfigError(f"{folder}: holds no mailboxes{f' of {context}' if context else ''}; a spool is"
                              " <context>/<mailbox>/INBOX, as /var/spool/asterisk/voicemail")  # fmt: skip
        self._known = await self._mailboxes.refs()
        for box in found:
            if (taken := self._numbers.setdefault(box.number, box.context)) != box.context:
                note = f"{box.number} is taken from {taken}: mailboxes have one number in vmq; import with --context"
                self._move.tell(f"{box.context}/{box.number}", "refused", [note])
                continue
            if not NUMBER.fullmatch(box.number):
                note = f"{box.number!r} is no number that a mailbox of vmq can have"
                self._move.tell(f"{box.context}/{box.number}", "refused", [note])
                continue
            await self._box(box)

    async def _box(self, box: spool.Box) -> None:
        try:
            await self._pin(box)
            for found in spool.greetings(box):
                await self._found(found)
            for folder in spool.folders(box):
                await self._folder(box, folder)
        except OSError as error:
            self._move.tell(f"{box.context}/{box.number}", "refused", [f"{error.filename}: {error.strerror}"])

    async def _pin(self, box: spool.Box) -> None:
        """A PIN that the owner chose; a mailbox that is there keeps its own."""
        pin, where = spool.own_pin(box), f"{box.context}/{box.number}/secret.conf"
        if not pin:
            return
        if not pin.isdigit():
            self._move.tell(where, "refused", ["its PIN is no number"])
        elif box.number in await self._mailboxes.find(box.number):
            self._move.tell(where, "there already")
        else:
            if not self._is_dry:
                await self._mailboxes.ensure(Mailbox(box.number, pin_hash=await hash_pin(pin)), self._now)
            self._move.tell(where, "taken")

    async def _folder(self, box: spool.Box, folder: Folder) -> None:
        """The folder is held while it is copied, and no longer: a caller whose message app_voicemail can't file within
        five seconds loses it."""
        with TemporaryDirectory() as room:
            try:
                with locked(box.path / folder.value):
                    copied = spool.copy_of(box, folder, Path(room))
            except FolderHeldError as error:
                self._move.tell(f"{box.context}/{box.number}/{folder.value}", "refused", [str(error)])
                return
            for message in spool.messages(copied, folder):
                await self._found(message)

    async def _found(self, found: spool.FoundGreeting | spool.FoundMessage | spool.Stray) -> None:
        match found:
            case spool.Stray(where, why):
                self._move.tell(where, "refused", [why])
            case spool.FoundGreeting():
                await self._greeting(found)
            case spool.FoundMessage():
                await self._message(found)

    async def _greeting(self, found: spool.FoundGreeting) -> None:
        samples, source, notes = _sound(found.sounds)
        if source is None:
            self._move.tell(found.where, "refused", notes)
            return
        recorded_at = source.stat().st_mtime
        number, ref = found.box.number, f"{found.box.number}/{found.kind.value}-{_digest(samples)}"
        mailbox = (await self._mailboxes.find(number)).get(number)
        existing = mailbox.greetings.get(found.kind) if mailbox else None
        if ref in self._known or (existing and existing.recorded_at >= recorded_at):
            self._move.tell(found.where, "there already")
            return
        if not self._is_dry:
            await self._mailboxes.ensure(Mailbox(number), self._now)
            length_s = await self._store.put(ref, samples)
            replaced = await self._mailboxes.set_greeting(number, Greeting(found.kind, ref, length_s, recorded_at))
            await self._store.remove([replaced] if replaced else [])
        self._move.tell(found.where, "repaired" if notes else "taken", notes)

    async def _message(self, found: spool.FoundMessage) -> None:
        if not found.sounds:
            self._move.tell(found.where, "refused", ["has no sound: there is only its text"])
            return
        text = read_text(found.text.read_bytes()) if found.text else MessageText(mended=("has no text",))
        if text.message_id and f"{found.box.number}/{_id(found, text, b'')}" in self._known:
            self._move.tell(found.where, "there already")
            return
        samples, source, notes = _sound(found.sounds)
        if source is None:
            self._move.tell(found.where, "refused", notes)
            return
        message = _as_message(found, text, samples, source.stat().st_mtime)
        if message.ref in self._known:
            self._move.tell(found.where, "there already")
            return
        notes = [*text.mended, *notes, *_length_note(text.duration_s, message.duration_s)]
        if not self._is_dry:
            await self._store.put(message.ref, samples)
            await self._mailboxes.add_message(message)
        self._known |= {message.ref}
        self._move.tell(found.where, "repaired" if notes else "taken", notes)


def _as_message(found: spool.FoundMessage, text: MessageText, samples: bytes, changed_at: float) -> Message:
    number, message_id = found.box.number, _id(found, text, samples)
    folder = found.folder
    return Message(
        id=message_id,
        mailbox=number,
        folder=folder,
        received_at=text.received_at or changed_at,
        duration_s=len(samples) / BYTES_PER_S,
        ref=f"{number}/{message_id}",
        caller_number=text.caller_number,
        caller_name=text.caller_name,
        is_urgent=text.is_urgent or folder is Folder.URGENT,
        restore_folder=Folder.OLD if folder is Folder.DELETED else None,
        external_id=text.message_id,
        category=text.category,
    )


def _id(found: spool.FoundMessage, text: MessageText, samples: bytes) -> str:
    """The same for the same message, however often and from whichever folder it is imported."""
    own = text.message_id or f"{text.received_at:.0f}-{_digest(samples)}"
    return hashlib.sha256(f"{found.box.context}/{found.box.number}/{own}".encode()).hexdigest()[:32]


def _digest(samples: bytes) -> str:
    return hashlib.sha256(samples).hexdigest()[:16]


def _sound(paths: tuple[Path, ...]) -> tuple[bytes, Path | None, list[str]]:
    """The samples of the best of these that holds any, which that is (None = none does), and what was wrong."""
    notes = []
    usable = spool.newest(paths)
    if older := [path.name for path in paths if path not in usable]:
        notes.append(f"{', '.join(older)} is older than the other formats: left")
    for path in usable:
        try:
            return samples_of(path), path, notes
        except (StorageError, OSError) as error:
            notes.append(str(error))
    return b"", None, notes


def _length_note(told_s: float, real_s: float) -> list[str]:
    if told_s and abs(told_s - real_s) > LENGTHS_DIFFER_S:
        return [f"lasts {real_s:.0f} s, its text says {told_s:.0f}"]
    return []
