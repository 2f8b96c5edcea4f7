"""What differs between two configurations, in a person's words: what takes effect at once, and what needs a restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vmq.config.load import TABLES
from vmq.config.model import Config

RULES = ("queue", "agent", "trunk", "schedule", "penalty_rule")
"""Tables that the queues live by."""
NUMBERS = "numbers."
LIVE = frozenset(
    {
        "voicemail.",
        "devices.",
        "mail.",
        "hook.",
        "transcription.language",
        "transcription.mail_wait_s",
        "transcription.max_message_s",
        "transcription.private",
        "transcription.spoken_commands",
        "reports.",
        "log.level",
        "queue_log.member_names",
        "queue_log.caller_names",
        "queue_log.dids",
        NUMBERS,
    }
)
"""Settings outside of tables that take effect at once: a whole section, or one of its keys."""


@dataclass(frozen=True, slots=True)
class Change:
    """`rules` are queues, agents and what belongs to them, `others` the rest of what takes effect at once; `restart` is
    what differs from what the program was started with and stays as it was until it is started again."""

    rules: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()


def difference(started: Config, running: Config, wanted: Config) -> Change:
    """What leads from `running` to `wanted`, in a program that was started with `started`."""
    keys = [*_keys(running, wanted)]
    rules = [line for kind in RULES for line in _tables(kind, running, wanted)]
    rules += [key for key in keys if key.startswith(NUMBERS)]
    kinds = ("class_of_service", "mailbox", "list", "webhook", "door", "doorbell")
    others = [line for kind in kinds for line in _tables(kind, running, wanted)]
    others += [key for key in keys if _is_live(key)]
    others = [key for key in others if not key.startswith(NUMBERS)]
    return Change(tuple(rules), tuple(others), tuple(key for key in _keys(started, wanted) if not _is_live(key)))


def _tables(kind: str, running: Config, wanted: Config) -> Iterator[str]:
    before, after = _by_name(kind, running), _by_name(kind, wanted)
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            how = "added" if name not in before else "removed" if name not in after else "changed"
            yield f"{kind} {name} {how}"
    if list(before) != list(after) and set(before) == set(after):
        yield f"{kind}s in another order"


def _by_name(kind: str, config: Config) -> Mapping[str, Any]:
    return {getattr(table, TABLES[kind]): table for table in getattr(config, kind)}


def _keys(one: Config, other: Config) -> Iterator[str]:
    """Keys of sections (not of tables) that differ."""
    for section in (name for name in Config.model_fields if name not in TABLES):
        before, after = getattr(one, section), getattr(other, section)
        for key in type(before).model_fields:
            if getattr(before, key) != getattr(after, key):
                yield f"{section}.{key}"


def _is_live(key: str) -> bool:
    return key in LIVE or f"{key.partition('.')[0]}." in LIVE
