"""Keys that may be spoken: how a pack says so, what its checks say, and what a session then listens for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import TOY, write_toy
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.coverage import coverage
from vmq.dialogue.session import Session
from vmq.domain import line

FLOW = """
start = "m"
[state.m]
kind = "menu"
cue = "x"
spoken = {spoken}
keys."7" = {{ name = "delete", to = "over" }}
keys."8" = {{ name = "call_back", to = "over" }}
gave_up = "over"
[state.over]
kind = "end"
"""
CUES = 'cue.x.say = ["x"]\ntext.x = "X"\n'


def findings(folder: Path, spoken: str = "true", cues: str = "") -> list[tuple[str, str]]:
    found = check_pack(write_toy(folder, FLOW.format(spoken=spoken), CUES + cues), [TOY])
    return [(one.key, one.text) for one in found]


def listens_for(folder: Path, spoken: str = "true", cues: str = "") -> dict[str, str]:
    compiled = open_pack(write_toy(folder, FLOW.format(spoken=spoken), CUES + cues), [TOY])
    (pack,) = compiled.values()
    effect = Session(pack, next(iter(pack.pack.entries)), {}).start()
    assert isinstance(effect, line.ReadKeys)
    return dict(effect.phrases)


def test_key_names_are_the_grammar_in_english(tmp_path: Path) -> None:
    assert listens_for(tmp_path) == {"delete": "7", "call back": "8"}


def test_words_take_the_place_of_a_keys_name(tmp_path: Path) -> None:
    assert listens_for(tmp_path, cues='words.delete = ["erase", "throw away"]\n') == {
        "erase": "7", "throw away": "7", "call back": "8",
    }  # fmt: skip


@pytest.mark.parametrize("spoken", ["false", '{ when = "is_open" }'])
def test_nothing_is_listened_for_where_it_is_off(tmp_path: Path, spoken: str) -> None:
    assert listens_for(tmp_path, spoken) == {}


def test_something_is_listened_for_while_the_condition_holds(tmp_path: Path) -> None:
    assert listens_for(tmp_path, '{ when = "not is_open" }') == {"delete": "7", "call back": "8"}


def test_an_unknown_condition_is_told(tmp_path: Path) -> None:
    ((key, text),) = findings(tmp_path, '{ when = "no_such_guard" }')
    assert key == "state.m.spoken.when"
    assert "no_such_guard" in text


def test_a_word_for_two_keys_is_told(tmp_path: Path) -> None:
    ((key, text),) = findings(tmp_path, cues='words.delete = ["call back"]\n')
    assert key == "words.call_back"
    assert "several keys of m (call_back, delete)" in text


def test_words_for_a_key_that_is_not_there_are_told(tmp_path: Path) -> None:
    ((key, text),) = findings(tmp_path, cues='words.delte = ["x"]\n')
    assert key == "words.delte"
    assert "delete" in text


def test_words_that_nobody_can_say_are_told(tmp_path: Path) -> None:
    assert [key for key, _ in findings(tmp_path, cues='words.delete = ["..."]\n')] == ["words.delete"]


def test_coverage_wants_somebody_to_speak(tmp_path: Path) -> None:
    (pack,) = open_pack(write_toy(tmp_path, FLOW.format(spoken="true"), CUES), [TOY]).values()
    assert coverage(pack).spoken == ("flows/main.toml",)
