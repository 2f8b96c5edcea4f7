"""An owner's distribution lists without a telephone: the same rules as by its keys (vmq.voicemail.lists)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vmq.domain.addresses import OWN_LISTS, AddressFault, OwnList
from vmq.voicemail.addressing import Addressing
from vmq.voicemail.ports import Outside


class OwnLists:
    """The lists of all owners. `addressing` gives what numbers mean now. All methods raise StorageError."""

    def __init__(self, outside: Outside, addressing: Callable[[], Addressing]) -> None:
        self._outside = outside
        self._addressing = addressing

    async def knows(self, number: str) -> bool:
        """True when there is such a mailbox."""
        return number in await self._outside.mailboxes.find(number)

    async def all(self, mailbox: str) -> Sequence[OwnList]:
        """An owner's lists, by number."""
        return list((await self._outside.lists.find(mailbox)).values())

    async def put(self, mailbox: str, number: str, addresses: Sequence[str]) -> Mapping[str, str]:
        """Let a list hold just these, each once, and make it where there is none. Gives why some can't be in it, by
        number: then nothing was changed."""
        addressing = self._addressing()
        if number not in map(str, OWN_LISTS):
            return {number: "an owner's lists have the numbers 1 to 99"}
        wanted = tuple(dict.fromkeys(addresses))
        found = {each: await addressing.member(each, mailbox) for each in wanted}
        refused = {each: fault.value for each, fault in found.items() if isinstance(fault, AddressFault)}
        if not refused:
            await self._outside.lists.change_addresses(mailbox, number, lambda _: wanted)
        return refused

    async def remove(self, mailbox: str, number: str) -> bool:
        """Take a list away, with its spoken name; False when there is none."""
        if number not in await self._outside.lists.find(mailbox):
            return False
        ref = await self._outside.lists.remove(mailbox, number)
        await self._outside.files.remove([ref] if ref else [])
        return True
