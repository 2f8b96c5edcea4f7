"""What a front door needs of the outside. Methods that touch the disk or the database raise StorageError."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from vmq.domain.directory import Listed
from vmq.domain.record import Record
from vmq.engine.ports import Clock, Journal, Recordings


class Entrance(Protocol):
    """What one call can do besides what a Line can. Both raise HungUp."""

    def answer(self) -> None:
        """Take the call: from now on it is answered."""
        ...

    async def exists(self, context: str, number: str) -> bool:
        """Is there such an extension in the dialplan?"""
        ...


class People(Protocol):
    """Who is in the directory."""

    async def listed(self) -> Sequence[Listed]:
        """All of them."""
        ...

    async def spoken_names(self, numbers: Collection[str]) -> Mapping[str, str]:
        """The refs of their recorded names, of those who have one."""
        ...


class Memory(Protocol):
    """What the journal says of a number."""

    async def of(self, party: str) -> Sequence[tuple[float, Record]]:
        """Its newest records of doors with their times, oldest first."""
        ...


class Dictation(Protocol):
    """A message being recorded: `ref` is where, `max_s` its longest; `is_wanted` False when the mailbox takes none."""

    ref: str
    max_s: float
    is_wanted: bool

    async def begin(self) -> None:
        """Make ready to record, so that a crash loses nothing."""
        ...

    async def store(self) -> bool:
        """Keep it as a message; False when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Ringer:
    """Who rings at a doorbell."""

    call_id: str
    number: str
    name: str
    language: str


class Messages(Protocol):
    """Takes messages down for mailboxes."""

    def take(self, mailbox: str, ringer: Ringer) -> AbstractAsyncContextManager[Dictation]:
        """A message for a mailbox, while the block lasts; what is not kept by its end is thrown away."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that a door reaches outside itself."""

    people: People
    memory: Memory
    messages: Messages
    journal: Journal
    files: Recordings
    clock: Clock
