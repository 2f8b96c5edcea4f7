"""Users, their sessions and their tokens, as they are kept; and which names and passwords are good enough. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from vmq.access.rights import RIGHTS_OF, Right, Role, Who, narrowed

NAME_PATTERN = r"^[a-z0-9][a-z0-9_.@+-]{0,63}$"
MIN_PASSWORD = 10
MAX_PASSWORD = 256
RESERVED = frozenset({"api", "cli", "file"})
"""What the journal calls those who come without a name."""


class Origin(StrEnum):
    """Who vouches for a user: vmq with a password, or the OpenID provider."""

    HERE = "here"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in. `queues` are a supervisor's group, None = all; `agent` and `mailbox` are his own."""

    name: str
    role: Role
    queues: frozenset[str] | None = None
    agent: str = ""
    mailbox: str = ""
    origin: Origin = Origin.HERE

    def who(self) -> Who:
        """Who he is to whatever he asks for."""
        queues = self.queues if self.role is Role.SUPERVISOR else None
        return Who(self.name, RIGHTS_OF[self.role], self.agent, self.mailbox, queues)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is logged in. `key_hash` is the digest of what its cookie says; times are epoch seconds."""

    key_hash: str
    user: str
    made_at: float
    seen_at: float
    ends_at: float
    address: str
    browser: str

    @property
    def id(self) -> str:
        """What the session is called where its owner sees it."""
        return self.key_hash[:16]

    def is_over(self, now: float, idle_s: float) -> bool:
        """True when its time is up, or nothing was asked for too long."""
        return now >= self.ends_at or now - self.seen_at >= idle_s


@dataclass(frozen=True, slots=True)
class Token:
    """A program's key to the API: some of its user's rights, perhaps over some of his queues only (None = all)."""

    id: str
    key_hash: str
    user: str
    label: str
    rights: frozenset[Right]
    queues: frozenset[str] | None
    made_at: float
    seen_at: float = 0.0

    def who(self, user: User) -> Who:
        """Who a program with this token is: its user, with less."""
        return narrowed(user.who(), self.rights, self.queues)


def user_fault(user: User) -> str:
    """What is wrong with this user, in words; empty when nothing is."""
    if not re.fullmatch(NAME_PATTERN, user.name):
        return "name: write up to 64 small letters, digits, and _ . @ + - between them"
    if user.name in RESERVED:
        return f"name: {user.name} is what vmq calls those who come without a name; choose another"
    if user.role is Role.AGENT and not user.agent:
        return "agent: say which agent this user is"
    if user.queues is not None and user.role is not Role.SUPERVISOR:
        return "queues: only a supervisor has a group of queues; leave them out"
    return ""


def password_fault(password: str, name: str) -> str:
    """Why this password can't be taken, in words; empty when it can. What counts is that it can't be guessed: long, not
    the user's own name, not one character again and again."""
    if len(password) < MIN_PASSWORD:
        return f"a password has at least {MIN_PASSWORD} characters; a few words are good"
    if len(password) > MAX_PASSWORD:
        return f"a password has at most {MAX_PASSWORD} characters"
    if name and name in password.lower() and len(password) < len(name) + MIN_PASSWORD:
        return "this password is little more than the name"
    if len(set(password)) < 5:
        return "this password is a few characters again and again"
    return ""
