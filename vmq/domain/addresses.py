"""Whom a message goes to: mailboxes, the owner's lists, the house's lists, and everybody.

A mailbox's number wins over a list's, and an owner's list over one of the house's: what a caller can dial means the
same whoever sends to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OWN_LISTS = range(1, 100)
"""The numbers that an owner's lists may have."""


class AddressKind(StrEnum):
    """What a number stands for."""

    MAILBOX = "mailbox"
    LIST = "list"
    EVERYBODY = "everybody"


class AddressFault(StrEnum):
    """Why a number can't be addressed."""

    UNKNOWN = "unknown"
    OWN = "own"
    FULL = "full"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class OwnList:
    """An owner's list. `name_ref` is its spoken name; `addresses` are mailboxes and lists of the house's."""

    mailbox: str
    number: str
    name: str = ""
    name_ref: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseList:
    """A list that the administrator wrote down; `members` are mailboxes and other such lists."""

    number: str
    name: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseBook:
    """What the house's numbers mean: its lists, and the number of everybody, for those who may use it."""

    lists: Mapping[str, HouseList] = field(default_factory=dict)
    broadcast_number: str = ""
    may_broadcast: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Address:
    """A number that was found, what it is, and its spoken name ("" = none)."""

    number: str
    kind: AddressKind
    name_ref: str = ""


def members_of(number: str, lists: Mapping[str, HouseList]) -> tuple[str, ...]:
    """All numbers below a list of the house's that are no lists themselves, each once. Rings do no harm."""
    return tuple(dict.fromkeys(_members(number, lists, set())))


def _members(number: str, lists: Mapping[str, HouseList], seen: set[str]) -> Iterator[str]:
    seen.add(number)
    for member in lists[number].members:
        if member not in lists:
            yield member
        elif member not in seen:
            yield from _members(member, lists, seen)


def ring_of(number: str, lists: Mapping[str, HouseList]) -> tuple[str, ...]:
    """The lists by which this one is a member of itself, from it to it; () when it is none."""

    def search(at: str, way: tuple[str, ...]) -> tuple[str, ...]:
        for member in lists[at].members:
            if member == number:
                return (*way, number)
            if member in lists and member not in way and (found := search(member, (*way, member))):
                return found
        return ()

    return search(number, (number,))


def numbers_of(
    addresses: Iterable[Address], own: Mapping[str, OwnList], book: HouseBook, everybody: Iterable[str] = ()
) -> tuple[str, ...]:
    """The numbers of mailboxes that are meant, each once, in the order in which they were addressed."""
    found: dict[str, None] = {}
    for address in addresses:
        is_everybody = address.kind is AddressKind.EVERYBODY
        numbers = everybody if is_everybody else _numbers(address.number, address.kind, own, book)
        found.update(dict.fromkeys(numbers))
    return tuple(found)


def without_sender(numbers: Collection[str], sender: str) -> tuple[str, ...]:
    """The sender is left out unless he is all that is addressed."""
    return tuple(number for number in numbers if number != sender) or tuple(numbers)


def _numbers(number: str, kind: AddressKind, own: Mapping[str, OwnList], book: HouseBook) -> Iterable[str]:
    if kind is AddressKind.MAILBOX:
        return (number,)
    if number in own:
        return (each for member in own[number].addresses for each in _house_numbers(member, book))
    return _house_numbers(number, book)


def _house_numbers(number: str, book: HouseBook) -> Iterable[str]:
    """A number, or those of the house's list that it stands for."""
    return members_of(number, book.lists) if number in book.lists else (number,)
