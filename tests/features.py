"""docs/features.md, made from what tests say of themselves: `python -m tests.features` writes it anew.

A test shows features when a comment directly above it says so: `# feature 14, 22` above a `def test_…`, above a
`[[call]]` of a pack's tests, or anywhere in a scenario, which is one test. The features are in features.toml. Taken are
tests on real parts: live, scenarios (stand-in and live), contract, packs' own, browser, faults and installation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "features.md"
KINDS = {
    "tests/scenario/calls/*.toml": "scenario",
    "tests/live/test_*.py": "live",
    "tests/contract/test_*.py": "contract",
    "tests/packs/test_*.py": "packs",
    "personalities/*/tests/*.toml": "pack",
    "tests/browser/test_*.py": "browser",
    "tests/faults/test_*.py": "faults",
}
_MARK = re.compile(r"\s*# features? (\d+(?:, \d+)*)")
_TEST = re.compile(r"\s*(?:async )?def (test_\w+)|name = \"(.*)\"")
_TITLE = re.compile(r"title = \"(.*)\"")

HEAD = """\
# What vmq's voicemail has, and which tests show it

Written by `python -m tests.features` from the marks at the tests; the numbers are those of the survey of voicemail
systems that vmq was begun with. A *scenario* is played on the stand-in and on a real Asterisk, *live* tests need a real
one; *contract* tests run on real storage, mail and web servers; *pack* tests are the personalities' own test calls.

| | feature | shown by |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A test that shows a feature."""

    number: int
    kind: str
    path: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}: [{self.name}](../{self.path})"


def shown_by(path: Path, kind: str) -> Iterator[Shown]:
    """What the marks of a file say. Raises ValueError for a mark that is at no test."""
    text = path.read_text(encoding="utf-8")
    title = _TITLE.search(text) if kind == "scenario" else None
    numbers: list[int] = []
    for line in text.splitlines():
        if mark := _MARK.fullmatch(line):
            numbers += map(int, mark[1].split(", "))
        if numbers and (test := title or _TEST.match(line)):
            name = next(filter(None, test.groups())).removeprefix("test_").replace("_", " ")
            where = path.relative_to(ROOT).as_posix()
            yield from (Shown(number, kind, where, name) for number in numbers)
            numbers = []
    if numbers:
        raise ValueError(f"{path}: # feature {numbers} is at no test")


def everything() -> list[Shown]:
    """All that tests show. Raises ValueError, also for a number that no feature has."""
    known = {each["number"] for each in features()}
    found = [each for glob, kind in KINDS.items() for path in sorted(ROOT.glob(glob)) for each in shown_by(path, kind)]
    for each in found:
        if each.number not in known:
            raise ValueError(f"{each.path}: there is no feature {each.number}")
    return found


def features() -> list[dict[str, object]]:
    """All features, those that vmq goes without too."""
    content = tomllib.loads((ROOT / "tests" / "features.toml").read_text(encoding="utf-8"))
    return list(content["feature"])


def document() -> str:
    """The text of docs/features.md."""
    found = everything()
    lines = []
    for feature in features():
        tests = "<br>".join(str(each) for each in found if each.number == feature["number"])
        shown = tests or feature.get("without", "**missing**")
        lines.append(f"| {feature['number']} | {feature['name']} | {shown} |\n")
    return HEAD + "".join(lines)


def missing() -> list[str]:
    """Features that vmq should have and no test shows."""
    shown = {each.number for each in everything()}
    return [
        f"{each['number']} {each['name']}"
        for each in features()
        if "without" not in each and each["number"] not in shown
    ]


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    for line in missing():
        print(f"missing: {line}")
