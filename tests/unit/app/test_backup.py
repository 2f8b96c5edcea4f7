"""A backup holds everything, and gives it back; what can't be told for sure is refused, and nothing is ever deleted."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.backups import contents, furnished
from tests.support.house import ROOT, open_house
from tests.support.scripted_line import Speech
from vmq.app import backup as backups
from vmq.app.archive import reading, writing
from vmq.app.backup import make_backup
from vmq.app.restore import restore
from vmq.db.snapshot import take_snapshot
from vmq.domain import line
from vmq.errors import ConfigError, StorageError

USER_VERSION = 63  # its last byte in a database's first page


def rows(database: Path) -> list[str]:
    """Everything a database says, as SQL."""
    connection = sqlite3.connect(database)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


@pytest.fixture
async def config(tmp_path: Path) -> Path:
    return await furnished(tmp_path / "house")


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
async def test_everything_comes_back_into_an_empty_folder(config: Path, tmp_path: Path, name: str) -> None:
    done = make_backup(config, tmp_path / name, {"VMQ_HTTP__TOKEN": "x"})
    again = tmp_path / "again" / "vmq.toml"
    again.parent.mkdir()
    put_back = restore(tmp_path / name, again, {})

    assert put_back.missing == put_back.aside == ()
    assert contents(again.parent) == contents(config.parent)
    assert rows(again.parent / "data" / "vmq.db") == rows(config.parent / "data" / "vmq.db")
    assert done.files == put_back.files
    assert done.secrets == ("mail.password", "mailbox 1001:pin")
    assert done.outside == put_back.outside == ("$VMQ_HTTP__TOKEN",)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    async with open_house(again.parent / "data") as house:
        await house.voicemail.sweeper.recover(alive=())
        callers = sorted(message.caller_number for message in await house.inbox())
    assert callers == ["2002", "2002", "2003"], "also who was still speaking"


def test_the_configuration_comes_back_where_there_is_no_folder_yet(config: Path, tmp_path: Path) -> None:
    make_backup(config, tmp_path / "backup.tar", {})
    elsewhere = {"VMQ_PATHS__DATA": str(tmp_path / "srv"), "VMQ_PATHS__PERSONALITIES": str(tmp_path / "packs")}
    elsewhere["VMQ_MAIL__TEMPLATES"] = str(tmp_path / "templates")
    restore(tmp_path / "backup.tar", tmp_path / "etc" / "vmq" / "vmq.toml", elsewhere)
    assert (tmp_path / "etc" / "vmq" / "vmq.toml").read_text() == config.read_text()


def test_a_folder_that_only_the_environment_named_is_told_with_its_variable(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace('templates = "mail"\n', ""))
    make_backup(config, tmp_path / "backup.tar", {"VMQ_MAIL__TEMPLATES": str(config.parent / "mail")})
    with pytest.raises(StorageError, match=r"'templates/mail.txt' is in no place .*\$VMQ_MAIL__TEMPLATES"):
        restore(tmp_path / "backup.tar", tmp_path / "again" / "vmq.toml", {})


def test_a_secret_of_the_file_is_told_also_where_the_environment_has_another(config: Path, tmp_path: Path) -> None:
    done = make_backup(config, tmp_path / "backup.tar", {"VMQ_MAIL__PASSWORD": "x", "VMQ_HTTP__TOKEN": "y"})
    assert b"swordfish" in (tmp_path / "backup.tar").read_bytes()
    assert done.secrets == ("mail.password", "mailbox 1001:pin")


def test_secrets_of_tables_in_tables_are_told_too(config: Path, tmp_path: Path) -> None:
    more = '[http.oidc]\nissuer = "https://id.example"\nclient_id = "vmq"\nclient_secret = "a"\n'
    more += 'administrators = ["all"]\n[[facade.user]]\nname = "wallboard"\nsecret = "b"\n'
    config.write_text(config.read_text() + more)
    done = make_backup(config, tmp_path / "backup.tar", {})
    assert done.secrets[2:] == ("http.oidc.client_secret", "facade.user wallboard:secret")


def test_a_backup_that_is_there_is_not_overwritten(config: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        make_backup(config, tmp_path / "backup.tar", {})
    assert (tmp_path / "backup.tar").read_text() == "mine"


def test_what_is_there_is_a_reason_to_refuse_and_with_force_moved_aside(config: Path, tmp_path: Path) -> None:
    make_backup(config, tmp_path / "backup.tar", {})
    before = contents(config.parent)
    config.write_text(config.read_text() + "# changed since\n")
    (config.parent / "data" / "recordings" / "1001" / "new.wav").write_bytes(b"since")
    with pytest.raises(ConfigError, match=r"vmq.toml and \d+ more: is there already; with --force"):
        restore(tmp_path / "backup.tar", config, {})

    done = restore(tmp_path / "backup.tar", config, {}, force=True)
    assert contents(config.parent).items() >= before.items()
    assert not (config.parent / "data" / "recordings" / "1001" / "new.wav").exists()
    (aside,) = [path for path in done.aside if path.parent.name == "recordings"]
    assert (aside / "recordings" / "1001" / "new.wav").read_bytes() == b"since"
    (old,) = config.parent.glob("vmq.toml.before-*")
    assert "# changed since" in old.read_text()


def test_what_two_restores_in_one_second_move_aside_is_kept_apart(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(config, tmp_path / "backup.tar", {})
    monkeypatch.setattr(time, "strftime", lambda _: "20260105-120000")
    database, old = config.parent / "data" / "vmq.db", []
    for number in range(3):
        config.write_text(f"{config.read_text()}# {number}\n")
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(f"PRAGMA user_version = {number + 1}")
        old.append(config.read_text())
        restore(tmp_path / "backup.tar", config, {}, force=True)
    asides = [path.read_bytes() for path in (config.parent / "data").glob(".before-*/database/vmq.db")]
    assert sorted(content[USER_VERSION] for content in asides) == [1, 2, 3]
    assert {path.read_text() for path in config.parent.glob("vmq.toml.before-*")} == set(old)


def test_a_recording_that_goes_while_the_backup_is_made_is_in_no_row_of_it(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recordings, moments = config.parent / "data" / "recordings", 0

    def and_then_one_is_deleted(database: Path, target: Path) -> None:
        nonlocal moments
        take_snapshot(database, target)
        moments += 1
        if moments == 1:
            with sqlite3.connect(database) as connection:
                (ref,) = connection.execute("DELETE FROM messages WHERE rowid = 1 RETURNING ref").fetchone()
            connection.close()
            (recordings / f"{ref}.wav").unlink()

    monkeypatch.setattr(backups, "take_snapshot", and_then_one_is_deleted)
    assert make_backup(config, tmp_path / "backup.tar", {}).missing == ()
    assert moments == 2
    again = tmp_path / "again" / "vmq.toml"
    again.parent.mkdir()
    assert restore(tmp_path / "backup.tar", again, {}).missing == ()


def test_a_recording_that_was_lost_before_is_told(config: Path, tmp_path: Path) -> None:
    lost = next((config.parent / "data" / "recordings" / "1001").glob("*.wav"))
    lost.unlink()
    assert make_backup(config, tmp_path / "backup.tar", {}).missing == (f"1001/{lost.stem}",)
    again = tmp_path / "again" / "vmq.toml"
    again.parent.mkdir()
    assert restore(tmp_path / "backup.tar", again, {}).missing == (f"1001/{lost.stem}",)


def test_a_damaged_backup_is_refused_and_changes_nothing(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    make_backup(config, file, {})
    whole = file.read_bytes()
    at = whole.index(b"\x01\x02" * 100)
    again = tmp_path / "again" / "vmq.toml"
    again.parent.mkdir()
    for damaged, says in (
        (whole[:at] + b"\xff" + whole[at + 1 :], "is not what was written"),
        (whole[: len(whole) // 2], "backup.tar: "),
        (b"", "can't be read"),
        (b"no backup at all" * 100, "can't be read"),
    ):
        file.write_bytes(damaged)
        with pytest.raises(StorageError, match=says):
            restore(file, again, {})
        assert contents(again.parent) == {}
        assert not list(again.parent.rglob("*.db"))


@pytest.mark.parametrize("name", ["../evil", "recordings/../../evil", "elsewhere/evil", "/etc/evil"])
def test_a_backup_writes_nowhere_but_into_its_places(tmp_path: Path, name: str) -> None:
    content = b"x"
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    manifest = {"format": 1, "files": {name: {"bytes": 1, "sha256": digest}}}
    with tarfile.open(tmp_path / "backup.tar", "w") as tar:
        for entry, data in ((name, content), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(entry)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(StorageError, match="in no place"):
        restore(tmp_path / "backup.tar", tmp_path / "a" / "b" / "vmq.toml", {})
    assert not list(tmp_path.rglob("evil"))


async def test_a_running_vmq_is_not_restored_over(config: Path, tmp_path: Path) -> None:
    make_backup(config, tmp_path / "backup.tar", {})
    async with open_house(config.parent / "data") as house:
        await house.inbox()
        with pytest.raises(StorageError, match="a running vmq uses it"):
            restore(tmp_path / "backup.tar", config, {}, force=True)
        await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP))
        assert len(await house.inbox()) == 3


def test_a_damaged_database_can_be_restored_over(config: Path, tmp_path: Path) -> None:
    make_backup(config, tmp_path / "backup.tar", {})
    before = contents(config.parent)
    (config.parent / "data" / "vmq.db").write_bytes(b"no database" * 1000)
    done = restore(tmp_path / "backup.tar", config, {}, force=True)
    assert contents(config.parent).items() >= before.items()
    (aside,) = [path for path in done.aside if (path / "database").exists()]
    assert (aside / "database" / "vmq.db").read_bytes() == b"no database" * 1000


HOLD = """\
import sqlite3, sys
held = sqlite3.connect(sys.argv[1])
held.execute("PRAGMA journal_mode = WAL")
held.execute("SELECT count(*) FROM messages").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_running_vmq_is_seen_also_when_its_database_is_damaged(config: Path, tmp_path: Path) -> None:
    make_backup(config, tmp_path / "backup.tar", {})
    database, pipe = config.parent / "data" / "vmq.db", subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, database], stdin=pipe, stdout=pipe) as running:
        assert running.stdout
        assert running.stdout.readline() == b"open\n"
        database.write_bytes(b"no database" * 1000)
        with pytest.raises(StorageError, match="a running vmq uses it"):
            restore(tmp_path / "backup.tar", config, {}, force=True)
        running.communicate()
    assert restore(tmp_path / "backup.tar", config, {}, force=True).missing == ()


