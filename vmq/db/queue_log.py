"""Where a queue_log is written: app_queue's file, and its table. Both remember durably how far they have come.

The table's lines and its mark are one transaction. The file's mark is set after its lines are on the disk and holds the
file's size: lines behind that size are those of a batch that a crash kept from being marked, and are not written again.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from vmq.db.engine import Database
from vmq.db.tables import queue_log, queue_log_marks
from vmq.domain.queue_log import QueueLogLine
from vmq.errors import StorageError

_DATA_FIELDS = 5
_WIDTHS = {column.name: column.type.length for column in queue_log.columns if hasattr(column.type, "length")}


class QueueLogTable:
    """The QueueLogSink port over the table `queue_log`."""

    place = "table"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, last_id: int) -> int:
        """The entry to go on after; see the port. Raises StorageError."""
        return int((await _mark(self._database, self.place, last_id)).entry_id)

    async def write(self, lines: Sequence[QueueLogLine], last_id: int) -> None:
        """Add lines; see the port. Raises StorageError."""
        rows = [_row(line) for line in lines]

        def work(connection: Connection) -> None:
            if rows:
                connection.execute(queue_log.insert(), rows)
            _set_mark(self._database, connection, place=self.place, entry_id=last_id)

        await self._database.write("write queue_log", work)


class QueueLogFile:
    """The QueueLogSink port over a file. Others may rotate it away: a file that isn't there is made anew."""

    def __init__(self, database: Database, path: Path) -> None:
        self._database = database
        self._path = path
        self._ahead = b""

    async def begin(self, last_id: int) -> int:
        """The entry to go on after; see the port. Raises StorageError."""
        mark = await _mark(self._database, self._place, last_id)
        if mark.inode:
            self._ahead = await asyncio.to_thread(self._read_ahead, mark.inode, mark.size)
        else:
            await self.write((), mark.entry_id)
        return int(mark.entry_id)

    async def write(self, lines: Sequence[QueueLogLine], last_id: int) -> None:
        """Add lines; see the port. Raises StorageError."""
        data = "".join(f"{line.text()}\n" for line in lines).encode()
        try:
            inode, size = await asyncio.to_thread(self._append, data)
        except OSError as error:
            raise StorageError(
                f"queue_log.file: can't write {self._path} ({error.strerror}); check its folder, owner and mode"
            ) from error
        mark = {"place": self._place, "entry_id": last_id, "inode": inode, "size": size}
        await self._database.write("mark queue_log", lambda c: _set_mark(self._database, c, **mark))

    @property
    def _place(self) -> str:
        return f"file {self._path}"[-200:]

    def _read_ahead(self, inode: int, size: int) -> bytes:
        """What was written and not marked: at the end of the marked file, wherever it was rotated to. A line that was
        cut off can only be completed where it stands."""
        for path in (self._path, *sorted(self._path.parent.glob(f"{self._path.name}?*"))):
            try:
                with path.open("rb") as file:
                    if os.fstat(file.fileno()).st_ino == inode:
                        file.seek(size)
                        ahead = file.read()
                        return ahead if path == self._path else ahead[: ahead.rfind(b"\n") + 1]
            except OSError:
                continue
        return b""

    def _append(self, data: bytes) -> tuple[int, int]:
        """Write in one piece, to the disk; gives the file's inode and size."""
        data = self._without_ahead(data)
        # Opened anew for each batch: after a rotation the name is another file's, or nobody's.
        with self._path.open("ab", buffering=0) as file:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            os.fdatasync(file.fileno())
            status = os.fstat(file.fileno())
            return status.st_ino, status.st_size

    def _without_ahead(self, data: bytes) -> bytes:
        """Leave out what stands there already; of a line that a crash cut off, the beginning."""
        ahead, self._ahead = self._ahead, b""
        common = _common(data, ahead)
        if common == len(data):
            self._ahead = ahead[common:]
        elif common < len(ahead):
            common = data.rfind(b"\n", 0, common) + 1  # somebody else's line follows: ours are those before it
        return data[common:]


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


async def _mark(database: Database, place: str, last_id: int) -> Any:
    """The mark of a place; made where there is none, so that lines which come while nobody writes are not missed."""

    def work(connection: Connection) -> Any:
        first = database.insert(queue_log_marks).values(place=place, entry_id=last_id, inode=0, size=0)
        connection.execute(first.on_conflict_do_nothing())
        return connection.execute(select(queue_log_marks).where(queue_log_marks.c.place == place)).one()

    return await database.write("read the mark of queue_log", work)


def _set_mark(database: Database, connection: Connection, **values: Any) -> None:
    insert = database.insert(queue_log_marks).values({"inode": 0, "size": 0} | values)
    connection.execute(insert.on_conflict_do_update(index_elements=["place"], set_=values))


def _row(line: QueueLogLine) -> dict[str, Any]:
    """The columns as Asterisk fills them: local time, data beyond the fifth field in the fifth, texts cut to width."""
    call_id, queue, agent, event, *data = line.fields()
    if len(data) > _DATA_FIELDS:
        data[_DATA_FIELDS - 1 :] = ["|".join(data[_DATA_FIELDS - 1 :])]
    data += [""] * (_DATA_FIELDS - len(data))
    texts = {"callid": call_id, "queuename": queue, "agent": agent, "event": event}
    texts |= {f"data{number}": text for number, text in enumerate(data, 1)}
    time = datetime.fromtimestamp(line.at)
    return {"time": time} | {name: text[: _WIDTHS[name]] for name, text in texts.items()}
