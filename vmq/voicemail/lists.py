"""What an owner's flow may do with his distribution lists: make them, fill them, name them, take them away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from vmq.domain import line
from vmq.domain.addresses import OWN_LISTS, Address, AddressFault, OwnList
from vmq.voicemail.actions import Actions, Answer, Arguments, Facts
from vmq.voicemail.addressing import Addressing
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.visit import Visit


class ListActions:
    """One owner's lists, and the one at hand with the address at hand. Before the login every action fails."""

    def __init__(self, visit: Visit, drafts: Drafts, addressing: Addressing) -> None:
        self._visit = visit
        self._outside = visit.outside
        self._drafts = drafts
        self._addressing = addressing
        self._list: OwnList | None = None
        self._member: Address | None = None
        self._at = -1

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "open_list": self._open_list,
            "new_list": self._new_list,
            "next_list": self._next_list,
            "add_member": self._add_member,
            "next_member": self._next_member,
            "remove_member": self._remove_member,
            "delete_list": self._delete_list,
            "keep_list_name": self._keep_list_name,
        }

    async def _all(self) -> Mapping[str, OwnList]:
        mailbox = self._visit.mailbox
        return await self._outside.lists.find(mailbox.number) if mailbox else {}

    def _take(self, wanted: OwnList | None) -> Answer:
        """Make it the one at hand; none of its addresses is."""
        self._list, self._member, self._at = wanted, None, -1
        return line.Done(self._facts())

    async def _open_list(self, arguments: Arguments) -> Answer:
        number, mailbox = arguments["number"].lstrip("0"), self._visit.mailbox
        if mailbox is None or number not in map(str, OWN_LISTS):
            return line.Failed()
        return self._take((await self._all()).get(number) or OwnList(mailbox.number, number))

    async def _new_list(self, _: Arguments) -> Answer:
        mailbox, known = self._visit.mailbox, await self._all()
        free = next((str(number) for number in OWN_LISTS if str(number) not in known), None)
        return self._take(OwnList(mailbox.number, free)) if mailbox and free else line.Failed()

    async def _next_list(self, _: Arguments) -> Answer:
        after = int(self._list.number) if self._list else 0
        following = (each for each in (await self._all()).values() if int(each.number) > after and each.addresses)
        found = next(following, None)
        return self._take(found) if found else line.Failed()

    async def _add_member(self, arguments: Arguments) -> Answer:
        """An address that is in it already is no fault, and counts once."""
        if self._list is None:
            return line.Failed()
        found = await self._addressing.member(arguments["address"], self._list.mailbox)
        if isinstance(found, AddressFault):
            return line.Failed({"address_fault": found.value})
        self._list = await self._change(self._list, lambda there: tuple(dict.fromkeys((*there, found.number))))
        self._member, self._at = found, self._list.addresses.index(found.number)
        return line.Done({**self._count_and_member(), "address_fault": ""})

    async def _next_member(self, _: Arguments) -> Answer:
        if self._list is None or self._at + 1 >= len(self._list.addresses):
            return line.Failed()
        self._at += 1
        number = self._list.addresses[self._at]
        found = await self._addressing.member(number, self._list.mailbox)
        self._member = found if isinstance(found, Address) else None
        return line.Done({**self._count_and_member(), "member_number": number})

    async def _remove_member(self, _: Arguments) -> Answer:
        """The one before is then at hand, so that `next_member` goes on with the one after."""
        if self._list is None or self._at < 0:
            return line.Failed()
        number, passed = self._list.addresses[self._at], self._list.addresses[: self._at]
        self._list = await self._change(self._list, lambda there: tuple(each for each in there if each != number))
        self._member, self._at = None, sum(each in passed for each in self._list.addresses) - 1
        return line.Done(self._count_and_member())

    async def _delete_list(self, _: Arguments) -> Answer:
        if self._list is None:
            return line.Failed()
        await self._remove_file(await self._outside.lists.remove(self._list.mailbox, self._list.number))
        return self._take(None)

    async def _keep_list_name(self, _: Arguments) -> Answer:
        """File → row → the old file goes."""
        draft = self._drafts.hand_over() if self._list else None
        if self._list is None or draft is None:
            return line.Failed()
        ref = f"{self._list.mailbox}/list{self._list.number}-{draft.id}"
        draft = replace(draft, mailbox=self._list.mailbox)
        await self._outside.files.keep(draft, ref)
        self._list, before = await self._outside.lists.name(self._list.mailbox, self._list.number, ref)
        await self._remove_file(before)
        self._drafts.delivered(draft, ref)
        return line.Done({"draft": self._drafts.current.ref, **self._list_facts()})

    async def _change(self, at_hand: OwnList, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> OwnList:
        """Change whom the list holds by now: another call of the same owner may have changed it meanwhile."""
        return await self._outside.lists.change_addresses(at_hand.mailbox, at_hand.number, change)

    async def _remove_file(self, ref: str) -> None:
        if ref:
            await self._outside.files.remove([ref])

    def _list_facts(self) -> Facts:
        at_hand = self._list
        return {
            "list_number": at_hand.number if at_hand else "",
            "list_count": len(at_hand.addresses) if at_hand else 0,
            "list_name": at_hand.name_ref if at_hand else "",
        }

    def _member_facts(self) -> Facts:
        member = self._member
        return {
            "member_number": member.number if member else "",
            "member_name": member.name_ref if member else "",
            "member_kind": member.kind.value if member else "",
        }

    def _count_and_member(self) -> Facts:
        return {"list_count": len(self._list.addresses) if self._list else 0, **self._member_facts()}

    def _facts(self) -> Facts:
        return {**self._list_facts(), **self._member_facts()}
