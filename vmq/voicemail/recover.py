"""Finishes what a crash, a full disk or a lost database left half done. Does nothing that was done before.

Comes in: who is still on the telephone. Goes out: every draft is a message, thrown away, or waits for its caller's
hang-up; files and rows agree, and what doesn't is reported.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog

from vmq.domain.draft import Draft, DraftKind, is_made_here
from vmq.domain.sending import order_from_json
from vmq.errors import BrokenRecordingError, StorageError
from vmq.voicemail.deliver import deliver, settle
from vmq.voicemail.dispatch import Limits, dispatch
from vmq.voicemail.ports import Outside

log = structlog.get_logger(__name__)

SHORTEST_S = 0.1  # sound below this is the click of a hang-up, also where no shortest message is set


@dataclass(frozen=True, slots=True)
class Recovered:
    """What recovery did, as draft ids; `waiting` are the call ids whose recording may go on. `failed` ones stay."""

    stored: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


async def recover_drafts(
    outside: Outside, limits: Limits, alive: Collection[str], busy: Collection[str] = ()
) -> Recovered:
    """Finish all drafts but those whose caller is still there (`alive`, call ids) and those in our own hands (`busy`).

    Raises StorageError when the folder can't be read.
    """
    drafts = [draft for draft in await outside.files.drafts() if draft.id not in busy]
    waiting = tuple(d.call_id for d in drafts if d.call_id in alive and d.kind is not DraftKind.SENDING)
    stored: list[str] = []
    discarded: list[str] = []
    failed: list[str] = []
    for draft in drafts:
        if draft.call_id in alive and draft.kind is not DraftKind.SENDING:
            continue
        try:
            is_sending = draft.kind is DraftKind.SENDING
            is_stored = await (_send(outside, draft, limits) if is_sending else _finish(outside, draft))
            (stored if is_stored else discarded).append(draft.id)
        except StorageError as error:
            log.error("draft_not_recovered", call_id=draft.call_id, message_id=draft.id, error=str(error))
            failed.append(draft.id)
    return Recovered(tuple(stored), tuple(discarded), waiting, tuple(failed))


async def _finish(outside: Outside, draft: Draft) -> bool:
    """Store or discard one draft; True when it was stored. Raises StorageError, and may then be tried again. What is no
    recording (zeros after a loss of power) goes to quarantine: trying again would not help."""
    is_message = draft.kind is DraftKind.MESSAGE
    try:
        duration_s = await outside.files.measure(draft)
    except BrokenRecordingError as error:
        log.error("recording_broken", call_id=draft.call_id, error=str(error), moved_to="quarantine")
        await outside.files.quarantine([draft.ref])
        duration_s = 0.0
    is_long_enough = duration_s >= max(draft.min_s, SHORTEST_S)
    if is_message and (is_long_enough or await outside.files.is_kept(draft)):
        await deliver(outside, draft)
        await settle(outside, {draft.message_ref: draft})
        log.warning("message_recovered", call_id=draft.call_id, message_id=draft.id, mailbox=draft.mailbox)
        return True
    await outside.files.discard(draft)
    log.info("draft_discarded", call_id=draft.call_id, kind=draft.kind.value, duration_s=round(duration_s, 2))
    return False


async def _send(outside: Outside, draft: Draft, limits: Limits) -> bool:
    """Carry out what an owner had asked for; False when that can't be: its recording is gone, or none. Raises
    StorageError, as `_finish`."""
    try:
        order = order_from_json(draft.order)
        await dispatch(outside, draft, order, limits)
    except (BrokenRecordingError, ValueError, TypeError, KeyError) as error:
        log.error("not_sent", call_id=draft.call_id, sending_id=draft.id, error=str(error))
        if await outside.files.missing([draft.ref]) == []:
            await outside.files.quarantine([draft.ref])
        await outside.files.discard(draft)
        return False
    await settle(outside, {order.sending.ref: draft})
    log.warning("sending_recovered", call_id=draft.call_id, sending_id=draft.id, mailbox=order.sending.mailbox)
    return True


async def audit(outside: Outside) -> None:
    """Compare files and rows: files of ours that no row names go to quarantine, rows without a file are reported.
    Raises StorageError."""
    unexplained = [ref for ref in await outside.files.unexplained() if is_made_here(ref)]
    known = await outside.mailboxes.refs()
    strays = [ref for ref in unexplained if ref not in known]
    if strays:
        await outside.files.quarantine(strays)
        log.error("recordings_unknown", refs=strays, moved_to="quarantine")
    missing = await outside.files.missing(known)
    if missing:
        log.error("recordings_missing", refs=list(missing), advice="restore them from a backup or delete the messages")
