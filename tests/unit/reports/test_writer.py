"""The queue_log is written behind the journal: everything, once, in order, through failures and restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.support.history import ListHistory
from tests.support.reports import HOUSE, START, Book
from vmq.domain.queue_log import QueueLogLine
from vmq.domain.records import AgentDeviceChanged, AgentStatusChanged
from vmq.engine.memory import MemoryJournal
from vmq.errors import StorageError
from vmq.reports import writer as writer_module
from vmq.reports.queue_log import QueueLog
from vmq.reports.roster import Roster
from vmq.reports.writer import MARK_EVERY, QueueLogWriter

WAIT_S = 5.0


@dataclass
class ListSink:
    """A sink in memory; `failures` writes fail first."""

    lines: list[QueueLogLine] = field(default_factory=list)
    mark: int = -1
    failures: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self, last_id: int) -> int:
        """Where it stopped."""
        self.mark = last_id if self.mark < 0 else self.mark
        self.changed.set()
        return self.mark

    async def write(self, lines: Sequence[QueueLogLine], last_id: int) -> None:
        """Keep the lines."""
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise StorageError("disk full")
        self.lines += lines
        self.mark = last_id
        self.changed.set()

    async def reach(self, mark: int) -> list[str]:
        """The events of all lines, once the journal is written up to `mark`."""
        async with asyncio.timeout(WAIT_S):
            while self.mark < mark:
                self.changed.clear()
                await self.changed.wait()
        return [line.event for line in self.lines]


@dataclass
class World:
    """A journal, and a writer that can be started and stopped."""

    sink: ListSink = field(default_factory=ListSink)
    journal: MemoryJournal = field(default_factory=MemoryJournal)

    def writer(self) -> QueueLogWriter:
        """A writer as a start of vmq makes it."""
        history = ListHistory(self.journal._entries)  # type: ignore[arg-type]
        return QueueLogWriter(self.journal, history, self.sink, lambda: QueueLog(Roster(HOUSE)))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[QueueLogWriter]:
        """A writer at work."""
        writer = self.writer()
        task = asyncio.create_task(writer.run())
        try:
            yield writer
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def note(self, book: Book, start: int = 0) -> int:
        """Append a book's records from one on; gives the last id."""
        for entry in book.entries[start:]:
            self.journal.append(entry.record, entry.at)
        return self.journal.last_id


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "RETRY_S", (0.001,))


@pytest.fixture
def call() -> Book:
    return Book().enter(0).connect(9, wait_s=9).complete(30)


async def test_what_happens_is_written(call: Book) -> None:
    world = World()
    async with world.writing():
        await world.sink.reach(0)
        assert await world.sink.reach(world.note(call)) == ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT"]


async def test_what_was_before_the_first_start_is_not_written(call: Book) -> None:
    world = World()
    world.note(call)
    async with world.writing():
        await world.sink.reach(3)
        assert await world.sink.reach(world.note(Book().enter(60, "c2"))) == ["ENTERQUEUE"]


async def test_a_restart_goes_on_with_the_calls_under_way(call: Book) -> None:
    world = World()
    async with world.writing():
        await world.sink.reach(0)
        await world.sink.reach(world.note(Book(call.entries[:2])))
    world.note(call, 2)
    async with world.writing():
        assert await world.sink.reach(3) == ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT"]
    assert world.sink.lines[-1].data == ("9", "21", "1")


async def test_a_restart_remembers_when_an_agent_logged_in() -> None:
    world = World()
    status = Book().note(0, AgentStatusChanged("ann", "available")).note(50, AgentStatusChanged("ann", "wrap_up"))
    async with world.writing():
        await world.sink.reach(0)
        await world.sink.reach(world.note(Book(status.entries[:1])))
    world.note(status.note(90, AgentStatusChanged("ann", "offline")), 1)
    async with world.writing():
        await world.sink.reach(3)
    assert world.sink.lines[-1].data == ("PJSIP/1001", "90")


async def test_failures_lose_and_double_nothing(call: Book) -> None:
    world = World(ListSink(failures=3))
    async with world.writing():
        await world.sink.reach(0)
        assert await world.sink.reach(world.note(call)) == ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT"]


async def test_a_stopped_writer_is_caught_up_at_the_end(call: Book) -> None:
    world = World()
    async with world.writing() as writer:
        await world.sink.reach(0)
    world.note(call)
    await writer.catch_up()
    assert await world.sink.reach(3) == ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT"]


async def test_entries_without_lines_are_marked_now_and_then() -> None:
    world = World()
    async with world.writing():
        await world.sink.reach(0)
        for _ in range(MARK_EVERY + 1_000):
            world.journal.append(AgentDeviceChanged("ann", "PJSIP/1", "INUSE"), START)
        assert await world.sink.reach(MARK_EVERY) == []


async def test_a_changed_configuration_counts_from_the_next_line_on(call: Book) -> None:
    world, basis = World(), [object()]
    history = ListHistory(world.journal._entries)  # type: ignore[arg-type]
    logs = [QueueLog(Roster(HOUSE)), QueueLog(Roster(HOUSE), caller_names=True)]
    writer = QueueLogWriter(world.journal, history, world.sink, lambda: logs.pop(0), lambda: basis[0])
    world.note(Book().enter(0))
    await writer.catch_up()
    basis[0] = object()
    world.note(Book().enter(1, "c2").abandon(9, "c1", wait_s=9))
    await writer.catch_up()
    assert [line.data for line in world.sink.lines] == [
        ("", "0301234567", "1"),
        ("", "0301234567", "1", "Carla"),
        ("1", "1", "9"),
    ]
