"""The users' repository. Every method raises StorageError when the database fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.engine import Connection

from vmq.access.rights import Role
from vmq.access.users import Origin, User
from vmq.db.access_tables import login_attempts, users
from vmq.db.engine import Database
from vmq.domain.pin import LoginState
from vmq.errors import AccessRefused

_ADMINISTRATORS = select(users.c.name).where(users.c.role == Role.ADMINISTRATOR.value)


class UserRepository:
    """Implements vmq.access.ports.Users."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_any(self) -> bool:
        """Is there a user at all?"""
        query = select(users.c.name).limit(1)
        return await self._database.read("look for users", lambda c: c.execute(query).first() is not None)

    async def find(self, name: str) -> tuple[User, str] | None:
        """A user and the hash of his password."""
        query = select(users).where(users.c.name == name)
        row = await self._database.read("read a user", lambda c: c.execute(query).one_or_none())
        return (to_user(row), row.password_hash) if row else None

    async def all(self) -> Sequence[User]:
        """All of them, by name."""
        query = select(users).order_by(users.c.name)
        return await self._database.read("read the users", lambda c: [to_user(row) for row in c.execute(query)])

    async def add(self, user: User, password_hash: str, now: float, *, only_first: bool = False) -> bool:
        """Add a user; False when the name is taken, or (`only_first`) there is any user already."""
        row = {"name": user.name, **_row(user), "password_hash": password_hash, "made_at": now}
        query = self._database.insert(users).values(row).on_conflict_do_nothing().returning(users.c.name)

        def work(connection: Connection) -> bool:
            if only_first:
                _one_at_a_time(connection)
                if connection.execute(select(users.c.name).limit(1)).first() is not None:
                    return False
            return connection.execute(query).first() is not None

        return await self._database.write("add a user", work)

    async def change(self, user: User) -> bool:
        """Let a user be this; False when there is none. Raises AccessRefused for the last administrator's role."""
        query = update(users).where(users.c.name == user.name).values(_row(user))

        def work(connection: Connection) -> bool:
            with _KeepingAnAdministrator(connection):
                return connection.execute(query).rowcount > 0

        return await self._database.write("change a user", work)

    async def set_password(self, name: str, password_hash: str) -> bool:
        """Keep the hash of a new password, and forget failed log-ins."""
        query = update(users).where(users.c.name == name).values(password_hash=password_hash)

        def work(connection: Connection) -> bool:
            connection.execute(delete(login_attempts).where(login_attempts.c.name == name))
            return connection.execute(query).rowcount > 0

        return await self._database.write("set a password", work)

    async def remove(self, name: str) -> bool:
        """Forget a user with his sessions and tokens. Raises AccessRefused for the last administrator."""

        def work(connection: Connection) -> bool:
            with _KeepingAnAdministrator(connection):
                return connection.execute(delete(users).where(users.c.name == name)).rowcount > 0

        return await self._database.write("remove a user", work)

    async def change_login(
        self, name: str, change: Callable[[LoginState], LoginState]
    ) -> tuple[LoginState, LoginState]:
        """Change the count of wrong passwords for a name; the state before and after. `change` runs in a thread."""
        insert = self._database.insert(login_attempts)
        row = login_attempts.c

        def work(connection: Connection) -> tuple[LoginState, LoginState]:
            new = insert.values(name=name, failures=0, locked_until=0.0).on_conflict_do_nothing()
            connection.execute(new)
            found = connection.execute(select(login_attempts).where(row.name == name).with_for_update()).one()
            before = LoginState(found.failures, found.locked_until)
            after = change(before)
            values = {"failures": after.failures, "locked_until": after.locked_until}
            connection.execute(update(login_attempts).where(row.name == name).values(values))
            return before, after

        return await self._database.write("count a log-in", work)


class _KeepingAnAdministrator:
    """What is done inside is undone (by raising AccessRefused) when it leaves no administrator where there was one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        _one_at_a_time(self._connection)
        self._was_there = self._count() > 0

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None and self._was_there and self._count() == 0:
            raise AccessRefused("last-administrator", "make somebody else an administrator first")

    def _count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(_ADMINISTRATORS.subquery())).scalar_one()


def _one_at_a_time(connection: Connection) -> None:
    """Let nobody else change users until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")


def _row(user: User) -> dict[str, Any]:
    return {
        "role": user.role.value,
        "queues": names_text(user.queues),
        "agent": user.agent,
        "mailbox": user.mailbox,
        "origin": user.origin.value,
    }


def to_user(row: Row[Any]) -> User:
    """A user from a row with the columns of his table."""
    return User(row.name, Role(row.role), names(row.queues), row.agent, row.mailbox, Origin(row.origin))


def names_text(found: frozenset[str] | None) -> str | None:
    """Names as they are stored; None stays None."""
    return None if found is None else json.dumps(sorted(found))


def names(text: str | None) -> frozenset[str] | None:
    """Names from what is stored."""
    return None if text is None else frozenset(json.loads(text))
