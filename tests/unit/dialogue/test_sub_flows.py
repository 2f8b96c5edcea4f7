"""Sub-flows with arguments and results, ways back, what is undone, settings that the party changes, bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import MANIFEST, compiled_toy, findings_of_toy
from vmq.dialogue.schema import MAX_CALL_DEPTH
from vmq.dialogue.session import Session
from vmq.domain.line import Act, Done, Effect, End, Failed, HungUpSeen, KeyPressed, NoKey, Played
from vmq.errors import PackError

MAIN = """
start = "call"
[state.call]
kind = "call"
flow = "sub"
with = { what = "red", from_code = { fact = "code" } }
results.no = "refused"
next = "bye"
[state.refused]
kind = "end"
[state.bye]
kind = "end"
"""
SUB = """
start = "menu"
[takes]
what = { type = "text", values = ["red", "blue"], meaning = "what" }
from_code = { type = "digits", meaning = "whose" }
[state.menu]
kind = "menu"
gave_up = "done"
keys."1" = { name = "do", do = "paint", with = { color = { fact = "what" } }, to = "menu" }
keys."2" = { name = "drop", do = "drop", with = { code = { fact = "from_code" } }, to = "menu", failed = "menu" }
keys."3" = { name = "turn", set = { what = "blue" }, to = "menu" }
keys."7" = { name = "no", ends = "no" }
[state.done]
kind = "end"
"""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(compiled_toy(tmp_path, MAIN, sub=SUB), "main", {"code": "1001"})


def test_arguments_are_facts_while_the_flow_runs(session: Session) -> None:
    session.start()

    assert session.feed(KeyPressed("1")) == Act("paint", {"color": "red"})
    session.feed(Done())
    assert session.feed(KeyPressed("2")) == Act("drop", {"code": "1001"})
    session.feed(Done())
    session.feed(KeyPressed("3"))
    assert session.feed(KeyPressed("1")) == Act("paint", {"color": "blue"})
    session.feed(Done())
    session.feed(NoKey())
    session.feed(NoKey())
    assert session.feed(NoKey()) == End("bye")
    assert (session.facts["what"], session.facts["result"]) == ("", "done")


def test_an_end_by_name_has_a_way_of_its_own(session: Session) -> None:
    session.start()

    assert session.feed(KeyPressed("7")) == End("refused")


def test_the_shipped_checks_like_it(tmp_path: Path) -> None:
    assert findings_of_toy(tmp_path, MAIN, sub=SUB) == []


@pytest.mark.parametrize(
    ("right", "wrong", "key", "told"),
    [
        ('what = "red", ', "", "state.call.with", "sub needs what (text)"),
        ('what = "red", ', 'what = "green", ', "state.call.with.what", "does not fit"),
        ('what = "red", ', 'wat = "red", ', "state.call.with.wat", 'write "what"'),
        ('{ fact = "code" }', '{ fact = "count" }', "state.call.with.from_code", "is no digits"),
        ("results.no =", "results.nope =", "state.call.results.nope", 'has no end "nope"'),
        ('next = "bye"\n', "", "state.call.next", "for the ends"),
        ('flow = "sub"', 'flow = "sob"', "state.call.flow", 'write "sub"'),
    ],
)
def test_a_mistake_in_a_call_is_told(tmp_path: Path, right: str, wrong: str, key: str, told: str) -> None:
    found = findings_of_toy(tmp_path, MAIN.replace(right, wrong, 1), sub=SUB)

    assert any(told in finding.text for finding in found if finding.key == key), [str(one) for one in found]


def test_an_argument_that_hides_a_fact_is_told(tmp_path: Path) -> None:
    sub = SUB.replace("what = { type", "count = { type").replace('"what"', '"count"')

    assert "takes.count" in [finding.key for finding in findings_of_toy(tmp_path, MAIN, sub=sub)]


def test_flows_that_nest_too_deep_are_told(tmp_path: Path) -> None:
    call = 'start = "c"\n[state.c]\nkind = "call"\nflow = "{}"\nnext = "over"\n[state.over]\nkind = "end"\n'
    flows = {f"f{n}": call.format(f"f{n + 1}") for n in range(MAX_CALL_DEPTH)}
    last = {f"f{MAX_CALL_DEPTH}": 'start = "over"\n[state.over]\nkind = "end"\n'}

    found = findings_of_toy(tmp_path, call.format("f0"), **flows, **last)

    assert [(one.file, "more than 8 flows" in one.text) for one in found][:1] == [("flows/f7.toml", True)]


MENUS = """
start = "first"
[defaults]
gave_up = "bye"
[keys]
"*" = { name = "back", back = "bye" }
[state.first]
kind = "menu"
keys."1" = { name = "second", to = "second" }
[state.second]
kind = "menu"
keys."1" = { name = "third", to = "passing" }
[state.passing]
kind = "menu"
timeout_s = 0
no_key = "third"
bad_key = "third"
[state.third]
kind = "menu"
[state.bye]
kind = "end"
"""


def test_back_leads_through_the_menus_that_led_here(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, MENUS), "main", {})
    session.start()
    seen = []
    for outcome in ("1", "1", "", "*", "1", "*", "*"):
        session.feed(KeyPressed(outcome) if outcome else NoKey())
        seen.append(session.where.partition(".")[2])

    assert seen == ["second", "passing", "third", "second", "passing", "second", "first"]
    assert session.feed(KeyPressed("*")) == End("bye")


def test_a_way_back_that_silence_takes_for_ever_is_told(tmp_path: Path) -> None:
    flow = MENUS.replace('[state.third]\nkind = "menu"', '[state.third]\nkind = "menu"\ngave_up = { back = "bye" }')
    flow = flow.replace('[state.first]\nkind = "menu"', '[state.first]\nkind = "menu"\ngave_up = "second"')
    flow = flow.replace('[state.second]\nkind = "menu"', '[state.second]\nkind = "menu"\ngave_up = "third"')

    assert any("goes round without a key" in finding.text for finding in findings_of_toy(tmp_path, flow))


RING = """
start = "call"
[state.call]
kind = "call"
flow = "sub"
with = { what = "red", from_code = { fact = "code" } }
results.no = "call"
next = "bye"
[state.bye]
kind = "end"
"""


@pytest.mark.parametrize(("leads_on", "is_told"), [("results.no", False), ("results.done", True)])
def test_a_ring_through_a_sub_flow_is_told_where_silence_comes_to_that_end(
    tmp_path: Path, leads_on: str, is_told: bool
) -> None:
    found = findings_of_toy(tmp_path, RING.replace("results.no", leads_on), sub=SUB)

    assert any("goes round without a key" in finding.text for finding in found) is is_told


UNDO = """
start = "menu"
[defaults]
gave_up = "bye"
failed = "menu"
[state.menu]
kind = "menu"
keys."1" = { name = "drop", do = "drop", with = { code = { fact = "code" } }, to = "menu" }
keys."2" = { name = "undo", when = "can_undo", undo = "step", say = "undone", to = "menu" }
keys."3" = { name = "undo_all", when = "can_undo", undo = "visit", to = "menu" }
[state.bye]
kind = "end"
"""
UNDONE = 'cue.undone.say = ["undone"]\ntext.undone = "undone"\n'


def dropped(session: Session, *codes: str) -> Effect:
    """Drop these, one after the other."""
    effect = session.start()
    for code in codes:
        session.facts["code"] = code
        session.feed(KeyPressed("1"))
        effect = session.feed(Done(undo={"code": code}))
    return effect


def test_the_last_deed_is_undone_first(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, UNDO, UNDONE), "main", {})
    dropped(session, "1", "2")

    assert session.feed(KeyPressed("2")) == Act("undrop", {"code": "2"})
    assert [clip.id for clip in session.feed(Done()).segments] == ["undone"]
    assert session.feed(KeyPressed("2")) == Act("undrop", {"code": "1"})
    session.feed(Done())
    assert session.facts["can_undo"] is False


def test_a_whole_visit_is_undone_newest_first(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, UNDO, UNDONE), "main", {})
    dropped(session, "1", "2", "3")

    undone = [session.feed(KeyPressed("3")), session.feed(Done()), session.feed(Done())]
    assert undone == [Act("undrop", {"code": code}) for code in "321"]
    session.feed(Done())
    assert session.where == "main.menu"


def test_a_deed_that_failed_is_not_undone(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, UNDO, UNDONE), "main", {})
    session.start()
    session.feed(KeyPressed("1"))
    session.feed(Failed())

    assert session.facts["can_undo"] is False


LEVELS = """
start = "menu"
[state.menu]
kind = "menu"
cue = "menu"
gave_up = "bye"
keys."1" = { name = "rapid", set = { "setting.level" = "rapid" }, to = "menu" }
[state.bye]
kind = "end"
"""
LEVEL_MANIFEST = (
    MANIFEST
    + """setting.level = { type = "text", default = "full", values = ["full", "rapid"], meaning = "how much" }
