"""Each record as the exact line that app_queue writes (apps/app_queue.c, main/logger.c)."""

from __future__ import annotations

import pytest

from tests.support.reports import HOUSE, START, Book
from vmq.domain.queue_log import QueueLogLine
from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallerLeft,
    EngineStarted,
    LineLogged,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    OfferFailed,
    OfferMade,
    PenaltySet,
    Record,
    RulesReloaded,
)
from vmq.reports.queue_log import LINE_KINDS, QueueLog
from vmq.reports.roster import Roster

NOW = int(START)


def lines(book: Book, **options: bool) -> list[str]:
    """All lines of a book, without the time of each."""
    log = QueueLog(Roster(HOUSE), **options)
    return [line.text().partition("|")[2] for entry in book.entries for line in log.take(entry)]


def last(book: Book, **options: bool) -> str:
    return lines(book, **options)[-1]


def status(status: str, **more: str) -> AgentStatusChanged:
    return AgentStatusChanged("ann", status, **more)  # type: ignore[arg-type]


def failed(why: str, ring_s: float) -> OfferFailed:
    return OfferFailed("o1", "c1", "sales", "ann", why, ring_s)


def test_a_line_begins_with_whole_epoch_seconds() -> None:
    line = QueueLogLine(START + 0.999, "1.2", "sales", "NONE", "ABANDON", ("1", "2", "30"))
    assert line.text() == f"{NOW}|1.2|sales|NONE|ABANDON|1|2|30"


def test_nothing_breaks_a_line_apart() -> None:
    line = QueueLogLine(START, "1.2", "a|b", "NONE", "PAUSE", ("tea\r\n9|x",))
    assert line.text() == f"{NOW}|1.2|a_b|NONE|PAUSE|tea__9_x"


def test_entering_tells_url_number_and_position() -> None:
    assert last(Book().enter(0, position=3)) == "c1|sales|NONE|ENTERQUEUE||0301234567|3"
    assert last(Book().enter(0, url="http://x/")) == "c1|sales|NONE|ENTERQUEUE|http://x/|0301234567|1"


def test_entering_tells_the_name_where_it_is_wanted() -> None:
    assert last(Book().enter(0, name="A|B"), caller_names=True) == "c1|sales|NONE|ENTERQUEUE||0301234567|1|A_B"


def test_the_number_that_was_called_is_a_line_of_its_own_where_it_is_wanted() -> None:
    book = Book().enter(0, did="0309999").enter(1, "c2")
    assert lines(book, dids=True)[1:2] == ["c1|sales|NONE|DID|0309999"]
    assert [line.split("|")[3] for line in lines(book)] == ["ENTERQUEUE", "ENTERQUEUE"]
    assert len(lines(book, dids=True)) == 3


def test_one_who_comes_back_after_a_restart_has_one_line() -> None:
    book = Book().enter(0).note(5, EngineStarted()).enter(6, is_return=True, entered_at=START)
    assert [line.split("|")[3] for line in lines(book)] == ["ENTERQUEUE", "QUEUESTART"]


def test_one_whose_entry_was_lost_gets_his_line_when_he_is_back() -> None:
    assert last(Book().enter(6, is_return=True)) == "c1|sales|NONE|ENTERQUEUE||0301234567|1"


def test_connection_tells_wait_agents_channel_and_ring_in_whole_seconds() -> None:
    assert last(Book().enter(0.9).connect(12.1, wait_s=11.2)) == "c1|sales|Ann Lee|CONNECT|12|vmq-o-c1|2"


@pytest.mark.parametrize(("by", "event"), [("caller", "COMPLETECALLER"), ("agent", "COMPLETEAGENT")])
def test_completion_tells_wait_talk_and_original_position(by: str, event: str) -> None:
    book = Book().enter(0, position=2).connect(12, wait_s=12).complete(75.5, by=by)
    assert last(book) == f"c1|sales|Ann Lee|{event}|12|63|2"


def test_blind_transfer_tells_where_to() -> None:
    book = Book().enter(0, position=2).connect(12, wait_s=12)
    book.complete(20, by="transfer", transfer="blind", transfer_to="200|internal")
    assert last(book) == "c1|sales|Ann Lee|BLINDTRANSFER|200|internal|12|8|2"


def test_transfer_to_nobody_knows_where_keeps_its_fields() -> None:
    assert last(Book().enter(0).connect(12, wait_s=12).complete(20, by="transfer")) == (
        "c1|sales|Ann Lee|BLINDTRANSFER|||12|8|1"
    )


@pytest.mark.parametrize("to", ["BRIDGE|6b1d", "APP|Park", "LINK|PJSIP/a-1|PJSIP/b-2"])
def test_attended_transfer_tells_where_to(to: str) -> None:
    book = Book().enter(0).connect(12, wait_s=12).complete(20, by="transfer", transfer="attended", transfer_to=to)
    assert last(book) == f"c1|sales|Ann Lee|ATTENDEDTRANSFER|{to}|12|8|1"


