"""What an owner's flow may do to send a message: begin one, address it, say when, and send it or forget it.

A hang-up forgets it: nothing goes out but by `send_message`. From when that has written the order down, the message
goes out whatever happens.
"""

from __future__ import annotations

from vmq.domain import line
from vmq.domain.addresses import Address, AddressFault, AddressKind
from vmq.domain.mailbox import GreetingKind, Mailbox, Message
from vmq.domain.moment import next_moment
from vmq.voicemail.actions import Actions, Answer, Arguments, Facts, local_time
from vmq.voicemail.compose import Making
from vmq.voicemail.drafts import NO_MARKS, Drafts
from vmq.voicemail.marks import mark_facts
from vmq.voicemail.message_facts import reply_to
from vmq.voicemail.posting import Posting
from vmq.voicemail.visit import Visit


class SendActions:
    """One owner's message in the making. Before the login every action fails."""

    def __init__(self, visit: Visit, drafts: Drafts, posting: Posting) -> None:
        self._visit = visit
        self._outside = visit.outside
        self._drafts = drafts
        self._posting = posting
        self._making: Making | None = None

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "begin_message": self._begin_message,
            "add_recipient": self._add_recipient,
            "drop_recipient": self._drop_recipient,
            "set_delivery_time": self._set_delivery_time,
            "clear_delivery_time": self._clear_delivery_time,
            "send_message": self._send_message,
            "drop_message": self._drop_message,
        }

    async def _begin_message(self, arguments: Arguments) -> Answer:
        kind, mailbox = arguments["kind"], self._visit.mailbox
        original = None if kind == "compose" else self._visit.cursor.message
        if mailbox is None or (kind != "compose" and (original is None or original.notice)):
            return line.Failed()
        if kind == "forward" and original is not None and original.is_private:
            return line.Failed()
        making = Making(kind, original)
        if kind in ("reply", "reply_all") and original is not None:
            making.addresses = await self._answered(mailbox, original, to_all=kind == "reply_all")
            if not making.addresses:
                return line.Failed()
            making.touched = making.addresses[-1]
        await self._drafts.drop()
        is_urgent = kind == "forward" and original is not None and original.is_urgent
        await self._drafts.change(**{**NO_MARKS, "is_urgent": is_urgent})
        self._making = making
        return line.Done(self._facts())

    async def _answered(self, mailbox: Mailbox, original: Message, *, to_all: bool) -> list[Address]:
        """Whom a reply goes to: nobody where its sender has no mailbox here; all others only where they have one."""
        wanted = [reply_to(original), *(original.recipients if to_all else ())]
        known = await self._outside.mailboxes.find(*dict.fromkeys(filter(None, wanted)))
        if reply_to(original) not in known:
            return []
        others = [each for number, each in known.items() if number != mailbox.number or number == wanted[0]]
        return [Address(each.number, AddressKind.MAILBOX, self._name_of(each)) for each in others]

    def _name_of(self, mailbox: Mailbox) -> str:
        name = mailbox.greeting(GreetingKind.NAME, self._outside.clock.now())
        return name.ref if name else ""

    async def _add_recipient(self, arguments: Arguments) -> Answer:
        """Several are parted by `*`: all are added, or none. One that is addressed already is no fault, and counts
        once."""
        mailbox, making = self._visit.mailbox, self._making
        if mailbox is None or making is None:
            return line.Failed()
        wanted = {address.number: address for address in making.addresses}
        for number in arguments["address"].split("*"):
            found = wanted.get(number) or await self._posting.addressing.find(number, mailbox.number, wanted)
            if isinstance(found, AddressFault):
                return line.Failed({"address_fault": found.value})
            wanted[number] = making.touched = found
        making.addresses = list(wanted.values())
        return line.Done(self._address_facts())

    async def _drop_recipient(self, _: Arguments) -> Answer:
        if self._making is None or not self._making.addresses:
            return line.Failed()
        self._making.touched = self._making.addresses.pop()
        return line.Done(self._address_facts())

    async def _set_delivery_time(self, arguments: Arguments) -> Answer:
        if self._making is None:
            return line.Failed()
        typed = (arguments[name] for name in ("month", "day", "time", "half"))
        moment = next_moment(local_time(self._outside.clock.now(), self._visit.config.zone), *typed)
        if moment is None:
            return line.Failed()
        self._making.deliver_at = moment.timestamp()
        return line.Done({"delivery_at": moment, "has_delivery_time": True})

    async def _clear_delivery_time(self, _: Arguments) -> Answer:
        if self._making is not None:
            self._making.deliver_at = 0.0
        return line.Done({"has_delivery_time": False})

    async def _drop_message(self, _: Arguments) -> Answer:
        await self._forget()
        return line.Done(self._facts())

    async def _forget(self) -> None:
        self._making = None
        await self._drafts.drop()
        await self._drafts.change(**NO_MARKS)

    async def _send_message(self, _: Arguments) -> Answer:
        mailbox, making = self._visit.mailbox, self._making
        if mailbox is None or making is None:
            return line.Failed()
        posted = await self._posting.send(mailbox, making, self._drafts)
        counts: Facts = {"sent_count": posted.sent, "unsent_count": posted.unsent}
        if not posted.sending_id:
            return line.Failed(counts)
        self._making = None
        facts = {**self._facts(), **counts}
        return line.Done(facts) if posted.sent else line.Failed(facts)

    def _facts(self) -> Facts:
        """What is in the making."""
        making = self._making
        return {
            "compose_kind": making.kind if making else "",
            "draft": self._drafts.current.ref,
            "has_delivery_time": bool(making and making.deliver_at),
            **mark_facts(self._drafts.current),
            **self._address_facts(),
        }

    def _address_facts(self) -> Facts:
        making = self._making
        touched = making.touched if making else None
        return {
            "recipient_count": len(making.addresses) if making else 0,
            "recipient_number": touched.number if touched else "",
            "recipient_name": touched.name_ref if touched else "",
            "recipient_kind": touched.kind.value if touched else "",
            "address_fault": "",
        }
