"""What is published of a record, and where: pure.

In: entries of the journal, counts of mailboxes. Out: publications; a lamp's is retained, so that whoever comes later
sees it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from vmq.domain import records
from vmq.domain.mailbox import Counts
from vmq.engine.ports import JournalEntry

STATUS = "status"
ONLINE, OFFLINE = "online", "offline"
_OF_MAILBOXES = (records.MessageStored, records.MessageChanged, records.MailboxMade)


@dataclass(frozen=True, slots=True)
class Publication:
    """A payload for a topic below the configured one."""

    topic: str
    payload: str
    is_retained: bool = False


def lamp(mailbox: str, counts: Counts) -> Publication:
    """What a mailbox's lamp shows now."""
    shown = {"new": counts.new, "old": counts.old, "urgent": counts.urgent}
    return Publication(f"mailboxes/{_part(mailbox)}/lamp", json.dumps(shown), is_retained=True)


def publication(entry: JournalEntry) -> Publication | None:
    """What is published of a record; None for one that tells of no lamp, message or queue."""
    record = entry.record
    if isinstance(record, records.LampSet):
        return lamp(record.mailbox, Counts(new=record.new, old=record.old, urgent=record.urgent))
    if isinstance(record, _OF_MAILBOXES):
        return _event(f"mailboxes/{_part(record.mailbox)}/events", entry)
    queue = getattr(record, "queue", "")
    return _event(f"queues/{_part(queue)}/events", entry) if queue and isinstance(queue, str) else None


def _event(topic: str, entry: JournalEntry) -> Publication:
    told: Mapping[str, Any] = {
        "id": entry.id,
        "at": entry.at,
        "kind": type(entry.record).__name__,
        "record": asdict(entry.record),
    }
    return Publication(topic, json.dumps(told, ensure_ascii=False, default=str))


def _part(name: str) -> str:
    """A name as one level of a topic: none of MQTT's own signs."""
    return quote(name, safe="*@:")
