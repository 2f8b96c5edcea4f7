"""Numbers that an owner types become addresses: what is there, what he may use, and what has room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from vmq.domain.addresses import Address, AddressFault, AddressKind, HouseBook, numbers_of, without_sender
from vmq.domain.mailbox import Mailbox
from vmq.voicemail.message_facts import spoken_name
from vmq.voicemail.ports import Outside


class Addressing:
    """What numbers mean to one owner. `has_room` tells whether a mailbox takes one more message."""

    def __init__(self, outside: Outside, book: HouseBook, has_room: Callable[[Mailbox], bool]) -> None:
        self.book = book
        self.has_room = has_room
        self._outside = outside

    async def find(self, number: str, sender: str, before: Collection[str] = ()) -> Address | AddressFault:
        """What a number stands for. The sender's own counts only where nothing is addressed `before`; whoever has no
        room is refused when he is addressed by himself. Raises StorageError."""
        if number and number == self.book.broadcast_number:
            is_allowed = sender in self.book.may_broadcast
            return Address(number, AddressKind.EVERYBODY) if is_allowed else AddressFault.NOT_ALLOWED
        found = (await self._outside.mailboxes.find(number)).get(number) if number else None
        if found is not None:
            return self._mailbox(found, sender, before)
        own = (await self._outside.lists.find(sender)).get(number)
        if own is not None and own.addresses:
            return Address(number, AddressKind.LIST, own.name_ref)
        return Address(number, AddressKind.LIST) if number in self.book.lists else AddressFault.UNKNOWN

    async def member(self, number: str, owner: str) -> Address | AddressFault:
        """What a number stands for as a member of an owner's list: a mailbox or a list of the house's."""
        if number == owner:
            return AddressFault.OWN
        if number and number == self.book.broadcast_number:
            return AddressFault.NOT_ALLOWED
        found = (await self._outside.mailboxes.find(number)).get(number) if number else None
        if found is not None:
            return Address(number, AddressKind.MAILBOX, spoken_name({number: found}, number, self._outside.clock.now()))
        return Address(number, AddressKind.LIST) if number in self.book.lists else AddressFault.UNKNOWN

    async def targets(self, addresses: Sequence[Address], sender: str) -> Sequence[Mailbox]:
        """The mailboxes that are meant, each once, those without room too. Raises StorageError."""
        kinds = {address.kind for address in addresses}
        own = await self._outside.lists.find(sender) if AddressKind.LIST in kinds else {}
        everybody = sorted(await self._outside.mailboxes.all_counts()) if AddressKind.EVERYBODY in kinds else ()
        known = await self._outside.mailboxes.find(*numbers_of(addresses, own, self.book, everybody))
        return [known[number] for number in without_sender(known, sender)]

    def _mailbox(self, found: Mailbox, sender: str, before: Collection[str]) -> Address | AddressFault:
        number = found.number
        if number == sender and before:
            return AddressFault.OWN
        if not self.has_room(found):
            return AddressFault.FULL
        return Address(number, AddressKind.MAILBOX, spoken_name({number: found}, number, self._outside.clock.now()))
