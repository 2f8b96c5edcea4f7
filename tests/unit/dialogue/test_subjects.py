"""A second subject brings its own names and entries; packs have flows for one or both, and fall back for the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import MANIFEST, TOY, write_toy
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.session import Session
from vmq.dialogue.shelf import Shelf
from vmq.dialogue.vocabulary import Action, Entry, Fact, FactType, Vocabulary
from vmq.domain.line import Clip, End, Played, Say
from vmq.errors import PackError

QUEUE = Vocabulary(
    subject="queue",
    facts={"position": Fact(FactType.NUMBER, "place in the queue")},
    guards={},
    actions={"call_back": Action("call the caller back")},
    entries={
        "announce": Entry("tell a caller where he stands"),
        "survey": Entry("ask a caller afterwards", is_optional=True),
    },
)
SUBJECTS = (TOY, QUEUE)
END = '[state.over]\nkind = "end"\n'
SAY = 'start = "say"\n[state.say]\nkind = "say"\ncue = "{cue}"\nnext = "over"\n' + END
CUES = 'cue.place.say = [{ number = "position" }]\ncue.many.say = [{ number = "count" }]\n'
BOTH = MANIFEST + 'entry.announce = "announce"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack with flows for both subjects."""
    return write_toy(tmp_path, SAY.format(cue="many"), CUES, BOTH, announce=SAY.format(cue="place"))


def test_each_subject_has_its_own_flows_facts_and_entries(folder: Path) -> None:
    assert check_pack(folder, SUBJECTS) == []
    packs = open_pack(folder, SUBJECTS)

    assert {subject: set(pack.flows) for subject, pack in packs.items()} == {"toy": {"main"}, "queue": {"announce"}}
    session = Session(packs["queue"], "announce", {"position": 3})
    assert session.start() == Say((Clip("digits/3", "three"),))
    with pytest.raises(PackError, match="no flow for main"):
        Session(packs["queue"], "main", {})


def test_a_name_of_another_subject_is_unknown(folder: Path) -> None:
    flow = folder / "flows" / "announce.toml"
    flow.write_text(SAY.format(cue="many"), encoding="utf-8")
    (folder / "cues" / "en.toml").write_text(CUES.partition("\n")[2], encoding="utf-8")

    found = check_pack(folder, SUBJECTS)

    assert [(one.key, 'no fact "count"' in one.text) for one in found] == [("cue.many", True)]


def test_all_entries_of_a_subject_are_there_but_for_optional_ones(folder: Path) -> None:
    manifest = MANIFEST.replace("entry.main", "entry.survey") + 'entry.announce = "announce"\n'
    (folder / "personality.toml").write_text(manifest.replace('"main"', '"announce"'), encoding="utf-8")
    assert ("entry.main", True) not in [(one.key, "is missing" in one.text) for one in check_pack(folder, SUBJECTS)]

    manifest = MANIFEST + 'entry.survey = "announce"\n'
    (folder / "personality.toml").write_text(manifest, encoding="utf-8")
    assert [one.key for one in check_pack(folder, SUBJECTS) if "is missing" in one.text] == ["entry.announce"]


def test_an_entry_that_nobody_starts_is_told(folder: Path) -> None:
    assert [one.key for one in check_pack(folder, [TOY]) if "nobody starts" in one.text] == ["entry.announce"]


def test_a_pack_without_the_entry_gives_way_to_the_default_one(folder: Path, tmp_path: Path) -> None:
    default = open_pack(folder, SUBJECTS)
    other = write_toy(tmp_path / "other", SAY.format(cue="many"), CUES.partition("\n")[2])
    packs = {"standard": default["queue"]}
    shelf = Shelf({**packs, "toy": open_pack(other, SUBJECTS).get("queue", default["queue"])}, "standard")

    assert shelf.for_entry("toy", "announce") is default["queue"]
    assert shelf.for_entry("nobody", "announce") is default["queue"]
    with pytest.raises(PackError, match="no personality has a flow for survey"):
        shelf.for_entry("toy", "survey")


def test_a_call_ends_on_the_version_that_it_began_with(folder: Path) -> None:
    shelf = Shelf(open_pack(folder, SUBJECTS), "queue")
    session = Session(shelf["queue"], "announce", {"position": 1})
    session.start()
    (folder / "flows" / "announce.toml").write_text('start = "new"\n[state.new]\nkind = "end"\n', encoding="utf-8")
    (folder / "cues" / "en.toml").write_text(CUES.partition("\n")[2], encoding="utf-8")
    shelf.replace(open_pack(folder, SUBJECTS))

    assert session.feed(Played()) == End("over")
    assert Session(shelf["queue"], "announce", {}).start() == End("new")


def test_an_action_undone_by_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is undone by"):
        Vocabulary("x", {}, {}, {"do": Action("do it", undo="undo")}, {})


def test_a_party_without_keys_is_asked_for_none(tmp_path: Path) -> None:
    bell = Vocabulary("bell", {}, {}, {}, {"ring": Entry("somebody rings", is_keyless=True)})
    manifest = 'schema = 1\nid = "toy"\nlanguage = "en"\nentry.ring = "main"\n'
    cues = 'cue.x.say = ["x"]\ntext.x = "X"\n'
    say = 'start = "say"\n[state.say]\nkind = "say"\ncue = "x"\nnext = "more"\n'
    say += '[state.more]\nkind = "call"\nflow = "more"\nnext = "over"\n'
    menu = (
        'start = "m"\n[state.m]\nkind = "menu"\ncue = "x"\nkeys."1" = { name = "one", to = "over" }\ngave_up = "over"\n'
        + END
    )
    folder = write_toy(tmp_path, say + END, cues, manifest, more=menu)

    found = check_pack(folder, [bell])

    assert [(one.file, one.key, "has not" in one.text) for one in found] == [("flows/more.toml", "state.m", True)]