def test_abandoning_tells_position_original_position_and_wait() -> None:
    assert last(Book().enter(0, position=4).abandon(30.5, wait_s=30.5, position=2)) == "c1|sales|NONE|ABANDON|2|4|30"


@pytest.mark.parametrize(
    ("status", "why", "info", "text"),
    [
        ("TIMEOUT", "", "", "EXITWITHTIMEOUT|2|4|30"),
        ("TIMEOUT", "timeout", "queue:other", "EXITWITHTIMEOUT|2|4|30"),
        ("TIMEOUT", "attempts", "", "EXITWITHTIMEOUT|2|4|30"),
        ("LEAVEEMPTY", "", "", "EXITEMPTY|2|4|30"),
        ("LEAVEEMPTY", "empty", "", "EXITEMPTY|2|4|30"),
        ("CLOSED", "closed", "", "EXITEMPTY|2|4|30"),
        ("CONTINUE", "key", "9", "EXITWITHKEY|9|2|4|30"),
        ("CONTINUE", "callback", "2", "EXITWITHKEY|2|2|4|30"),
        ("WITHDRAW", "withdrawn", "by the boss", "WITHDRAW|2|4|30|by the boss"),
        ("WITHDRAW", "", "", "WITHDRAW|2|4|30|"),
        ("WITHDRAW", "withdrawn", "x" * 50, f"WITHDRAW|2|4|30|{'x' * 40}"),
        ("WITHDRAW", "moved", "queue:other", "WITHDRAW|2|4|30|queue:other"),
        ("UNAVAILABLE", "", "", "WITHDRAW|2|4|30|away"),
    ],
)
def test_leaving_tells_why(status: str, why: str, info: str, text: str) -> None:
    book = Book().enter(0, position=4).leave(30, status=status, why=why, info=info, position=2, wait_s=30.0)
    assert last(book) == f"c1|sales|NONE|{text}"


@pytest.mark.parametrize(
    ("status", "text"),
    [("FULL", "FULL|"), ("JOINEMPTY", "JOINEMPTY|"), ("CLOSED", "CLOSED|")],
)
def test_being_turned_away_is_an_extra_line(status: str, text: str) -> None:
    assert lines(Book().leave(0, status=status, position=0)) == [f"c1|sales|NONE|{text}"]


def test_a_queue_that_is_not_there_leaves_no_line() -> None:
    assert lines(Book().note(0, CallerLeft("c1", "nowhere", "UNKNOWN", 0, 0.0))) == []


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("no_answer", "RINGNOANSWER|7250"),
        ("wait_over", "RINGNOANSWER|7250"),
        ("busy", "RINGNOANSWER|7000"),
        ("refused", "RINGNOANSWER|7000"),
        ("redirected", "RINGNOANSWER|7000"),
        ("unreachable", "RINGNOANSWER|7000"),
        ("caller_gone", "RINGCANCELED|7250"),
        ("hung_up", "AGENTDUMP|"),
    ],
)
def test_an_offer_that_failed_tells_how_long_it_rang(why: str, text: str) -> None:
    assert last(Book().enter(0).note(8, failed(why, 7.25))) == f"c1|sales|Ann Lee|{text}"


def test_an_offer_made_or_withdrawn_leaves_no_line() -> None:
    book = Book().enter(0).note(1, OfferMade("o1", "c1", "sales", "ann", 1.0), failed("withdrawn", 1.0))
    assert [line.split("|")[3] for line in lines(book)] == ["ENTERQUEUE"]


def test_login_and_logoff_tell_telephone_and_time() -> None:
    assert lines(Book().note(0, status("available")).note(3600.5, status("offline"))) == [
        "NONE|NONE|Ann Lee|AGENTLOGIN|PJSIP/1001",
        "NONE|NONE|Ann Lee|AGENTLOGOFF|PJSIP/1001|3600",
    ]


def test_pause_and_end_of_pause_are_told_once_and_then_for_each_queue() -> None:
    book = Book().note(0, status("available")).note(1, status("paused", reason="tea")).note(9, status("available"))
    assert lines(book)[1:] == [
        "NONE|NONE|Ann Lee|PAUSEALL|tea",
        "NONE|sales|Ann Lee|PAUSE|tea",
        "NONE|support|Ann Lee|PAUSE|tea",
        "NONE|NONE|Ann Lee|UNPAUSEALL|",
        "NONE|sales|Ann Lee|UNPAUSE|",
        "NONE|support|Ann Lee|UNPAUSE|",
    ]


def test_another_reason_is_another_pause() -> None:
    book = Book().note(0, status("paused", reason="tea")).note(9, status("paused", reason="meeting"))
    assert lines(book)[-3:-1] == ["NONE|NONE|Ann Lee|PAUSEALL|meeting", "NONE|sales|Ann Lee|PAUSE|meeting"]


