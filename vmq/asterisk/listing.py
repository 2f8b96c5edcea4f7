"""A dialplan as a set of steps, from its text and from AMI ShowDialPlan, so that the two can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from vmq.asterisk.message import Headers

_LINE = re.compile(r"(?:exten => (?P<exten>[^,]+),1|\s*same => n(?:\((?P<label>\w+)\))?),(?P<app>\w+)\((?P<data>.*)\)")


class Step(NamedTuple):
    """One priority of one extension."""

    extension: str
    priority: int
    application: str
    data: str


def steps_of_text(text: str) -> dict[str, set[Step]]:
    """Context → steps, of a dialplan in the form that vmq writes (`exten => X,1,…`, then `same => n,…`)."""
    contexts: dict[str, set[Step]] = {}
    steps: set[Step] = set()
    extension, priority = "", 0
    for line in text.splitlines():
        if line.startswith("["):
            steps = contexts.setdefault(line.strip("[]"), set())
        elif found := _LINE.fullmatch(line.rstrip()):
            priority = 1 if found["exten"] else priority + 1
            extension = found["exten"] or extension
            steps.add(Step(extension, priority, found["app"], found["data"]))
    return contexts


def steps_of_listing(entries: Iterable[Headers]) -> set[Step]:
    """The steps of ShowDialPlan's entries for one context."""
    return {
        Step(entry.get("Extension", ""), int(entry["Priority"]), entry.get("Application", ""), entry.get("AppData", ""))
        for entry in entries
        if entry.get("Priority", "").isdigit()
    }
