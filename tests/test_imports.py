"""Imports run one way: each package of vmq imports only what its row says. Offences are named with file and line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ADAPTER = ("domain", "engine.ports")
SUBJECT = ("domain", "dialogue", "engine", "voice")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "domain": (),
    "dialogue": ("domain",),
    "engine": ("domain",),
    "voice": ("domain", "dialogue", "engine"),
    "authoring": ("domain", "dialogue"),
    "voicemail": SUBJECT,
    "studio": SUBJECT,
    "queue_voice": SUBJECT,
    "attendant": SUBJECT,
    "access": ADAPTER,
    "reports": ADAPTER,
    "simulate": ADAPTER,
    "asterisk": ADAPTER,
    "db": (*ADAPTER, "access"),
    "audio": ADAPTER,
    "http": (*ADAPTER, "access"),
    "mail": ADAPTER,
    "recognition": ADAPTER,
    "mqtt": ADAPTER,
    "lab": ("domain",),
    "client": ("domain", "http.commands", "http.models"),
    "lcd": ("client",),
    "config": ("domain",),
    "importing": ("domain", "config"),
}
"""Besides itself and what is for all. Modules that are in no package may import everything, as may app and cli."""

FOR_ALL = ("errors", "alarm", "batch", "cache", "disk")
MAY_IMPORT_ALL = {"app", "cli"}


def test_every_package_has_a_row() -> None:
    packages = {path.parent.name for path in (ROOT / "vmq").glob("*/__init__.py")}
    assert packages <= set(MAY_IMPORT) | MAY_IMPORT_ALL, "a new package: write down what it may import"


@pytest.mark.parametrize("package", [name for name in MAY_IMPORT if (ROOT / "vmq" / name).is_dir()])
def test_imports_run_one_way(package: str) -> None:
    allowed = (package, *MAY_IMPORT[package], *FOR_ALL)
    offences = [
        f"{path.relative_to(ROOT)}:{line}: {package} may not import vmq.{name}"
        for path in sorted((ROOT / "vmq" / package).rglob("*.py"))
        for line, name in imports_of_ours(path.read_text(), path.relative_to(ROOT).parts)
        if not any(name == prefix or name.startswith(f"{prefix}.") for prefix in allowed)
    ]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import vmq.db.tables", ["db.tables"]),
        ("from vmq.db import tables, rows", ["db.tables", "db.rows"]),
        ("from vmq import db", ["db"]),
        ("from ..db.tables import mailbox", ["db.tables.mailbox"]),
        ("def f():\n    from vmq.db.tables import mailbox", ["db.tables.mailbox"]),
        ("import os, vmqx.db", []),
    ],
)
def test_no_way_of_importing_is_overlooked(source: str, found: list[str]) -> None:
    assert [name for _, name in imports_of_ours(source, ("vmq", "engine", "x.py"))] == found


def imports_of_ours(source: str, path: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and name (without `vmq.`) of all that a module of ours imports of ours, wherever it does so."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path[: len(path) - node.level] if node.level else ()
            module = ".".join([*package, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("vmq."):
                yield node.lineno, name.removeprefix("vmq.")
