"""A message in the making goes out: who gets it, what it is put together from, and the order that says so.

From when the order is written down, the message goes out whatever happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from vmq.alarm import Alarm
from vmq.domain.addresses import AddressKind
from vmq.domain.letter import Posted
from vmq.domain.mailbox import Mailbox, Message
from vmq.domain.sending import Order, Spoken, order_to_json
from vmq.errors import BrokenRecordingError, StorageError
from vmq.voicemail.addressing import Addressing
from vmq.voicemail.compose import Making, Wish, forward_of, order_of
from vmq.voicemail.dispatch import Limits, dispatch
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.ports import Outside

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Posting:
    """What all who send share: what numbers mean, how much mailboxes hold, and who wakes for messages for later."""

    outside: Outside
    addressing: Addressing
    limits: Limits
    alarm: Alarm

    async def send(self, sender: Mailbox, making: Making, drafts: Drafts) -> Posted:
        """Send what is in the making, with the marks and the recording of the current draft; nothing is ordered where
        nobody has room, or nothing is to be heard. Raises StorageError: then it was not ordered either."""
        targets = await self.addressing.targets(making.addresses, sender.number)
        with_room = tuple(target.number for target in targets if self.addressing.has_room(target))
        spoken_s = await self.outside.files.measure(drafts.current) if drafts.is_begun else 0.0
        if not with_room or not (spoken_s or making.is_forward):
            return Posted(unsent=len(targets) - len(with_room))
        wish = Wish(
            sender=sender,
            spoken_s=spoken_s,
            recipients=tuple(address.number for address in making.addresses),
            targets=with_room,
            now=self.outside.clock.now(),
            deliver_at=making.deliver_at,
            is_broadcast=any(address.kind is AddressKind.EVERYBODY for address in making.addresses),
        )
        return await self._send(await self._order(making, wish, drafts), drafts, len(targets))

    async def _order(self, making: Making, wish: Wish, drafts: Drafts) -> Order:
        original = making.original
        if not making.is_forward or original is None:
            return order_of(drafts.current, wish)
        return forward_of(drafts.current, wish, original, await self._parts(original))

    async def _parts(self, original: Message) -> tuple[Spoken, ...]:
        """What an original with an introduction was put together from: that, and all that was before it."""
        if not original.introduction:
            return ()
        introduced_at = await self.outside.sendings.made_at(original.sending_id) or original.received_at
        introduction_s = await self.outside.files.join(original.introduction)
        introduction = Spoken(original.introduction, original.forwarder, introduced_at, introduction_s)
        first = Spoken(original.ref, original.caller_number, original.received_at, original.duration_s)
        earlier: Sequence[Spoken] = await self.outside.sendings.parts_of(original.id)
        return (introduction, *(earlier or (first,)))

    async def _send(self, order: Order, drafts: Drafts, meant: int) -> Posted:
        """When storage fails in the middle, the order is carried out later: it counts as sent, so that nobody sends it
        again. Without its recording it never will be."""
        sending = order.sending
        draft = await drafts.order(order_to_json(order))
        try:
            delivered = await dispatch(self.outside, draft, order, self.limits)
        except BrokenRecordingError as error:
            log.error("sending_failed", call_id=draft.call_id, sending_id=sending.id, error=str(error))
            return Posted(sending.id, 0, meant)
        except StorageError as error:
            advice = "it is carried out when storage works again"
            log.error("sending_late", call_id=draft.call_id, sending_id=sending.id, error=str(error), advice=advice)
            return Posted(sending.id, len(sending.targets), meant - len(sending.targets))
        drafts.delivered(draft, sending.ref)
        if sending.is_for_later:
            self.alarm.set(sending.deliver_at)
            sent = len(sending.targets)
        else:
            sent = sum(not message.notice for message in delivered.messages)
        if sending.content.wants_nonreceipt:
            self.alarm.set_anew()
        return Posted(sending.id, sent, meant - sent)
