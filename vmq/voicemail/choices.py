"""The values of packs' settings: what the administrator wrote for the house and for mailboxes, and what owners chose.

This is where voicemail hands settings in: each session of a mailbox begins with `of`, and what its party changes by
telephone goes to `keep`. A pack takes the names and values that it knows (vmq.dialogue.session).
"""

from __future__ import annotations

from collections.abc import Mapping

Values = Mapping[str, object]


class Choices:
    """Settings by mailbox. What owners choose holds until vmq stops."""

    def __init__(self, house: Values | None = None, mailboxes: Mapping[str, Values] | None = None) -> None:
        self._house = dict(house or {})
        self._mailboxes = {number: dict(values) for number, values in (mailboxes or {}).items()}

    def of(self, mailbox: str) -> Values:
        """What holds for a mailbox, its own values before the house's."""
        return {**self._house, **self._mailboxes.get(mailbox, {})}

    def keep(self, mailbox: str, chosen: Values) -> None:
        """Its owner has chosen these."""
        if chosen:
            self._mailboxes.setdefault(mailbox, {}).update(chosen)
