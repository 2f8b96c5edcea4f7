"""Lamps of telephones that show another mailbox's messages too: the counts of both together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vmq.domain.events import MailboxChanged
from vmq.voicemail.profiles import Profiles

Lamp = tuple[str, int, int, int]
"""A mailbox, and what its lamp shows: new, old and urgent messages."""


class SharedLamps:
    """What each mailbox was last said to hold. All are told at every (re)connect, so that it is whole."""

    def __init__(self, profiles: Callable[[], Profiles]) -> None:
        self._profiles = profiles
        self._counts: dict[str, tuple[int, int, int]] = {}

    def changed(self, event: MailboxChanged) -> Iterator[Lamp]:
        """The lamps that follow: the mailbox's own, and those that it lights too."""
        self._counts[event.mailbox] = (event.new, event.old, event.urgent)
        profiles = self._profiles()
        lit = (number for number, others in profiles.lamps.items() if event.mailbox in others)
        for number in dict.fromkeys((event.mailbox, *lit)):
            shown = [self._counts.get(each, (0, 0, 0)) for each in (number, *profiles.lamps.get(number, ()))]
            new, old, urgent = (sum(column) for column in zip(*shown, strict=True))
            yield number, new, old, urgent
