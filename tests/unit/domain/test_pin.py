"""Which PINs are taken, and how guessing ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.pin import LoginState, PinFault, count_attempt, pin_fault


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("4711", None),
        ("", PinFault.TOO_SHORT),
        ("471", PinFault.TOO_SHORT),
        ("4" * 21, PinFault.TOO_LONG),
        ("47#1", PinFault.NOT_DIGITS),
        ("٤٧١١", PinFault.NOT_DIGITS),
        ("1001", PinFault.IS_MAILBOX),
        ("5555", PinFault.TOO_SIMPLE),
        ("1234", PinFault.TOO_SIMPLE),
        ("8901", PinFault.TOO_SIMPLE),
        ("4321", PinFault.TOO_SIMPLE),
        ("1235", None),
    ],
)
def test_pin_faults(pin: str, fault: PinFault | None) -> None:
    assert pin_fault(pin, "1001", min_digits=4) is fault


@given(st.lists(st.floats(0, 50), min_size=1, max_size=60))
def test_after_each_lock_after_guesses_there_is_a_pause_of_lock_s(pauses: list[float]) -> None:
    state, now, lock_after, lock_s = LoginState(), 0.0, 4, 100.0
    counted: list[float] = []
    for pause in pauses:
        now += pause
        if not state.is_locked(now):
            counted.append(now)
        state = count_attempt(state, now, lock_after, lock_s)
    locked_at = counted[lock_after - 1 :: lock_after]
    following = counted[lock_after::lock_after]
    assert all(after - lock >= lock_s for lock, after in zip(locked_at, following, strict=False))


def test_locked_mailbox_counts_nothing_more() -> None:
    locked = LoginState(0, locked_until=50.0)
    assert count_attempt(locked, 49.9, 3, 100.0) == locked
    assert count_attempt(locked, 50.0, 3, 100.0).failures == 1
