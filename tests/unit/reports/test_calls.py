"""Call detail: one row a visit, with every offer and its outcome."""

from __future__ import annotations

from tests.support.reports import START, Book
from vmq.domain.records import (
    CallbackAsked,
    CallHeld,
    CallRecorded,
    CallSupervised,
    DispositionSet,
    EngineStarted,
    OfferFailed,
    OfferMade,
    SurveyAnswered,
)
from vmq.reports.calls import CALL_DETAIL_KINDS, CallDetail, CallDetails, OfferDetail, only


def rows(book: Book) -> list[CallDetail]:
    details = CallDetails()
    for entry in book.entries:
        details.take(entry)
    return details.rows


def test_a_call_with_everything() -> None:
    book = Book().enter(0, priority=2, position=3)
    book.note(1, OfferMade("o1", "c1", "sales", "bob", 1.0)).note(
        6, OfferFailed("o1", "c1", "sales", "bob", "busy", 5.0)
    )
    book.note(6, OfferMade("o-c1", "c1", "sales", "ann", 6.0)).connect(9, wait_s=9, ring_s=3)
    book.note(9, CallRecorded("o-c1", "c1", "/rec/1.wav", "started"), CallSupervised("o-c1", "c1", "eve", "whisper"))
    book.note(12, CallHeld("o-c1", "c1", "ann", True)).note(20, CallHeld("o-c1", "c1", "ann", False))
    book.note(25, CallRecorded("o-c1", "c1", "/rec/1.wav", "stopped"))
    book.complete(30, by="transfer", transfer="blind", transfer_to="200|internal")
    book.note(31, DispositionSet("o-c1", "c1", "sales", "ann", "sold", "twice"))
    book.note(40, SurveyAnswered("c1", "sales", "ann", "content", "5"))
    (row,) = rows(book)
    assert row == CallDetail(
        id=1, call_id="c1", queue="sales", entered_at=START, number="0301234567", name="Carla", priority=2, position=3,
        outcome="completed", why="transfer", wait_s=9, agent="ann", ring_s=3, connected_at=START + 9, talk_s=21,
        hold_s=8, holds=1, ended_at=START + 30, transfer="blind", transfer_to="200|internal",
        disposition="sold", note="twice",
        offers=[OfferDetail("o1", "bob", START + 1, 5, "busy"), OfferDetail("o-c1", "ann", START + 6, 3, "answered")],
        supervisors=["eve"], recordings=["/rec/1.wav"], survey={"content": "5"},
    )  # fmt: skip


def test_offers_that_ring_at_once_end_each_on_its_own() -> None:
    book = (
        Book()
        .enter(0)
        .note(1, OfferMade("o1", "c1", "sales", "bob", 1.0), OfferMade("o-c1", "c1", "sales", "ann", 1.0))
    )
    book.connect(4, wait_s=4).note(4, OfferFailed("o1", "c1", "sales", "bob", "withdrawn", 3.0))
    assert [(offer.agent, offer.outcome) for offer in rows(book)[0].offers] == [
        ("bob", "withdrawn"),
        ("ann", "answered"),
    ]


def test_a_talk_that_ends_on_hold_was_on_hold_to_its_end() -> None:
    book = Book().enter(0).connect(9, wait_s=9).note(12, CallHeld("o-c1", "c1", "ann", True)).complete(30)
    assert rows(book)[0].hold_s == 18


def test_each_way_of_going_unanswered_has_its_outcome() -> None:
    book = Book().enter(0, "a").enter(0, "b").enter(0, "w")
    book.abandon(5, "a", wait_s=5).leave(9, "b", status="CONTINUE", why="key", info="9", wait_s=9.0)
    book.leave(9, "d", status="FULL", position=0)
    assert [(row.call_id, row.outcome, row.why, row.info) for row in rows(book)] == [
        ("a", "abandoned", "", ""),
        ("b", "left", "key", "9"),
        ("w", "waiting", "", ""),
        ("d", "turned_away", "full", ""),
    ]


def test_another_queue_is_another_row_and_a_return_is_not() -> None:
    book = Book().enter(0).note(1, EngineStarted()).enter(2, is_return=True).leave(9, status="TIMEOUT", wait_s=9.0)
    book.enter(10, queue="support")
    assert [(row.id, row.queue, row.outcome) for row in rows(book)] == [(1, "sales", "left"), (5, "support", "waiting")]


def test_a_wish_to_be_called_back_is_on_the_row() -> None:
    book = Book().enter(0).note(5, CallbackAsked("b1", "c1", "sales", "030", START))
    assert rows(book.leave(5, status="CONTINUE", why="callback", wait_s=5.0))[0].callback_id == "b1"


def test_a_call_whose_beginning_is_gone_has_a_row_nevertheless() -> None:
    book = Book().enter(0).connect(9, wait_s=9).complete(20)
    del book.entries[:2]
    (row,) = rows(book)
    assert (row.outcome, row.wait_s, row.connected_at, row.talk_s) == ("completed", 9, START + 9, 11)


def test_rows_of_a_queue_and_of_an_agent() -> None:
    book = Book().enter(0).enter(0, "c2", "support").connect(5, "c2", "bob", wait_s=5)
    assert [row.call_id for row in only(rows(book), queue="sales")] == ["c1"]
    assert [row.call_id for row in only(rows(book), agent="bob")] == ["c2"]


def test_every_kind_that_makes_rows_is_named() -> None:
    assert set(CALL_DETAIL_KINDS) == set(CallDetails()._takers)