"""
)
LEVEL_CUES = """cue.menu = { by = "setting.level", for.full = ["long"], for.rapid = ["short"] }
text.long = "long"
text.short = "short"
"""


def test_a_party_changes_a_setting(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, LEVELS, LEVEL_CUES, LEVEL_MANIFEST), "main", {})

    assert [clip.id for clip in session.start().segments] == ["long"]
    assert [clip.id for clip in session.feed(KeyPressed("1")).segments] == ["short"]
    assert session.chosen == {"level": "rapid"}


@pytest.mark.parametrize(
    ("flow", "cues", "key", "told"),
    [
        (LEVELS.replace('= "rapid" }', '= "x" }'), LEVEL_CUES, 'state.menu.keys."1".set.setting.level', "does not fit"),
        (LEVELS, LEVEL_CUES.replace('for.full = ["long"], ', ""), "cue.menu", "must always fit"),
        (LEVELS, LEVEL_CUES.replace("for.full", "for.fall"), "cue.menu.when", "is never 'fall'"),
    ],
)  # fmt: skip
def test_a_mistake_in_levels_is_told(tmp_path: Path, flow: str, cues: str, key: str, told: str) -> None:
    found = findings_of_toy(tmp_path, flow, cues, LEVEL_MANIFEST)

    assert any(told in finding.text for finding in found if finding.key == key), [str(one) for one in found]


AUTOSCAN = """
start = "next"
[state.next]
kind = "act"
do = "{do}"
next = "say"
failed = "bye"
[state.say]
kind = "say"
cue = "one"
next = "next"
[state.bye]
kind = "end"
"""
ONE = 'cue.one.say = ["one"]\ntext.one = "one"\n'


def test_a_ring_that_comes_to_an_end_by_itself_is_no_mistake(tmp_path: Path) -> None:
    found = findings_of_toy(tmp_path, AUTOSCAN.format(do="next"), ONE)

    assert not any("goes round" in finding.text for finding in found), [str(one) for one in found]


def test_a_ring_that_does_not_is_one(tmp_path: Path) -> None:
    found = findings_of_toy(tmp_path, AUTOSCAN.format(do="fetch"), ONE)

    assert any("goes round without a key" in finding.text for finding in found)


def test_a_call_that_goes_on_without_its_party_is_ended(tmp_path: Path) -> None:
    session = Session(compiled_toy(tmp_path, AUTOSCAN.format(do="next"), ONE), "main", {})
    effect = session.start()

    with pytest.raises(PackError, match="goes on and on without its party"):
        for _ in range(100_000):
            effect = session.feed(Done() if isinstance(effect, Act) else Played())


def test_a_hang_up_in_a_called_flow_gives_its_arguments_back(session: Session) -> None:
    session.start()

    assert session.feed(HungUpSeen()) == End("gone")
    assert session.facts["what"] == ""
