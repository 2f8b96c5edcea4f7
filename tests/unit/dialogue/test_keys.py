"""Keys of several digits: the longest match counts, a key that nothing longer begins with counts at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.keys import can_grow, longest_key

DIGITS = "0123456789*#"
KEYS = st.sets(st.text(DIGITS, min_size=1, max_size=3), max_size=12)
TYPED = st.text(DIGITS, min_size=1, max_size=5)


@given(KEYS, TYPED)
def test_the_longest_key_begins_what_was_typed_and_none_longer_does(keys: set[str], typed: str) -> None:
    found = longest_key(typed, keys)

    assert found == next((typed[:length] for length in range(len(typed), 0, -1) if typed[:length] in keys), "")


@given(KEYS, TYPED)
def test_it_pays_to_wait_only_when_a_longer_key_can_still_come(keys: set[str], typed: str) -> None:
    endings = {key[len(typed) :] for key in keys if key.startswith(typed)} - {""}

    assert can_grow(typed, keys) == bool(endings)


@given(KEYS)
def test_every_key_can_be_typed(keys: set[str]) -> None:
    for key in keys:
        typed = ""
        for digit in key:
            assert not typed or can_grow(typed, keys), f"{typed} of {key} counted too early"
            typed += digit
        assert longest_key(typed, keys) == key
