"""The scripts of a pack's own tests: what `hears` finds in what was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import compiled_toy
from vmq.dialogue.schema import Call
from vmq.dialogue.script import _end_of, run_call

SAID = "you have two new messages press one for new messages"


@pytest.mark.parametrize(
    ("wanted", "end"),
    [
        ("you have", 8),
        ("two new *", 16),
        ("you * messages press", 31),
        ("* new messages", 25),
        ("", 0),
        ("you * messages * messages", len(SAID)),
        ("ou have", None),
        ("two new message", None),
        ("messages * you", None),
    ],
)
def test_words_are_found_whole_and_stars_stand_for_anything(wanted: str, end: int | None) -> None:
    assert _end_of(wanted, SAID) == end


def test_many_stars_do_not_search_for_ever() -> None:
    assert _end_of("a * " * 40 + "b", "a " * 2000) is None


LISTEN = """
start = "tape"
[state.tape]
kind = "menu"
cue = "tape"
timeout_s = 0
no_key = "done"
bad_key = "done"
keys."1" = { name = "back", seek = "rewind", by_s = 2, immediate = true }
keys."11" = { name = "start", seek = "restart" }
keys."5" = { name = "delete", do = "fetch", to = "tape", failed = "done" }
keys."59" = { name = "out", ends = "out" }
[state.done]
kind = "end"
"""


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        ([{"plays": 7.5}, {"presses": "5"}, {"hears": "<tape 7 5s>"}, {"waits": True}, {"ends": "done"}], ""),
        ([{"plays": 7.5}, {"presses": "15"}, {"hears": "<rewind> <tape 5 5s>"}], ""),
        ([{"plays": 7.5}, {"presses": "115"}, {"hears": "<rewind> <restart> <tape>"}], ""),
        ([{"plays": 7.5}, {"presses": "1"}, {"plays": 9.0}, {"presses": "1"}, {"hears": "<rewind>"}], ""),
        ([{"plays": 7.5}, {"presses": "59"}, {"ends": "out"}], ""),
        ([{"plays": True}, {"presses": "5"}, {"hears": "<tape>"}], ""),
        ([{"plays": 7.5}, {"presses": "5"}, {"hears": "<tape 8s>"}], "what was said is"),
    ],
)
def test_a_recording_plays_while_keys_are_pressed(
    tmp_path: Path, script: list[dict[str, object]], failure: str
) -> None:
    pack = compiled_toy(tmp_path, LISTEN, 'cue.tape.say = [{ recording = "tape", resume = true }]\n')
    call = Call("x", "tests/x.toml", "call[0]", "main", {"tape": "t/1"}, {}, {}, tuple(script))

    assert failure in run_call(pack, call).failure
    assert bool(failure) is bool(run_call(pack, call).failure)
