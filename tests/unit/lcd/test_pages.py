"""Figures become lines that fit any display."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.lcd.figures import Figures, QueueFigures, changes_floor, queues_of
from vmq.lcd.pages import pages

NOW = datetime(2026, 11, 5, 9, 7, 30, tzinfo=UTC)
SALES = QueueFigures("sales", 3, NOW.timestamp() - 125.0)
FIGURES = Figures((SALES, QueueFigures("support", 0, 0.0)), {"1001": 2, "1002": 0}, is_known=True)


def test_clock_queues_and_mailboxes_stand_below_each_other() -> None:
    assert pages(FIGURES, NOW, 20, 5) == (
        ("Thu 5 Nov      09:07", "sales         3 2min", "support            0", "1001           2 msg",
         "1002               -"),
    )  # fmt: skip


def test_what_does_not_fit_goes_to_further_pages_each_with_the_clock() -> None:
    first, second = pages(FIGURES, NOW, 16, 3)
    assert first == ("Thu 5 Nov  09:07", "sales     3 2min", "support        0")
    assert second == ("Thu 5 Nov  09:07", "1001       2 msg", "1002           -")


def test_a_display_of_one_line_shows_one_thing_a_page() -> None:
    assert [page[0].split()[0] for page in pages(FIGURES, NOW, 16, 1)] == ["Thu", "sales", "support", "1001", "1002"]


def test_it_says_when_no_vmq_answers() -> None:
    assert pages(Figures(), NOW, 20, 2) == (("Thu 5 Nov      09:07", "vmq doesn't answer  "),)


def test_letters_that_a_display_has_not_are_replaced() -> None:
    figures = Figures((QueueFigures("Büro Süd ☎", 0, 0.0),), is_known=True)
    assert pages(figures, NOW, 16, 2)[0][1] == "Buro Sud ?     0"


@given(
    st.lists(st.tuples(st.text(), st.integers(0, 10**6), st.floats(0, 2e9)), max_size=9),
    st.dictionaries(st.text(), st.integers(0, 10**6), max_size=9),
    st.integers(1, 40),
    st.integers(1, 8),
)
def test_every_line_is_as_wide_as_the_display_and_every_page_as_high(
    queues: list[tuple[str, int, float]], mailboxes: dict[str, int], width: int, height: int
) -> None:
    figures = Figures(tuple(QueueFigures(*queue) for queue in queues), mailboxes, is_known=True)
    for page in pages(figures, NOW, width, height):
        assert len(page) == height
        assert all(len(line) == width and line.isascii() and line.isprintable() for line in page)


@pytest.mark.parametrize(("wanted", "names"), [((), ["a", "b"]), (("b", "gone", "a"), ["b", "a"]), (("b",), ["b"])])
def test_all_queues_are_shown_or_those_wanted_in_their_order(wanted: tuple[str, ...], names: list[str]) -> None:
    floor = {"queues": [{"name": name, "callers": [], "longest_wait_s": 0.0} for name in ("a", "b")]}
    assert [queue.name for queue in queues_of(floor, wanted, 100.0)] == names


def test_a_queue_waits_since_its_first_caller_came() -> None:
    floor = {"queues": [{"name": "a", "callers": [{}, {}], "longest_wait_s": 40.0}]}
    assert queues_of(floor, (), 100.0) == (QueueFigures("a", 2, 60.0),)


def test_a_lamp_changes_only_mailboxes_that_are_shown() -> None:
    assert FIGURES.with_lamp("1002", 4).mailboxes == {"1001": 2, "1002": 4}
    assert FIGURES.with_lamp("9999", 4) is FIGURES


def test_records_of_queues_change_the_floor() -> None:
    assert changes_floor({"queue": "sales"}) and not changes_floor({"mailbox": "1001"})
