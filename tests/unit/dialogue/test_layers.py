"""Packs based on others, and what all flows of a pack inherit: what is merged, what replaces, where it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import MANIFEST, TOY, write_toy
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.load import MAX_BASES, load_pack
from vmq.dialogue.schema import Kind, Pack
from vmq.errors import PackError

BASE_FLOW = """
start = "menu"
[defaults]
timeout_s = 4
gave_up = "bye"
[state.menu]
kind = "menu"
cue = "hello"
keys."1" = { name = "one", say = "hello", to = "menu" }
keys."2" = { name = "two", to = "menu" }
[state.bye]
kind = "end"
"""
BASE_CUES = 'cue.hello.say = ["hello"]\ntext.hello = "hello"\n'
UPPER = 'schema = 1\nid = "upper"\nbased_on = "toy"\n'


def write(folder: Path, file: str, text: str) -> None:
    """A file of the pack `upper`."""
    path = folder / "upper" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the pack `toy`, and `upper` that is based on it and writes nothing itself."""
    write_toy(tmp_path, BASE_FLOW, BASE_CUES)
    write(tmp_path, "personality.toml", UPPER)
    return tmp_path


def upper(folder: Path) -> Pack:
    loaded = load_pack(folder / "upper")
    assert loaded.findings == () and loaded.pack is not None, [str(finding) for finding in loaded.findings]
    return loaded.pack


def test_a_pack_that_writes_nothing_is_its_base_by_another_name(folder: Path) -> None:
    base = load_pack(folder / "toy").pack

    assert base is not None
    assert upper(folder).flows == base.flows
    assert (upper(folder).id, upper(folder).based_on, upper(folder).entries) == ("upper", "toy", base.entries)
    assert check_pack(folder / "upper", [TOY]) == []


def test_states_and_their_fields_are_merged_and_keys_replaced(folder: Path) -> None:
    write(folder, "flows/main.toml", '[state.menu]\ntimeout_s = 9\nkeys."1" = { name = "one", to = "bye" }\n')

    menu = upper(folder).flows["main"].states["menu"]

    assert (menu.timeout_s, menu.cue) == (9, "hello")
    assert [(key.digits, key.edge.to, key.edge.say) for key in menu.keys] == [("1", "bye", ""), ("2", "menu", "")]


def test_what_is_false_is_taken_out(folder: Path) -> None:
    write(folder, "flows/main.toml", 'state.menu.keys."2" = false\nstate.bye = false\nstate.menu.gave_up = "gone"\n')

    flow = upper(folder).flows["main"]

    assert [key.digits for key in flow.states["menu"].keys] == ["1"]
    assert set(flow.states) == {"menu", "gone"}


def test_a_state_of_another_kind_is_another_state(folder: Path) -> None:
    write(folder, "flows/main.toml", '[state.menu]\nkind = "say"\ncue = "hello"\nnext = "bye"\n')

    menu = upper(folder).flows["main"].states["menu"]

    assert (menu.kind, menu.keys) == (Kind.SAY, ())


def test_a_mistake_is_told_in_the_file_that_holds_it(folder: Path) -> None:
    write(folder, "flows/main.toml", '[state.menu]\ncue = "helo"\n')
    base = folder / "toy" / "flows" / "main.toml"
    base.write_text(BASE_FLOW.replace('name = "two", to = "menu"', 'name = "two", to = "mnu"'), encoding="utf-8")

    found = {(one.file, one.key) for one in check_pack(folder / "upper", [TOY])}

    assert found == {("flows/main.toml", "state.menu.cue"), ("toy: flows/main.toml", 'state.menu.keys."2".to')}


def test_a_base_in_another_folder_is_found_by_the_roots(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "upper").rename(elsewhere / "upper")

    assert [one.key for one in check_pack(elsewhere / "upper", [TOY])][:1] == ["based_on"]
    assert check_pack(elsewhere / "upper", [TOY], roots=(folder,)) == []


@pytest.mark.parametrize("base", ["nobody", "../toy", "/etc", ""])
def test_a_base_that_is_no_pack_here_is_told(folder: Path, base: str) -> None:
    write(folder, "personality.toml", f'schema = 1\nid = "upper"\nbased_on = "{base}"\n')

    with pytest.raises(PackError):
        open_pack(folder / "upper", [TOY])


def test_packs_in_a_ring_are_told(folder: Path) -> None:
    manifest = folder / "toy" / "personality.toml"
    manifest.write_text(f'{MANIFEST}based_on = "upper"\n', encoding="utf-8")

    assert any("in a ring" in one.text for one in load_pack(folder / "upper").findings)


def test_a_long_chain_of_packs_is_told(folder: Path) -> None:
    below = "toy"
    for number in range(MAX_BASES + 1):
        pack = folder / f"p{number}"
        pack.mkdir()
        text = f'schema = 1\nid = "p{number}"\nbased_on = "{below}"\n'
        (pack / "personality.toml").write_text(text, encoding="utf-8")
        below = pack.name

    assert load_pack(folder / f"p{MAX_BASES - 1}").findings == ()
    assert any("on more than" in one.text for one in load_pack(folder / f"p{MAX_BASES}").findings)


def test_every_flow_inherits_what_is_common(tmp_path: Path) -> None:
    flow = 'start = "menu"\n[state.menu]\nkind = "menu"\nkeys."1" = { name = "one", to = "menu" }\n'
    pack = write_toy(tmp_path, flow)
    common = '[defaults]\ntimeout_s = 7\ngave_up = "gone"\n[keys]\n"*7" = { name = "out", ends = "out" }\n'
    (pack / "common.toml").write_text(common, encoding="utf-8")

    loaded = load_pack(pack)

    assert loaded.findings == () and loaded.pack is not None
    menu = loaded.pack.flows["main"].states["menu"]
    assert (menu.timeout_s, [key.digits for key in menu.keys]) == (7, ["*7", "1"])
    assert loaded.pack.flows["main"].ends == ("out",)


def test_a_mistake_in_what_is_common_is_told_there(tmp_path: Path) -> None:
    pack = write_toy(tmp_path, 'start = "menu"\n[state.menu]\nkind = "menu"\n[state.bye]\nkind = "end"\n')
    common = '[defaults]\ngave_up = "bye"\n[keys]\n"7" = { name = "out", do = "nothing", to = "bye" }\n[kyes]\n'
    (pack / "common.toml").write_text(common, encoding="utf-8")

    found = check_pack(pack, [TOY])

    assert [(one.file, one.key) for one in found] == [("common.toml", 'keys."7".do'), ("common.toml", "kyes")]


def test_tests_of_the_base_are_run_unless_the_file_is_written_anew(folder: Path) -> None:
    tests = folder / "toy" / "tests"
    tests.mkdir()
    call = '[[call]]\nname = "{}"\nentry = "main"\nscript = [{{ hangs_up = true }}, {{ ends = "gone" }}]\n'
    (tests / "a.toml").write_text(call.format("base a"), encoding="utf-8")
    (tests / "b.toml").write_text(call.format("base b"), encoding="utf-8")
    write(folder, "tests/a.toml", call.format("own a"))

    assert [one.name for one in upper(folder).calls] == ["own a", "base b"]
