"""The shipped prompt sets are whole, and say everything the packs, the grammars and the service ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.audio.catalogue import read_catalogue
from vmq.audio.lint import lint
from vmq.audio.sounds import load_prompts
from vmq.dialogue.check_cues import check_clips
from vmq.dialogue.checking import Checked
from vmq.dialogue.grammar import all_clips, languages
from vmq.dialogue.load import load_pack
from vmq.resources import shipped
from vmq.voice.run import WAIT_TONE
from vmq.voicemail.vocabulary import VOICEMAIL

SETS = sorted(path.parent for path in shipped("prompts").glob("*/catalog.toml"))
PACKS = sorted(path.parent for path in shipped("personalities").glob("*/personality.toml"))
SOUNDS = load_prompts(shipped("prompts"))


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_a_shipped_set_has_no_mistakes(folder: Path) -> None:
    assert [str(finding) for finding in lint(folder)] == []


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_a_shipped_set_says_whose_it_is(folder: Path) -> None:
    catalogue = read_catalogue(folder)
    assert catalogue.id == folder.name
    assert catalogue.licence == "Apache-2.0"
    assert catalogue.voice in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_packs_clips_are_there_without_asterisks_sounds(folder: Path) -> None:
    pack = load_pack(folder).pack
    assert pack is not None
    assert [str(finding) for finding in check_clips(Checked(pack, VOICEMAIL, SOUNDS))] == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("clip_id", ["vmq-confirm", "vmq-sorry", "vmq-unavailable"])
def test_the_services_own_clips_are_there(clip_id: str, language: str) -> None:
    assert SOUNDS.find(clip_id, language) is not None
    assert SOUNDS.text(clip_id, language) != clip_id


@pytest.mark.parametrize("tone", ["beep", WAIT_TONE.name])
def test_the_tones_are_there_for_every_language(tone: str) -> None:
    assert all(SOUNDS.asterisk_name(tone, language) for language in languages())


# feature 54, 56
@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_a_set_has_all_numbers_dates_and_times_in_the_grammars_words(folder: Path) -> None:
    catalogue = read_catalogue(folder)
    texts = {clip.id: clip.text for clip in catalogue.clips.values()}
    assert all_clips(catalogue.language).items() <= texts.items()


# feature 55
def test_every_language_that_can_be_spoken_has_a_house_set() -> None:
    assert {read_catalogue(folder).language for folder in SETS if folder.name.endswith("-house")} == {*languages()}


def test_no_set_is_larger_than_a_repository_bears() -> None:
    sizes = {folder.name: sum(file.stat().st_size for file in folder.rglob("*.wav")) for folder in SETS}
    assert {name: size for name, size in sizes.items() if size > 30_000_000} == {}
