"""What the display knows, and how it changes by what a running vmq tells. Pure.

Comes in: the floor and mailboxes as the API gives them, and records of the live stream. Goes out: the figures, and
whether the floor must be asked for anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """A queue's line: how many wait, and since when the first does (epoch seconds; 0 = nobody)."""

    name: str
    waiting: int
    waiting_since: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is shown. `mailboxes` are unheard messages by number, in the order wanted; `is_known` is False while no
    vmq answers."""

    queues: tuple[QueueFigures, ...] = ()
    mailboxes: Mapping[str, int] = field(default_factory=dict)
    is_known: bool = False

    def with_lamp(self, mailbox: str, unheard: int) -> Figures:
        """With what a mailbox holds now; a mailbox that nobody wants to see changes nothing."""
        if mailbox not in self.mailboxes:
            return self
        return replace(self, mailboxes={**self.mailboxes, mailbox: unheard})


def queues_of(floor: Mapping[str, Any], wanted: tuple[str, ...], now: float) -> tuple[QueueFigures, ...]:
    """The queues of an answer of /api/v1/floor: those wanted in that order, all when none are named."""
    found = {queue["name"]: queue for queue in floor["queues"]}
    return tuple(_queue(found[name], now) for name in wanted or found if name in found)


def _queue(view: Mapping[str, Any], now: float) -> QueueFigures:
    waiting = len(view["callers"])
    return QueueFigures(view["name"], waiting, now - view["longest_wait_s"] if waiting else 0.0)


def changes_floor(record: Mapping[str, Any]) -> bool:
    """Does a record tell of a queue, so that its line may be another now?"""
    return "queue" in record
