"""A message that an owner sends goes out: his files → each recipient's files → rows, all at once → records and lamps.

What is to be done stands beside the draft before the first of these steps; whoever does it again, after a crash, does
the same once (vmq.voicemail.recover). A message for later waits in the database (vmq.voicemail.upkeep).
"""

from __future__ import annotations

from collections.abc import Callable

from vmq.domain.draft import Draft
from vmq.domain.sending import Order, Sending
from vmq.domain.sent import Delivered
from vmq.voicemail.deliver import tell
from vmq.voicemail.ports import Outside

Limits = Callable[[str], int]
"""How many new messages a mailbox may hold."""


async def dispatch(outside: Outside, draft: Draft, order: Order, limits: Limits) -> Delivered:
    """Do what an order says; nothing is delivered yet when it is for later. Raises StorageError, BrokenRecordingError
    when one of the recordings is gone."""
    if order.recording:
        await outside.files.keep(draft, order.recording)
    for target, sources in order.files:
        if len(sources) == 1:
            await outside.files.link([(sources[0], target)])
        else:
            await outside.files.compose(sources, target)
    if order.sending.is_for_later:
        await outside.sendings.add(order.sending)
        return Delivered()
    return await hand_out(outside, order.sending, limits, tells_sender=False)


async def hand_out(outside: Outside, sending: Sending, limits: Limits, *, tells_sender: bool) -> Delivered:
    """Deliver a sending to its mailboxes. Raises StorageError, BrokenRecordingError."""
    names = [(target, ref, sending.ref_for(target, ref)) for target in sending.targets for ref in sending.refs]
    await outside.files.link([(ref, name) for _, ref, name in names])
    room = {target: limits(target) for target in sending.targets}
    now = outside.clock.now()
    deliveries = {target: outside.outgoing.deliveries(sending.copy_for(target, now)) for target in sending.targets}
    delivered = await outside.sendings.deliver(sending, room, now, tells_sender=tells_sender, deliveries=deliveries)
    outside.outgoing.wake()
    reached = {message.mailbox for message in delivered.messages if not message.notice}
    await outside.files.remove([name for target, _, name in names if target not in reached])
    tell(outside, delivered)
    return delivered
