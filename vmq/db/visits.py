"""The repository of sessions and tokens. Every method raises StorageError when the database fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.engine import Connection

from vmq.access.rights import Right
from vmq.access.users import Session, Token, User
from vmq.db.access_tables import sessions, tokens, users
from vmq.db.engine import Database
from vmq.db.users import names, names_text, to_user


class VisitRepository:
    """Implements vmq.access.ports.Visits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, session: Session) -> None:
        """Keep a new session."""
        query = sessions.insert().values(
            key_hash=session.key_hash,
            user=session.user,
            made_at=session.made_at,
            seen_at=session.seen_at,
            ends_at=session.ends_at,
            address=session.address,
            browser=session.browser,
        )
        await self._database.write("open a session", lambda c: c.execute(query))

    async def session(self, key_hash: str) -> tuple[Session, User] | None:
        """A session and its user."""
        own = select(sessions).where(sessions.c.key_hash == key_hash)

        def work(connection: Connection) -> tuple[Session, User] | None:
            row = connection.execute(own).one_or_none()
            user = _user(connection, row.user) if row else None
            return (_session(row), user) if row and user else None

        return await self._database.read("read a session", work)

    async def seen(self, key_hash: str, now: float) -> None:
        """The session was used."""
        query = update(sessions).where(sessions.c.key_hash == key_hash).values(seen_at=now)
        await self._database.write("mark a session", lambda c: c.execute(query))

    async def sessions_of(self, user: str) -> Sequence[Session]:
        """A user's sessions, newest first."""
        query = select(sessions).where(sessions.c.user == user).order_by(sessions.c.made_at.desc())
        return await self._database.read("read sessions", lambda c: [_session(row) for row in c.execute(query)])

    async def close(self, user: str, *, session_id: str = "", but: str = "") -> int:
        """End a user's session of this id (empty = all), but not the one with the key hash `but`; how many."""
        query = delete(sessions).where(sessions.c.user == user, sessions.c.key_hash != but)
        if session_id:
            query = query.where(sessions.c.key_hash.startswith(session_id, autoescape=True))
        return await self._database.write("end sessions", lambda c: c.execute(query).rowcount)

    async def add_token(self, token: Token) -> None:
        """Keep a new token."""
        query = tokens.insert().values(
            id=token.id,
            key_hash=token.key_hash,
            user=token.user,
            label=token.label,
            rights=names_text(frozenset(right.value for right in token.rights)),
            queues=names_text(token.queues),
            made_at=token.made_at,
            seen_at=token.seen_at,
        )
        await self._database.write("keep a token", lambda c: c.execute(query))

    async def token(self, token_id: str) -> tuple[Token, User] | None:
        """A token and its user."""
        own = select(tokens).where(tokens.c.id == token_id)

        def work(connection: Connection) -> tuple[Token, User] | None:
            row = connection.execute(own).one_or_none()
            user = _user(connection, row.user) if row else None
            return (_token(row), user) if row and user else None

        return await self._database.read("read a token", work)

    async def token_seen(self, token_id: str, now: float) -> None:
        """The token was used."""
        query = update(tokens).where(tokens.c.id == token_id).values(seen_at=now)
        await self._database.write("mark a token", lambda c: c.execute(query))

    async def tokens(self, user: str = "") -> Sequence[Token]:
        """A user's tokens, or everybody's, newest first."""
        query = select(tokens).order_by(tokens.c.made_at.desc(), tokens.c.id)
        if user:
            query = query.where(tokens.c.user == user)
        return await self._database.read("read tokens", lambda c: [_token(row) for row in c.execute(query)])

    async def remove_token(self, token_id: str, user: str = "") -> bool:
        """Revoke a token (only of this user, when one is named); False when there is none."""
        query = delete(tokens).where(tokens.c.id == token_id)
        if user:
            query = query.where(tokens.c.user == user)
        return await self._database.write("revoke a token", lambda c: c.execute(query).rowcount > 0)


def _user(connection: Connection, name: str) -> User | None:
    row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
    return to_user(row) if row else None


def _session(row: Row[Any]) -> Session:
    return Session(row.key_hash, row.user, row.made_at, row.seen_at, row.ends_at, row.address, row.browser)


def _token(row: Row[Any]) -> Token:
    rights = frozenset(Right(name) for name in names(row.rights) or ())
    return Token(row.id, row.key_hash, row.user, row.label, rights, names(row.queues), row.made_at, row.seen_at)
