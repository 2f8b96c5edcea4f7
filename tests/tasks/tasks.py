"""Reads the tasks and, for each personality, the keys to press.

In: tasks.toml and keys/<personality>.toml. Out: Task, Doing and Step values. A script of keys is words with blanks
between them: keys; `listen`, until a message plays; `speak`, after the tone, until hanging up; `speak#`, until that
key; `silent#`, the key at once; `pause`, until a longer key can't come of the last ones any more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PIN, NEW_PIN, KING = "5827", "90317", "5464"
IN_DAYS = timedelta(days=3)


class Deed(StrEnum):
    """What is done at one place of a call."""

    PRESS = "press"
    LISTEN = "listen"
    SPEAK = "speak"
    SILENT = "silent"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Step:
    """One deed; `keys` are pressed, or end the recording ("" = by hanging up)."""

    deed: Deed
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """How the mailbox is before the call; see tasks.toml. `away` is the kind of greeting that is on, "" = none."""

    new: int = 0
    saved: int = 0
    away: str = ""
    list: bool = False
    sent: bool = False
    review: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What must be so after the call; see tasks.toml."""

    folders: Mapping[str, str] = field(default_factory=dict)
    deleted: int = 0
    called: str = ""
    sent: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    forwarded: bool = False
    introduced: bool = False
    waiting: str = ""
    taken_back: str = ""
    stored: bool = False
    greeting: str = ""
    ends: bool = False
    named: bool = False
    pin: str = ""
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One of the thirty. `is_caller`: a caller does it; `logs_in`: from a telephone whose mailbox nobody knows."""

    id: str
    title: str
    given: Given
    effect: Effect
    is_caller: bool
    logs_in: bool


@dataclass(frozen=True, slots=True)
class Doing:
    """A task in one personality: the script of its keys, its mailbox before, and the settings that make menus brief."""

    personality: str
    task: Task
    mailbox: str
    given: Given
    script: str
    brief: Mapping[str, object]

    def steps(self, now: datetime) -> tuple[Step, ...]:
        """What to do in a call at `now`."""
        day = now + IN_DAYS
        words = {"me": self.mailbox, "pin": PIN, "new_pin": NEW_PIN, "king": KING, "month": day.month, "day": day.day}
        return tuple(map(_step, self.script.format(**words).split()))


def key_count(steps: tuple[Step, ...]) -> int:
    """How many keys are pressed."""
    return sum(len(step.keys) for step in steps)


def _step(word: str) -> Step:
    for deed in (Deed.LISTEN, Deed.SPEAK, Deed.SILENT, Deed.PAUSE):
        if word.startswith(deed):
            return Step(deed, word.removeprefix(deed))
    return Step(Deed.PRESS, word)


@cache
def tasks() -> Mapping[str, Task]:
    """All tasks by id, in their order."""
    return {name: _task(name, told) for name, told in _toml("tasks.toml")["task"].items()}


@cache
def personalities() -> tuple[str, ...]:
    """Those that have tasks, `plain` first."""
    names = sorted(path.stem for path in (FOLDER / "keys").glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != "plain"))


@cache
def doings(personality: str) -> tuple[Doing, ...]:
    """The tasks that a personality has, each with a mailbox of its own."""
    told = _toml(f"keys/{personality}.toml")
    below = _toml(f"keys/{told['based_on']}.toml") if "based_on" in told else {}
    scripts = below.get("keys", {}) | told.get("keys", {})
    if unknown := {*scripts} - {*tasks()}:
        raise ValueError(f"{personality}: no such task: {', '.join(sorted(unknown))}")
    away, brief = told.get("given", {}).get("away", "temp"), told.get("brief", {})
    place = personalities().index(personality) + 1
    return tuple(
        Doing(personality, task, f"6{place}{number:02}", _given(task, away), scripts[name], brief)
        for number, (name, task) in enumerate(tasks().items(), 1)
        if name in scripts
    )


def _given(task: Task, away: str) -> Given:
    given = task.given
    return Given(given.new, given.saved, away if given.away else "", given.list, given.sent, given.review)


def _task(name: str, told: Mapping[str, Any]) -> Task:
    given = {**told.get("given", {})}
    given["away"] = "temp" if given.get("away") else ""
    effect: dict[str, Any] = {key: tuple(x) if isinstance(x, list) else x for key, x in told["effect"].items()}
    is_caller, logs_in = told.get("caller", False), told.get("logs_in", False)
    return Task(name, told["title"], Given(**given), Effect(**effect), is_caller, logs_in)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
