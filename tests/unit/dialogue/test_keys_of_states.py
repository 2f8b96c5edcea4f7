"""Keys of states: switched off, with several meanings, at once, moving about in recordings, picking from lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import MANIFEST, compiled_toy, findings_of_toy
from vmq.dialogue.session import Session
from vmq.dialogue.simulate import Simulator
from vmq.dialogue.vocabulary import Item
from vmq.domain.line import (
    DigitsEntered,
    End,
    KeyPressed,
    Move,
    NoKey,
    Pace,
    Playback,
    ReadDigits,
    ReadKeys,
    Record,
    Recorded,
    RecordEnd,
    Recording,
    Seek,
)

FLOW = """
start = "menu"
[defaults]
gave_up = "bye"
[keys]
"*" = {{ name = "leave", to = "bye" }}
"9" = {{ name = "stop", to = "bye" }}
[state.menu]
kind = "menu"
{fields}
[state.bye]
kind = "end"
"""


def menu(folder: Path, fields: str, cues: str = "", **facts: object) -> Session:
    """A session that waits in a menu of these fields."""
    return Session(compiled_toy(folder, FLOW.format(fields=fields), cues), "main", facts)


def test_a_flow_wide_key_can_be_switched_off_and_bound_anew(tmp_path: Path) -> None:
    effect = menu(tmp_path, 'keys."*" = false\nkeys."9" = { name = "nine", to = "menu" }').start()

    assert isinstance(effect, ReadKeys) and effect.keys == {"9"}


@pytest.mark.parametrize(("is_open", "end"), [(True, "opened"), (False, "shut")])
def test_a_key_may_mean_several_things(tmp_path: Path, *, is_open: bool, end: str) -> None:
    keys = 'keys."7" = [{ name = "a", when = "is_open", ends = "opened" }, { name = "b", ends = "shut" }]'
    session = menu(tmp_path, keys, is_open=is_open)
    session.start()

    assert session.feed(KeyPressed("7")) == End(end)


def test_an_immediate_key_is_told_to_the_next_effect(tmp_path: Path) -> None:
    keys = """keys."1" = { name = "back", immediate = true, to = "menu" }
keys."11" = { name = "start", to = "bye" }"""
    session = menu(tmp_path, keys)
    first = session.start()
    second = session.feed(KeyPressed("1"))

    assert isinstance(first, ReadKeys) and (first.immediate, first.after) == ({"1"}, "")
    assert isinstance(second, ReadKeys) and second.after == "1"
    assert session.feed(KeyPressed("11")) == End("bye")


def test_an_immediate_key_that_led_to_the_end_of_a_recording_is_told_to_the_next_effect(tmp_path: Path) -> None:
    keys = """keys."1" = { name = "skip", seek = "end", immediate = true }
keys."11" = { name = "leave", to = "bye" }"""
    session = menu(tmp_path, keys)
    session.start()
    after_key = session.feed(NoKey(after="1"))
    later = session.feed(NoKey())

    assert isinstance(after_key, ReadKeys) and after_key.after == "1"
    assert isinstance(later, ReadKeys) and later.after == ""


@pytest.mark.parametrize(("timeout_s", "where"), [(0, "main.then"), (4, "main.menu")])
def test_a_simulated_call_leaves_a_recording_at_its_end_as_the_line_does(
    tmp_path: Path, timeout_s: int, where: str
) -> None:
    fields = f"""cue = "tape"
timeout_s = {timeout_s}
keys."1" = {{ name = "skip", seek = "end" }}
no_key = "then"
[state.then]
kind = "menu\""""
    pack = compiled_toy(tmp_path, FLOW.format(fields=fields), TAPE_CUE)
    call = Simulator(pack, "main", {"tape": "t/1"})
    call.press("1")

    assert call.where == where


LISTEN = """cue = "tape"
keys."1" = { name = "back", seek = "rewind", by_s = 5, to = "menu" }
keys."2" = { name = "faster", seek = "faster" }
keys."3" = { name = "again", restart = true, to = "menu" }
keys."4" = { name = "stay", to = "menu" }"""
TAPE_CUE = 'cue.tape.say = [{ recording = "tape", resume = true }]\n'


def starts(effect: object) -> float:
    """Where the recording of an effect begins."""
    assert isinstance(effect, ReadKeys) and isinstance(effect.segments[0], Recording)
    return effect.segments[0].start_s


