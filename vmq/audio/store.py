"""The folder of recordings: incoming/ while they are made, <mailbox>/ when they are kept, quarantine/ for unknown ones.

Comes in: drafts and refs. Goes out: files that are whole and on the disk, or StorageError that says what to do. Every
method that touches the disk does it in a thread; what many calls want at the same moment is done together, so that
they share the disk's syncs. Nothing here knows of the database.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from functools import lru_cache, partial
from glob import escape
from pathlib import Path
from typing import ParamSpec, TypeVar

import structlog

from vmq.audio.copies import compose, link_all
from vmq.audio.disk import checked, disk_errors, tried
from vmq.audio.formats import as_one
from vmq.audio.notes import Notes
from vmq.audio.pace import at_pace
from vmq.audio.parts import HEAD_BYTES, begin_part, drop_part, join, sound_of, write_sound
from vmq.audio.peaks import peaks
from vmq.audio.upload import telephone_sound
from vmq.audio.wav import mend, read_head
from vmq.batch import Batcher
from vmq.disk import sync
from vmq.domain.draft import INCOMING, Draft
from vmq.domain.line import Pace

QUARANTINE = "quarantine"
THREADS = 16
SLICES = 8  # threads that a batch is dealt out to: a disk writes for all who wait for it at once
COPIES = "copies"  # of recordings at another pace, or with an introduction; thrown away at every start
MAX_COPIES = 500
MAX_PEAKS = 2000  # recordings whose loudness is remembered

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")
Kept = tuple[Draft, str]
"""A draft, and the ref it is kept under."""


class RecordingStore:
    """The Recordings port over a folder. `asterisk_folder` is the same folder as Asterisk sees it, if it differs."""

    def __init__(self, folder: Path, asterisk_folder: str = "") -> None:
        self._folder = folder.absolute()
        self._asterisk_folder = asterisk_folder.rstrip("/") or str(self._folder)
        self._notes = Notes(self._folder, self._folder / QUARANTINE)
        self._peaks = lru_cache(MAX_PEAKS)(self._read_peaks)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="recordings")
        self._begins: Batcher[Draft, None] = Batcher(partial(self._in_slices, self._begin))
        self._keeps: Batcher[Kept, float] = Batcher(partial(self._in_slices, self._keep))
        self._forgets: Batcher[Kept, None] = Batcher(partial(self._in_slices, self._forget))

    def path(self, ref: str) -> Path:
        """The WAV file of a ref. Raises StorageError for a ref that could leave the folder."""
        return self._folder / f"{checked(ref)}.wav"

    def asterisk_path(self, ref: str) -> str:
        """The file without extension as Asterisk sees it. Raises StorageError as `path`."""
        return f"{self._asterisk_folder}/{checked(ref)}"

    async def part(self, ref: str, from_s: float) -> str:
        """The ref that the part of a recording from `from_s` on goes to (`math.inf`: after its end)."""

        def begin() -> str:
            folder, slash, _ = ref.rpartition("/")
            return f"{folder}{slash}{begin_part(self.path(ref), from_s)}"

        return await self._in_thread(begin)

    async def join(self, ref: str) -> float:
        """Make one of a recording and the part that was made of it, if any; gives its length in seconds."""

        def run() -> float:
            join(self.path(ref))
            return self._length_s(ref)

        return await self._in_thread(run)

    async def paced(self, ref: str, pace: Pace) -> str:
        """The ref of a copy at this pace, made now unless it is there and newer than the recording."""
        return await self._in_thread(self._paced, ref, pace)

    async def introduced(self, ref: str, introduction: str) -> str:
        """The ref of a copy with an introduction before it, made now unless it is there and newer than the recording.
        Raises StorageError, BrokenRecordingError."""
        return await self._in_thread(self._introduced, ref, introduction)

    async def open(self) -> None:
        """Make the folders. Raises StorageError when they can't be made or written to."""
        await self._in_thread(self._open)

    async def put(self, ref: str, samples: bytes) -> float:
        """Keep a recording that was made elsewhere, whole and durable (8 kHz, 16 bit); gives its length in seconds.
        Until a row names it, it is nobody's. Raises StorageError."""
        return await self._in_thread(self._put, ref, samples)

    async def samples(self, ref: str) -> bytes:
        """The samples of a recording; none when there is no such. Raises StorageError."""
        return await self._in_thread(lambda: sound_of(self.path(ref)))

    async def begin(self, draft: Draft) -> None:
        """Write a draft down, durably, before its recording starts; again when it changes."""
        await self._begins.submit(draft)

    async def fill(self, draft: Draft, wav: bytes) -> None:
        """Make a WAV file of any kind a draft's recording. Raises BrokenRecordingError when it is none."""
        await self._in_thread(lambda: write_sound(self.path(draft.ref), telephone_sound(wav)))

    async def read(self, ref: str) -> bytes:
        """A recording as a WAV file."""
        return await self._in_thread(lambda: self.path(ref).read_bytes())

    @asynccontextmanager
    async def as_one(self, refs: Sequence[str]) -> AsyncIterator[Path]:
        """One WAV file of these recordings, one after the other, while the block lasts."""
        with ExitStack() as made:
            yield await self._in_thread(lambda: made.enter_context(as_one([self.path(ref) for ref in refs])))

    async def peaks(self, refs: Sequence[str], count: int) -> Sequence[int]:
        """How loud these recordings are, one after the other, in `count` equal parts, 0 to 100. What a ref names never
        changes, so that it is read once."""
        return await self._in_thread(self._peaks, tuple(refs), count)

    async def keep(self, draft: Draft, ref: str) -> float:
        """Move a draft's recording to its place, whole and durable; gives its length in seconds.

        Done twice it does the same once. Should the power fail before `forget`, the move itself may be undone: the
        sound is safe where it was, and the draft says what to do. Raises StorageError when there is no recording or
        the disk refuses.
        """
        return await self._keeps.submit((draft, ref))

    async def measure(self, draft: Draft) -> float:
        """Length in seconds of what a draft's recording holds by now; 0.0 when there is none."""
        return await self._in_thread(self._measure, draft)

    async def is_kept(self, draft: Draft) -> bool:
        """True when the draft's recording is already in its place as a message."""
        return await self._in_thread(self.path(draft.message_ref).exists)

    async def forget(self, draft: Draft, ref: str) -> None:
        """Make the move to `ref` durable, and remove what `begin` wrote."""
        await self._forgets.submit((draft, ref))

    async def discard(self, draft: Draft) -> None:
        """Remove a draft's recording and what `begin` wrote."""
        await self._in_thread(self._discard, draft)

    async def remove(self, refs: Collection[str]) -> None:
        """Delete recordings that no row names any more."""
        await self._in_thread(self._remove, refs)

    async def link(self, refs: Sequence[tuple[str, str]]) -> None:
        """Give recordings further names, as (recording, its new name); durable. A name that is there stays.

        Raises BrokenRecordingError when one of the recordings is not there, nor its new name.
        """
        await self._in_thread(link_all, [(self.path(source), self.path(target)) for source, target in refs])

    async def compose(self, refs: Sequence[str], target: str) -> float:
        """Make one recording of several, in their order, durable; gives its length in seconds. One that is there
        already stays. Raises BrokenRecordingError when one of them is not there."""
        return await self._in_thread(compose, [self.path(ref) for ref in refs], self.path(target))

    async def drafts(self) -> Sequence[Draft]:
        """All drafts that are written down. Unreadable ones go to quarantine with an error in the log."""
        return await self._in_thread(lambda: list(self._notes.read()))

    async def unexplained(self) -> Sequence[str]:
        """Recordings that no draft explains. Those that no row names either, read after this, are nobody's.

        The order makes it safe while calls run: a draft is forgotten only after its row is there.
        """
        return await self._in_thread(self._unexplained)

    async def quarantine(self, refs: Collection[str]) -> None:
        """Put recordings aside, where an administrator can look at them."""
        await self._in_thread(self._quarantine, refs)

    async def missing(self, known: Collection[str]) -> Sequence[str]:
        """Those of the refs that have no file."""
        return await self._in_thread(lambda: [ref for ref in known if not self.path(ref).exists()])

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def run() -> T:
            with disk_errors():
                return work(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def _in_slices(
        self, work: Callable[[Sequence[Item]], Sequence[T | Exception]], items: Sequence[Item]
    ) -> Sequence[T | Exception]:
        """What each item comes to, by `work` in a few threads at once."""
        size = -(-len(items) // SLICES)
        slices = [items[at : at + size] for at in range(0, len(items), size)]
        done = await asyncio.gather(*(self._in_thread(work, part) for part in slices))
        return [result for part in done for result in part]

    def _read_peaks(self, refs: Sequence[str], count: int) -> tuple[int, ...]:
        return peaks(b"".join(sound_of(self.path(ref)) for ref in refs), count)

    def _open(self) -> None:
        for copy in (self._folder / COPIES).glob("*.wav"):
            copy.unlink(missing_ok=True)
        for name in (INCOMING, QUARANTINE, COPIES):
            folder = self._folder / name
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "no right to write", str(folder))

    def _begin(self, drafts: Sequence[Draft]) -> Sequence[Exception | None]:
        written = [tried(self._notes.write, draft) for draft in drafts]
        failure = tried(sync, self._folder / INCOMING)
        return [error or failure for error in written]

    def _keep(self, drafts: Sequence[Kept]) -> Sequence[float | Exception]:
        return [tried(self._keep_one, draft, ref) for draft, ref in drafts]

    def _keep_one(self, draft: Draft, ref: str) -> float:
        source, target = self.path(draft.ref), self.path(ref)
        join(source)
        if not source.exists() and target.exists():
            return read_head(target).duration_s
        head = read_head(source)
        if head.is_broken:
            log.warning("recording_mended", ref=draft.ref, duration_s=round(head.duration_s, 2))
            mend(source, head)
        sync(source)
        target.parent.mkdir(exist_ok=True)
        source.replace(target)
        return head.duration_s

    def _forget(self, drafts: Sequence[Kept]) -> Sequence[Exception | None]:
        folders = {self._folder, *(self.path(ref).parent for _, ref in drafts)}
        failures = [error for folder in folders if folder.exists() and (error := tried(sync, folder))]
        if failures:
            return [failures[0]] * len(drafts)
        return [tried(self._notes.remove, draft) for draft, _ in drafts]

    def _put(self, ref: str, samples: bytes) -> float:
        path = self.path(ref)
        path.parent.mkdir(exist_ok=True)
        write_sound(path, samples)
        sync(path.parent)
        return self._length_s(ref)

    def _measure(self, draft: Draft) -> float:
        join(self.path(draft.ref))
        return self._length_s(draft.ref)

    def _length_s(self, ref: str) -> float:
        path = self.path(ref)
        return read_head(path).duration_s if path.exists() and path.stat().st_size > HEAD_BYTES else 0.0

    def _paced(self, ref: str, pace: Pace) -> str:
        source = self.path(ref)
        what = f"{pace.speed}.{pace.volume}"
        return self._copy(ref, what, lambda: at_pace(sound_of(source), pace.factor, pace.gain_db))

    def _introduced(self, ref: str, introduction: str) -> str:
        sources = [self.path(introduction), self.path(ref)]
        return self._copy(ref, "introduced", lambda: b"".join(sound_of(source) for source in sources))

    def _copy(self, ref: str, what: str, sound: Callable[[], bytes]) -> str:
        name = f"{_copies_of(ref)}{what}"
        copy, changed_at = self.path(name), self.path(ref).stat().st_mtime_ns
        if not copy.exists() or copy.stat().st_mtime_ns < changed_at:
            copy.parent.mkdir(exist_ok=True)
            copies = sorted(copy.parent.glob("*.wav"), key=lambda path: path.stat().st_mtime_ns)
            for old in copies[: max(0, len(copies) + 1 - MAX_COPIES)]:
                old.unlink(missing_ok=True)
            write_sound(copy, sound())
        return name

    def _forget_copies(self, ref: str) -> None:
        for copy in (self._folder / COPIES).glob(f"{escape(_copies_of(ref).rpartition('/')[2])}*"):
            copy.unlink(missing_ok=True)

    def _discard(self, draft: Draft) -> None:
        path = self.path(draft.ref)
        drop_part(path)
        path.unlink(missing_ok=True)
        self._forget_copies(draft.ref)
        self._notes.remove(draft)

    def _remove(self, refs: Collection[str]) -> None:
        for ref in refs:
            self.path(ref).unlink(missing_ok=True)
            self._forget_copies(ref)

    def _unexplained(self) -> Sequence[str]:
        found = [path for path in sorted(self._folder.glob("*/*.wav")) if path.parent.name not in (QUARANTINE, COPIES)]
        notes = self._notes.ids()
        return [f"{path.parent.name}/{path.stem}" for path in found if path.stem.rpartition("-")[2] not in notes]

    def _quarantine(self, refs: Collection[str]) -> None:
        for ref in refs:
            self.path(ref).replace(self._folder / QUARANTINE / f"{ref.replace('/', '-')}.wav")


def _copies_of(ref: str) -> str:
    """What the refs of all copies of a recording begin with."""
    return f"{COPIES}/{ref.replace('/', '.')}.at."
