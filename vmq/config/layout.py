"""Where the tables of a TOML file stand in its text, so that one of them can be changed and all else left as it is.

In: text that is valid TOML. Out: `Span`s in the file's order. A table goes from its header to the last line that says
something of it (its sub-tables too); comment lines that stand directly above a header belong to that header.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# What brackets and line ends inside of which count for nothing; then what counts.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}]|\n', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Span:
    """One `[[kind]]` of a file: text[above:begin] are its comments, text[begin:end] the table, lines whole."""

    kind: str
    above: int
    begin: int
    end: int


def spans(text: str, kind: str) -> list[Span]:
    """All tables `[[kind]]`, with their sub-tables."""
    found: list[Span] = []
    headers = [*_headers(text), (len(text), ())]
    for (begin, path), (following, _) in pairwise(headers):
        end = _body_end(text, begin, following)
        if path == (kind,):
            found.append(Span(kind, _comments_above(text, begin), begin, end))
        elif path[:1] == (kind,) and found:
            found[-1] = Span(kind, found[-1].above, found[-1].begin, end)
    return found


def _headers(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where each header's line begins, and what it names."""
    depth, line = 0, 0
    at = 0
    while match := _TOKEN.search(text, at):
        mark, at = match[0], match.end()
        if mark == "\n":
            line = at
        elif mark in "{}]":
            depth += 1 if mark == "{" else -1
        elif mark == "[" and depth == 0 and not text[line : match.start()].strip():
            end = _line_end(text, match.start())
            yield line, _path(text[match.start() : end])
            at = end
        elif mark == "[":
            depth += 1


def _path(header: str) -> tuple[str, ...]:
    """`[[queue]]` → ("queue",), `[queue.announce]` → ("queue", "announce")."""
    found: list[str] = []
    value = tomllib.loads(header)
    while value:
        (name, inner) = next(iter(value.items()))
        found.append(name)
        value = inner[0] if isinstance(inner, list) else inner
    return tuple(found)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _body_end(text: str, begin: int, following: int) -> int:
    """After the last line that says something; what comes then belongs to the file, or to the next header."""
    end = following
    while end > begin:
        start = text.rfind("\n", begin, end - 1) + 1 or begin
        line = text[start:end].strip()
        if line and not line.startswith("#"):
            return end
        end = start
    return following


def _comments_above(text: str, begin: int) -> int:
    above = begin
    while above > 0:
        start = text.rfind("\n", 0, above - 1) + 1
        if not text[start:above].lstrip().startswith("#"):
            break
        above = start
    return above
