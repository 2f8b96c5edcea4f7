"""How far a party has heard the last recording, and how recordings are played: kept from state to state."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import replace

from vmq.domain.line import Move, Pace, Playback, Seek, moved


class Hearing:
    """The last recording that was played or made."""

    __slots__ = ("_last", "pace")

    def __init__(self) -> None:
        self._last: Playback | None = None
        self.pace = Pace()

    @property
    def facts(self) -> Mapping[str, object]:
        """Place and pace, as facts."""
        last = self._last
        return {
            "position_s": last.at_s if last else 0.0,
            "position_in": last.ref if last and not last.is_over else "",
            "speed": self.pace.speed,
            "volume": self.pace.volume,
        }

    @property
    def mark(self) -> Hashable:
        """Equal for the same place in the same recording."""
        return (self._last, self.pace)

    def take(self, playback: Playback) -> None:
        """A recording was played."""
        self._last, self.pace = playback, playback.pace

    def recorded(self, ref: str, length_s: float) -> None:
        """A recording was made: it stands at its end."""
        self._last = Playback(ref, length_s, is_over=True, pace=self.pace)

    def move(self, move: Move) -> None:
        """A key moved about while nothing played."""
        self.pace = self.pace.after(move.kind)
        if self._last and move.kind in (Seek.FORWARD, Seek.REWIND, Seek.RESTART, Seek.END):
            is_over = move.kind is Seek.END or (self._last.is_over and move.kind is Seek.FORWARD)
            self._last = replace(self._last, at_s=moved(self._last.at_s, move), is_over=is_over)

    def restart(self) -> None:
        """What is played next is played from its start."""
        self._last = None

    def place_in(self, ref: str) -> float:
        """Where a recording stopped; `math.inf`, its end, where it is another one that was played last."""
        return self._last.at_s if self._last and self._last.ref == ref else math.inf
