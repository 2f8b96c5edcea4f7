"""Is a condition true of the facts? Guards by name come from the subject's vocabulary, flags are facts themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vmq.dialogue.vocabulary import Facts, Guard

Amount = float | str  # a number, or the name of a NUMBER fact or setting


@dataclass(frozen=True, slots=True)
class Condition:
    """A guard or flag by name, or `name` equal to a value or within bounds (of a list: how many items it has).

    `is_negated` turns a name round.
    """

    name: str
    is_negated: bool = False
    equals: bool | int | float | str | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_plain(self) -> bool:
        """Is it a guard or flag by name?"""
        return self.equals is None and self.low is None and self.high is None


def holds(condition: Condition, facts: Facts, guards: Mapping[str, Guard]) -> bool:
    """True when the condition is met. A fact that is not there counts as empty."""
    if condition.equals is not None:
        return facts.get(condition.name) == condition.equals
    if not condition.is_plain:
        return _is_within(condition, facts.get(condition.name))
    guard = guards.get(condition.name)
    answer = guard.test(facts) if guard else bool(facts.get(condition.name))
    return answer is not condition.is_negated


def _is_within(condition: Condition, value: object) -> bool:
    number = len(value) if isinstance(value, tuple) else value if isinstance(value, (int, float)) else 0
    return (condition.low is None or number >= condition.low) and (condition.high is None or number <= condition.high)


def all_hold(conditions: tuple[Condition, ...], facts: Facts, guards: Mapping[str, Guard]) -> bool:
    """True when every condition is met; also when there is none."""
    return all(holds(condition, facts, guards) for condition in conditions)


def amount(value: Amount, facts: Facts) -> float:
    """A number as written, or as the named fact or setting has it (0 when that is no number)."""
    known = facts.get(value) if isinstance(value, str) else value
    return known if isinstance(known, (int, float)) else 0
