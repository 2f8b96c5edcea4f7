"""Is a condition true of the facts? Guards by name come from the subject's vocabulary, flags are facts themselves."""

from __future__ import annotations

from collections.abc import Mapping

from vmq.dialogue.schema import Amount, Condition
from vmq.dialogue.vocabulary import Facts, Guard


def holds(condition: Condition, facts: Facts, guards: Mapping[str, Guard]) -> bool:
    """True when the condition is met. A fact that is not there counts as empty."""
    if condition.equals is not None:
        return facts.get(condition.name) == condition.equals
    guard = guards.get(condition.name)
    answer = guard.test(facts) if guard else bool(facts.get(condition.name))
    return answer is not condition.is_negated


def all_hold(conditions: tuple[Condition, ...], facts: Facts, guards: Mapping[str, Guard]) -> bool:
    """True when every condition is met; also when there is none."""
    return all(holds(condition, facts, guards) for condition in conditions)


def amount(value: Amount, facts: Facts) -> float:
    """A number as written, or as the named fact or setting has it (0 when that is no number)."""
    known = facts.get(value) if isinstance(value, str) else value
    return known if isinstance(known, (int, float)) else 0
