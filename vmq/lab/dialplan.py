"""Reads extensions.conf text and finds what to run for a context, extension and priority.

In: text (exten, same, include, [globals]). Out: a Dialplan of Steps, or LabError with the line that can't be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vmq.lab.events import LabError

_CLASSES = {"X": "0123456789", "Z": "123456789", "N": "23456789"}


@dataclass(frozen=True, slots=True)
class Step:
    """One priority of an extension: an application and its argument text, not yet substituted."""

    priority: int
    app: str
    data: str
    label: str = ""


@dataclass(slots=True)
class Context:
    """A context: extension name or `_pattern` → priority → step."""

    extensions: dict[str, dict[int, Step]] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)


class Dialplan:
    """All contexts. `globals` are the variables of [globals]."""

    def __init__(self, text: str = "") -> None:
        self.contexts: dict[str, Context] = {}
        self.globals: dict[str, str] = {}
        self.add(text)

    def add(self, text: str) -> None:
        """Read more text into it. Raises LabError that names the line."""
        section, exten = "", ""
        for number, raw in enumerate(text.splitlines(), 1):
            line = _without_comment(raw).strip()
            if not line:
                continue
            if match := re.match(r"\[([^]]+)\](\(.*\))?$", line):
                section = match[1]
                if section not in ("general", "globals"):
                    self.contexts.setdefault(section, Context())
                continue
            key, _, value = (part.strip() for part in line.replace("=>", "=", 1).partition("="))
            try:
                if section == "globals":
                    self.globals[key] = value
                elif section != "general":
                    exten = self._read(self.contexts[section], key, value, exten)
            except (KeyError, ValueError) as error:
                raise LabError(f"dialplan line {number}: can't be read ({error}): {raw}") from error

    def _read(self, context: Context, key: str, value: str, exten: str) -> str:
        if key == "include":
            context.includes.append(value)
            return exten
        if key == "exten":
            exten, _, value = (part.strip() for part in value.partition(","))
        elif key != "same":
            raise ValueError(f"unknown word {key!r}; exten, same or include")
        place, _, call = (part.strip() for part in value.partition(","))
        if place == "hint":
            return exten
        match = re.match(r"(\d+|n)(?:\(([\w-]+)\))?$", place)
        if match is None or not exten:
            raise ValueError(f"priority {place!r}: a number or n, then perhaps (label)")
        steps = context.extensions.setdefault(exten, {})
        priority = max(steps, default=0) + 1 if match[1] == "n" else int(match[1])
        app, data = _split_call(call)
        steps[priority] = Step(priority, app, data, match[2] or "")
        return exten

    def extension(self, context: str, exten: str, _seen: tuple[str, ...] = ()) -> dict[int, Step] | None:
        """The steps that `exten` means in `context`: its own name first, then the closest pattern, then includes."""
        where = self.contexts.get(context)
        if where is None or context in _seen:
            return None
        if exten in where.extensions:
            return where.extensions[exten]
        patterns = [name for name in where.extensions if name.startswith("_") and matches(name, exten)]
        if patterns:
            return where.extensions[min(patterns, key=_looseness)]
        found = (self.extension(included, exten, (*_seen, context)) for included in where.includes)
        return next((steps for steps in found if steps is not None), None)

    def find(self, context: str, exten: str, priority: int) -> Step | None:
        """The step at this place, or None."""
        return (self.extension(context, exten) or {}).get(priority)

    def priority_of(self, context: str, exten: str, label: str) -> int | None:
        """The number of a priority given as digits or label, or None when the place does not exist."""
        steps = self.extension(context, exten) or {}
        if label.isdigit():
            return int(label) if int(label) in steps else None
        return next((step.priority for step in steps.values() if step.label == label), None)


def matches(pattern: str, exten: str) -> bool:
    """True when `exten` matches `_pattern` (X Z N [..] . !), as main/pbx.c reads it."""
    expression = ""
    for part in re.findall(r"\[[^]]*\]|.", pattern[1:]):
        letter = part.upper()
        if letter == ".":
            expression += ".+"
            break
        if letter == "!":
            expression += ".*"
            break
        if part != "-":
            expression += f"[{_CLASSES[letter]}]" if letter in _CLASSES else part if part[0] == "[" else re.escape(part)
    return re.fullmatch(expression, exten) is not None


def _looseness(pattern: str) -> tuple[int, ...]:
    """How much each place of a pattern lets through: the closest pattern sorts first."""
    sizes = []
    for part in re.findall(r"\[[^]]*\]|.", pattern[1:]):
        if part in ".!":
            sizes.append(100 if part == "." else 101)
        else:
            letters = _CLASSES.get(part.upper(), part.strip("[]"))
            sizes.append(len(letters))
    return tuple(sizes)


def _without_comment(line: str) -> str:
    parts = re.split(r"(?<!\\);", line, maxsplit=1)
    return parts[0].replace("\\;", ";")


def _split_call(call: str) -> tuple[str, str]:
    """`App(data)` into its two; `App` alone has no data."""
    name, bracket, rest = call.partition("(")
    if bracket and not rest.endswith(")"):
        raise ValueError(f"{call!r} lacks its closing bracket")
    if not name.strip():
        raise ValueError("there is no application")
    return name.strip(), rest[:-1] if bracket else ""


def split_arguments(text: str, separator: str = ",") -> list[str]:
    """Split at top-level separators: not inside brackets or quotes, not after a backslash."""
    parts, depth, is_quoted, current = [], 0, False, ""
    escaped = False
    for letter in text:
        if escaped:
            current, escaped = current + letter, False
        elif letter == "\\":
            escaped = True
        elif letter == separator and depth == 0 and not is_quoted:
            parts.append(current)
            current = ""
        else:
            is_quoted ^= letter == '"'
            depth += (letter in "([{") - (letter in ")]}")
            current += letter
    return [*parts, current]
