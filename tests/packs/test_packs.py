"""Each pack passes its checks, walks and scripts, and its scripts cover its states, keys and failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import copy_of, spoil
from vmq.app.subjects import SUBJECTS
from vmq.audio.sounds import load_prompts
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.coverage import coverage
from vmq.dialogue.load import load_pack
from vmq.dialogue.schema import Call
from vmq.dialogue.script import run_call

PERSONALITIES = Path(__file__).parents[2] / "personalities"
PROMPTS = Path(__file__).parents[2] / "prompts"
PACKS = sorted(folder for folder in PERSONALITIES.iterdir() if (folder / "personality.toml").is_file())


def calls_of(folder: Path) -> tuple[Call, ...]:
    """The scripted calls of a pack; of one that can't be read there are none, and its checks tell why."""
    pack = load_pack(folder).pack
    return pack.calls if pack else ()


CALLS = [pytest.param(folder, call, id=f"{folder.name}-{call.name}") for folder in PACKS for call in calls_of(folder)]


@pytest.fixture(scope="session")
def compiled() -> dict[Path, dict[str, CompiledPack]]:
    """Walked and played below, each in a test that says so."""
    return {folder: open_pack(folder, SUBJECTS, is_tried=True) for folder in PACKS}


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_pack_passes_all_checks(folder: Path) -> None:
    assert [str(finding) for finding in check_pack(folder, SUBJECTS)] == []


@pytest.mark.parametrize(("folder", "call"), CALLS)
def test_scripted_call(folder: Path, call: Call, compiled: dict[Path, dict[str, CompiledPack]]) -> None:
    pack = next(pack for pack in compiled[folder].values() if call.entry in pack.pack.entries)
    assert run_call(pack, call).failure == ""


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_scripts_cover_the_pack(folder: Path, compiled: dict[Path, dict[str, CompiledPack]]) -> None:
    for pack in compiled[folder].values():
        missed = coverage(pack)

        assert missed.states == ()
        assert missed.edges == ()
        assert missed.seeks == ()
        assert missed.spoken == ()
        assert missed.failures == ()
        assert missed.is_whole and missed.percent == 100


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_shipped_prompts_have_the_packs_clips_in_its_words(folder: Path) -> None:
    prompts = load_prompts(PROMPTS)

    assert open_pack(folder, SUBJECTS, prompts, is_tried=True), "raises PackError for a clip that is nowhere"
    pack = load_pack(folder).pack or pytest.fail("can't be read")
    for book in pack.books.values():
        words = {clip: prompts.text(clip, book.language, pack.prompts) for clip in book.text}
        assert words == book.text, f"{book.file} and the catalogue word these clips differently"


def test_a_prompt_set_that_is_not_there_is_told(tmp_path: Path) -> None:
    pack = copy_of("comedian", tmp_path)
    spoil(pack, "personality.toml", '"en-house"', '"en-huose"')

    found = check_pack(pack, SUBJECTS, load_prompts(PROMPTS))

    assert [(one.file, one.key) for one in found] == [("personality.toml", "prompts")]
    assert 'no prompt set "en-huose"' in found[0].text
