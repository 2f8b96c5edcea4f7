"""A mistake in a pack, as its author is told of it: in which file, at which key, what is wrong and what to write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`file` is relative to the pack's folder; `key` is a TOML path; `text` says what is wrong and what to write."""

    file: str
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.text}"


def offer(wrong: str, known: Iterable[str]) -> str:
    """What to write instead of a name nobody knows: the nearest names, else some of the known ones."""
    names = sorted(known)
    near = get_close_matches(wrong, names, n=2, cutoff=0.6)
    if near:
        return "write " + " or ".join(f'"{name}"' for name in near)
    if not names:
        return "take it out: there is none to choose from"
    shown = ", ".join(f'"{name}"' for name in names[:12])
    return f"write one of {shown}" + (" …" if len(names) > 12 else "")
