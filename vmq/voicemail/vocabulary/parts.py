"""What the parts of the vocabulary share: their shape, closed sets of values, and groups of facts that actions give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmq.dialogue.vocabulary import Action, Fact, Facts, Guard

FOLDERS = ("INBOX", "Old", "Work", "Family", "Friends", "Cust1", "Cust2", "Cust3", "Cust4", "Cust5", "Urgent")
OPEN_FOLDERS = (*FOLDERS, "Deleted")
SLOTS = tuple("123456789")
GREETINGS = ("unavail", "busy", "internal", "temp", "absence", "closed", "holiday", "name", *SLOTS)

GREETING_FACTS = ("temp_greeting", "unavail_greeting", "busy_greeting", "spoken_name")
LIMITS = ("max_message_s", "min_message_s", "max_silence_s", "max_greeting_s")
COUNTS = ("new", "old", "urgent")
DRAFT_MARKS = ("is_draft_urgent", "is_draft_private", "draft_wants_receipt", "draft_wants_nonreceipt")


@dataclass(frozen=True, slots=True)
class Part:
    """The names of one matter."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    guards: Mapping[str, Guard] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)


def number(facts: Facts, name: str) -> float:
    """A number fact; 0 while it is not set."""
    value = facts[name]
    return value if isinstance(value, (int, float)) else 0
