"""Owners' choices and uses of greetings, as columns of the statement that reads a mailbox.

Both have several rows a mailbox. Each comes as one text, a row a line: so they are read with the mailbox, and its rows
are not multiplied. Values are JSON, which has no line end of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Label, String, cast, func, select
from sqlalchemy.sql.expression import ColumnElement

from vmq.db.tables import choices, greeting_uses, mailboxes
from vmq.domain.mailbox import GreetingKind, GreetingUse

LINE, GAP = "\n", " "


def _lines(line: ColumnElement[str], mailbox: ColumnElement[str], name: str) -> Label[str]:
    """The lines of the mailbox at hand; NULL when there are none."""
    gathered = select(func.aggregate_strings(line, LINE)).where(mailbox == mailboxes.c.number)
    return gathered.correlate(mailboxes).scalar_subquery().label(name)


_USE = greeting_uses.c.calls + GAP + greeting_uses.c.kind + GAP + cast(greeting_uses.c.chosen_at, String)
USES = _lines(_USE, greeting_uses.c.mailbox, "uses")
CHOICES = _lines(choices.c.name + GAP + choices.c.value, choices.c.mailbox, "choices")


def to_uses(lines: str | None) -> tuple[GreetingUse, ...]:
    """The uses of a mailbox's greetings."""
    rows = (line.split(GAP) for line in (lines or "").splitlines())
    return tuple(GreetingUse(calls, GreetingKind(kind), float(at)) for calls, kind, at in rows)


def to_choices(lines: str | None) -> Mapping[str, object]:
    """The settings that a mailbox's owner chose."""
    rows = (line.partition(GAP) for line in (lines or "").split(LINE) if line)
    return {name: json.loads(value) for name, _, value in rows}
