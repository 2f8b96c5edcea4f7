"""A database of an earlier version is brought up to date, and keeps all that is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy.engine import Connection

from vmq.db import migrate
from vmq.db.engine import Database, sqlite_url
from vmq.db.mailboxes import MailboxRepository
from vmq.db.transcripts import TranscriptRepository
from vmq.domain.mailbox import Counts, Folder, GreetingKind
from vmq.domain.transcript import TextState

FILLED = (
    "INSERT INTO mailboxes (number, name, personality, language, pin_hash, failures, locked_until, created_at)"
    " VALUES ('1001', 'Ann', '', '', 'x', 0, 0, 1.0)",
    "INSERT INTO messages (id, mailbox, folder, received_at, duration_s, caller_number, caller_name, is_urgent, ref)"
    " VALUES ('m1', '1001', 'INBOX', 5.0, 2.0, '2002', 'Ben', 0, '1001/m1')",
    "INSERT INTO greetings (mailbox, kind, ref, duration_s, recorded_at, expires_at)"
    " VALUES ('1001', 'unavail', '1001/unavail-g1', 3.0, 4.0, 0)",
)


@pytest.mark.parametrize("version", ["0001", "0003"])
async def test_messages_and_greetings_of_an_earlier_version_are_kept(tmp_path: Path, version: str) -> None:
    database = Database(sqlite_url(tmp_path / "vmq.db"))

    def as_it_was(connection: Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        for statement in FILLED:
            connection.exec_driver_sql(statement)

    await database.write("make an earlier database", as_it_was)
    await migrate.upgrade(database)
    mailboxes = MailboxRepository(database)
    ann = (await mailboxes.find("1001"))["1001"]
    assert (ann.name, ann.counts) == ("Ann", Counts(new=1))
    assert ann.greetings[GreetingKind.UNAVAILABLE].is_on
    (message,) = await mailboxes.messages("1001", Folder.INBOX)
    assert (message.id, message.ref, message.caller_name, message.is_private) == ("m1", "1001/m1", "Ben", False)
    assert await mailboxes.page("1001", None, None, 9, "ben") == [message], "its caller can be searched for"
    assert await TranscriptRepository(database).counts() == {TextState.LEFT_OUT: 1}
    await database.close()


async def test_rows_belong_to_something_again_once_the_tables_are_made_anew(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "vmq.db"))
    await migrate.upgrade(database)

    def enforced(connection: Connection) -> int:
        return connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()

    assert await database.write("look", enforced) == 1
    await database.close()
