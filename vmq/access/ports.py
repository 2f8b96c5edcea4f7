"""What access needs from storage. Every method may raise StorageError; times are epoch seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from vmq.access.audit import AuditEntry, AuditQuestion
from vmq.access.users import Session, Token, User
from vmq.domain.pin import LoginState


class Users(Protocol):
    """The users."""

    async def is_any(self) -> bool:
        """Is there a user at all?"""
        ...

    async def find(self, name: str) -> tuple[User, str] | None:
        """A user and the hash of his password (empty = he has none here)."""
        ...

    async def all(self) -> Sequence[User]:
        """All of them, by name."""
        ...

    async def add(self, user: User, password_hash: str, now: float, *, only_first: bool = False) -> bool:
        """Add a user; False when the name is taken, or (`only_first`) there is any user already."""
        ...

    async def change(self, user: User) -> bool:
        """Let a user be this; False when there is none. Raises AccessRefused for the last administrator's role."""
        ...

    async def set_password(self, name: str, password_hash: str) -> bool:
        """Keep the hash of a new password, and forget failed log-ins; False when there is no such user."""
        ...

    async def remove(self, name: str) -> bool:
        """Forget a user with his sessions and tokens. Raises AccessRefused for the last administrator."""
        ...

    async def change_login(
        self, name: str, change: Callable[[LoginState], LoginState]
    ) -> tuple[LoginState, LoginState]:
        """Change the count of wrong passwords for a name (whoever's, also nobody's); the state before and after."""
        ...


class Visits(Protocol):
    """Sessions of browsers, and tokens of programs."""

    async def open(self, session: Session) -> None:
        """Keep a new session."""
        ...

    async def session(self, key_hash: str) -> tuple[Session, User] | None:
        """A session and its user."""
        ...

    async def seen(self, key_hash: str, now: float) -> None:
        """The session was used."""
        ...

    async def sessions_of(self, user: str) -> Sequence[Session]:
        """A user's sessions, newest first."""
        ...

    async def close(self, user: str, *, session_id: str = "", but: str = "") -> int:
        """End a user's session of this id (empty = all), but not the one with the key hash `but`; how many."""
        ...

    async def add_token(self, token: Token) -> None:
        """Keep a new token."""
        ...

    async def token(self, token_id: str) -> tuple[Token, User] | None:
        """A token and its user."""
        ...

    async def token_seen(self, token_id: str, now: float) -> None:
        """The token was used."""
        ...

    async def tokens(self, user: str = "") -> Sequence[Token]:
        """A user's tokens, or everybody's."""
        ...

    async def remove_token(self, token_id: str, user: str = "") -> bool:
        """Revoke a token (only of this user, when one is named); False when there is none."""
        ...


class AuditLog(Protocol):
    """What was done."""

    async def add(self, entry: AuditEntry) -> None:
        """Write an entry down."""
        ...

    async def page(self, question: AuditQuestion) -> Sequence[AuditEntry]:
        """Entries, newest first."""
        ...