def test_a_recording_goes_on_where_it_stopped(tmp_path: Path) -> None:
    session = menu(tmp_path, LISTEN, TAPE_CUE, tape="t/1")
    first = session.start()

    assert isinstance(first, ReadKeys) and first.seek == {"1": Move(Seek.REWIND, 5), "2": Move(Seek.FASTER, 3)}
    assert first.keys == {"1", "3", "4", "9", "*"}
    assert starts(session.feed(KeyPressed("4", Playback("t/1", 12.0)))) == 12.0
    assert session.facts["position_s"] == 12.0
    assert starts(session.feed(KeyPressed("1", Playback("t/1", 20.0)))) == 15.0
    assert starts(session.feed(KeyPressed("3", Playback("t/1", 20.0)))) == 0.0
    assert starts(session.feed(KeyPressed("4", Playback("t/1", 60.0, is_over=True)))) == 0.0
    assert starts(session.feed(KeyPressed("1", Playback("t/1", 60.0, is_over=True)))) == 55.0


def test_another_recording_begins_at_its_start(tmp_path: Path) -> None:
    session = menu(tmp_path, LISTEN, TAPE_CUE, tape="t/1")
    session.start()
    session.facts["tape"] = "t/2"

    assert starts(session.feed(KeyPressed("4", Playback("t/1", 12.0)))) == 0.0


def test_the_pace_stays_for_the_call(tmp_path: Path) -> None:
    session = menu(tmp_path, LISTEN, TAPE_CUE, tape="t/1")
    session.start()
    following = session.feed(KeyPressed("4", Playback("t/1", 1.0, pace=Pace(2, -1))))

    assert isinstance(following, ReadKeys) and following.pace == Pace(2, -1)
    assert (session.facts["speed"], session.facts["volume"]) == (2, -1)


def test_a_bookmark_is_a_fact_of_the_pack(tmp_path: Path) -> None:
    flow = FLOW.format(
        fields="""cue = "tape"
keys."1" = { name = "mark", set = { mark_s = { fact = "position_s" } }, to = "menu" }"""
    )
    manifest = MANIFEST + 'fact.mark_s = { type = "number", meaning = "a place" }\n'
    cues = 'cue.tape.say = [{ recording = "tape", from = "mark_s" }]\n'
    session = Session(compiled_toy(tmp_path, flow, cues, manifest), "main", {"tape": "t/1"})
    session.start()

    assert starts(session.feed(KeyPressed("1", Playback("t/1", 7.5)))) == 7.5


def test_items_of_a_list_are_picked_and_said(tmp_path: Path) -> None:
    people = (Item("1001", "1001/name"), Item("1002", digits="1002"))
    pick = 'cue = "who"\npick = { from = "people", into = "code", name = "person", to = "bye" }\nkeys."9" = false'
    cues = """cue.who.say = [{ items = "people" }]
cue.item.say = [{ item = "name" }, { key = "*" }]
"""
    session = menu(tmp_path, pick, cues, people=people)
    effect = session.start()

    assert isinstance(effect, ReadKeys) and effect.keys == {"1", "2", "*"}
    assert effect.segments[0] == Recording("1001/name", "item")
    assert [segment.id for segment in effect.segments[1:]] == ["digits/1", *(f"digits/{d}" for d in "1002"), "digits/2"]
    session.feed(KeyPressed("2"))
    assert session.facts["code"] == "1002"


ASK = """
start = "ask"
[state.ask]
kind = "ask"
into = "code"
low = 1
high = 12
gave_up = "bye"
next = "bye"
keys."*3" = { name = "drop", to = "bye" }
keys."0" = { name = "help", anywhere = true, to = "bye" }
[state.bye]
kind = "end"
"""


@pytest.mark.parametrize(
    ("digits", "is_taken"), [("1", True), ("12", True), ("0", False), ("13", False), ("1*", False)]
)
def test_a_number_out_of_range_is_a_bad_answer(tmp_path: Path, digits: str, *, is_taken: bool) -> None:
    session = Session(compiled_toy(tmp_path, ASK), "main", {})
    first = session.start()

    assert isinstance(first, ReadDigits) and (first.keys, first.anywhere) == ({"*3", "0"}, {"0"})
    assert isinstance(session.feed(DigitsEntered(digits)), End) is is_taken