def test_a_pause_during_a_call_is_one_at_once_and_not_again_at_the_calls_end() -> None:
    book = Book().note(0, status("available")).note(1, status("available", next_status="paused", reason="tea"))
    book.note(60, status("paused", reason="tea"))
    assert [line.split("|")[3] for line in lines(book)] == ["AGENTLOGIN", "PAUSEALL", "PAUSE", "PAUSE"]


def test_a_logout_during_a_call_counts_at_the_calls_end() -> None:
    book = Book().note(0, status("available")).note(1, status("available", next_status="offline"))
    assert [line.split("|")[3] for line in lines(book)] == ["AGENTLOGIN"]
    assert last(book.note(60, status("offline"))) == "NONE|NONE|Ann Lee|AGENTLOGOFF|PJSIP/1001|60"


def test_wrap_up_leaves_no_line() -> None:
    book = Book().note(0, status("available")).note(9, status("wrap_up")).note(19, status("available"))
    assert [line.split("|")[3] for line in lines(book)] == ["AGENTLOGIN"]


def test_a_pause_of_one_queue() -> None:
    book = Book().note(0, MemberPaused("ann", "sales", True, "tea")).note(1, MemberPaused("ann", "sales", False))
    assert lines(book) == ["NONE|sales|Ann Lee|PAUSE|tea", "NONE|sales|Ann Lee|UNPAUSE|"]


def test_members_come_and_go_by_telephone_or_by_name() -> None:
    book = Book().note(0, MemberAdded("cy", "sales", "PJSIP/7", is_paused=True)).note(1, MemberRemoved("cy", "sales"))
    assert lines(book) == ["MANAGER|sales|PJSIP/7|ADDMEMBER|PAUSED", "MANAGER|sales|PJSIP/7|REMOVEMEMBER|"]
    assert lines(book, member_names=True) == ["MANAGER|sales|cy|ADDMEMBER|PAUSED", "MANAGER|sales|cy|REMOVEMEMBER|"]


@pytest.mark.parametrize(
    ("by", "call"), [("", "MANAGER"), ("ann", "MANAGER"), ("CLI", "CLI"), ("1763845200.17", "1763845200.17")]
)
def test_who_added_a_member_stands_where_the_call_does(by: str, call: str) -> None:
    assert last(Book().note(0, MemberAdded("cy", "sales", "PJSIP/7", by=by))) == f"{call}|sales|PJSIP/7|ADDMEMBER|"


def test_one_who_joined_another_queue_is_paused_there_too() -> None:
    book = Book().note(0, MemberAdded("bob", "sales"), AgentStatusChanged("bob", "paused", "tea"))
    assert last(book) == "NONE|sales|bob|PAUSE|tea"


def test_a_penalty_is_told_by_telephone() -> None:
    assert last(Book().note(0, PenaltySet("ann", "sales", 5)), member_names=True) == "NONE|sales|PJSIP/1001|PENALTY|5"


def test_start_and_change_of_the_rules() -> None:
    assert lines(Book().note(0, EngineStarted("1"), RulesReloaded("queue sales"))) == [
        "NONE|NONE|NONE|QUEUESTART|",
        "NONE|NONE|NONE|CONFIGRELOAD|",
    ]


def test_another_programs_line_is_taken_as_it_is() -> None:
    line = LineLogged("NONE", "sales", "ann", "NOTE", "a|b")
    assert last(Book().note(0, line)) == "NONE|sales|ann|NOTE|a|b"


def test_a_log_that_begins_in_the_middle_asks_for_what_it_has_to_know() -> None:
    book = Book().note(0, status("available")).enter(1, position=3).enter(2, "c2").connect(12, wait_s=11)
    book.complete(20).abandon(21, "c2", wait_s=19).note(22, status("offline"))
    whole = lines(book)
    log = QueueLog(Roster(HOUSE))
    later = book.after(4)
    strangers = log.strangers(later)
    assert (strangers.calls, strangers.agents) == ({"c1", "c2"}, {"ann"})
    log.recall(book.entries[:4])
    assert [line.text().partition("|")[2] for entry in later for line in log.take(entry)] == whole[-3:]
    assert not log.strangers(book.entries).calls - {"c1", "c2"}


def test_a_call_whose_beginning_is_gone_has_a_line_nevertheless() -> None:
    book = Book().note(20, CallCompleted("o1", "c1", "sales", "ann", 11.5, 8.0, "agent"))
    assert lines(book) == ["c1|sales|Ann Lee|COMPLETEAGENT|11|8|0"]


def test_every_kind_that_makes_lines_is_named() -> None:
    assert set(LINE_KINDS) == set(QueueLog(Roster(HOUSE))._takers)
    assert all(issubclass(kind, Record) for kind in LINE_KINDS)
