"""The letters that a dialplan gives with a mailbox, as VoiceMail() and VoiceMailMain() take them: `bsd(office)t(beep)`.

A letter may have a value in brackets. What a letter means is said where it is used (vmq.voicemail.requests).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LETTER = re.compile(r"([A-Za-z])(?:\(([^()]*)\))?")


@dataclass(frozen=True, slots=True)
class Options:
    """The letters given; a value for each, empty when it had none."""

    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str) -> Options:
        """Read them. What is no letter is passed over, as Asterisk does."""
        return cls(tuple((match[1], match[2] or "") for match in _LETTER.finditer(text)))

    def __contains__(self, letter: str) -> bool:
        return any(letter == given for given, _ in self.values)

    def value(self, letter: str) -> str:
        """What stands in the brackets of a letter; empty when it isn't given."""
        return next((value for given, value in self.values if given == letter), "")


NO_OPTIONS = Options()


def mailboxes_of(text: str) -> tuple[str, ...]:
    """`1001@default&1002@sales` → ("1001", "1002"): vmq knows mailboxes by number alone."""
    return tuple(dict.fromkeys(part.partition("@")[0].strip() for part in text.split("&") if part.strip()))


def folder_of(text: str) -> str:
    """A folder as `a(…)` names it: by number as app_voicemail counts them, or by name; INBOX for what is none."""
    names = ("INBOX", "Old", "Work", "Family", "Friends", "Cust1", "Cust2", "Cust3", "Cust4", "Cust5")
    by_number = dict(zip("0123456789", names, strict=True))
    named = {name.lower(): name for name in (*names, "Urgent", "Deleted")}
    return by_number.get(text) or named.get(text.lower(), "INBOX")
