"""What an owner's flow may do to send a message: begin one, address it, say when, and send it or forget it.

A hang-up forgets it: nothing goes out but by `send_message`. From when that has written the order down, the message
goes out whatever happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from vmq.domain import line
from vmq.domain.addresses import Address, AddressFault, AddressKind
from vmq.domain.mailbox import GreetingKind, Mailbox, Message
from vmq.domain.sending import Order, Spoken, order_to_json
from vmq.errors import BrokenRecordingError, StorageError
from vmq.voicemail.actions import Actions, Answer, Arguments, Facts, typed_moment
from vmq.voicemail.addressing import Addressing
from vmq.voicemail.alarm import Alarm
from vmq.voicemail.compose import Making, Wish, forward_of, order_of
from vmq.voicemail.dispatch import Limits, dispatch
from vmq.voicemail.drafts import NO_MARKS, Drafts
from vmq.voicemail.marks import mark_facts
from vmq.voicemail.message_facts import reply_to
from vmq.voicemail.visit import Visit

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """What all who send share: what numbers mean, how much mailboxes hold, and who wakes for messages for later."""

    addressing: Addressing
    limits: Limits
    alarm: Alarm


class SendActions:
    """One owner's message in the making. Before the login every action fails."""

    def __init__(self, visit: Visit, drafts: Drafts, post: Post) -> None:
        self._visit = visit
        self._outside = visit.outside
        self._drafts = drafts
        self._post = post
        self._addressing = post.addressing
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
            found = wanted.get(number) or await self._addressing.find(number, mailbox.number, wanted)
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
        typed = [arguments[name] for name in ("month", "day", "time", "half")]
        moment = typed_moment(self._outside.clock.now(), self._visit.config.zone, typed)
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
        targets = await self._addressing.targets(making.addresses, mailbox.number)
        with_room = tuple(target.number for target in targets if self._addressing.has_room(target))
        none = {"sent_count": 0, "unsent_count": len(targets) - len(with_room)}
        spoken_s = await self._spoken_s()
        if not with_room or not (spoken_s or making.is_forward):
            return line.Failed(none)
        wish = Wish(
            sender=mailbox,
            spoken_s=spoken_s,
            recipients=tuple(address.number for address in making.addresses),
            targets=with_room,
            now=self._outside.clock.now(),
            deliver_at=making.deliver_at,
            is_broadcast=any(address.kind is AddressKind.EVERYBODY for address in making.addresses),
        )
        return await self._send(await self._order(making, wish), len(targets))

    async def _order(self, making: Making, wish: Wish) -> Order:
        original = making.original
        if not making.is_forward or original is None:
            return order_of(self._drafts.current, wish)
        return forward_of(self._drafts.current, wish, original, await self._parts(original))

    async def _parts(self, original: Message) -> tuple[Spoken, ...]:
        """What an original with an introduction was put together from: that, and all that was before it."""
        if not original.introduction:
            return ()
        introduced_at = await self._outside.sendings.made_at(original.sending_id) or original.received_at
        introduction_s = await self._outside.files.join(original.introduction)
        introduction = Spoken(original.introduction, original.forwarder, introduced_at, introduction_s)
        first = Spoken(original.ref, original.caller_number, original.received_at, original.duration_s)
        earlier: Sequence[Spoken] = await self._outside.sendings.parts_of(original.id)
        return (introduction, *(earlier or (first,)))

    async def _send(self, order: Order, meant: int) -> Answer:
        """When storage fails in the middle, the order is carried out later: it counts as sent, so that nobody sends it
        again. Without its recording it never will be."""
        sending = order.sending
        draft = await self._drafts.order(order_to_json(order))
        self._making = None
        try:
            delivered = await dispatch(self._outside, draft, order, self._post.limits)
        except BrokenRecordingError as error:
            log.error("sending_failed", call_id=draft.call_id, sending_id=sending.id, error=str(error))
            return line.Failed({**self._facts(), "sent_count": 0, "unsent_count": meant})
        except StorageError as error:
            advice = "it is carried out when storage works again"
            log.error("sending_late", call_id=draft.call_id, sending_id=sending.id, error=str(error), advice=advice)
            sent = len(sending.targets)
            return line.Done({**self._facts(), "sent_count": sent, "unsent_count": meant - sent})
        self._drafts.delivered(draft, sending.ref)
        if sending.is_for_later:
            self._post.alarm.set(sending.deliver_at)
            sent = len(sending.targets)
        else:
            sent = sum(not message.notice for message in delivered.messages)
        if sending.content.wants_nonreceipt:
            self._post.alarm.set_anew()
        facts = {**self._facts(), "sent_count": sent, "unsent_count": meant - sent}
        return line.Done(facts) if sent else line.Failed(facts)

    async def _spoken_s(self) -> float:
        """How long the recording is; 0 when there is none."""
        return await self._outside.files.measure(self._drafts.current) if self._drafts.is_begun else 0.0

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
