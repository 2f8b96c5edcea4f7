"""One call: outcomes in, effects out. Tries, sub-flows, hang-ups, leads, amounts, and outcomes that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import MANIFEST, compiled_toy
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session, Step
from vmq.domain.line import (
    Act,
    BadKey,
    Clip,
    DigitsEntered,
    Done,
    Effect,
    End,
    Failed,
    HungUpSeen,
    KeyPressed,
    NoKey,
    Played,
    ReadDigits,
    ReadKeys,
    Record,
    Recorded,
    RecordEnd,
    Say,
)
from vmq.errors import PackError

MENU = """
start = "menu"
[state.menu]
kind = "menu"
cue = "menu"
tries = 3
no_key = { say = "still_there" }
gave_up = "bye"
keys."7" = { name = "some", when = "has_some", to = "bye" }
keys."76" = { name = "paint", do = "paint", with = { color = "red" }, say = "painted", to = "menu" }
keys."*" = { name = "fetch", do = "fetch", to = "bye", failed = "menu" }
[state.bye]
kind = "say"
cue = "bye"
next = "over"
[state.over]
kind = "end"
"""
CUES = """
cue.menu.say = ["menu"]
cue.still_there.say = ["still-there"]
cue.painted.say = ["painted"]
cue.bye.say = ["bye"]
"""


def clips(effect: Effect) -> list[str]:
    """The clips that an effect plays."""
    return [segment.id for segment in getattr(effect, "segments", ()) if isinstance(segment, Clip)]


@pytest.fixture
def menu(tmp_path: Path) -> CompiledPack:
    return compiled_toy(tmp_path, MENU, CUES)


def test_only_keys_whose_condition_holds_are_live(menu: CompiledPack) -> None:
    none = Session(menu, "main", {"count": 0}).start()
    some = Session(menu, "main", {"count": 1}).start()

    assert isinstance(none, ReadKeys) and none.keys == {"76", "*"}
    assert isinstance(some, ReadKeys) and some.keys == {"7", "76", "*"}


def test_silence_asks_again_and_gives_up_after_the_last_try(menu: CompiledPack) -> None:
    session = Session(menu, "main", {})
    session.start()

    assert clips(session.feed(NoKey())) == ["still-there", "menu"]
    assert clips(session.feed(BadKey("9"))) == ["menu"]
    assert clips(session.feed(NoKey())) == ["bye"]


def test_a_key_that_comes_back_starts_the_tries_anew(menu: CompiledPack) -> None:
    session = Session(menu, "main", {})
    session.start()
    session.feed(NoKey())
    session.feed(NoKey())
    session.feed(KeyPressed("76"))

    assert clips(session.feed(Done())) == ["painted", "menu"]
    assert clips(session.feed(NoKey())) == ["still-there", "menu"]


def test_an_action_is_done_on_the_way_and_may_fail(menu: CompiledPack) -> None:
    session = Session(menu, "main", {})
    session.start()

    assert session.feed(KeyPressed("*")) == Act("fetch")
    assert isinstance(session.feed(Failed({"count": 3})), ReadKeys)
    assert session.facts["count"] == 3
    session.feed(KeyPressed("*"))
    assert clips(session.feed(Done())) == ["bye"]


def test_a_fork_goes_its_own_way(menu: CompiledPack) -> None:
    session = Session(menu, "main", {})
    session.start()
    session.feed(KeyPressed("76"))
    fork = session.fork()
    assert fork.mark == session.mark

    fork.feed(Done({"count": 3}))
    fork.feed(NoKey())
    fork.feed(NoKey())
    assert clips(fork.feed(NoKey())) == ["bye"]
    assert clips(session.feed(Done())) == ["painted", "menu"]
    assert session.facts["count"] == 0
    assert clips(session.feed(NoKey())) == ["still-there", "menu"]


def test_a_key_that_is_not_live_counts_as_a_bad_one(menu: CompiledPack) -> None:
    session = Session(menu, "main", {"count": 0})
    session.start()

    assert clips(session.feed(KeyPressed("7"))) == ["menu"]


def test_the_end_is_given_once_all_is_said(menu: CompiledPack) -> None:
    session = Session(menu, "main", {"count": 1})
    session.start()

    assert isinstance(session.feed(KeyPressed("7")), Say)
    assert session.feed(Played()) == End("over")
    assert session.is_over


@pytest.mark.parametrize("outcome", [Played(), Done(), DigitsEntered("1"), Recorded(1.0, RecordEnd.KEY, "#")])
def test_an_outcome_that_does_not_fit_is_refused(menu: CompiledPack, outcome) -> None:
    session = Session(menu, "main", {})
    session.start()

    with pytest.raises(PackError, match="is no answer to ReadKeys"):
        session.feed(outcome)


def test_a_hang_up_ends_the_call_and_is_taken_once(menu: CompiledPack) -> None:
    session = Session(menu, "main", {})
    session.start()

    assert session.feed(HungUpSeen()) == End("gone")
    assert session.feed(HungUpSeen()) == End("gone")


def test_a_hang_up_while_an_action_is_under_way_is_refused(menu: CompiledPack) -> None:
    session = Session(menu, "main", {})
    session.start()
    session.feed(KeyPressed("*"))

    with pytest.raises(PackError, match="feed its outcome first"):
        session.feed(HungUpSeen())


def test_every_move_is_watched(menu: CompiledPack) -> None:
    steps: list[Step] = []
    session = Session(menu, "main", {"count": 1}, watch=steps.append)
    session.start()
    session.feed(KeyPressed("7"))

    assert steps == [Step("main", "menu", "key_7", "bye")]


def test_calls_share_a_machine_and_nothing_else(menu: CompiledPack) -> None:
    one, other = Session(menu, "main", {"count": 1}), Session(menu, "main", {"count": 1})
    one.start()
    other.start()
    one.feed(KeyPressed("7"))

    assert (one.where, other.where) == ("main.bye", "main.menu")
    assert menu.flows["main"].machine.models == []


def test_an_unknown_entry_is_refused(menu: CompiledPack) -> None:
    with pytest.raises(PackError, match="add entry"):
        Session(menu, "other", {})


RECORD = """
start = "record"
[state.record]
kind = "record"
cue = "go"
into = "tape"
min_s = 2
max_s = "setting.longest_s"
tries = 2
keys."0" = { name = "out", to = "out" }
next = "keep"
failed = "out"
gave_up = "over"
hung_up = "is_it_good"
[state.is_it_good]
kind = "choose"
next = [{ when = "is_recorded", to = "keep" }, { to = "gone" }]
[state.keep]
kind = "act"
do = "keep"
next = { say = "kept", to = "over" }
failed = "over"
[state.over]
kind = "end"
[state.out]
kind = "end"
exit = "o"
"""
RECORD_CUES = 'cue.go.say = ["go"]\ncue.kept.say = ["kept"]\n'
RECORD_MANIFEST = (
    MANIFEST + 'setting.longest_s = { type = "seconds", default = 60, min = 10, max = 90, meaning = "longest tape" }\n'
)


@pytest.fixture
def recorder(tmp_path: Path) -> CompiledPack:
    return compiled_toy(tmp_path, RECORD, RECORD_CUES, RECORD_MANIFEST)


@pytest.mark.parametrize(
    ("given", "taken"), [({}, 60), ({"longest_s": 20}, 20), ({"longest_s": 5}, 60), ({"x": 1}, 60)]
)
def test_an_owners_setting_is_taken_within_its_bounds(recorder: CompiledPack, given, taken: float) -> None:
    effect = Session(recorder, "main", {"tape": "t/1"}, settings=given).start()

    assert isinstance(effect, Record)
    assert (effect.ref, effect.max_s, effect.stop_keys) == ("t/1", taken, {"#", "0"})


def test_a_long_recording_is_kept_and_what_is_to_be_said_comes_before_the_end(recorder: CompiledPack) -> None:
    session = Session(recorder, "main", {})
    session.start()

    assert session.feed(Recorded(5.0, RecordEnd.KEY, "#")) == Act("keep")
    assert clips(session.feed(Done())) == ["kept"]
    assert session.feed(Played()) == End("over")
    assert session.facts["recorded_s"] == 5.0


def test_a_long_recording_survives_its_caller(recorder: CompiledPack) -> None:
    session = Session(recorder, "main", {})
    session.start()

    assert session.feed(Recorded(5.0, RecordEnd.HANG_UP)) == Act("keep")
    assert session.feed(Done()) == End("over")


def test_a_short_recording_does_not(recorder: CompiledPack) -> None:
    session = Session(recorder, "main", {})
    session.start()

    assert session.feed(Recorded(1.0, RecordEnd.HANG_UP)) == End("gone")


def test_too_short_is_tried_again_and_then_given_up(recorder: CompiledPack) -> None:
    session = Session(recorder, "main", {})
    session.start()

    assert isinstance(session.feed(Recorded(1.0, RecordEnd.SILENCE)), Record)
    assert session.feed(Recorded(1.0, RecordEnd.SILENCE)) == End("over")


def test_a_key_of_its_own_ends_a_recording_with_an_exit(recorder: CompiledPack) -> None:
    session = Session(recorder, "main", {})
    session.start()

    assert session.feed(Recorded(1.0, RecordEnd.KEY, "0")) == End("out", exit="o")


def test_a_recording_that_can_not_be_made_goes_its_own_way(recorder: CompiledPack) -> None:
    session = Session(recorder, "main", {})
    session.start()

    assert session.feed(Failed()) == End("out", exit="o")


CALLER = """
start = "ask"
[state.ask]
kind = "call"
flow = "asking"
next = "bye"
hung_up = "tidy"
[state.tidy]
kind = "act"
do = "paint"
with = { color = { fact = "code" } }
next = "gone"
[state.bye]
kind = "say"
cue = "bye"
next = "over"
[state.over]
kind = "end"
"""
ASKING = """
start = "code"
[state.code]
kind = "ask"
cue = "code"
into = "code"
min_digits = 2
max_digits = 4
tries = 2
gave_up = "done"
keys."*" = { name = "out", to = "out" }
next = "secret"
[state.secret]
kind = "ask"
into = "pin"
gave_up = "done"
next = "done"
[state.done]
kind = "end"
[state.out]
kind = "end"
exit = "a"
"""


@pytest.fixture
def asker(tmp_path: Path) -> CompiledPack:
    return compiled_toy(tmp_path, CALLER, 'cue.code.say = ["code"]\ncue.bye.say = ["bye"]\n', asking=ASKING)


def test_a_sub_flow_returns_to_its_caller(asker: CompiledPack) -> None:
    session = Session(asker, "main", {})
    first = session.start()
    second = session.feed(DigitsEntered("12"))

    assert isinstance(first, ReadDigits) and (first.max_digits, first.keys) == (4, {"*"})
    assert isinstance(second, ReadDigits)
    assert clips(session.feed(DigitsEntered("2468"))) == ["bye"]
    assert (session.facts["code"], session.facts["pin"]) == ("12", "2468")


def test_too_few_digits_are_a_bad_answer(asker: CompiledPack) -> None:
    session = Session(asker, "main", {})
    session.start()

    assert clips(session.feed(DigitsEntered("1"))) == ["code"]
    assert clips(session.feed(NoKey())) == ["bye"]


def test_an_exit_in_a_sub_flow_ends_the_whole_call(asker: CompiledPack) -> None:
    session = Session(asker, "main", {})
    session.start()

    assert session.feed(KeyPressed("*")) == End("out", exit="a")


def test_a_hang_up_in_a_sub_flow_reaches_its_caller(asker: CompiledPack) -> None:
    session = Session(asker, "main", {})
    session.start()
    session.feed(DigitsEntered("77"))

    assert session.feed(HungUpSeen()) == Act("paint", {"color": "77"})
    assert session.feed(Done()) == End("gone")
