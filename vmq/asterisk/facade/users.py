"""Who may log in to the facade, with which rights; and the manager user that stands for each one on Asterisk.

A secret is kept plain or as an argon2 hash. With a hash only a plain Login can be checked; the MD5 challenge needs the
secret itself (main/manager.c, authenticate()).
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vmq.asterisk.facade.channels import WATCHED
from vmq.asterisk.facade.rights import rights
from vmq.asterisk.setup import ManagerUser

WATCH = "watch"
"""The user by which vmq itself watches channels for the facade; no client may have this name."""
HASH_PREFIX = "$argon2"

_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class FacadeUser:
    """A user. `read` and `write` are names of classes, as in manager.conf."""

    name: str
    secret: str = field(repr=False)
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()

    @property
    def readable(self) -> int:
        """The classes of events to be read."""
        return rights(self.read)

    @property
    def writable(self) -> int:
        """The classes of actions to be done."""
        return rights(self.write)


class Users:
    """All of them; checks log-ins. Hashes are computed in a thread, one at a time."""

    def __init__(self, users: Iterable[FacadeUser]) -> None:
        self._users: Mapping[str, FacadeUser] = {user.name: user for user in users}
        self._nobodys = _nobodys()
        self._hashing = asyncio.Lock()

    async def with_secret(self, name: str, secret: str) -> FacadeUser | None:
        """The user of this name, when this is the secret."""
        user = self._users.get(name)
        kept = user.secret if user is not None else self._nobodys
        if kept.startswith(HASH_PREFIX):
            async with self._hashing:
                return user if await asyncio.to_thread(_verify, kept, secret) else None
        return user if hmac.compare_digest(kept.encode(), secret.encode("utf-8", "surrogateescape")) else None

    def with_key(self, name: str, challenge: str, key: str) -> FacadeUser | None:
        """The user of this name, when this is the MD5 of challenge and secret."""
        user = self._users.get(name)
        if user is None or not challenge or user.secret.startswith(HASH_PREFIX):
            return None
        wanted = hashlib.md5(f"{challenge}{user.secret}".encode(), usedforsecurity=False).hexdigest()
        return user if hmac.compare_digest(wanted.encode(), key.encode("utf-8", "surrogateescape")) else None


def hash_secret(secret: str) -> str:
    """What to write into the configuration instead of the secret."""
    return _HASHER.hash(secret)


def on_asterisk(own_user: str, own_secret: str, name: str) -> tuple[str, str]:
    """The manager user on Asterisk, and its secret, that stand for a user of the facade. Nobody has to keep them."""
    secret = hmac.new(own_secret.encode(), f"facade:{name}".encode(), hashlib.sha256).hexdigest()
    return f"{own_user}-{name}", secret


def manager_users(own_user: str, own_secret: str, users: Iterable[FacadeUser]) -> tuple[ManagerUser, ...]:
    """What `vmq asterisk setup` is to write for these users: each with exactly its rights, and the one that watches."""
    found = [ManagerUser(*on_asterisk(own_user, own_secret, user.name), user.read, user.write) for user in users]
    if found:
        filters = ("name(FullyBooted)", "name(Shutdown)", *(f"name({name.decode()})" for name in sorted(WATCHED)))
        watch = on_asterisk(own_user, own_secret, WATCH)
        found.append(ManagerUser(*watch, ("system", "call"), ("reporting",), filters))
    return tuple(found)


@functools.cache
def _nobodys() -> str:
    """What is compared when there is no such user. It takes a tenth of a second to make: only where users are."""
    return _HASHER.hash("")


def _verify(kept: str, secret: str) -> bool:
    try:
        return _HASHER.verify(kept, secret.encode("utf-8", "surrogateescape"))
    except (VerificationError, InvalidHashError):
        return False