PARTS = """
start = "record"
[state.record]
kind = "record"
into = "tape"
max_s = 60
next = "judge"
failed = "bye"
gave_up = "bye"
[state.judge]
kind = "menu"
cue = "tape"
gave_up = "bye"
keys."5" = { name = "on", to = "more" }
keys."6" = { name = "tail", to = "tail" }
[state.more]
kind = "record"
into = "tape"
at = "position"
max_s = 60
next = "judge"
limit = "full"
failed = "judge"
gave_up = "bye"
[state.tail]
kind = "record"
into = "tape"
at = "end"
max_s = 60
next = "judge"
failed = "judge"
gave_up = "bye"
[state.full]
kind = "end"
[state.bye]
kind = "end"
"""


def test_a_recording_is_made_in_parts(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, PARTS, TAPE_CUE), "main", {"tape": "t/1"})
    first = session.start()
    session.feed(Recorded(40.0, RecordEnd.KEY, "#"))
    tail = session.feed(KeyPressed("6"))
    session.feed(Recorded(50.0, RecordEnd.KEY, "#"))
    more = session.feed(KeyPressed("5", Playback("t/1", 12.0)))

    assert isinstance(first, Record) and first.from_s is None
    assert isinstance(tail, Record) and (tail.from_s, tail.max_s) == (float("inf"), 20.0)
    assert isinstance(more, Record) and (more.from_s, more.max_s) == (12.0, 48.0)
    assert session.feed(Recorded(60.0, RecordEnd.MAX)) == End("full")


def test_what_was_not_listened_to_goes_on_at_its_end(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, PARTS, TAPE_CUE), "main", {"tape": "t/1"})
    session.start()
    session.feed(Recorded(40.0, RecordEnd.KEY, "#"))
    more = session.feed(KeyPressed("5"))

    assert isinstance(more, Record) and more.from_s == 40.0


MISSES = """no_key = [{ when = { no_keys = 1 }, say = "one" }, { when = { misses = { min = 3 } }, to = "bye" }, {}]
bad_key = { say = "bad" }
tries = 9"""


def test_what_a_miss_does_may_depend_on_how_many_there_were(tmp_path: Path) -> None:
    cues = 'cue.one.say = ["one"]\ncue.bad.say = ["bad"]\ntext.one = "one"\ntext.bad = "bad"\n'
    session = menu(tmp_path, MISSES, cues)
    session.start()

    assert [clip.id for clip in session.feed(NoKey()).segments] == ["one"]
    assert session.feed(NoKey()).segments == ()
    assert session.feed(NoKey()) == End("bye")


@pytest.mark.parametrize(
    ("fields", "key", "told"),
    [
        ('keys."1" = { name = "x", to = "menu", ends = "bye" }', 'state.menu.keys."1".ends', "leads one way"),
        ('keys."1" = { name = "x", ends = "menu" }', 'state.menu.keys."1".ends', "is a state that is no end"),
        ('keys."1" = { name = "x", back = "mnu" }', 'state.menu.keys."1".back', 'write "menu"'),
        ('keys."1" = { name = "x", do = "keep", undo = "step", to = "bye" }', 'state.menu.keys."1".undo', "take one"),
        ('keys."1" = { name = "x", anywhere = true, to = "bye" }', 'state.menu.keys."1"', "in an ask only"),
        ('keys."1" = { name = "x", undo = "step", to = "bye" }', 'state.menu.keys."1".failed', "an undo can fail"),
        ('keys."1" = { name = "x", by_s = "far", to = "bye" }', 'state.menu.keys."1".by_s', "is no number"),
        ('keys."1" = { name = "x", set = { count = 1 }, to = "bye" }', 'state.menu.keys."1".set.count', "given here"),
        ('keys."1" = { name = "x", when = { code = { min = 1 } }, to = "bye" }', 'state.menu.keys."1".when', "no num"),
        ('pick = { from = "code", into = "code", name = "x", to = "bye" }', "state.menu.pick.from", 'of "people"'),
        ('pick = { from = "people", into = "tape", name = "x", to = "bye" }', "state.menu.pick.into", 'of "code"'),
    ],
)  # fmt: skip
def test_a_mistake_in_a_key_is_told(tmp_path: Path, fields: str, key: str, told: str) -> None:
    found = findings_of_toy(tmp_path, FLOW.format(fields=fields))

    assert [told in finding.text for finding in found if finding.key == key] == [True], [str(one) for one in found]


def test_a_seek_key_in_an_ask_is_told(tmp_path: Path) -> None:
    flow = ASK.replace('keys."*3" = {', 'keys."*3" = { seek = "pause",')

    found = findings_of_toy(tmp_path, flow)

    assert [one.key for one in found if "which only a menu plays" in one.text] == ['state.ask.keys."*3"']
