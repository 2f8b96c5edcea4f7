"""However a pack's files are spoilt, its author is told what is wrong: nothing else is ever raised."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dialogue.full import write_full
from tests.unit.dialogue.packs import TOY, copy_of
from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import check_pack

VALUES = st.sampled_from(
    [
        "",
        "x",
        "not x",
        "gone",
        "say",
        "*",
        0,
        -1,
        3.5,
        True,
        [],
        ["x"],
        [1],
        {},
        {"x": 1},
        {"to": "gone"},
        [{}],
        [{"to": 1}],
        False,
        {"ends": "over"},
        {"back": "menu"},
        {"name": "x", "seek": "end"},
        {"min": 1},
        {"fact": "count"},
        "comedian",
        "toy",
    ]
)


@cache
def pack_files(pack: str) -> dict[str, dict[str, Any]]:
    """The files of the shipped pack, or of the one that uses everything the language has."""
    with TemporaryDirectory() as folder:
        source = copy_of("comedian", Path(folder)) if pack == "comedian" else write_full(Path(folder))
        return {
            str(path.relative_to(source)): tomllib.loads(path.read_text(encoding="utf-8"))
            for path in sorted(source.rglob("*.toml"))
        }


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document."""
    if path:
        yield path
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield from places(value, (*path, key))


@given(data=st.data(), pack=st.sampled_from(["comedian", "toy", "toy", "toy"]))
@settings(max_examples=120, deadline=None, derandomize=True)
def test_a_spoilt_pack_gives_findings_and_nothing_else(data: st.DataObject, pack: str) -> None:
    file = data.draw(st.sampled_from(sorted(pack_files(pack))))
    spoilt = copy.deepcopy(pack_files(pack)[file])
    *way, last = data.draw(st.sampled_from(list(places(spoilt))))
    node = spoilt
    for step in way:
        node = node[step]
    if data.draw(st.booleans()):
        del node[last]
    else:
        node[last] = data.draw(VALUES)
    with TemporaryDirectory() as name:
        folder = copy_of("comedian", Path(name)) if pack == "comedian" else write_full(Path(name))
        (folder / file).write_text(tomlkit.dumps(spoilt), encoding="utf-8")

        for finding in check_pack(folder, SUBJECTS if pack == "comedian" else [TOY]):
            assert finding.file and finding.key and ":" in finding.text
