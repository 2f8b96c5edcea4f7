"""Hashes and checks passwords with argon2id, in a thread, a few at a time.

OWASP's parameters for small machines: 19 MiB, two passes, one lane. A flood of log-ins waits its turn instead of taking
the memory and the processor that calls need.
"""

from __future__ import annotations

import asyncio
import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Passwords:
    """`check` takes as long for somebody who isn't there as for somebody who is."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._nobodys = _nobodys()

    async def hash(self, password: str) -> str:
        """The hash to keep, with its salt and parameters."""
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def check(self, password: str, password_hash: str) -> bool:
        """True when this is the password; an empty hash is nobody's."""

        def verify() -> bool:
            try:
                return _HASHER.verify(password_hash or self._nobodys, password) and bool(password_hash)
            except (VerificationError, InvalidHashError):
                return False

        async with self._turn:
            return await asyncio.to_thread(verify)


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash("nobody's password")
