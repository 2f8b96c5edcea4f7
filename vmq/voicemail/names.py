"""What a flow may do to find a mailbox by its owner's name, typed on the letters of the keys."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Item
from vmq.domain import line
from vmq.domain.directory import MOST, find_names
from vmq.voicemail.actions import Actions, Answer, Arguments
from vmq.voicemail.message_facts import spoken_name
from vmq.voicemail.ports import Outside


class NameActions:
    """The directory of those who are listed."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {"find_names": self._find_names}

    async def _find_names(self, arguments: Arguments) -> Answer:
        found = find_names(await self._outside.mailboxes.listed(), arguments["letters"])
        if not found or len(found) > MOST:
            return line.Failed({"matches": ()})
        known = await self._outside.mailboxes.find(*(person.number for person in found))
        now = self._outside.clock.now()
        return line.Done({"matches": tuple(Item(p.number, spoken_name(known, p.number, now), p.number) for p in found)})
