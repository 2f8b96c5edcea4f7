"""Hashes PINs with argon2id, in a thread.

A PIN of four digits can't be protected by a slow hash: all 10,000 are tried in minutes at any cost a telephone call can
wait for. What protects it is the limit of attempts (vmq.domain.pin). The hash keeps PINs out of backups and out of
sight, so it is set to some milliseconds: 2 MiB, one pass, one lane.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=1, memory_cost=2 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("")


async def hash_pin(pin: str) -> str:
    """The hash to keep, with its salt and parameters."""
    return await asyncio.to_thread(_HASHER.hash, pin)


async def is_pin(pin: str, pin_hash: str) -> bool:
    """True when this is the PIN. Takes as long for a mailbox without one, so that nobody can tell them apart."""

    def verify() -> bool:
        try:
            return _HASHER.verify(pin_hash or _NOBODYS, pin) and bool(pin_hash)
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)


async def is_one_of(pin: str, hashes: Iterable[str]) -> bool:
    """True when one of these is the PIN's hash."""
    for each in hashes:
        if await is_pin(pin, each):
            return True
    return False
