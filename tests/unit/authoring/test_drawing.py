"""Diagrams and reference cards: every state, key and outcome is on them, nothing overlaps, odd words do no harm."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import pydyf
import pytest

from tests.unit.dialogue.packs import PERSONALITIES, compiled_toy
from vmq.authoring.card import Card, Chapter, Line, Section, card
from vmq.authoring.card_html import card_html
from vmq.authoring.card_pdf import card_pdf
from vmq.authoring.diagram import mermaid, svg
from vmq.authoring.layout import WIDTH, layout
from vmq.authoring.outline import outline, told_briefly
from vmq.dialogue.load import load_pack
from vmq.dialogue.schema import Pack
from vmq.errors import PackError

PACKS = sorted(folder for folder in PERSONALITIES.iterdir() if (folder / "personality.toml").is_file())


def read(folder: Path) -> Pack:
    pack = load_pack(folder).pack
    assert pack is not None
    return pack


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_state_and_key_is_drawn_and_no_box_covers_another(folder: Path) -> None:
    pack = read(folder)
    for flow in pack.flows.values():
        drawing = layout(outline(pack, flow), flow.start)
        for one, other in itertools.combinations(drawing.boxes, 2):
            apart = one.x != other.x or one.y + one.height <= other.y or other.y + other.height <= one.y
            assert apart, f"{flow.name}: {one.node.name} and {other.node.name}"
        assert all(box.x + WIDTH <= drawing.width and box.y + box.height <= drawing.height for box in drawing.boxes)
        assert all(link.target.x > link.source.x for link in drawing.links)

        picture = ElementTree.fromstring(svg(pack, flow))
        words = ["".join(text.itertext()) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
        for state in flow.states.values():
            assert state.name in words or state.name == "gone"
            assert {key.digits for key in state.keys} <= set(words)


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_mermaid_names_every_state_and_way(folder: Path) -> None:
    pack = read(folder)
    for flow in pack.flows.values():
        text = mermaid(pack, flow)
        assert text.startswith("flowchart LR\n")
        for state in flow.states.values():
            ends = {f"returned_{end}" for end in pack.flows[state.flow].states} | {"returned"} if state.flow else ()
            ways = [edges for name, edges in state.edges.items() if name in ends or not name.startswith("returned")]
            for edge in (edge for edges in ways for edge in edges):
                if edge.to and edge.to != "gone":
                    assert re.search(rf"{state.name} -- .* --> {edge.to}$", text, re.MULTILINE)


ALIKE = """
start = "menu"
[keyset.keys]
"1" = { name = "one", to = "bye" }
"2" = { name = "two", to = "bye" }
"3" = { name = "three", to = "bye" }
"4" = { name = "four", to = "bye" }
"5" = { name = "five", to = "again" }
[state.menu]
kind = "menu"
use = "keys"
no_key = "bye"
bad_key = "bye"
[state.again]
kind = "menu"
use = "keys"
keys."6" = { name = "six", to = "bye" }
no_key = "bye"
bad_key = "bye"
[state.bye]
kind = "end"
"""


def test_a_state_with_the_keys_of_another_names_that_one(tmp_path: Path) -> None:
    pack = compiled_toy(tmp_path, ALIKE).pack
    brief = told_briefly(outline(pack, next(iter(pack.flows.values()))))

    rows = {node.name: [row.text for row in node.rows] for node in brief}
    assert len(rows["menu"]) == 7
    assert rows["again"] == ["as in menu", "six"]


TOY = """
start = "menu"
[state.menu]
kind = "menu"
cue = "menu"
gave_up = "bye"
keys."1" = { name = "one", to = "menu" }
keys."2" = { name = "two", to = "menu" }
keys."3" = { name = "three", to = "menu" }
keys."*" = { name = "odd", to = "ask" }
[state.again]
kind = "menu"
gave_up = "bye"
keys."1" = { name = "one", to = "menu" }
keys."2" = { name = "two", to = "menu" }
keys."3" = { name = "three", to = "menu" }
keys."#" = { name = "more", to = "again" }
[state.ask]
kind = "ask"
into = "code"
gave_up = "bye"
next = "again"
[state.record]
kind = "record"
into = "tape"
next = "bye"
failed = "bye"
gave_up = "bye"
[state.bye]
kind = "end"
"""
CUES = """cue.menu.say = ["m"]
text.m = "Choose <one> & \\"two\\""
label.one = ["m"]
card.two = "The second"
card.code = "The code"
card."main.again" = "Once more"
"""


@pytest.fixture
def toy(tmp_path: Path) -> Pack:
    return compiled_toy(tmp_path, TOY, CUES).pack


def test_the_card_tells_keys_in_the_packs_words_and_likeness_once(toy: Pack) -> None:
    assert card(toy) == Card(
        "toy",
        (
            Chapter(
                "Main",
                (
                    Section(
                        "Menu",
                        (
                            Line("1", 'Choose <one> & "two"'),
                            Line("2", "The second"),
                            Line("3", "Three"),
                            Line("*", "Odd"),
                        ),
                    ),
                    Section("Once more", (Line("#", "More"),), like="Menu"),
                    Section("Ask", (Line("… #", "The code"),)),
                    Section("Record", (Line("#", "stop recording"),)),
                ),
            ),
        ),
    )


def test_the_keys_that_pick_from_a_list_are_one_line() -> None:
    chapters = {chapter.title: chapter for chapter in card(read(PERSONALITIES / "plain")).chapters}
    section = next(one for one in chapters["To whom"].sections if one.title == "Several have such a name")

    assert section.lines == (Line("1-9", "The one that was said with this key"), Line("*", "Back"))


def test_words_of_a_pack_do_no_harm_to_a_page_or_picture(toy: Pack) -> None:
    assert "<one>" not in card_html(card(toy))
    assert "Choose &lt;one&gt; &amp;" in card_html(card(toy))
    ElementTree.fromstring(svg(toy, toy.flows["main"]))


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_card_is_a_pdf(folder: Path) -> None:
    content = card_pdf(card(read(folder)))

    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")


def test_a_long_card_goes_on_on_more_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[pydyf.Dictionary] = []
    add_page = pydyf.PDF.add_page
    monkeypatch.setattr(pydyf.PDF, "add_page", lambda pdf, page: (pages.append(page), add_page(pdf, page)))
    lines = tuple(Line(str(number % 10), "what it does, in rather many words, so that they take more than one line")
                  for number in range(12))  # fmt: skip
    card_pdf(Card("Long", tuple(Chapter(f"C{n}", (Section("S", lines),)) for n in range(20))))

    assert len(pages) > 3


def test_letters_that_the_fonts_have_not_are_told() -> None:
    with pytest.raises(PackError, match="print its HTML"):
        card_pdf(Card("Почта", ()))
