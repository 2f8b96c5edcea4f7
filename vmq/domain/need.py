"""Which agents a caller may have: his limits of penalty and the skills he needs, and how both change as he waits.

Limits are those of app_queue.c (calc_metric, update_qe_rule): a member is compared by his penalty after raising; limits
that were not set when the caller entered stay unset, except that a change at 0 s sets what everybody enters with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vmq.domain.rules import NeedStep, PenaltyChange
from vmq.domain.skills import NO_NEEDS, Needs


@dataclass(frozen=True, slots=True)
class Need:
    """A caller's limits. None = not set. Callers with equal needs can be offered to the same agents."""

    min_penalty: int | None = None
    max_penalty: int | None = None
    raise_to: int | None = None
    is_raised_from_min: bool = False
    skills: Needs = NO_NEEDS

    def tier(self, penalty: int) -> int | None:
        """What an agent's penalty counts as for this caller; lower tiers come first. None: out of his limits."""
        if self.raise_to is not None and penalty < self.raise_to:
            below_min = self.min_penalty is not None and penalty < self.min_penalty
            if not (self.is_raised_from_min and below_min):
                penalty = self.raise_to
        if self.max_penalty is not None and penalty > self.max_penalty:
            return None
        if self.min_penalty is not None and penalty < self.min_penalty:
            return None
        return penalty

    @property
    def raise_text(self) -> str:
        """`raise_to` as QUEUE_RAISE_PENALTY has it."""
        return "" if self.raise_to is None else f"{'r' if self.is_raised_from_min else ''}{self.raise_to}"


ANYBODY = Need()

Change = tuple[float, PenaltyChange | NeedStep | None]
"""After so many seconds of waiting: new limits, new skills, or (None) the preferred agent has had his time."""


def plan(changes: Iterable[PenaltyChange], steps: Iterable[NeedStep], prefers_s: float = 0.0) -> list[Change]:
    """All changes of one caller's wait, in their order."""
    all_changes: list[Change] = [(change.after_s, change) for change in changes]
    all_changes += [(step.after_s, step) for step in steps]
    if prefers_s > 0:
        all_changes.append((prefers_s, None))
    return sorted(all_changes, key=lambda change: change[0])


def changed(need: Need, change: PenaltyChange | NeedStep) -> Need:
    """The need after one change."""
    if isinstance(change, NeedStep):
        return replace(need, skills=change.needs)
    is_entry = change.after_s <= 0
    high = _moved(need.max_penalty, change.max_penalty, is_entry=is_entry)
    low = _moved(need.min_penalty, change.min_penalty, is_entry=is_entry)
    raised, from_min = need.raise_to, need.is_raised_from_min
    if change.raise_to:
        raised = _moved(raised, change.raise_to.removeprefix("r"), is_entry=is_entry)
        from_min = change.raise_to.startswith("r")
    if high is not None:
        low = low if low is None else min(low, high)
        raised = raised if raised is None else min(raised, high)
    return replace(need, min_penalty=low, max_penalty=high, raise_to=raised, is_raised_from_min=from_min)


def _moved(limit: int | None, text: str, *, is_entry: bool) -> int | None:
    """A limit after `5`, `+2` or `-1`; a limit that isn't set stays so, unless the caller is just entering."""
    if not text or (limit is None and not is_entry):
        return limit
    is_relative = text[0] in "+-"
    return max(0, (limit or 0) + int(text) if is_relative else int(text))


def entry_need(needs: Needs, low: int | None, high: int | None, raise_text: str) -> Need:
    """What a caller's dialplan asks for. `raise_text` is `5` or `r5`; one that is no number counts as not given."""
    digits = raise_text.removeprefix("r")
    raise_to = int(digits) if digits.isascii() and digits.isdigit() else None
    return Need(low, high, raise_to, raise_text.startswith("r") and raise_to is not None, needs)


def profile(skills: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Skills as something to group agents by."""
    return tuple(sorted(skills.items()))
