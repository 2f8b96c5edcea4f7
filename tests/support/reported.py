"""A database with a day in its journal, and the configuration for it: for tests of the API and of `vmq report`."""

from __future__ import annotations

from pathlib import Path

from tests.support.reports import START, Book
from vmq.config.model import AgentConfig, Config, PathsConfig, QueueConfig, ReportsConfig
from vmq.db.engine import Database, sqlite_url
from vmq.db.journal import DatabaseJournal
from vmq.db.migrate import upgrade
from vmq.domain.records import AgentStatusChanged, EngineStarted, OfferFailed, OfferMade, Record


def config_of(folder: Path) -> Config:
    """Two queues, two agents, in Berlin."""
    return Config(
        paths=PathsConfig(data=folder),
        queue=(QueueConfig(name="sales"), QueueConfig(name="support")),
        agent=tuple(
            AgentConfig(name=name, device=f"PJSIP/{number}", queues=("sales",), logged_in=False)
            for name, number in (("ann", 1001), ("bob", 1002))
        ),
        reports=ReportsConfig(time_zone="Europe/Berlin"),
    )


def a_day() -> Book:
    """START is 22:00 in Berlin. Ann takes a call after bob let it ring; a second caller gives up."""
    book = Book().note(-60, EngineStarted("1"), AgentStatusChanged("ann", "available"))
    book.enter(0).enter(5, "c2", number="+49301", name="=cmd()")
    book.note(1, OfferMade("o1", "c1", "sales", "bob", 1.0)).note(
        9, OfferFailed("o1", "c1", "sales", "bob", "no_answer", 8.0)
    )
    book.note(9, OfferMade("o-c1", "c1", "sales", "ann", 9.0)).connect(12, wait_s=12, ring_s=3)
    return book.abandon(65, "c2", wait_s=60).complete(3600 + 72, by="caller")


async def fill(database: Database, book: Book) -> None:
    """Write a book's records at their times."""
    journal = DatabaseJournal(database)
    await journal.start()
    for entry in book.entries:
        journal.append(entry.record, entry.at)
    await journal.close()


async def write_day(folder: Path, *more: Record) -> None:
    """The day, and after it `more`, in the database of this data folder."""
    folder.mkdir(exist_ok=True)
    database = Database(sqlite_url(folder / "vmq.db"))
    await upgrade(database)
    await fill(database, a_day().note(4000, *more))
    await database.close()


__all__ = ["START", "a_day", "config_of", "fill", "write_day"]
