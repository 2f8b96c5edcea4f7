"""What keeps vmq from starting: all of it told, in a line each, with what to do; exit status 2 for the configuration,
1 for anything else.
"""

from __future__ import annotations

import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.support.vmq_command import Said, vmq
from vmq.resources import shipped

FLOW = "flows/leave_message.toml"
#: Right → wrong.
MISTAKES = {'next = "greeting"': 'next = "greting"', 'cue = "tone"': 'cue = "tones"'}
GOOD = """
[http]
port = 0
[agi]
port = 0
[paths]
data = "data"
"""


def start(folder: Path, config: str = GOOD, *, bound_by_modes: bool = False) -> Said:
    """`vmq run` with this configuration."""
    (folder / "vmq.toml").write_text(config)
    return vmq("run", "--config", folder / "vmq.toml", folder=folder, bound_by_modes=bound_by_modes)


def only_line(said: Said, status: int) -> str:
    """The one line it said before it ended with this status."""
    assert said.status == status, said
    (line,) = said.errors
    assert line.startswith("vmq: ")
    return line


def test_every_mistake_in_the_configuration_is_told_at_once(tmp_path: Path) -> None:
    said = start(
        tmp_path,
        """
        [asterisk]
        prot = 5038
        secret = 7
        [http]
        port = "eighty"
        host = "0.0.0.0"
        [[queue]]
        name = "sales"
        ring_s = -1
        [[agent]]
        name = "ann"
        device = "1001"
        """,
    )
    assert said.status == 2
    assert said.out == []
    for line, key in zip(
        said.errors,
        ("asterisk.secret", "asterisk.prot", "http.port", "queue sales: ring_s", "agent ann: device"),
        strict=True,
    ):
        assert line.startswith(f"vmq: {tmp_path}/vmq.toml: {key}: "), said.errors


def test_contradictions_are_told(tmp_path: Path) -> None:
    said = start(tmp_path, '[http]\nhost = "0.0.0.0"\n[[agent]]\nname = "ann"\ndevice = "PJSIP/1"\nqueues = ["sale"]\n')
    assert said.status == 2
    assert ["there is no queue 'sale'" in line or "http.token" in line for line in said.errors] == [True, True]


def test_text_that_is_no_toml(tmp_path: Path) -> None:
    assert "line 1" in only_line(start(tmp_path, "[asterisk\n"), 2)


def test_a_configuration_that_may_not_be_read(tmp_path: Path) -> None:
    config = tmp_path / "vmq.toml"
    config.write_text(GOOD)
    config.chmod(0)
    said = vmq("run", "--config", config, folder=tmp_path, bound_by_modes=True)
    assert "check its owner and mode" in only_line(said, 2)


def test_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no such file" in only_line(vmq("run", "--config", "nowhere.toml", folder=tmp_path), 2)


@pytest.mark.parametrize(("section", "setting"), [("agi", "agi"), ("http", "http")])
def test_a_port_that_is_taken(tmp_path: Path, section: str, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        taken = owner.getsockname()[1]
        other = "agi" if section == "http" else "http"
        said = start(
            tmp_path,
            f"[{section}]\nport = {taken}\n[{other}]\nport = 0\n[asterisk]\nport = 1\nsecret = 'x'\n",
        )
    line = only_line(said, 2)
    assert setting in line
    assert str(taken) in line


@pytest.mark.parametrize("mode", [0o000, 0o500], ids=["unreadable", "unwritable"])
def test_a_data_folder_that_may_not_be_used(tmp_path: Path, mode: int) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(mode)
    line = only_line(start(tmp_path, bound_by_modes=True), 1)
    data.chmod(0o700)
    assert str(data) in line
    assert list(data.iterdir()) == []


def test_a_data_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    line = only_line(start(tmp_path), 1)
    assert f"{tmp_path}/data" in line
    assert "paths.data" in line


def test_a_recordings_folder_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir(mode=0o500)
    line = only_line(start(tmp_path, GOOD + 'recordings = "recordings"\n', bound_by_modes=True), 1)
    assert f"{tmp_path}/recordings" in line


def test_a_database_that_is_none(tmp_path: Path) -> None:
    database = tmp_path / "data/vmq.db"
    database.parent.mkdir()
    database.write_bytes(b"this is no database" * 1000)
    line = only_line(start(tmp_path), 1)
    assert "vmq.db" in line
    assert "not a database" in line
    assert database.read_bytes() == b"this is no database" * 1000


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    database = tmp_path / "data/vmq.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()
    assert "newer version" in only_line(start(tmp_path), 1)


@pytest.mark.parametrize("name", ["comedian", "mine"])
def test_a_broken_default_pack_is_told_with_all_its_findings(tmp_path: Path, name: str) -> None:
    break_pack(tmp_path, name)
    said = start(tmp_path, f'{GOOD}personalities = ["packs"]\n[voicemail]\npersonality = "{name}"\n')
    assert said.status == 1
    told = [line for line in said.errors if line.startswith("vmq: ")]
    for mistake in ("greting", "tones"):
        assert [line for line in told if mistake in line and FLOW in line], told


def break_pack(folder: Path, name: str) -> None:
    """A pack of the administrator's own with this name, with mistakes in it."""
    flow = Path(shutil.copytree(shipped("personalities") / "comedian", folder / "packs" / name)) / FLOW
    text = flow.read_text()
    for right, wrong in MISTAKES.items():
        assert right in text
        text = text.replace(right, wrong)
    flow.write_text(text)
