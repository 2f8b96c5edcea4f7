"""What the journal, queue_log (file and table) and the reports say of the same calls, side by side.

In: a vmq's folder, whose vmq has been told to write everything. Out: one Count a fact, with a number from each source
that knows of it; they must be equal.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.vmq_client import Entry
from vmq.app.reports import open_reports
from vmq.config.model import Config
from vmq.http.reports import ReportQuestion

COLUMNS = ("journal", "file", "table", "queues", "calls")
_RANG = ("no_answer", "wait_over", "busy", "refused", "redirected", "unreachable")
_TRANSFERS = ("BLINDTRANSFER", "ATTENDEDTRANSFER")
_COMPLETED = ("COMPLETECALLER", "COMPLETEAGENT", *_TRANSFERS)
_EXITS = ("EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "WITHDRAW")
_AT_THE_DOOR = ("FULL", "JOINEMPTY", "CLOSED")


@dataclass(frozen=True, slots=True)
class Count:
    """A fact and how often it happened, by source."""

    fact: str
    by_source: Mapping[str, int]

    @property
    def is_agreed(self) -> bool:
        """All sources say the same."""
        return len(set(self.by_source.values())) == 1

    def __str__(self) -> str:
        cells = "".join(f"{self.by_source.get(name, ''):>9}" for name in COLUMNS)
        return f"{self.fact:<28}{cells}"


def file_events(file: Path) -> Counter[str]:
    """Lines of a queue_log file by event."""
    return Counter(line.split("|")[4] for line in file.read_text().splitlines())


def table_events(database: Path) -> Counter[str]:
    """Lines of the table queue_log by event."""
    with closing(sqlite3.connect(database)) as connection:
        return Counter(dict(connection.execute("select event, count(*) from queue_log group by event")))


async def counts(config: Config, entries: Sequence[Entry]) -> list[Count]:
    """All facts. `entries` is the whole journal as it was followed."""
    assert config.queue_log.file is not None
    file, table = file_events(config.queue_log.file), table_events(config.paths.data / "vmq.db")
    async with open_reports(config) as reports:
        question = ReportQuestion(
            datetime.fromtimestamp(entries[0].at - 1, UTC), datetime.now(UTC), "", "", "1h", 0, 1000
        )
        queues = [record async for part in reports.all_of("queues", question) for record in part]
        calls = [record async for part in reports.all_of("calls", question) for record in part]
    return [
        *_of_calls(entries, (file, table), queues, calls),
        *_of_offers(entries, (file, table), queues, calls),
    ]


Logs = tuple[Counter[str], Counter[str]]
Records = Sequence[Mapping[str, Any]]


def _of_calls(entries: Sequence[Entry], logs: Logs, queues: Records, calls: Records) -> Iterable[Count]:
    """What became of the callers: journal, queue_log's events, figures of queues, rows of calls, in that order."""
    ends = Counter(call["outcome"] for call in calls)
    kinds = Counter(entry.kind for entry in entries)
    returns = sum(entry.is_like("CallerEntered", {"is_return": True}) for entry in entries)
    moved = sum(entry.is_like("CallCompleted", {"by": "transfer"}) for entry in entries)
    turned_away = sum(entry.kind == "CallerLeft" and not entry.fields["position"] for entry in entries)
    abandoned = _sum(queues, "abandoned") + _sum(queues, "short_abandoned")
    rows: list[tuple[str, int, tuple[str, ...], int, int]] = [
        ("entered", kinds["CallerEntered"] - returns, ("ENTERQUEUE",), _sum(queues, "entered"),
         len(calls) - ends["turned_away"]),
        ("turned away", turned_away, _AT_THE_DOOR, _sum(queues, "turned_away"), ends["turned_away"]),
        ("answered", kinds["CallConnected"], ("CONNECT",), _sum(queues, "answered"),
         sum(call["connected_at"] > 0 for call in calls)),
        ("completed", kinds["CallCompleted"], _COMPLETED, _sum(queues, "completed"), ends["completed"]),
        ("  of these transferred", moved, _TRANSFERS, _sum(queues, "transferred"),
         sum(call["why"] == "transfer" for call in calls)),
        ("abandoned", kinds["CallerAbandoned"], ("ABANDON",), abandoned, ends["abandoned"]),
        ("left", kinds["CallerLeft"] - turned_away, _EXITS, _sum(queues, "left"), ends["left"]),
    ]  # fmt: skip
    for fact, journal, events, of_queues, of_calls in rows:
        file, table = (sum(log[event] for event in events) for log in logs)
        yield Count(fact, dict(zip(COLUMNS, (journal, file, table, of_queues, of_calls), strict=True)))


def _of_offers(entries: Sequence[Entry], logs: Logs, queues: Records, calls: Records) -> Iterable[Count]:
    failed = Counter(entry.fields["why"] for entry in entries if entry.kind == "OfferFailed")
    made = sum(entry.kind == "OfferMade" for entry in entries)
    offers = [offer for call in calls for offer in call["offers"]]
    yield Count("offers", {"journal": made, "queues": _sum(queues, "offers"), "calls": len(offers)})
    yield Count(
        "  of these failed",
        {
            "journal": failed.total(),
            "queues": _sum(queues, "offers_failed"),
            "calls": sum(offer["outcome"] not in ("answered", "") for offer in offers),
        },
    )
    for why, event in ((_RANG, "RINGNOANSWER"), (("caller_gone",), "RINGCANCELED"), (("hung_up",), "AGENTDUMP")):
        seen = sum(failed[each] for each in why)
        yield Count(f"  {event}", {"journal": seen, "file": logs[0][event], "table": logs[1][event]})


def _sum(records: Records, name: str) -> int:
    """A figure over all intervals and queues; of a table, all its entries."""
    values = (record[name] for record in records)
    return sum(sum(value.values()) if isinstance(value, Mapping) else value for value in values)
