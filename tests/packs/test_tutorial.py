"""The tutorial works as it is written: its files are written, its commands typed, and they print what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial-pack.md"
_BLOCK = re.compile(r"^```(toml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (\S+)( \+)?\n")


def blocks() -> Iterator[tuple[str, str]]:
    """(kind, text) of all code blocks, in order."""
    yield from ((kind, text) for kind, text in _BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")))


def write(folder: Path, text: str) -> None:
    """Write the file that a block is; one with a + is added to what is there, table by table."""
    named = _FILE.match(text)
    assert named, f"a block names no file: {text[:60]!r}"
    path, content = folder / named[1], text[named.end() :]
    path.parent.mkdir(parents=True, exist_ok=True)
    if named[2]:
        old, words = path.read_text(encoding="utf-8").split("[text]\n")
        tables, more_words = content.split("[text]\n")
        content = f"{old}{tables}[text]\n{words.rstrip()}\n{more_words}"
    path.write_text(content, encoding="utf-8")


def run(folder: Path, command: str) -> str:
    """What a command prints."""
    words = command.split()
    assert words[0] == "vmq"
    done = subprocess.run(
        [sys.executable, "-m", "vmq.cli", *words[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block, with the lines that must come back, in order; others may stand between them."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *wanted = part.strip().splitlines()
        yield command, wanted


# feature 78, 79
def test_everything_in_the_tutorial_works(tmp_path: Path) -> None:
    ran = []
    for kind, text in blocks():
        if kind == "toml":
            write(tmp_path, text)
            continue
        for command, wanted in commands(text):
            printed = run(tmp_path, command)
            at = 0
            for line in wanted:
                assert line in printed[at:], f"$ {command} prints\n{printed}\nwhere the tutorial has\n{line}"
                at = printed.index(line, at) + len(line)
            ran.append(command)
    assert len(ran) >= 8
    assert (tmp_path / "drawn" / "hello.pdf").read_bytes().startswith(b"%PDF")
