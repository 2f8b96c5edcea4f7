"""A house's own recordings: an edited copy is heard by nobody until it is activated, and then at once and first."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.app.prompt_desk import PromptDesk, PromptRecordings
from vmq.audio import speech
from vmq.audio.catalogue import read_catalogue
from vmq.audio.own import OwnPrompts
from vmq.audio.sounds import Prompts, load_prompts
from vmq.audio.store import RecordingStore
from vmq.errors import StorageError
from vmq.resources import shipped


@pytest.fixture
def prompts() -> Prompts:
    return load_prompts(shipped("prompts"))


@pytest.fixture
async def own(tmp_path: Path) -> OwnPrompts:
    own = OwnPrompts(RecordingStore(tmp_path, "/spool"))
    await own.prepare()
    return own


@pytest.fixture
def desk(prompts: Prompts, own: OwnPrompts) -> PromptDesk:
    return PromptDesk(prompts, own)


async def record(desk: PromptDesk, tmp_path: Path) -> str:
    take = await desk.take("pbx-1.7")
    speech.tone(300, 0.8).apply_gain(-12).export(tmp_path / f"{take}.wav", format="wav").close()
    return take


async def test_an_edited_copy_is_heard_by_nobody(desk: PromptDesk, prompts: Prompts, tmp_path: Path) -> None:
    before = prompts.asterisk_name("vm-no", "en")
    assert await desk.keep(await record(desk, tmp_path), "en", "vm-no")
    assert prompts.asterisk_name("vm-no", "en") == before
    assert await desk.edited("en", "vm-no") == "prompts/edited/en/vm-no"
    assert not (tmp_path / "prompts/takes/pbx-1-7.wav").exists()


@pytest.mark.parametrize("clip_id", ["vm-no", "digits/7"])
async def test_an_activated_one_is_heard_first_of_all_levelled_and_with_its_origin(
    desk: PromptDesk, prompts: Prompts, own: OwnPrompts, tmp_path: Path, clip_id: str
) -> None:
    await desk.keep(await record(desk, tmp_path), "en", clip_id)
    await desk.activate("en", clip_id, "no", "telephone 1001")
    assert prompts.asterisk_name(clip_id, "en", ["asterisk", "en-house"]) == f"/spool/prompts/own/en/{clip_id}"
    clip = read_catalogue(tmp_path / "prompts/own/en").clips[clip_id]
    assert (clip.text, clip.voice) == ("no", "telephone 1001")
    assert clip.duration_s == pytest.approx(0.8, abs=0.1)
    assert await desk.is_own("en", clip_id) and await desk.edited("en", clip_id) == ""
    assert [found.sounds[clip_id].asterisk_name for found in own.sets()] == [f"/spool/prompts/own/en/{clip_id}"]


async def test_withdrawing_takes_the_edited_copy_first_then_the_recording(
    desk: PromptDesk, prompts: Prompts, tmp_path: Path
) -> None:
    before = prompts.asterisk_name("vm-no", "en")
    await desk.keep(await record(desk, tmp_path), "en", "vm-no")
    await desk.activate("en", "vm-no", "no", "x")
    await desk.keep(await record(desk, tmp_path), "en", "vm-no")
    await desk.withdraw("en", "vm-no")
    assert prompts.asterisk_name("vm-no", "en") == "/spool/prompts/own/en/vm-no"
    await desk.withdraw("en", "vm-no")
    assert prompts.asterisk_name("vm-no", "en") == before


async def test_silence_is_not_kept(desk: PromptDesk, tmp_path: Path) -> None:
    take = await desk.take("1")
    speech.silence(2.0).export(tmp_path / f"{take}.wav", format="wav").close()
    assert not await desk.keep(take, "en", "vm-no")
    assert await desk.edited("en", "vm-no") == ""


async def test_nothing_recorded_is_a_storage_error(desk: PromptDesk) -> None:
    with pytest.raises(StorageError, match="own prompts"):
        await desk.keep(await desk.take("1"), "en", "vm-no")
    with pytest.raises(StorageError, match="own prompts"):
        await desk.activate("en", "vm-no", "no", "x")


@pytest.mark.parametrize("clip_id", ["../../x", "/etc/x", ""])
async def test_a_clip_id_can_not_leave_the_folder(desk: PromptDesk, clip_id: str) -> None:
    with pytest.raises(StorageError, match="not a name inside"):
        await desk.edited("en", clip_id)


def test_clips_can_be_had_as_recordings(prompts: Prompts, tmp_path: Path) -> None:
    files = PromptRecordings(tmp_path, "/spool", prompts)
    assert files.asterisk_path("clip/de/vm-youhave").endswith("/de-house/vm-youhave")
    assert files.path("clip/en/digits/1").name == "1.wav"
    assert files.asterisk_path("1001/unavail") == "/spool/1001/unavail"
    with pytest.raises(StorageError, match="no prompt set has"):
        files.asterisk_path("clip/en/nowhere")


def test_a_set_is_found_by_the_language_of_a_channel(prompts: Prompts) -> None:
    assert [prompts.set_for(language) for language in ("en_GB", "de", "ru_RU", "tlh")] == [
        "en-house",
        "de-house",
        "ru-house",
        "en-house",
    ]
    assert prompts.language_of("de-house") == "de" and prompts.language_of("nowhere") == ""
