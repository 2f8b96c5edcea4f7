"""Why callers leave unanswered, in one word each, also from records that say it only by QUEUESTATUS."""

from __future__ import annotations

from vmq.domain.records import CallerLeft

_BY_STATUS = {
    "TIMEOUT": "timeout",
    "FULL": "full",
    "JOINEMPTY": "join_empty",
    "LEAVEEMPTY": "leave_empty",
    "WITHDRAW": "withdrawn",
    "UNKNOWN": "unknown_queue",
    "UNAVAILABLE": "away",
}

BY_CHOICE = frozenset({"key", "callback", "voicemail"})
"""The caller chose to leave: app_queue doesn't count him as abandoned."""


def left_why(record: CallerLeft) -> str:
    """The finer reason, or what the status comes to."""
    why = "" if record.why == "empty" else record.why  # at the door or later: that is what the status says
    return why or _BY_STATUS.get(record.status, record.status.lower())
