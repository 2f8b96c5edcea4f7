"""Keys that vmq gives out: for a session's cookie, a program's token, the set-up link. Only digests of them are kept.

A key has 256 random bits: it can't be guessed, and a fast digest is as good as a slow one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

TOKEN_MARK = "vmq"  # noqa: S105  tells scanners of repositories whose token they found


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token: `id` names it in lists, `text` is shown once."""

    id: str
    text: str


def new_key() -> str:
    """A key."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_token() -> NewToken:
    """A token for a program: its mark, the name it is found by, and its key."""
    token_id = secrets.token_hex(4)
    return NewToken(token_id, f"{TOKEN_MARK}_{token_id}_{new_key()}")


def token_id(text: str) -> str:
    """The name a token is found by; empty when the text is none of ours."""
    mark, _, rest = text.partition("_")
    found, separator, key = rest.partition("_")
    return found if mark == TOKEN_MARK and separator and key else ""
