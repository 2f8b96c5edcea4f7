"""Every command that reads a configuration says in one line that the one named isn't there, and does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.support.vmq_command import vmq
from vmq.cli import app
from vmq.errors import ConfigError

MAKES_IT = {"add", "import"}
"""What they are to be written into may be a new file."""


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All commands below a group that take --config, by the words that are typed."""
    if hasattr(group, "commands"):
        for name, command in group.commands.items():
            yield from commands(command, (*words, name))
    elif any("--config" in parameter.opts for parameter in group.params):
        yield words, group


BEFORE = {"simulate", "restore", "greeting put", "user password", "mailbox pin", "mailbox erase"}
"""They ask a person, or read another file, before that."""
ALL = [
    each
    for each in commands(typer.main.get_command(app))
    if each[0][-1] not in MAKES_IT and " ".join(each[0]) not in BEFORE
]


WORDS = {"mode": "listen", "change": "pause", "kind": "busy"}
"""What is typed where not every word may be."""


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) for words, _ in ALL])
def test_a_configuration_that_is_not_there_is_told(
    words: tuple[str, ...], command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    needed = []
    for parameter in command.params:
        if parameter.required:
            is_option = parameter.opts[0].startswith("-")
            value = WORDS.get(parameter.name or "", "1")
            needed += [parameter.opts[0], value] if is_option else [value]
    with pytest.raises(ConfigError, match=r"^typo\.toml: there is no such file; see docs/configuration.md"):
        app([*words, *needed, "--config", "typo.toml"], standalone_mode=False)
    assert list(tmp_path.iterdir()) == []


def test_it_is_one_line_and_the_status_of_a_command_that_can_not_be_used(tmp_path: Path) -> None:
    for words in (("queue", "list"), ("list", "list"), ("queue", "set", "sales", "ring_s=20")):
        done = vmq(*words, "--config", "typo.toml", folder=tmp_path)
        assert (done.status, done.out, len(done.errors)) == (2, [], 1), words
