"""What doors kept from ringing, from a journal."""

from __future__ import annotations

from tests.support.history import ListHistory
from tests.support.reports import START, Book
from vmq.domain.door import Outcome
from vmq.domain.records import DoorCalled, DoorForgiven
from vmq.reports.doors import DoorReports


def called(party: str, outcome: Outcome, door: str = "main") -> DoorCalled:
    return DoorCalled(party, door, "1.1", outcome.value)


BOOK = (
    Book()
    .note(0, called("1", Outcome.ROBOT), called("1", Outcome.KNOWN_ROBOT), called("2", Outcome.BLOCKED))
    .note(1, DoorForgiven("1"), called("3", Outcome.FRIEND), called("4", Outcome.PUT_THROUGH))
    .note(2, called("", Outcome.TOLD, "gate"), called("5", Outcome.LEFT))
    .note(9, called("6", Outcome.ROBOT))
)


async def test_figures_of_each_door_in_a_time() -> None:
    reports = DoorReports(ListHistory(BOOK.entries))
    gate, main = await reports.figures(START, START + 9)
    assert (gate.door, gate.calls, gate.rang, gate.kept_out) == ("gate", 1, 0, 0)
    assert (main.door, main.calls, main.rang, main.kept_out, main.kept_numbers) == ("main", 6, 2, 3, {"1", "2"})
    assert main.outcomes[Outcome.LEFT] == 1
    assert [each.door for each in await reports.figures(START, START + 9, "gate")] == ["gate"]
    assert list(await reports.figures(START + 20, START + 30)) == []


async def test_calls_come_in_parts() -> None:
    reports = DoorReports(ListHistory(BOOK.entries))
    first = await reports.calls(START, START + 9, limit=4)
    assert [each.call.party for each in first.calls] == ["1", "1", "2", "3"]
    rest = await reports.calls(START, START + 9, after=first.next or 0, limit=4)
    assert ([each.call.party for each in rest.calls], rest.next) == (["4", "", "5"], None)
