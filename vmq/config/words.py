"""The words a queue's settings are written in: strategies, conditions, destinations, keys, needs. Checked and made one.

Each function takes what the file says and gives the value in vmq's own words, or raises ValueError with what to write.
app_queue's words are taken where it has some (apps/app_queue.c: int2strat, parse_empty_options, ast_true).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vmq.config.base import NAME_PATTERN, NUMBER_PATTERN
from vmq.domain.rules import ALIASES, AutoPause, Strategy
from vmq.domain.skills import parse_needs
from vmq.errors import ConfigError

CONDITIONS = ("paused", "penalty", "inuse", "ringing", "unavailable", "invalid", "unknown", "wrapup")
_LOOSE = ("penalty", "invalid")
_BACKWARD = (*_LOOSE, "paused")
_STRICT = (*_BACKWARD, "unavailable")
TRUE, FALSE = frozenset({"yes", "true", "y", "t", "1", "on"}), frozenset({"no", "false", "n", "f", "0", "off"})
"""What Asterisk takes for true and for false (main/utils.c: ast_true, ast_false)."""

_EXTENSION = r"extension:[0-9A-Za-z*#+_.-]{1,40}@[0-9A-Za-z_.-]{1,79}"
_QUEUE = f"queue:{NAME_PATTERN}"
_DESTINATION = re.compile(f"{_QUEUE}|mailbox:{NUMBER_PATTERN}|{_EXTENSION}")
_KEY_ACTION = re.compile(f"callback|voicemail:{NUMBER_PATTERN}|{_QUEUE}|{_EXTENSION}")
_KEYS = re.compile(r"[0-9*#]{1,8}")
_LIMIT = re.compile(r"[+-]?\d{1,7}")


def strategy(value: Any) -> Any:
    """A strategy by vmq's name or app_queue's."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    known = {**ALIASES, **{each.value: each for each in Strategy}}
    if word not in known:
        raise ValueError(f"there is no strategy {value!r}; write one of {', '.join(each.value for each in Strategy)}")
    return known[word]


def join_empty(value: Any) -> Any:
    """The conditions under which nobody may join: a list, or app_queue's yes, no, strict, loose."""
    return _conditions(value, when_true=(), when_false=_BACKWARD)


def leave_empty(value: Any) -> Any:
    """The conditions under which everybody has to leave: a list, or app_queue's yes, no, strict, loose."""
    return _conditions(value, when_true=_BACKWARD, when_false=())


def _conditions(value: Any, *, when_true: tuple[str, ...], when_false: tuple[str, ...]) -> Any:
    if isinstance(value, bool):
        return when_true if value else when_false
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list | tuple | set | frozenset) or not all(isinstance(word, str) for word in words):
        return value
    found: set[str] = set()
    for word in (word.strip().lower() for word in words):
        if word in CONDITIONS:
            found.add(word)
        elif word in ("strict", "loose"):
            found = set(_STRICT if word == "strict" else _LOOSE)
        elif word in TRUE or word in FALSE:
            found = set(when_true if word in TRUE else when_false)
        elif word:
            raise ValueError(
                f"{word!r} is no condition; write some of {', '.join(CONDITIONS)}, or one of yes, no, strict, loose"
            )
    return frozenset(found)


def offer(value: str) -> str:
    """What a waiting caller is asked whether he would rather have it: callback, voicemail:<mailbox>, or nothing."""
    if value and not re.fullmatch(f"callback|voicemail:{NUMBER_PATTERN}", value):
        raise ValueError(f"{value!r} can't be offered; write callback or voicemail:<mailbox>")
    return value


def auto_pause(value: Any) -> Any:
    """In which queues who lets calls ring is paused: no, queue (app_queue's yes), all."""
    if isinstance(value, bool):
        return AutoPause.QUEUE if value else AutoPause.NO
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    return AutoPause.QUEUE if word in TRUE else AutoPause.NO if word in FALSE else word


def destination(value: str) -> str:
    """Where a call goes that can't stay: queue:<name>, mailbox:<number> or extension:<exten>@<context>."""
    if not _DESTINATION.fullmatch(value):
        raise ValueError(
            f"{value!r} is no destination; write queue:<name>, mailbox:<number> or extension:<exten>@<context>"
        )
    return value


def key_actions(value: Mapping[str, str]) -> Mapping[str, str]:
    """What a waiting caller's keys do."""
    for keys, action in value.items():
        if not _KEYS.fullmatch(keys):
            raise ValueError(f"{keys!r} are no keys; write up to 8 of 0-9, * and #")
        if not _KEY_ACTION.fullmatch(action):
            raise ValueError(
                f"{keys} = {action!r} is nothing a key can do; write callback, voicemail:<mailbox>, queue:<name> or "
                "extension:<exten>@<context>"
            )
    return value


def needs(value: str) -> str:
    """Skills a call needs, in the words of vmq.domain.skills."""
    try:
        parse_needs(value)
    except ConfigError as error:
        raise ValueError(str(error)) from None
    return value


def limit(value: Any) -> Any:
    """A penalty limit: a number, or a text with a sign for a change. Empty = stays as it is."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else value
    if not isinstance(text, str) or (text and not _LIMIT.fullmatch(text.strip())):
        raise ValueError(f'{value!r} is no penalty; write a number, or a change with its sign as a text: "+3"')
    return text.strip()


def raised(value: Any) -> Any:
    """As `limit`, but that an r before it spares members below the minimum."""
    if isinstance(value, str) and value.startswith("r"):
        return f"r{limit(value[1:])}" if value[1:] else limit(value)
    return limit(value)
