"""The folder of recordings: names stay inside, heads are read and mended, drafts outlive a crash."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.wav import write_wav
from vmq.audio.store import RecordingStore
from vmq.audio.wav import mend, read_head
from vmq.domain.draft import Draft, DraftKind
from vmq.errors import BrokenRecordingError, StorageError

DRAFT = Draft("abc", DraftKind.MESSAGE, "1001", "call-1", 12.5, "2002", "Zoë", is_urgent=True, min_s=1.0)


@pytest.fixture
async def store(tmp_path: Path) -> RecordingStore:
    """An empty store."""
    store = RecordingStore(tmp_path / "recordings", "/var/spool/vmq/")
    await store.open()
    return store


@pytest.mark.parametrize(
    "ref", ["", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", ".a", "a/.b", "a\0", "a\n"]
)
async def test_names_that_could_leave_the_folder_are_refused(store: RecordingStore, ref: str) -> None:
    with pytest.raises(StorageError, match="not a name inside"):
        store.path(ref)
    with pytest.raises(StorageError, match="not a name inside"):
        store.asterisk_path(ref)


@given(ref=st.text(alphabet="./a\\*#0~ \n", max_size=12))
def test_any_name_is_refused_or_inside(ref: str) -> None:
    root = Path("/srv/recordings")
    try:
        path = RecordingStore(root).path(ref)
    except StorageError:
        return
    assert path.resolve().is_relative_to(root)
    assert path.name not in (".wav", "..wav")


def test_asterisk_sees_the_folder_by_its_own_name(tmp_path: Path) -> None:
    store = RecordingStore(tmp_path, "/var/spool/vmq/")
    assert store.asterisk_path("1001/abc") == "/var/spool/vmq/1001/abc"
    assert RecordingStore(tmp_path).asterisk_path("1001/abc") == f"{tmp_path}/1001/abc"


async def test_draft_comes_back_as_it_was_written_down(store: RecordingStore) -> None:
    await store.begin(DRAFT)
    assert await store.drafts() == [DRAFT]
    await store.forget(DRAFT, DRAFT.message_ref)
    assert await store.drafts() == []


async def test_keeping_twice_does_the_same_once(store: RecordingStore) -> None:
    write_wav(store.path(DRAFT.ref), 2.0)
    assert await store.keep(DRAFT, DRAFT.message_ref) == 2.0
    assert await store.keep(DRAFT, DRAFT.message_ref) == 2.0
    assert store.path(DRAFT.message_ref).exists()
    assert not store.path(DRAFT.ref).exists()


async def test_nothing_recorded_cannot_be_kept(store: RecordingStore) -> None:
    with pytest.raises(StorageError, match="can't be read"):
        await store.keep(DRAFT, DRAFT.message_ref)


async def test_one_that_cannot_be_kept_keeps_no_other_from_it(store: RecordingStore) -> None:
    drafts = [replace(DRAFT, id=f"d{number}", mailbox=str(1001 + number)) for number in range(20)]
    await asyncio.gather(*map(store.begin, drafts))
    for draft in drafts[1:]:
        write_wav(store.path(draft.ref), 2.0)
    store.path(drafts[5].ref).write_bytes(b"no sound")
    results = await asyncio.gather(*(store.keep(d, d.message_ref) for d in drafts), return_exceptions=True)
    assert [type(results[0]), type(results[5])] == [StorageError, BrokenRecordingError]
    kept = [draft for draft, result in zip(drafts, results, strict=True) if result == 2.0]
    assert len(kept) == 18
    await asyncio.gather(*(store.forget(draft, draft.message_ref) for draft in kept))
    assert [draft.id for draft in await store.drafts()] == ["d0", "d5"]


async def test_length_of_what_holds_no_sound_is_0(store: RecordingStore) -> None:
    assert await store.measure(DRAFT) == 0.0
    store.path(DRAFT.ref).write_bytes(b"")
    assert await store.measure(DRAFT) == 0.0
    write_wav(store.path(DRAFT.ref), 0.0)
    assert await store.measure(DRAFT) == 0.0


def test_head_of_a_whole_file_is_believed(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", 1.5)
    head = read_head(tmp_path / "a.wav")
    assert (head.duration_s, head.is_broken) == (1.5, False)


def test_head_of_a_cut_off_file_is_mended_without_touching_the_sound(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.wav", tmp_path / "cut.wav"
    write_wav(whole, 1.5)
    write_wav(cut, 1.5, is_whole=False)
    head = read_head(cut)
    assert (head.duration_s, head.is_broken) == (1.5, True)
    mend(cut, head)
    assert cut.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3" + b"\0" * 60, b"RIFF\0\0\0\0WAVEdata\0\0\0\0"])
def test_what_is_no_wav_is_an_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"a\.wav: not a WAV recording"):
        read_head(path)


@given(content=st.binary(max_size=200))
def test_no_bytes_upset_the_reader(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + content)
    try:
        head = read_head(path)
    except StorageError:
        return
    assert 0 <= head.data_bytes <= len(content)
