"""A letter becomes a message in the making, and goes out as one that was made by telephone does."""

from __future__ import annotations

from vmq.domain.addresses import Address, AddressFault
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.letter import Letter, Posted
from vmq.domain.mailbox import Mailbox
from vmq.voicemail.compose import Making
from vmq.voicemail.drafts import Drafts, new_id
from vmq.voicemail.posting import Posting


def draft_of(letter: Letter, now: float) -> Draft:
    """Where its recording goes, with its marks. Should nobody come to send it, it is thrown away."""
    return Draft(
        id=new_id(),
        kind=DraftKind.GREETING,
        mailbox=letter.sender,
        call_id="",
        started_at=now,
        is_urgent=letter.is_urgent,
        is_private=letter.is_private,
        wants_receipt=letter.wants_receipt,
        wants_nonreceipt=letter.wants_nonreceipt,
    )


async def post_letter(posting: Posting, letter: Letter, drafts: Drafts, longest_s: float) -> Posted:
    """Send it to all of its recipients, or to none when one of them can't be addressed, or more was said than takes
    `longest_s`. Raises StorageError, BrokenRecordingError for what is no WAV file."""
    making = Making("compose" if letter.original is None else "forward", letter.original, deliver_at=letter.deliver_at)
    wanted: dict[str, Address] = {}
    refused: dict[str, AddressFault] = {}
    for number in dict.fromkeys(letter.recipients):
        found = await posting.addressing.find(number, letter.sender, wanted)
        if isinstance(found, AddressFault):
            refused[number] = found
        else:
            wanted[number] = found
    if refused:
        return Posted(refused=refused)
    making.addresses = list(wanted.values())
    if letter.wav:
        await drafts.begin()
        await posting.outside.files.fill(drafts.current, letter.wav)
        if await posting.outside.files.measure(drafts.current) > longest_s:
            return Posted(is_too_long=True)
    known = await posting.outside.mailboxes.find(letter.sender)
    return await posting.send(known.get(letter.sender) or Mailbox(letter.sender), making, drafts)
