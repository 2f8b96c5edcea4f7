"""A recording becomes a message: file → row, with the deliveries it needs → record and event.

In that order, so that a crash between any two steps loses no recording and announces no message that isn't there
(vmq.voicemail.recover finishes what was begun).
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from vmq.domain.draft import Draft
from vmq.domain.events import MailboxChanged
from vmq.domain.mailbox import Counts, Message, Moved
from vmq.domain.records import MailboxMade, MessageChanged, MessageStored
from vmq.domain.sent import Delivered, Removed
from vmq.voicemail.ports import Outside

log = structlog.get_logger(__name__)


async def deliver(outside: Outside, draft: Draft) -> Counts:
    """Store a draft as a message of its mailbox; gives the counts after it. Raises StorageError.

    The draft stays written down until `settle`: after an error, recovery tries again.
    """
    duration_s = await outside.files.keep(draft, draft.message_ref)
    message = draft.message(duration_s)
    counts = await _store(outside, draft, message)
    copies = draft.copies(message)
    await outside.files.link([(message.ref, copy.ref) for copy in copies])
    for copy in copies:
        await _store(outside, draft, copy)
    outside.outgoing.wake()
    return counts


async def _store(outside: Outside, draft: Draft, message: Message) -> Counts:
    """Row → record → event."""
    stored = await outside.mailboxes.add_message(message, outside.outgoing.deliveries(message))
    now, seconds = outside.clock.now(), round(message.duration_s, 3)
    if stored.is_new_mailbox:
        outside.journal.append(MailboxMade(message.mailbox), now)
    outside.journal.append(
        MessageStored(message.id, message.mailbox, message.caller_number, seconds, message.is_urgent), now
    )
    announce(outside, message.mailbox, stored.counts)
    log.info("message_stored", call_id=draft.call_id, message_id=message.id, mailbox=message.mailbox)
    return stored.counts


async def settle(outside: Outside, delivered: Mapping[str, Draft]) -> None:
    """Forget delivered drafts (by the ref of what they became) once their records are durable. Raises StorageError."""
    if delivered:
        await outside.journal.flush()
    for ref, draft in delivered.items():
        await outside.files.forget(draft, ref)


def announce(outside: Outside, mailbox: str, counts: Counts) -> None:
    """Tell the rest of the program what a mailbox holds now: its lamp follows."""
    outside.sink.post(MailboxChanged(mailbox, counts.new, counts.old, counts.urgent))


def tell(outside: Outside, delivered: Delivered) -> None:
    """Write what came into mailboxes into the journal, and let the lamps follow."""
    now = outside.clock.now()
    for message in delivered.messages:
        seconds = round(message.duration_s, 3)
        stored = MessageStored(message.id, message.mailbox, message.caller_number, seconds, message.is_urgent)
        outside.journal.append(stored, now)
        log.info("message_sent", message_id=message.id, mailbox=message.mailbox, notice=message.notice)
    for mailbox, counts in delivered.counts.items():
        announce(outside, mailbox, counts)


def tell_moved(outside: Outside, moved: Moved, change: str) -> None:
    """Write what happened to messages of one mailbox into the journal, and let its lamp follow."""
    now = outside.clock.now()
    for message in moved.messages:
        outside.journal.append(MessageChanged(message.id, message.mailbox, change, message.folder.value), now)
    for mailbox in {message.mailbox for message in moved.messages}:
        announce(outside, mailbox, moved.counts)


async def clear_up(outside: Outside, removed: Removed, change: str) -> None:
    """Delete the files of messages whose rows are gone, and tell of it. Raises StorageError."""
    now = outside.clock.now()
    for message in removed.messages:
        outside.journal.append(MessageChanged(message.id, message.mailbox, change, message.folder.value), now)
    for mailbox, counts in removed.counts.items():
        announce(outside, mailbox, counts)
    await outside.files.remove(removed.refs)


async def republish_lamps(outside: Outside) -> None:
    """Announce every mailbox: after a (re)connect Asterisk may have forgotten all lamps. Raises StorageError."""
    for mailbox, counts in (await outside.mailboxes.all_counts()).items():
        announce(outside, mailbox, counts)
