"""People are found by the letters of their names on a telephone's keys."""

from __future__ import annotations

import pytest

from vmq.domain.directory import Listed, find_names, keys_of

PEOPLE = (
    Listed("1001", "Ann Smith"),
    Listed("1002", "Bob Smithers"),
    Listed("1003", "Zoë van der Berg"),
    Listed("1004", "Jürgen Groß"),
    Listed("1005", "Анна Жукова"),
    Listed("1006", "Ann Smith"),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("76484", ["1001", "1006", "1002"]),
        ("764842", ["1001", "1006"]),
        ("266", ["1001", "1006", "1005"]),
        ("963826", ["1003"]),
        ("2374", ["1003"]),
        ("4767", ["1004"]),
        ("587436", ["1004"]),
        ("94856", ["1005"]),
        ("999", []),
        ("", []),
    ],
)
def test_names_are_found_by_their_beginning(typed: str, found: list[str]) -> None:
    assert [person.number for person in find_names(PEOPLE, typed)] == found


@pytest.mark.parametrize(
    ("name", "keys"),
    [("O'Neil", "66345"), ("Åse Ødegård", "2736334273"), ("Team 2", "83262"), ("李", "")],
)
def test_keys_of_letters(name: str, keys: str) -> None:
    assert keys_of(name) == keys
