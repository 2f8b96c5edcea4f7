"""A recording goes on in a part of its own: joined at the right sample, also after a crash anywhere."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from vmq.audio import parts
from vmq.audio.parts import sound_of, write_sound
from vmq.audio.store import RecordingStore
from vmq.domain.draft import Draft, DraftKind
from vmq.errors import StorageError

DRAFT = Draft("abc", DraftKind.MESSAGE, "1001", "call-1", 12.5)
OLD, NEW = b"\1\0" * 8000 * 3, b"\2\0" * 8000 * 2


@pytest.fixture
async def store(tmp_path: Path) -> RecordingStore:
    """A store with a draft of three seconds."""
    store = RecordingStore(tmp_path)
    await store.open()
    await store.begin(DRAFT)
    write_sound(store.path(DRAFT.ref), OLD)
    return store


@pytest.mark.parametrize(
    ("from_s", "joined"),
    [(math.inf, OLD + NEW), (99.0, OLD + NEW), (1.0, OLD[:16000] + NEW), (0.0, NEW)],
)
async def test_a_part_takes_the_place_of_what_comes_after(store: RecordingStore, from_s: float, joined: bytes) -> None:
    part = await store.part(DRAFT.ref, from_s)
    assert sound_of(store.path(DRAFT.ref)) == OLD
    write_sound(store.path(part), NEW)

    assert await store.join(DRAFT.ref) == len(joined) / 16000
    assert sound_of(store.path(DRAFT.ref)) == joined
    assert not store.path(part).exists()


async def test_a_part_without_sound_changes_nothing(store: RecordingStore) -> None:
    part = await store.part(DRAFT.ref, 1.0)
    assert await store.join(DRAFT.ref) == 3.0
    assert await store.part(DRAFT.ref, 1.0) == part
    write_sound(store.path(part), b"")
    assert await store.join(DRAFT.ref) == 3.0
    assert not store.path(part).exists()


async def test_a_part_that_nothing_explains_is_not_taken_for_a_new_one(store: RecordingStore) -> None:
    write_sound(store.path(f"incoming/part-{DRAFT.id}"), NEW)
    assert await store.join(DRAFT.ref) == 3.0
    await store.part(DRAFT.ref, math.inf)
    assert await store.join(DRAFT.ref) == 3.0


async def test_a_part_of_nothing_is_the_recording(store: RecordingStore) -> None:
    store.path(DRAFT.ref).unlink()
    write_sound(store.path(await store.part(DRAFT.ref, math.inf)), NEW)

    assert await store.join(DRAFT.ref) == 2.0


async def test_joining_again_does_the_same(store: RecordingStore) -> None:
    """vmq dies after the joined file is in its place, before the part is gone."""
    part = await store.part(DRAFT.ref, 1.0)
    write_sound(store.path(part), NEW)
    left = {path: path.read_bytes() for path in (store.path(part), store.path(DRAFT.ref).with_suffix(".cut"))}
    await store.join(DRAFT.ref)
    for path, content in left.items():
        path.write_bytes(content)

    assert await store.join(DRAFT.ref) == 3.0
    assert sound_of(store.path(DRAFT.ref)) == OLD[:16000] + NEW


async def test_a_full_disk_leaves_both_as_they_were(store: RecordingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    part = await store.part(DRAFT.ref, math.inf)
    write_sound(store.path(part), NEW)

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parts.os, "fsync", refuse)
    with pytest.raises(StorageError, match="No space"):
        await store.join(DRAFT.ref)
    monkeypatch.setattr(parts.os, "fsync", os.fsync)

    assert (sound_of(store.path(DRAFT.ref)), sound_of(store.path(part))) == (OLD, NEW)
    assert sorted(path.suffix for path in store.path(part).parent.iterdir()) == [".cut", ".json", ".wav", ".wav"]


async def test_recovery_joins_what_a_crash_left(store: RecordingStore) -> None:
    write_sound(store.path(await store.part(DRAFT.ref, math.inf)), NEW)

    assert await store.unexplained() == []
    assert await store.measure(DRAFT) == 5.0
    assert await store.keep(DRAFT, DRAFT.message_ref) == 5.0


async def test_a_part_that_is_no_wav_is_dropped_and_the_recording_kept(store: RecordingStore) -> None:
    part = await store.part(DRAFT.ref, math.inf)
    store.path(part).write_bytes(b"nonsense" * 20)

    assert await store.measure(DRAFT) == 3.0
    assert not store.path(part).exists()


async def test_a_draft_is_discarded_with_its_part(store: RecordingStore) -> None:
    write_sound(store.path(await store.part(DRAFT.ref, math.inf)), NEW)
    await store.discard(DRAFT)

    assert list(store.path(DRAFT.ref).parent.iterdir()) == []
