"""The shipped prompt sets are whole, and say everything the packs, the grammars and the service ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from vmq.audio.catalogue import read_catalogue
from vmq.audio.lint import lint
from vmq.audio.sounds import load_prompts
from vmq.dialogue.check_cues import check_clips
from vmq.dialogue.checking import Checked
from vmq.dialogue.grammar import grammar_for
from vmq.dialogue.load import load_pack
from vmq.domain.line import Clip
from vmq.resources import shipped
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


@pytest.mark.parametrize("clip_id", ["beep", "vmq-confirm", "vmq-sorry"])
def test_the_services_own_clips_are_there(clip_id: str) -> None:
    assert SOUNDS.find(clip_id, "en") is not None
    assert SOUNDS.text(clip_id, "en") != clip_id


def everything_english() -> Iterator[Clip]:
    """All numbers, dates, times and signs, as far as they differ in their clips."""
    grammar = grammar_for("en")
    assert grammar is not None
    for number in (*range(-1, 126), 999_999):
        yield from grammar.number(number)
    for number in (*range(1, 126), 1000):
        yield from grammar.ordinal(number)
    yield from grammar.digits("+0123456789*#-abcdefghijklmnopqrstuvwxyz")
    now = datetime(2026, 12, 31, 12, 0)
    for days in range(400):
        yield from grammar.date(now - timedelta(days=days), now)
    for minutes in range(24 * 60):
        yield from grammar.time(now + timedelta(minutes=minutes))
    for seconds in (0, 1, 2, 60, 120, 3600, 7200):
        yield from grammar.duration(seconds)


def test_numbers_dates_and_times_are_there_with_their_words() -> None:
    clips = {clip.id: clip.text for clip in everything_english()}
    assert {clip_id for clip_id in clips if SOUNDS.find(clip_id, "en") is None} == set()
    assert {clip_id: SOUNDS.text(clip_id, "en") for clip_id in clips} == clips
