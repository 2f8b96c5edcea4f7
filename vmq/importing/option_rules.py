"""What may become of an option, for whole groups of them: a number, a flag, a text, nothing.

A rule takes the draft of a table and the option's value, and gives a verdict with what is written now, or why not.
"""

from __future__ import annotations

from collections.abc import Callable

from vmq.importing.draft import Table
from vmq.importing.report import Verdict
from vmq.importing.values import integer, is_boolean, is_number, is_true

Outcome = tuple[Verdict, str]
Rule = Callable[[Table, str], Outcome]


def number(key: str, *, least: int = 0, most: int) -> Rule:
    """A number within vmq's bounds."""

    def rule(table: Table, value: str) -> Outcome:
        if not is_number(value):
            return Verdict.NOT_UNDERSTOOD, f"is no number; Asterisk takes {integer(value)}"
        asked = integer(value)
        bounded = min(max(asked, least), most)
        written = table.set(key, bounded)
        if bounded != asked:
            return Verdict.CHANGED, f"{written} (vmq has {least} to {most} here)"
        return Verdict.TAKEN, written

    return rule


def flag(key: str) -> Rule:
    """True or false, as Asterisk reads it."""

    def rule(table: Table, value: str) -> Outcome:
        written = table.set(key, is_true(value))
        return (Verdict.TAKEN, written) if is_boolean(value) else (Verdict.CHANGED, f"{written}, as Asterisk reads it")

    return rule


def always(is_so: bool, why: str) -> Rule:
    """What vmq does in any case: taken when this is asked for, else changed."""

    def rule(_: Table, value: str) -> Outcome:
        return (Verdict.TAKEN if is_true(value) is is_so else Verdict.CHANGED), why

    return rule


def nothing(why: str) -> Rule:
    """It has no counterpart."""
    return lambda _table, _value: (Verdict.LEFT_OUT, why)


def text(key: str) -> Rule:
    """A text as it is."""
    return lambda table, value: (Verdict.TAKEN, table.set(key, value))
