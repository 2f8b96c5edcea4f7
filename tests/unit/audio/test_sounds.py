"""The search order of sounds: Asterisk's own first, then the shipped sets; languages fall back; nothing raises."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.audio.sounds import Prompts, asterisk_sets, load_prompts, shipped_sets
from vmq.errors import ConfigError

HEAD = """[set]
id = "{id}"
language = "{language}"
engine = "hibari"
voice = "heart"
licence = "Apache-2.0"
[clip]
"""


def make_set(prompts: Path, name: str, language: str, **texts: str) -> None:
    folder = prompts / name
    folder.mkdir(parents=True)
    lines = "".join(f'"{clip_id}" = {{ text = "{text}" }}\n' for clip_id, text in texts.items())
    (folder / "catalog.toml").write_text(HEAD.format(id=name, language=language) + lines)
    for clip_id in texts:
        touch(folder / f"{clip_id}.wav")


def touch(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    make_set(tmp_path / "prompts", "en-house", "en", **{"vm-no": "no", "vmq-sorry": "Sorry.", "digits/1": "one"})
    return tmp_path / "prompts"


@pytest.fixture
def asterisk(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    for name in ("vm-no.gsm", "vm-no.wav", "digits/1.ulaw"):
        touch(folder / "en_US_f_Allison" / name)
    return folder


def test_a_shipped_clip_is_named_by_its_path_without_ending(prompts: Path) -> None:
    sounds = load_prompts(prompts)
    assert sounds.find("digits/1", "en") == prompts / "en-house/digits/1.wav"
    assert sounds.asterisk_name("digits/1", "en") == f"{prompts}/en-house/digits/1"


def test_a_shipped_clip_is_named_as_asterisk_sees_the_folder(prompts: Path) -> None:
    sounds = load_prompts(prompts, "/shared/prompts/")
    assert sounds.asterisk_name("vm-no", "en") == "/shared/prompts/en-house/vm-no"


def test_asterisks_own_sound_comes_first_and_goes_by_its_bare_name(prompts: Path, asterisk: Path) -> None:
    sounds = load_prompts(prompts, asterisk_sounds=asterisk)
    assert sounds.asterisk_name("vm-no", "en") == "vm-no"
    assert sounds.find("vm-no", "en") == asterisk / "en_US_f_Allison/vm-no.wav"
    assert sounds.asterisk_name("digits/1", "en") == "digits/1"


def test_what_asterisk_lacks_comes_from_the_shipped_set(prompts: Path, asterisk: Path) -> None:
    sounds = load_prompts(prompts, asterisk_sounds=asterisk)
    assert sounds.asterisk_name("vmq-sorry", "en") == f"{prompts}/en-house/vmq-sorry"


def test_a_language_folder_of_asterisk_can_be_given_itself(asterisk: Path) -> None:
    (only,) = asterisk_sets(asterisk / "en_US_f_Allison")
    assert Prompts([only]).asterisk_name("vm-no", "en_US") == "vm-no"


def test_a_dialect_falls_back_to_its_language_but_goes_first_where_it_is_there(prompts: Path) -> None:
    make_set(prompts, "en-british", "en_GB", **{"vm-no": "no"})
    sounds = load_prompts(prompts)
    assert sounds.find("vm-no", "en_GB") == prompts / "en-british/vm-no.wav"
    assert sounds.find("vmq-sorry", "en_GB") == prompts / "en-house/vmq-sorry.wav"


@pytest.mark.parametrize("clip_id", ["vm-nowhere", "../secret", "", "/etc/passwd"])
def test_a_clip_nobody_has_is_none_and_its_text_is_its_id(prompts: Path, asterisk: Path, clip_id: str) -> None:
    sounds = load_prompts(prompts, asterisk_sounds=asterisk)
    assert sounds.find(clip_id, "en") is None
    assert sounds.asterisk_name(clip_id, "en") is None
    assert sounds.text(clip_id, "en") == clip_id


def test_another_language_has_no_english_clips_but_plays_them_before_it_is_silent(prompts: Path) -> None:
    sounds = load_prompts(prompts)
    assert sounds.find("vm-no", "de") is None
    assert sounds.asterisk_name("vm-no", "de") == f"{prompts}/en-house/vm-no"


def test_the_sets_that_are_named_come_first_in_their_order(prompts: Path, asterisk: Path) -> None:
    make_set(prompts, "en-robot", "en", **{"vm-no": "no", "vmq-sorry": "Sorry."})
    sounds = load_prompts(prompts, asterisk_sounds=asterisk)
    assert sounds.asterisk_name("vm-no", "en", ["en-robot", "asterisk"]) == f"{prompts}/en-robot/vm-no"
    assert sounds.asterisk_name("vm-no", "en", ["asterisk", "en-robot"]) == "vm-no"
    assert sounds.asterisk_name("vmq-sorry", "en", ["asterisk", "en-robot"]) == f"{prompts}/en-robot/vmq-sorry"
    assert sounds.asterisk_name("digits/1", "en", ["en-house"]) == f"{prompts}/en-house/digits/1"


def test_a_nearer_language_comes_before_a_set_that_is_named(prompts: Path) -> None:
    make_set(prompts, "en-british", "en_GB", **{"vm-no": "no"})
    sounds = load_prompts(prompts)
    assert sounds.asterisk_name("vm-no", "en_GB", ["en-house"]) == f"{prompts}/en-british/vm-no"


def test_asterisks_sounds_count_as_a_set_also_when_they_are_out_of_sight(prompts: Path) -> None:
    sounds = load_prompts(prompts)
    assert sounds.has_set("asterisk") and sounds.has_set("en-house") and not sounds.has_set("en-huose")


def test_a_text_of_the_catalogue_serves_asterisks_own_sound_too(prompts: Path, asterisk: Path) -> None:
    assert load_prompts(prompts, asterisk_sounds=asterisk).text("digits/1", "en") == "one"


def test_a_clip_of_the_catalogue_whose_file_is_gone_is_not_found(prompts: Path) -> None:
    (prompts / "en-house/vm-no.wav").unlink()
    assert load_prompts(prompts).asterisk_name("vm-no", "en") is None


def test_of_the_others_house_sets_come_first_then_names_decide(prompts: Path) -> None:
    make_set(prompts, "en-alice", "en", **{"vm-no": "No.", "vm-yes": "yes"})
    make_set(prompts, "en-bob", "en", **{"vm-yes": "yes"})
    sounds = load_prompts(prompts)
    assert sounds.asterisk_name("vm-no", "en") == f"{prompts}/en-house/vm-no"
    assert sounds.asterisk_name("vm-yes", "en") == f"{prompts}/en-alice/vm-yes"
    assert (sounds.text("vm-no", "en"), sounds.text("vm-no", "en", ["en-alice"])) == ("no", "No.")


def test_what_a_house_records_itself_comes_before_all_and_can_be_taken_back(prompts: Path, asterisk: Path) -> None:
    make_set(prompts.parent / "own", "en", "en", **{"vm-no": "no"})
    sounds = load_prompts(prompts, asterisk_sounds=asterisk)
    sounds.put_first(shipped_sets(prompts.parent / "own"))
    assert sounds.asterisk_name("vm-no", "en", ["asterisk"]) == f"{prompts.parent}/own/en/vm-no"
    assert sounds.asterisk_name("vm-no", "de") == f"{prompts.parent}/own/en/vm-no"
    sounds.put_first([])
    assert sounds.asterisk_name("vm-no", "en") == "vm-no"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[set", "not a valid catalogue"),
        ("[clip]\n", "set is missing"),
        (HEAD.format(id="x", language="en") + '"../up" = { text = "no" }', "'../up'"),
        (HEAD.format(id="x", language="en") + 'up = { test = "no" }', "clip up"),
        (HEAD.format(id="x", language="en") + "up = 5", "clip up"),
    ],
)
def test_a_broken_catalogue_names_its_file_and_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/catalog.toml").write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        load_prompts(tmp_path)
    assert str(tmp_path / "x/catalog.toml") in str(caught.value)
