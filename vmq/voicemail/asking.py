"""What a dialplan asks of mailboxes, as by app_voicemail's functions and small applications: is it there, how many
messages, whose is it; say its owner's name; play this message. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vmq.dialogue.grammar import grammar_for
from vmq.domain import line
from vmq.domain.mailbox import Folder, GreetingKind
from vmq.engine.ports import Line
from vmq.voicemail.options import folder_of
from vmq.voicemail.ports import Outside
from vmq.voicemail.profiles import Profiles

FALLBACK_LANGUAGE = "en"


class Questions:
    """Over what voicemail reaches. `profiles` gives what holds now. All methods raise StorageError."""

    def __init__(self, outside: Outside, profiles: Callable[[], Profiles]) -> None:
        self._outside = outside
        self._profiles = profiles

    async def info(self, mailboxes: Sequence[str], attribute: str, folder: str) -> str:
        """As VM_INFO(): `exists` (0 or 1), `count` (of all these mailboxes together, in a folder by name or number;
        INBOX holds the urgent ones too), `fullname`, `language`, `tz`; "" for anything else, and for no mailbox."""
        profiles = self._profiles()
        numbers = profiles.numbers_of(mailboxes)
        known = await self._outside.mailboxes.find(*numbers) if numbers else {}
        if attribute == "exists":
            return "1" if numbers and numbers[0] in known else "0"
        if attribute == "count":
            return str(sum([await self._count(number, Folder(folder_of(folder))) for number in known]))
        mailbox = known.get(numbers[0]) if numbers else None
        if mailbox is None:
            return ""
        zone = profiles.of(mailbox.number).zone
        told = {"fullname": mailbox.name, "language": profiles.language_of(mailbox), "tz": str(zone or "")}
        return told.get(attribute, "")

    async def say_name(self, party: Line, mailbox: str, language: str) -> bool:
        """Say the owner's name as he recorded it, else the number. False, and nothing is said, for no mailbox. Raises
        HungUp."""
        number = self._profiles().number_of(mailbox)
        found = (await self._outside.mailboxes.find(number)).get(number) if number else None
        if found is None:
            return False
        name = found.greeting(GreetingKind.NAME, self._outside.clock.now())
        grammar = grammar_for(language) or grammar_for(FALLBACK_LANGUAGE)
        spoken = (line.Recording(name.ref),) if name else tuple(grammar.digits(number) if grammar else ())
        await party.say(line.Say(spoken))
        return True

    async def play(self, party: Line, mailbox: str, message_id: str) -> bool:
        """Play a message, an introduction first; it stays as it is. False when there is none. Raises HungUp."""
        number = self._profiles().number_of(mailbox)
        found = await self._outside.mailboxes.message(number, message_id) if number and message_id else None
        refs = [ref for ref in (found.introduction, found.ref) if ref] if found else []
        if not refs:
            return False
        await party.say(line.Say(tuple(map(line.Recording, refs))))
        return True

    async def _count(self, number: str, folder: Folder) -> int:
        folders = (folder, Folder.URGENT) if folder is Folder.INBOX else (folder,)
        return sum([len(await self._outside.mailboxes.messages(number, each)) for each in folders])
