"""The scripts of a pack's own tests: what `hears` finds in what was said."""

from __future__ import annotations

import pytest

from vmq.dialogue.script import _end_of

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
