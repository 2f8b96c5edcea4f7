"""However a pack's files are spoilt, its author is told what is wrong: nothing else is ever raised."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dialogue.packs import PERSONALITIES, copy_of
from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import check_pack

FILES = sorted(
    str(path.relative_to(PERSONALITIES / "comedian")) for path in (PERSONALITIES / "comedian").rglob("*.toml")
)
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
    ]
)


@cache
def document(file: str) -> dict[str, Any]:
    return tomlkit.parse((PERSONALITIES / "comedian" / file).read_text(encoding="utf-8")).unwrap()


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document."""
    if path:
        yield path
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield from places(value, (*path, key))


@given(data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_spoilt_pack_gives_findings_and_nothing_else(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES))
    spoilt = copy.deepcopy(document(file))
    *way, last = data.draw(st.sampled_from(list(places(spoilt))))
    node = spoilt
    for step in way:
        node = node[step]
    if data.draw(st.booleans()):
        del node[last]
    else:
        node[last] = data.draw(VALUES)
    with TemporaryDirectory() as folder:
        pack = copy_of("comedian", Path(folder))
        (pack / file).write_text(tomlkit.dumps(spoilt), encoding="utf-8")

        for finding in check_pack(pack, SUBJECTS):
            assert finding.file and finding.key and ":" in finding.text
