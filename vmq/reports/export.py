"""Rows of reports as plain records (for JSON) and as CSV. One record of a kind has the same columns as every other.

Counts by kind are tables in a record and columns `table.kind` in CSV; kinds that have not come up are there as 0.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from vmq.domain.queue_log import QueueLogLine
from vmq.reports.calls import CallDetail
from vmq.reports.figures import BUCKETS_S, AgentFigures, QueueFigures
from vmq.reports.sheet import Row

Record = dict[str, Any]

TURNED_AWAY = ("full", "join_empty", "closed", "unknown_queue")
LEFT = (
    "timeout", "attempts", "leave_empty", "closed", "key", "voicemail", "callback", "moved", "withdrawn", "away",
)  # fmt: skip
FAILED = (
    "no_answer", "busy", "refused", "redirected", "unreachable", "hung_up", "caller_gone", "wait_over", "other_agent",
    "withdrawn",
)  # fmt: skip
BUCKETS = (*map(str, BUCKETS_S), "more")
_DIGITS = 3


def queue_record(row: Row[QueueFigures], zone: tzinfo) -> Record:
    """A queue in one interval, whose times are told in `zone`."""
    figures = row.figures
    return {
        "queue": row.name,
        **_interval(row, zone),
        "offered": figures.offered,
        "entered": figures.entered,
        "turned_away": _table(figures.turned_away, TURNED_AWAY),
        "answered": figures.answered,
        "abandoned": figures.abandoned,
        "short_abandoned": figures.short_abandoned,
        "left": _table(figures.left, LEFT),
        "answered_wait_avg_s": _round(figures.answered_wait_avg_s),
        "answered_wait_max_s": _round(figures.answered_wait_max_s),
        "abandoned_wait_avg_s": _round(figures.abandoned_wait_avg_s),
        "abandoned_wait_max_s": _round(figures.abandoned_wait_max_s),
        "answered_waits": _table(figures.answered_waits, BUCKETS),
        "abandoned_waits": _table(figures.abandoned_waits, BUCKETS),
        "service_level": _round(figures.service_level),
        "service_level_2": _round(figures.service_level_2),
        "completed": figures.completed,
        "transferred": figures.transferred,
        "talk_s": _round(figures.talk_s),
        "talk_avg_s": _round(figures.talk_avg_s),
        "hold_s": _round(figures.hold_s),
        "offers": figures.offers,
        "offers_failed": _table(figures.offers_failed, FAILED),
    }


def agent_record(row: Row[AgentFigures], zone: tzinfo) -> Record:
    """An agent in one interval, whose times are told in `zone`."""
    figures = row.figures
    return {
        "agent": row.name,
        **_interval(row, zone),
        "logged_in_s": _round(figures.logged_in_s),
        "available_s": _round(figures.available_s),
        "idle_s": _round(figures.idle_s),
        "paused_s": _round(figures.paused_s),
        "paused": {reason: _round(seconds) for reason, seconds in figures.paused.items()},
        "wrap_up_s": _round(figures.wrap_up_s),
        "ringing_s": _round(figures.ringing_s),
        "talk_s": _round(figures.talk_s),
        "hold_s": _round(figures.hold_s),
        "occupancy": _round(figures.occupancy),
        "handling_avg_s": _round(figures.handling_avg_s),
        "offers": figures.offers,
        "calls": figures.calls,
        "completed": figures.completed,
        "transferred": figures.transferred,
        "refused": figures.refused,
        "missed": figures.missed,
        "offers_failed": _table(figures.failed, FAILED),
    }


def call_record(call: CallDetail) -> Record:
    """A call; times are epoch seconds, 0 = not yet."""
    record = {name: getattr(call, name) for name in CallDetail.__dataclass_fields__}
    for name in ("wait_s", "ring_s", "talk_s", "hold_s"):
        record[name] = _round(record[name])
    record["offers"] = [
        {
            "offer_id": offer.offer_id,
            "agent": offer.agent,
            "at": offer.at,
            "ring_s": _round(offer.ring_s),
            "outcome": offer.outcome,
        }
        for offer in call.offers
    ]
    return record


def line_record(line: QueueLogLine) -> Record:
    """A line of queue_log; `time` is whole epoch seconds, as in the file."""
    call_id, queue, agent, event, *data = line.fields()
    return {"time": int(line.at), "call_id": call_id, "queue": queue, "agent": agent, "event": event, "data": data}


def as_csv(records: Iterable[Record]) -> str:
    """The records with a line of names before them; nothing for no records (RFC 4180, but with bare line feeds)."""
    flat = [_flat(record) for record in records]
    if not flat:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, _columns(flat), restval=0, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _columns(flat: Sequence[Record]) -> list[str]:
    """The first record's names; those that only later ones have stand behind the others of their table."""
    columns = list(flat[0])
    for name in dict.fromkeys(name for record in flat for name in record if name not in flat[0]):
        table = name.rpartition(".")[0]
        last = max((at for at, other in enumerate(columns) if other.rpartition(".")[0] == table), default=len(columns))
        columns.insert(last + 1, name)
    return columns


def _flat(record: Record) -> Record:
    """Tables of counts as columns, everything else that isn't one value as text: `name=value;name=value`."""
    flat: Record = {}
    for name, value in record.items():
        if name in ("paused", "survey"):
            flat[name] = _safe(";".join(f"{kind}={each}" for kind, each in value.items()))
        elif isinstance(value, Mapping):
            flat |= {f"{name}.{kind}": each for kind, each in value.items()}
        elif name == "offers" and isinstance(value, list):
            flat[name] = ";".join(f"{offer['agent']}:{offer['outcome']}:{offer['ring_s']}" for offer in value)
        elif isinstance(value, list):
            flat[name] = _safe(";".join(map(str, value)))
        else:
            flat[name] = _safe(value) if isinstance(value, str) else value
    return flat


def _safe(text: str) -> str:
    """What a spreadsheet would take for a formula gets an apostrophe before it: callers choose their own names. A
    number with its + is none."""
    is_formula = text[:1] in ("=", "-", "@", "\t", "\r") or (text[:1] == "+" and not text[1:].isdigit())
    return f"'{text}" if is_formula else text


def _interval(row: Row[Any], zone: tzinfo) -> Record:
    begin, end = (datetime.fromtimestamp(at, zone).isoformat() for at in (row.begin, row.end))
    return {"begin": begin, "end": end}


def _table(counts: Counter[str], kinds: Sequence[str]) -> Record:
    return {kind: counts[kind] for kind in dict.fromkeys((*kinds, *counts))}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
