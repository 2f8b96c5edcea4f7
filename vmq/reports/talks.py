"""Talks under way, whoever's they are (a queue's, an agent's), and the talk and hold times that come of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vmq.reports.sheet import Sheet


@dataclass(slots=True)
class _Talk:
    """Times are epoch seconds; `held_at` is when it was put on hold (0 = it isn't)."""

    name: str
    begin: float
    held_at: float = 0.0


class Talks:
    """Spreads `talk_s` and `hold_s` of each talk over the rows of a sheet. `key` is what tells talks apart."""

    def __init__(self, sheet: Sheet[Any]) -> None:
        self._sheet = sheet
        self._talks: dict[str, _Talk] = {}

    def begin(self, key: str, name: str, at: float) -> None:
        """A talk of this queue or agent begins."""
        self._talks[key] = _Talk(name, at)

    def hold(self, key: str, is_held: bool, at: float) -> None:
        """It is put on hold, or taken back."""
        talk = self._talks.get(key)
        if talk is None or bool(talk.held_at) is is_held:
            return
        if not is_held:
            self._sheet.spread(talk.name, talk.held_at, at, "hold_s")
        talk.held_at = at if is_held else 0.0

    def end(self, key: str, name: str, at: float, talk_s: float) -> None:
        """It is over. Of one whose beginning was not seen, `talk_s` says when that was."""
        self._add(self._sheet, self._talks.pop(key, _Talk(name, at - talk_s)), at)

    def add_open(self, sheet: Sheet[Any], until: float) -> None:
        """What the talks under way have come to so far."""
        for talk in self._talks.values():
            self._add(sheet, talk, until)

    def _add(self, sheet: Sheet[Any], talk: _Talk, until: float) -> None:
        sheet.spread(talk.name, talk.begin, until, "talk_s")
        if talk.held_at:
            sheet.spread(talk.name, talk.held_at, until, "hold_s")
