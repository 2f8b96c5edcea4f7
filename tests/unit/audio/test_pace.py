"""Sound at another pace: as long as it should be, as high as it was, as loud as asked; and its copies in the store."""

from __future__ import annotations

import audioop
import math
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from vmq.audio import store as store_module
from vmq.audio.pace import RATE, at_pace
from vmq.audio.parts import sound_of, write_sound
from vmq.audio.store import COPIES, RecordingStore
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.line import GAINS_DB, SPEEDS, Pace, Seek
from vmq.errors import StorageError


def voice(hertz: float, seconds: float = 2.0) -> bytes:
    """A tone with an overtone, which a voice's vowel is to this."""
    samples = (
        6000 * math.sin(2 * math.pi * hertz * n / RATE) + 3000 * math.sin(4 * math.pi * hertz * n / RATE)
        for n in range(int(seconds * RATE))
    )
    return array("h", map(int, samples)).tobytes()


def pitch(pcm: bytes) -> float:
    """How often the sound crosses zero upwards, a second, in its middle."""
    samples = array("h", pcm)
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4]
    crossings = sum(a < 0 <= b for a, b in pairwise(middle))
    return crossings * RATE / len(middle)


@pytest.mark.parametrize("factor", [factor for factor in SPEEDS.values() if factor != 1])
@pytest.mark.parametrize("hertz", [110.0, 220.0])
def test_it_is_as_long_as_it_should_be_and_as_high_as_it_was(factor: float, hertz: float) -> None:
    made = at_pace(voice(hertz), factor, 0.0)

    assert len(made) / 2 / RATE == pytest.approx(2.0 / factor, abs=0.05)
    assert pitch(made) == pytest.approx(hertz, rel=0.04)
    assert audioop.rms(made, 2) == pytest.approx(audioop.rms(voice(hertz), 2), rel=0.1)


@pytest.mark.parametrize("gain_db", [gain for gain in GAINS_DB.values() if gain])
def test_it_is_as_loud_as_asked(gain_db: float) -> None:
    quiet = audioop.mul(voice(200), 2, 0.3)

    ratio = audioop.rms(at_pace(quiet, 1.0, gain_db), 2) / audioop.rms(quiet, 2)

    assert 20 * math.log10(ratio) == pytest.approx(gain_db, abs=0.1)


@pytest.mark.parametrize("pcm", [b"", b"\0\0", voice(200, 0.02)])
def test_next_to_nothing_stays_next_to_nothing(pcm: bytes) -> None:
    for factor in SPEEDS.values():
        assert len(at_pace(pcm, factor, 5.0)) <= len(pcm) + 320


def test_steps_stop_at_the_outermost() -> None:
    pace = Pace()
    for _ in range(9):
        pace = pace.after(Seek.FASTER).after(Seek.SOFTER)
    assert pace == Pace(max(SPEEDS), min(GAINS_DB))
    assert pace.after(Seek.NORMAL_SPEED).after(Seek.NORMAL_VOLUME) == Pace()
    assert pace.after(Seek.FORWARD) == pace


@pytest.fixture
async def store(tmp_path: Path) -> RecordingStore:
    """A store with one message."""
    store = RecordingStore(tmp_path)
    await store.open()
    store.path("1001/m").parent.mkdir()
    write_sound(store.path("1001/m"), voice(200))
    return store


async def test_a_copy_is_made_once_and_anew_when_the_recording_changed(store: RecordingStore) -> None:
    name = await store.paced("1001/m", Pace(speed=2))
    first = store.path(name).stat().st_mtime_ns
    assert len(sound_of(store.path(name))) / 16000 == pytest.approx(2.0 / 1.45, abs=0.05)
    assert await store.paced("1001/m", Pace(speed=2)) == name
    assert store.path(name).stat().st_mtime_ns == first

    write_sound(store.path("1001/m"), voice(200, 1.0))
    await store.paced("1001/m", Pace(speed=2))
    assert len(sound_of(store.path(name))) / 16000 == pytest.approx(1.0 / 1.45, abs=0.05)


async def test_copies_go_with_their_recording(store: RecordingStore) -> None:
    draft = Draft("abc", DraftKind.MESSAGE, "1001", "call-1", 12.5)
    write_sound(store.path(draft.ref), voice(200))
    copies = [await store.paced(ref, Pace(1, 1)) for ref in ("1001/m", draft.ref)]
    assert await store.unexplained() == ["1001/m", "incoming/abc"]
    await store.remove(["1001/m"])
    await store.discard(draft)

    assert not any(store.path(copy).exists() for copy in copies)


async def test_there_are_never_many_copies_nor_any_after_a_restart(
    store: RecordingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MAX_COPIES", 3)
    for volume in GAINS_DB:
        await store.paced("1001/m", Pace(1, volume))
    assert len(list((tmp_path / COPIES).iterdir())) == 3

    await RecordingStore(tmp_path).open()
    assert list((tmp_path / COPIES).iterdir()) == []


async def test_what_is_not_there_can_not_be_copied(store: RecordingStore) -> None:
    with pytest.raises(StorageError):
        await store.paced("1001/none", Pace(1, 0))