def test_what_is_linked_to_is_in_it_too_and_a_circle_is_gone_round_once(config: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "personality.toml").write_text("linked")
    (elsewhere / "round").symlink_to(elsewhere)
    (config.parent / "packs" / "linked").symlink_to(elsewhere)
    make_backup(config, tmp_path / "backup.tar", {})
    again = tmp_path / "again" / "vmq.toml"
    again.parent.mkdir()
    restore(tmp_path / "backup.tar", again, {})
    assert (again.parent / "packs" / "linked" / "personality.toml").read_text() == "linked"
    assert not (again.parent / "packs" / "linked" / "round").exists()


def test_a_folder_that_cannot_be_read_is_told_and_there_is_no_backup(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("packs/ours"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StorageError, match="packs/ours: Permission denied"):
        make_backup(config, tmp_path / "backup.tar", {})
    assert not (tmp_path / "backup.tar").exists()


def test_two_backups_of_one_name_at_once_are_each_whole(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    with writing(file) as first:
        first.add_bytes("recordings/1", b"1" * 100_000)
        with writing(file) as second:
            second.add_bytes("recordings/2", b"2" * 100_000)
        with reading(file) as backup:
            assert backup.read("recordings/2") == b"2" * 100_000
    with reading(file) as backup:
        assert backup.read("recordings/1") == b"1" * 100_000
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar"]


def test_nobody_else_can_prepare_the_file_that_the_secrets_go_into(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (tmp_path / "backup.tar.part").symlink_to(mine)
    with writing(tmp_path / "backup.tar") as backup:
        backup.add_bytes("vmq.toml", b"secret")
    assert not mine.exists()
    assert not (tmp_path / "backup.tar").is_symlink()


def test_what_cannot_be_moved_is_told(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_backup(config, tmp_path / "backup.tar", {})
    replace = os.replace

    def refuse(source: Path, target: Path) -> None:
        if source.name == "1001":
            raise OSError(16, "Device or resource busy", str(source))
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StorageError, match=r"recordings/1001: Device or resource busy.* --force"):
        restore(tmp_path / "backup.tar", config, {}, force=True)


def test_a_packed_backup_that_is_damaged_is_refused(config: Path, tmp_path: Path) -> None:
    with writing(tmp_path / "backup.tar.gz") as backup:
        for name in "abc":
            backup.add_bytes(f"recordings/{name}", random.Random(name).randbytes(200_000))
    whole = (tmp_path / "backup.tar.gz").read_bytes()
    for at in range(20, len(whole), 9973):
        (tmp_path / "backup.tar.gz").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(StorageError), reading(tmp_path / "backup.tar.gz") as backup:
            backup.extract({"recordings": tmp_path / "out"})


def test_a_servers_database_is_not_in_it_and_that_is_said(config: Path, tmp_path: Path) -> None:
    elsewhere = {"VMQ_STORAGE__URL": "postgresql+psycopg://vmq@db.example/vmq"}
    with pytest.raises(ConfigError, match="pg_dump"):
        make_backup(config, tmp_path / "backup.tar", elsewhere)
    make_backup(config, tmp_path / "backup.tar", elsewhere, without_database=True)
    again = tmp_path / "again" / "vmq.toml"
    again.parent.mkdir()
    restore(tmp_path / "backup.tar", again, elsewhere)
    assert contents(again.parent) == contents(config.parent)
    assert not (again.parent / "data" / "vmq.db").exists()


def test_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "vmq.toml").write_text('[paths]\ndata = "nowhere"\n')
    with pytest.raises(StorageError, match=r"vmq\.db: there is none"):
        make_backup(tmp_path / "vmq.toml", tmp_path / "backup.tar", {})
    assert [path.name for path in tmp_path.iterdir()] == ["vmq.toml"]


def killed(what: str, prepared: Path, base: Path) -> list[Path]:
    """The folders of all runs but the last, each killed a step later."""
    base.mkdir()
    command = [sys.executable, "-m", "tests.support.killed_backups", what, str(prepared), str(base)]
    done = subprocess.run(command, cwd=ROOT, timeout=300, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (base / "whole").exists()
    return sorted(base.glob("step-*"))


async def test_a_backup_killed_at_any_step_is_whole_or_not_there(tmp_path: Path) -> None:
    prepared = tmp_path / "prepared"
    config = await furnished(prepared / "house", messages=1)
    before = contents(config.parent)
    runs = killed("backup", prepared, tmp_path / "runs")
    assert len(runs) > 5
    for folder in runs:
        assert contents(folder / "house") == before, folder.name
        if (folder / "backup.tar").exists():
            (folder / "again").mkdir()
            restore(folder / "backup.tar", folder / "again" / "vmq.toml", {})
            assert contents(folder / "again") == before, folder.name
        else:
            make_backup(folder / "house" / "vmq.toml", folder / "backup.tar", {})
        make_backup(folder / "house" / "vmq.toml", folder / "next.tar", {})
        left = {path.name for path in folder.iterdir()} - {"house", "again", "backup.tar", "next.tar"}
        assert not left, f"{folder.name}: the next backup clears up"


async def test_restoring_killed_at_any_step_loses_nothing_and_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sync", lambda: None)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    prepared = tmp_path / "prepared"
    wanted = contents((await furnished(tmp_path / "first", messages=1)).parent)
    make_backup(tmp_path / "first" / "vmq.toml", prepared.parent / "backup.tar", {})
    old = await furnished(prepared / "house", messages=1)
    own = {digest for name, digest in contents(old.parent).items() if "/1001/" in name}
    shutil.move(tmp_path / "backup.tar", prepared / "backup.tar")
    runs = killed("restore", prepared, tmp_path / "runs")
    assert len(runs) > 15
    for folder in runs:
        everything = {digest_of(path) for path in (folder / "house").rglob("*") if path.is_file()}
        assert own <= everything, f"{folder.name}: what was there is gone"
        restore(folder / "backup.tar", folder / "house" / "vmq.toml", {}, force=True)
        assert contents(folder / "house").items() >= wanted.items(), folder.name
        assert own <= {digest_of(path) for path in (folder / "house").rglob("*") if path.is_file()}


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
