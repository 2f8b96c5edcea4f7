"""Cuts one long studio take into clips, by its silences, and finds out which line of the sheet each piece is.

In: the sound of a take, and the sheet's rows in the order they were read. Out: one match a row, with doubts in words. A
speaker repeats lines after a slip, pauses inside long ones, and forgets some: pieces are matched with rows by how long
they last, all at once, so that one extra piece does not shift all others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from vmq.audio.sheet import Row, expected_s

Samples = NDArray[np.float32]
Step = tuple[int | None, int, int]
"""A row (None: nothing is made of these pieces), its first piece, and the one after its last."""

FRAME_S = 0.01
MIN_PIECE_S = 0.12  # a click is shorter, no word is
MARGIN_S = 0.08
# Costs, beside |log(length / expected length)| of a match: a piece that is nothing, a row that was not read, a pause
# inside a line.
_SKIP_PIECE, _SKIP_ROW, _JOIN = 0.7, 0.9, 0.25
_MAX_JOINED = 4
_ROUNDS = 2
DOUBT = 1.7  # this many times as long, or as short, as its text takes this speaker
NEAR = 2  # rows on either side of a slip that are to be listened to
CLIPPED = 0.999
CLIPPED_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound between two silences, in seconds of the take."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Match:
    """A row and the sound that is taken for it: none when it was not found. `doubts` say what to listen to."""

    row: Row
    piece: Piece | None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """What came of a take. `left_over` are pieces that are no row's: slips, coughs, talk."""

    matches: Sequence[Match]
    left_over: Sequence[Piece] = field(default_factory=list)
    pace: float = 1.0


def cut(samples: Samples, rate_hz: int, rows: Sequence[Row], gap_s: float = 0.8) -> Cut:
    """Match a mono take in -1..1 with the rows. `gap_s` of silence parts two lines."""
    pieces = find_pieces(samples, rate_hz, gap_s)
    wanted = [expected_s(row.text) for row in rows]
    steps, pace = _align_at_pace([piece.length_s for piece in pieces], wanted)
    matches: list[Match] = []
    left_over: list[Piece] = []
    near: set[int] = set()  # rows beside a slip
    for row_number, first, last in steps:
        piece = Piece(pieces[first].start_s, pieces[last - 1].end_s) if last > first else None
        if row_number is None:
            left_over += pieces[first:last]
            near |= {*range(len(matches) - NEAR, len(matches) + NEAR)}
        else:
            doubts = _doubts(piece, wanted[row_number] * pace, last - first, samples, rate_hz)
            matches.append(Match(rows[row_number], piece, doubts))
            if piece is None:
                near |= {*range(len(matches) - 1 - NEAR, len(matches) + NEAR)}
    return Cut([_near_slip(match) if at in near else match for at, match in enumerate(matches)], left_over, pace)


def _near_slip(match: Match) -> Match:
    """A match beside an extra or a missing piece may be one line off."""
    if match.piece is None:
        return match
    return replace(match, doubts=(*match.doubts, "stands next to a slip: listen whether it is the right line"))


def find_pieces(samples: Samples, rate_hz: int, gap_s: float) -> list[Piece]:
    """Where there is sound: louder than the room, by a threshold between its quiet and its loud parts."""
    size = max(1, round(rate_hz * FRAME_S))
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(frames):
        return []
    loudness_db = 20 * np.log10(np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1)) + 1e-7)
    room, voice = np.percentile(loudness_db, 10), np.percentile(loudness_db, 95)
    is_sound = loudness_db > max(room + 6.0, room + (voice - room) * 0.25)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_sound.astype(np.int8), [0]))))
    runs = [(float(start) * FRAME_S, float(end) * FRAME_S) for start, end in edges.reshape(-1, 2)]
    joined: list[list[float]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < gap_s:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [Piece(start, end) for start, end in joined if end - start >= MIN_PIECE_S]


def sound_of(piece: Piece, samples: Samples, rate_hz: int) -> Samples:
    """The samples of a piece, with a little of what is around it."""
    start, end = piece.start_s - MARGIN_S, piece.end_s + MARGIN_S
    return samples[max(0, round(start * rate_hz)) : round(end * rate_hz)]


def _align_at_pace(pieces: Sequence[float], wanted: Sequence[float]) -> tuple[list[Step], float]:
    """The best way to match, and how many times as long as usual this speaker takes: found out from what matched."""
    pace = 1.0
    steps = _align(pieces, wanted)
    for _ in range(_ROUNDS):
        ratios = [pieces[first] / wanted[row] for row, first, last in steps if row is not None and last == first + 1]
        if not ratios:
            break
        pace = min(2.0, max(0.5, median(ratios)))
        steps = _align(pieces, [length * pace for length in wanted])
    return steps, pace


def _align(pieces: Sequence[float], wanted: Sequence[float]) -> list[Step]:
    """The cheapest way to tell rows and pieces apart: (row or None, first piece, after the last piece), in order."""
    best: dict[tuple[int, int], tuple[float, tuple[int, int], int | None]] = {(0, 0): (0.0, (0, 0), None)}
    for piece in range(len(pieces) + 1):
        for row in range(len(wanted) + 1):
            if (piece, row) not in best:
                continue
            cost = best[piece, row][0]
            if piece < len(pieces):
                _offer(best, (piece + 1, row), cost + _SKIP_PIECE, (piece, row), None)
            if row < len(wanted):
                _offer(best, (piece, row + 1), cost + _SKIP_ROW, (piece, row), row)
                for count in range(1, min(_MAX_JOINED, len(pieces) - piece) + 1):
                    length = sum(pieces[piece : piece + count])
                    price = abs(math.log(length / wanted[row])) + _JOIN * (count - 1)
                    _offer(best, (piece + count, row + 1), cost + price, (piece, row), row)
    steps: list[Step] = []
    at = (len(pieces), len(wanted))
    while at != (0, 0):
        _, before, row_number = best[at]
        steps.append((row_number, before[0], at[0]))
        at = before
    return steps[::-1]


def _offer(
    best: dict[tuple[int, int], tuple[float, tuple[int, int], int | None]],
    at: tuple[int, int],
    cost: float,
    before: tuple[int, int],
    row: int | None,
) -> None:
    if at not in best or cost < best[at][0] - 1e-6:  # of two that are as good, the later one: it was said again
        best[at] = (cost, before, row)


def _doubts(piece: Piece | None, wanted_s: float, count: int, samples: Samples, rate_hz: int) -> tuple[str, ...]:
    if piece is None:
        return ("was not found in the take: record it again",)
    found = []
    if not wanted_s / DOUBT <= piece.length_s <= wanted_s * DOUBT:
        size = "long" if piece.length_s > wanted_s else "short"
        found.append(f"is too {size} for its text: {piece.length_s:.1f} s, this speaker takes about {wanted_s:.1f} s")
    if count > 1:
        found.append(f"was joined from {count} pieces: listen to its pauses")
    sound = np.abs(sound_of(piece, samples, rate_hz))
    if int(np.count_nonzero(sound >= CLIPPED)) >= CLIPPED_SAMPLES:
        found.append("is clipped: record it with less gain")
    return tuple(found)
