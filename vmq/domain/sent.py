"""What delivering, taking back and clearing up came to: the changes to tell of, with the counts that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmq.domain.mailbox import Counts, Message


@dataclass(frozen=True, slots=True)
class Delivered:
    """`messages` are in their mailboxes, `left_out` had no room; `counts` are those of all mailboxes that changed."""

    messages: tuple[Message, ...] = ()
    left_out: tuple[str, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Removed:
    """`messages` are gone, and nobody names the files of `refs` any more."""

    messages: tuple[Message, ...] = ()
    refs: tuple[str, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)
