"""Scenario files of calls: calls/*.toml → a Scenario, or a clear error that names file and line.

`title`, `[[queue]]`, `[[agent]]`, `[[mailbox]]`, `[[door]]`, `[voicemail]` … are as in vmq's configuration; `story` is
text, one step a line (see README.md). Which telephones take part follows from the story.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.scenario.steps import find_step

CALLS = sorted((Path(__file__).parent / "calls").glob("*.toml"))
HOUSE_DIALPLAN = Path(__file__).parent / "house.conf"
_SECTIONS = (
    "queue",
    "agent",
    "devices",
    "trunk",
    "numbers",
    "penalty_rule",
    "schedule",
    "class_of_service",
    "mailbox",
    "voicemail",
    "studio",
    "transcription",
    "door",
    "doorbell",
)
_NUMBER = re.compile(r"\d{4,}")
_SET_AT_ONCE = re.compile(r"\d+ is (set to|switched off)")


class ScenarioError(Exception):
    """A scenario file that can't be played; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file. `sections` are parts of a configuration; `steps` are (line number in the story, text)."""

    name: str
    title: str
    sections: dict[str, Any]
    steps: tuple[tuple[int, str], ...]

    @property
    def has_panel(self) -> bool:
        """True when somebody watches and commands as over app_queue's AMI."""
        return any(text.startswith("panel ") for _, text in self.steps)

    @property
    def telephones(self) -> frozenset[str]:
        """The telephones that are on from the beginning: whoever does something before he is set to something."""
        first: dict[str, str] = {}
        for _, text in self.steps:
            subjects = [text.split()[0], *re.findall(r"talks with (\d+)", text)]
            for number in subjects:
                if _NUMBER.fullmatch(number):
                    first.setdefault(number, text)
        return frozenset(number for number, text in first.items() if not _SET_AT_ONCE.match(text))


def _dated(text: str) -> str:
    """Days that are today and tomorrow whenever it is played."""
    today = datetime.now(UTC).date()
    return text.replace("TODAY", f"{today}").replace("TOMORROW", f"{today + timedelta(days=1)}")


def read_scenario(path: Path) -> Scenario:
    """Read a file. Raises ScenarioError."""
    table = tomllib.loads(_dated(path.read_text(encoding="utf-8")))
    unknown = set(table) - {"title", "story", *_SECTIONS}
    if unknown or not {"title", "story"} <= set(table):
        raise ScenarioError(f"{path.name}: needs title and story; knows nothing of {', '.join(sorted(unknown))}")
    lines = [line.strip() for line in table["story"].splitlines()]
    steps = tuple((number, text) for number, text in enumerate(lines, 1) if text and not text.startswith("#"))
    for number, text in steps:
        if find_step(text) is None:
            raise ScenarioError(f"{path.name}: line {number} of the story says {text!r}: see README.md for the steps")
    sections = {name: table[name] for name in _SECTIONS if name in table}
    return Scenario(path.stem, table["title"], sections, steps)
