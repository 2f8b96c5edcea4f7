"""The command line: what it prints and its exit status, run as a person runs it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.vmq_command import forked

ROOT = Path(__file__).parents[2]
COMEDIAN = ROOT / "personalities" / "comedian"


def vmq(*words: object, typed: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `vmq` with these words, typing this."""
    return forked(list(map(str, words)), cwd, {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}, typed)


def test_a_wrong_word_is_usage() -> None:
    done = vmq("nonsense")
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_a_good_pack_is_good() -> None:
    done = vmq("pack", "check", COMEDIAN)
    assert (done.returncode, done.stdout) == (0, "comedian: good\n")


def test_a_bad_pack_is_told_and_fails(tmp_path: Path) -> None:
    pack = tmp_path / "mine"
    pack.mkdir()
    (pack / "personality.toml").write_text('id = "other"\nschema = 1\nlanguage = "en"\n')
    done = vmq("pack", "check", pack)
    assert done.returncode == 1
    assert "personality.toml: id:" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("mine: ")


def test_a_cue_is_said_clip_by_clip() -> None:
    done = vmq("pack", "say", COMEDIAN, "counts", "new=2", "old=0", "urgent=0")
    assert [line.split()[0] for line in done.stdout.splitlines()][:2] == ["digits/2", "vm-INBOX"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("say", COMEDIAN, "nothing"), 'there is no cue "nothing"'),
        (("say", COMEDIAN, "counts", "new"), "write name=value"),
    ],
)
def test_a_mistaken_pack_tool_call_is_one_line(words: tuple[object, ...], says: str) -> None:
    done = vmq("pack", *words)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_call_is_simulated() -> None:
    name = vmq("pack", "simulate", COMEDIAN).stdout.splitlines()[0]
    done = vmq("pack", "simulate", COMEDIAN, name, typed="h\n")
    assert done.returncode == 0
    assert "the call is over" in done.stdout


def test_setup_writes_the_files_and_the_secret(tmp_path: Path) -> None:
    config = tmp_path / "vmq.toml"
    config.write_text("# mine\n[http]\nport = 0\n")
    done = vmq("asterisk", "setup", tmp_path, "--config", config)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.glob("*_vmq.conf")} == {
        "manager_vmq.conf",
        "extensions_vmq.conf",
        "logger_vmq.conf",
    }
    assert "# mine\n[http]\nport = 0\n" in config.read_text()
    secret = config.read_text().split('secret = "')[1].split('"')[0]
    assert f"secret = {secret}" in (tmp_path / "manager_vmq.conf").read_text()
    again = vmq("asterisk", "setup", tmp_path, "--config", config)
    assert again.returncode == 0
    assert f'secret = "{secret}"' in config.read_text()


def test_setup_writes_a_manager_user_for_each_user_of_the_facade(tmp_path: Path) -> None:
    config = tmp_path / "vmq.toml"
    config.write_text('[[facade.user]]\nname = "fop2"\nsecret = "panel"\nread = ["agent"]\nwrite = ["all"]\n')
    for _ in range(2):
        done = vmq("asterisk", "setup", tmp_path, "--config", config)
        assert done.returncode == 0, done.stderr
        text = (tmp_path / "manager_vmq.conf").read_text()
        assert [line for line in text.splitlines() if line.startswith("[")] == ["[vmq]", "[vmq-fop2]", "[vmq-watch]"]
        section = text.split("[vmq-fop2]")[1].split("[")[0]
        assert "\nread = agent\nwrite = all\n" in section
        assert "panel" not in text
        assert "eventfilter" not in section


def test_a_secret_is_hashed_for_the_configuration() -> None:
    done = vmq("asterisk", "hash-secret", typed="open\nopen\n")
    assert done.returncode == 0, done.stderr
    assert "$argon2id$" in done.stdout


def test_a_phone_without_a_stand_in_says_what_to_do(tmp_path: Path) -> None:
    done = vmq("phone", "600", cwd=tmp_path)
    assert done.returncode == 1
    assert "start `vmq run` there first" in done.stderr
