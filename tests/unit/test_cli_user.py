"""`vmq user …` straight on the database: the way in for whoever lost his password, and for the first of all."""

from __future__ import annotations

from pathlib import Path

from tests.support.vmq_command import vmq as run

CONFIG = '[paths]\ndata = "data"\n'
PASSWORD = "four words of ours"


def vmq(folder: Path, *words: str, password: str = PASSWORD) -> tuple[int, str, str]:
    said = run("user", *words, "--config", "vmq.toml", folder=folder, typed=f"{password}\n")
    return said.status, "".join(f"{line}\n" for line in said.out), "".join(f"{line}\n" for line in said.errors)


def test_users_are_made_listed_given_passwords_and_removed(tmp_path: Path) -> None:
    (tmp_path / "vmq.toml").write_text(CONFIG)
    assert vmq(tmp_path, "list") == (0, "", "")
    assert vmq(tmp_path, "add", "adam", "--role", "administrator") == (0, "", "")
    sue = ("add", "sue", "--role", "supervisor", "--queue", "sales", "--queue", "support")
    assert vmq(tmp_path, *sue) == (0, "", "")
    assert vmq(tmp_path, "add", "ann", "--agent", "ann", "--mailbox", "1001") == (0, "", "")
    assert vmq(tmp_path, "list")[1].splitlines() == [
        "adam  administrator",
        "ann  agent  agent ann  mailbox 1001",
        "sue  supervisor  sales, support",
    ]
    assert vmq(tmp_path, "password", "sue", password="other words here") == (0, "", "")
    assert vmq(tmp_path, "remove", "sue") == (0, "", "")
    assert vmq(tmp_path, "remove", "sue") == (1, "", "vmq: there is no user sue\n")
    said = "vmq: there would be no administrator left: make somebody else an administrator first\n"
    assert vmq(tmp_path, "remove", "adam") == (1, "", said)
    assert vmq(tmp_path, "add", "adam", "--role", "administrator") == (1, "", "vmq: there is a user adam already\n")
    assert vmq(tmp_path, "add", "bob")[2] == "vmq: agent: say which agent this user is\n"
    assert vmq(tmp_path, "password", "adam", password="short")[2].startswith("vmq: a password has at least")


def test_the_help_names_the_ways(tmp_path: Path) -> None:
    said = run("user", "--help", folder=tmp_path)
    assert said.status == 0
    assert all(word in "\n".join(said.out) for word in ("list", "add", "password", "remove"))
