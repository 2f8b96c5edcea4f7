"""The contract of the QueueLogSink port, for the file and for the table: each line once, whatever crashes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from tests.support.databases import KINDS, open_database
from vmq.db.engine import Database, Work
from vmq.db.queue_log import QueueLogFile, QueueLogTable
from vmq.db.tables import queue_log
from vmq.domain.queue_log import QueueLogLine
from vmq.errors import StorageError
from vmq.reports.ports import QueueLogSink


def line(number: int) -> QueueLogLine:
    return QueueLogLine(1_763_845_200.0 + number, f"c{number}", "sales", "NONE", "ABANDON", ("1", "1", str(number)))


@dataclass
class World:
    """A sink, and what a reader finds in it."""

    kind: str
    database: Database
    path: Path

    def sink(self) -> QueueLogSink:
        """The sink as a start of vmq opens it."""
        return QueueLogTable(self.database) if self.kind == "table" else QueueLogFile(self.database, self.path)

    async def found(self) -> list[str]:
        """The calls of all lines, in their order."""
        if self.kind == "file":
            return [text.split("|")[1] for text in self.path.read_text().splitlines()]
        query = select(queue_log.c.callid).order_by(queue_log.c.id)
        return list(await self.database.read("look", lambda connection: connection.execute(query).scalars().all()))

    async def rows(self) -> Sequence[tuple[object, ...]]:
        """The table's rows without their ids."""

        def work(connection: Connection) -> Sequence[tuple[object, ...]]:
            return [tuple(row)[1:] for row in connection.execute(select(queue_log).order_by(queue_log.c.id))]

        return await self.database.read("look", work)


@pytest.fixture(params=[(kind, sink) for kind in KINDS for sink in ("file", "table")])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    kind, sink = request.param
    async with open_database(kind, tmp_path) as database:
        yield World(sink, database, tmp_path / "queue_log")


async def test_the_first_start_begins_where_the_journal_is(world: World) -> None:
    assert await world.sink().begin(41) == 41
    assert await world.sink().begin(99) == 41, "what came while nobody wrote is not missed"


async def test_lines_are_there_in_their_order_and_the_next_start_goes_on_behind_them(world: World) -> None:
    sink = world.sink()
    await sink.begin(0)
    await sink.write([line(1), line(2)], 7)
    await sink.write([line(3)], 9)
    assert await world.found() == ["c1", "c2", "c3"]
    assert await world.sink().begin(50) == 9


async def test_a_mark_can_be_set_without_lines(world: World) -> None:
    sink = world.sink()
    await sink.begin(0)
    await sink.write([], 5_000)
    assert await world.sink().begin(0) == 5_000
    assert await world.found() == []


async def test_lines_that_a_crash_left_unmarked_are_there_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = world.sink()
    await sink.begin(0)
    await sink.write([line(1)], 1)

    async def crash(what: str, work: Work[object]) -> object:
        raise StorageError("crash")

    with monkeypatch.context() as patch:
        patch.setattr(world.database, "write", crash)
        with pytest.raises(StorageError):
            await sink.write([line(2), line(3)], 3)
    again = world.sink()
    assert await again.begin(0) == 1
    await again.write([line(2)], 2)
    await again.write([line(3), line(4)], 4)
    assert await world.found() == ["c1", "c2", "c3", "c4"]


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[World]:
    async with open_database("sqlite", tmp_path) as database:
        yield World("file", database, tmp_path / "queue_log")


async def crashed(files: World, unmarked: bytes) -> QueueLogSink:
    """A file sink after a crash that came between these bytes and their mark."""
    sink = files.sink()
    await sink.begin(0)
    await sink.write([line(1)], 1)
    with files.path.open("ab") as file:
        file.write(unmarked)
    again = files.sink()
    assert await again.begin(0) == 1
    return again


def text(*numbers: int) -> bytes:
    return "".join(f"{line(number).text()}\n" for number in numbers).encode()


@pytest.mark.parametrize("cut", [1, 20, len(text(2)), len(text(2)) + 5, len(text(2, 3)) - 1])
async def test_a_line_that_a_crash_cut_off_is_completed(files: World, cut: int) -> None:
    sink = await crashed(files, text(2, 3)[:cut])
    await sink.write([line(2), line(3), line(4)], 4)
    assert files.path.read_bytes() == text(1, 2, 3, 4)


async def test_lines_of_others_stay_and_ours_follow(files: World) -> None:
    sink = await crashed(files, text(2, 88))
    await sink.write([line(2), line(3)], 3)
    assert await files.found() == ["c1", "c2", "c88", "c3"]


async def test_a_file_that_was_rotated_away_is_made_anew(files: World) -> None:
    sink = files.sink()
    await sink.begin(0)
    await sink.write([line(1)], 1)
    rotated = files.path.rename(files.path.with_name("queue_log.1"))
    await sink.write([line(2)], 2)
    assert (rotated.read_bytes(), files.path.read_bytes()) == (text(1), text(2))


async def test_lines_left_unmarked_in_a_file_that_was_then_rotated_are_there_once(files: World) -> None:
    sink = files.sink()
    await sink.begin(0)
    await sink.write([line(1)], 1)
    with files.path.open("ab") as file:
        file.write(text(2))
    files.path.rename(files.path.with_name("queue_log.1"))
    again = files.sink()
    await again.begin(0)
    await again.write([line(2), line(3)], 3)
    assert files.path.read_bytes() == text(3)


async def test_a_file_that_was_emptied_in_place_is_gone_on_with(files: World) -> None:
    sink = files.sink()
    await sink.begin(0)
    await sink.write([line(1), line(2)], 2)
    files.path.write_bytes(b"")
    again = files.sink()
    assert await again.begin(0) == 2
    await again.write([line(3)], 3)
    assert files.path.read_bytes() == text(3)


async def test_a_file_that_can_not_be_written_says_what_to_do(tmp_path: Path, files: World) -> None:
    files.path = tmp_path / "nowhere" / "queue_log"
    with pytest.raises(StorageError, match=r"queue_log.file: can't write .*; check its folder"):
        await files.sink().begin(0)


async def test_the_tables_columns_are_asterisks(tmp_path: Path) -> None:
    async with open_database("sqlite", tmp_path) as database:
        world = World("table", database, tmp_path / "unused")
        sink = world.sink()
        await sink.begin(0)
        long, link = "x" * 300, ("LINK", "a", "b", "12", "8", "1")
        await sink.write(
            [
                QueueLogLine(0.5, "c1", long, long, "CONNECT", ("12", "vmq-1", long)),
                QueueLogLine(0.5, "c1", "sales", "ann", "ATTENDEDTRANSFER", link),
            ],
            2,
        )
        connect, transfer = (row[1:] for row in await world.rows())
        assert connect == ("c1", "x" * 256, "x" * 80, "CONNECT", "12", "vmq-1", "x" * 100, "", "")
        assert transfer == ("c1", "sales", "ann", "ATTENDEDTRANSFER", "LINK", "a", "b", "12", "8|1")
