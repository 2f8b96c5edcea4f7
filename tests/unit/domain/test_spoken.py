"""Which key is meant by what was said."""

from __future__ import annotations

import pytest

from vmq.domain.spoken import key_meant, plain_words

PHRASES = {"delete": "7", "erase": "7", "next": "6", "call back": "8", "back": "*", "new": "1", "zurück": "4"}


@pytest.mark.parametrize(
    ("heard", "key"),
    [
        ("Delete.", "7"),
        ("erase", "7"),
        ("the next one, please", "6"),
        ("Call back!", "8"),
        ("Back", "*"),
        ("ZURUCK", "4"),
        ("Dilete", "7"),  # nearly right
        ("nexxt", "6"),
        ("", ""),
        ("hello", ""),
        ("delete the next", ""),  # both, equally long
        ("undeleted", ""),
        ("I think that I would like to hear the next", ""),  # a talk, not a command
    ],
)
def test_what_is_said_means_a_key_or_none(heard: str, key: str) -> None:
    assert key_meant(heard, PHRASES) == key


def test_two_phrases_of_one_key_are_no_contradiction() -> None:
    assert key_meant("delete, erase", {"delete": "7", "erase": "7"}) == "7"


def test_words_are_compared_without_case_accents_and_signs() -> None:
    assert plain_words("Don't — Müller, 2!") == ("dont", "muller", "2")
    assert plain_words("ещё раз") == plain_words("Ещё Раз.")
