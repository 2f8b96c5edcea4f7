"""A studio take is cut and matched with its sheet: slips, repeats, pauses, what was forgotten, and what is doubtful."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from vmq.audio.sheet import Row, expected_s
from vmq.audio.take import Samples, cut, find_pieces

RATE_HZ = 48000
TEXTS = (
    "Welcome to your mailbox. Let us set it up together. It takes a minute.",
    "new",
    "Press seven to delete this message.",
    "You have",
    "Please enter the new password once more, then press pound.",
    "Goodbye.",
    "There are no more messages.",
    "Sorry, this mailbox is full and can't take any more messages.",
)
ROWS = [Row(number, f"clip-{number}", text, "", 1.0) for number, text in enumerate(TEXTS, 1)]


def voice(seconds: float, gain: float = 0.2) -> Samples:
    """Something that is as loud as speech."""
    return (gain * np.sin(2 * np.pi * 200 * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def room(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def take(*parts: Samples, noise: float = 0.0005) -> Samples:
    """Parts with two seconds of a quiet room between them."""
    samples = np.concatenate([piece for part in (room(1), *parts, room(1)) for piece in (part, room(2))])
    return samples + np.random.default_rng(1).normal(0, noise, len(samples)).astype(np.float32)


def lines(texts: Sequence[str] = TEXTS, pace: float = 1.0) -> list[Samples]:
    return [voice(expected_s(text) * pace) for text in texts]


@pytest.mark.parametrize("pace", [0.75, 1.0, 1.4])
@pytest.mark.parametrize("noise", [0.00001, 0.003])
def test_a_clean_take_has_a_piece_for_each_line_and_no_doubts(pace: float, noise: float) -> None:
    found = cut(take(*lines(pace=pace), noise=noise), RATE_HZ, ROWS)
    assert [match.row.id for match in found.matches] == [row.id for row in ROWS]
    assert [match.doubts for match in found.matches] == [()] * len(ROWS)
    assert found.left_over == []
    assert [match.piece.length_s for match in found.matches] == pytest.approx(
        [expected_s(text) * pace for text in TEXTS], abs=0.03
    )


def test_a_line_that_was_forgotten_is_told_and_the_others_keep_theirs() -> None:
    spoken = lines()
    del spoken[4]
    found = cut(take(*spoken), RATE_HZ, ROWS)
    assert [match.piece is None for match in found.matches] == [number == 4 for number in range(len(ROWS))]
    assert found.matches[4].doubts == ("was not found in the take: record it again",)
    assert any("next to a slip" in doubt for doubt in found.matches[5].doubts)
    assert found.matches[0].doubts == ()


def test_of_a_line_that_was_said_twice_the_second_counts() -> None:
    spoken = lines()
    found = cut(take(*spoken[:3], *spoken[2:]), RATE_HZ, ROWS)
    first, second = find_pieces(take(*spoken[:3], *spoken[2:]), RATE_HZ, 0.8)[2:4]
    assert found.matches[2].piece == second
    assert found.left_over == [first]


def test_a_line_broken_by_a_long_pause_is_joined_and_doubtful() -> None:
    spoken = lines()
    half = spoken[0][: len(spoken[0]) // 2]
    found = cut(np.concatenate([take(half, half), take(*spoken[1:])]), RATE_HZ, ROWS)
    assert any("joined from 2 pieces" in doubt for doubt in found.matches[0].doubts)
    assert [match.doubts for match in found.matches[1:]] == [()] * 7


@pytest.mark.parametrize(("factor", "says"), [(2.2, "too long"), (0.4, "too short")])
def test_a_line_that_is_no_likely_length_for_its_text_is_doubtful(factor: float, says: str) -> None:
    spoken = lines()
    spoken[6] = voice(expected_s(TEXTS[6]) * factor)
    found = cut(take(*spoken), RATE_HZ, ROWS)
    assert any(says in doubt for doubt in found.matches[6].doubts)


def test_a_clipped_line_is_doubtful() -> None:
    spoken = lines()
    spoken[1] = np.clip(voice(expected_s("new"), gain=1.5), -1, 1)
    (doubt,) = cut(take(*spoken), RATE_HZ, ROWS).matches[1].doubts
    assert "clipped" in doubt


def test_clicks_are_no_lines() -> None:
    spoken = lines()
    spoken.insert(3, voice(0.03))
    found = cut(take(*spoken), RATE_HZ, ROWS)
    assert [match.doubts for match in found.matches] == [()] * len(ROWS)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(RATE_HZ, np.float32)])
def test_a_take_without_a_voice_finds_nothing_and_says_so_of_each_line(samples: Samples) -> None:
    found = cut(samples, RATE_HZ, ROWS)
    assert all(match.piece is None for match in found.matches)


def test_no_rows_leave_everything_over() -> None:
    assert len(cut(take(*lines()), RATE_HZ, []).left_over) == len(TEXTS)
