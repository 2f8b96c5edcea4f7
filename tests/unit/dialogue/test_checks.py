"""Checks of what a flow means, on small packs: loops, rings of flows, ends, spoken keys, unused cues."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import TOY, write_toy
from vmq.dialogue.check import check_pack

END = '[state.over]\nkind = "end"\n'
SAY = '[state.{name}]\nkind = "say"\ncue = "x"\nnext = "{next}"\n'


def findings(folder: Path, flow: str, cues: str = "", **flows: str) -> list[tuple[str, str, str]]:
    return [(one.file, one.key, one.text) for one in check_pack(write_toy(folder, flow, cues, **flows), [TOY])]


CUE_X = 'cue.x.say = ["x"]\ntext.x = "X"\n'


def test_a_sound_pack_has_no_findings(tmp_path: Path) -> None:
    flow = 'start = "a"\n' + SAY.format(name="a", next="over") + END

    assert findings(tmp_path, flow, CUE_X) == []


def test_a_ring_of_silent_states_is_told_once_with_its_way(tmp_path: Path) -> None:
    menu = '[state.m]\nkind = "menu"\nno_key = "a"\nkeys."1" = { name = "out", to = "over" }\ngave_up = "over"\n'
    flow = 'start = "a"\n' + SAY.format(name="a", next="m") + menu + END

    found = findings(tmp_path, flow, CUE_X)

    assert [(file, key) for file, key, _ in found] == [("flows/main.toml", "state.a")]
    assert "a → m → a" in found[0][2]


def test_a_ring_after_a_hang_up_is_told(tmp_path: Path) -> None:
    say = '[state.a]\nkind = "say"\ncue = "x"\nnext = "over"\nhung_up = "b"\n'
    other = '[state.b]\nkind = "say"\ncue = "x"\nnext = "over"\nhung_up = "a"\n'

    found = findings(tmp_path, f'start = "a"\n{say}{other}{END}', CUE_X)

    assert ["goes round after a hang-up" in text for _, _, text in found] == [True]


def test_a_state_without_a_way_to_an_end_is_told(tmp_path: Path) -> None:
    menu = '[state.m]\nkind = "menu"\ncue = "x"\ngave_up = "m"\nkeys."1" = { name = "again", to = "m" }\n'

    found = findings(tmp_path, f'start = "m"\n{menu}{END}', CUE_X)

    assert (
        "flows/main.toml",
        "state.m",
        "no end can be reached from here but by hanging up: give it a way to an end",
    ) in found


def test_flows_that_call_each_other_are_told(tmp_path: Path) -> None:
    call = '[state.c]\nkind = "call"\nflow = "{flow}"\nnext = "over"\n'
    main = 'start = "c"\n' + call.format(flow="other") + END
    other = 'start = "c"\n' + call.format(flow="main") + END

    found = findings(tmp_path, main, CUE_X + 'cue.y.say = [{ cue = "x" }]\n', other=other)

    assert any("flows call each other in a ring (main → other → main)" in text for _, _, text in found)
    assert ("cues/en.toml", "cue.y", "nothing says this cue: name it in a state, or delete it") in found


def test_a_cue_that_says_itself_is_told(tmp_path: Path) -> None:
    flow = 'start = "a"\n' + SAY.format(name="a", next="over") + END

    found = findings(tmp_path, flow, 'cue.x.say = [{ cue = "y" }]\ncue.y.say = [{ cue = "x" }]\n')

    assert [key for _, key, text in found if "says itself" in text] == ["cue.x", "cue.y"]


def test_a_key_that_only_seeks_does_nothing_else(tmp_path: Path) -> None:
    menu = '[state.m]\nkind = "menu"\nkeys."1" = { name = "out", seek = "pause", say = "x" }\ngave_up = "over"\n'

    found = findings(tmp_path, f'start = "m"\n{menu}{END}', CUE_X)

    assert [key for _, key, text in found if "only moves about" in text] == ['state.m.keys."1"']


@pytest.mark.parametrize(
    ("cue", "key", "told"),
    [
        ('say = [{ key = "owt" }]', "state.m.cue", 'write "out"'),
        ('say = [{ choices = ["owt"] }]', "state.m.cue", 'write "out"'),
        ('say = [{ choices = "*" }]', "label.out", 'write out = ["a-clip"] under [label]'),
        ('say = [{ clip = "x", speaks = { "2" = "out" } }]', "state.m.cue", 'bind out to "2"'),
    ],
)
def test_prompts_must_name_the_keys_that_are_there(tmp_path: Path, cue: str, key: str, told: str) -> None:
    menu = '[state.m]\nkind = "menu"\ncue = "m"\nkeys."1" = { name = "out", to = "over" }\ngave_up = "over"\n'
    cues = f'text.x = "X"\ncue.choice.say = [{{ label = "*" }}]\n[cue.m]\n{cue}\n'

    found = findings(tmp_path, f'start = "m"\n{menu}{END}', cues)

    assert [(found_key, told in text) for _, found_key, text in found] == [(key, True)]


def test_cues_that_multiply_are_told_before_anybody_says_them(tmp_path: Path) -> None:
    doubling = "".join(f"cue.c{n}.say = [{{ cue = 'c{n + 1}' }}, {{ cue = 'c{n + 1}' }}]\n" for n in range(14))
    flow = 'start = "a"\n' + SAY.format(name="a", next="over").replace('"x"', '"c0"') + END

    found = findings(tmp_path, flow, f'{doubling}cue.c14.say = ["x"]\ntext.x = "X"\n')

    assert ("cues/en.toml", "cue.c0") in [(file, key) for file, key, text in found if "more than 1000 parts" in text]


def test_cues_in_a_long_chain_are_told(tmp_path: Path) -> None:
    chain = "".join(f"cue.c{n}.say = [{{ cue = 'c{n + 1}' }}]\n" for n in range(2000))
    flow = 'start = "a"\n' + SAY.format(name="a", next="over").replace('"x"', '"c0"') + END

    found = findings(tmp_path, flow, f'{chain}cue.c2000.say = ["x"]\ntext.x = "X"\n')

    assert ("cues/en.toml", "cue.c0") in [(file, key) for file, key, text in found if "more than 16 cues" in text]


@pytest.mark.parametrize("amount", ["inf", "nan", "1e300", "-1"])
def test_a_number_beyond_all_sense_is_told(tmp_path: Path, amount: str) -> None:
    menu = f'[state.m]\nkind = "menu"\ncue = "x"\ntimeout_s = {amount}\ngave_up = "over"\n'

    found = findings(tmp_path, f'start = "m"\n{menu}{END}', CUE_X)

    assert [key for _, key, text in found if "is not from 0 to" in text] == ["state.m.timeout_s"]


def test_an_argument_that_the_action_does_not_take_is_told(tmp_path: Path) -> None:
    act = '[state.a]\nkind = "act"\ndo = "paint"\nwith = { color = "green" }\nnext = "over"\n'

    found = findings(tmp_path, f'start = "a"\n{act}{END}')

    assert (
        "flows/main.toml",
        "state.a.with.color",
        'paint takes no color "green": write one of "blue", "red"',
    ) in found


def test_a_fact_that_may_be_what_the_action_does_not_take_is_told(tmp_path: Path) -> None:
    act = '[state.a]\nkind = "act"\ndo = "paint"\nwith = { color = { fact = "code" } }\nnext = "over"\n'

    found = findings(tmp_path, f'start = "a"\n{act}{END}')

    assert [key for _, key, text in found if "takes no color" in text] == ["state.a.with.color"]
