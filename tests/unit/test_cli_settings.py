"""`vmq queue|agent|… list|show|add|set|remove` on the file and by the API, `vmq reload`, and SIGHUP."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from tests.live.server import free_port
from tests.support.vmq_client import VmqClient
from tests.support.vmq_command import ROOT, vmq
from vmq.cli.settings import parse_values
from vmq.config.load import load
from vmq.errors import ConfigError


def test_values_are_toml_and_else_text() -> None:
    words = ["ring_s=20", "strategy=linear", 'music=""', "announce.on_join=true", "queues=['a', 'b']", "needs=a >= 5"]
    assert parse_values([*words, "wrap_up_s="]) == {
        "ring_s": 20,
        "strategy": "linear",
        "music": "",
        "announce": {"on_join": True},
        "queues": ["a", "b"],
        "needs": "a >= 5",
        "wrap_up_s": None,
    }
    with pytest.raises(ConfigError, match="'ring_s' says nothing; write key=value"):
        parse_values(["ring_s"])


def test_the_file_is_changed(tmp_path: Path) -> None:
    where = ("--config", "vmq.toml")
    for words in (
        ("queue", "add", "sales", "strategy=ringall"),
        ("queue", "add", "support"),
        ("agent", "add", "ann", "device=PJSIP/1001", "queues=['sales']"),
        ("queue", "set", "sales", "ring_s=20", "max_wait_s=60", "overflow.timeout=queue:support"),
        ("penalty-rule", "add", "later", "change=[{after_s=30, max_penalty='+1'}]"),
        ("queue", "set", "sales", "strategy="),
    ):
        done = vmq(*words, *where, folder=tmp_path)
        assert (done.status, done.errors) == (0, []), words
    config = load(tmp_path / "vmq.toml", {})
    assert (config.queue[0].ring_s, config.queue[0].strategy) == (20, "longest_idle")
    assert config.queue[0].overflow == {"timeout": "queue:support"}
    assert vmq("queue", "list", *where, folder=tmp_path).out == ["sales", "support"]
    assert "ring_s = 20.0" in vmq("queue", "show", "sales", *where, folder=tmp_path).out
    assert vmq("agent", "remove", "ann", *where, folder=tmp_path).status == 0
    assert vmq("agent", "list", *where, folder=tmp_path).out == []


def test_mailboxes_classes_and_lists_are_tables_too(tmp_path: Path) -> None:
    where = ("--config", "vmq.toml")
    for words in (
        ("cos", "add", "boss", "max_messages=500"),
        ("mailbox", "add", "1001", "name=Ann", "pin='4711'", "class_of_service=boss"),
        ("mailbox", "add", "1002"),
        ("mailbox", "set", "1001", "aliases=['1101']"),
        ("list", "add", "700", "members=['1001', '1002']"),
        ("mailbox", "remove", "1002"),
    ):
        done = vmq(*words, *where, folder=tmp_path)
        assert (done.status, done.errors) == (0, []), words
    config = load(tmp_path / "vmq.toml", {})
    (ann,) = config.mailbox
    assert (ann.name, ann.aliases, ann.class_of_service) == ("Ann", ("1101",), "boss")
    assert vmq("mailbox", "list", *where, folder=tmp_path).out == ["1001"]
    assert 'members = ["1001", "1002"]' in vmq("list", "show", "700", *where, folder=tmp_path).out
    assert not [line for line in vmq("mailbox", "settings", "1001", *where, folder=tmp_path).out if "4711" in line]


def test_a_sheet_is_exported_looked_at_and_applied(tmp_path: Path) -> None:
    where = ("--config", "vmq.toml")
    (tmp_path / "vmq.toml").write_text('[[mailbox]]\nnumber = "1001"\nname = "Ann"  # the boss\n')
    assert vmq("mailbox", "export", "boxes.csv", *where, folder=tmp_path).status == 0
    assert vmq("mailbox", "import", "boxes.csv", *where, folder=tmp_path).out == ["nothing changes"]
    (tmp_path / "boxes.csv").write_text("number;name\n1001;Anna\n1002;Bob\n")
    looked_at = vmq("mailbox", "import", "boxes.csv", *where, folder=tmp_path)
    lines = ["line 2: mailbox 1001: name Ann → Anna", "line 3: mailbox 1002: new name Bob"]
    assert looked_at.out == [*lines, "2 mailboxes would be changed; --apply does it"]
    applied = vmq("mailbox", "import", "boxes.csv", "--apply", *where, folder=tmp_path)
    assert applied.out == [*lines, "2 mailboxes changed"]
    assert [mailbox.name for mailbox in load(tmp_path / "vmq.toml", {}).mailbox] == ["Anna", "Bob"]
    (tmp_path / "boxes.csv").write_text("number;nmae\n;x\n")
    wrong = vmq("mailbox", "import", "boxes.csv", "--apply", *where, folder=tmp_path)
    assert (wrong.status, wrong.errors) == (
        2,
        ["vmq: column nmae: there is no such setting; write name", "vmq: line 2, number: is empty; write one"],
    )


def test_what_is_refused_is_told(tmp_path: Path) -> None:
    where = ("--config", "vmq.toml")
    vmq("queue", "add", "sales", *where, folder=tmp_path)
    for words, says in (
        (("queue", "add", "sales"), "there is a queue 'sales' already"),
        (("queue", "set", "sales", "ring_s=-1"), "vmq.toml: queue sales: ring_s: "),
        (("queue", "remove", "support"), "vmq.toml: there is no queue 'support'"),
    ):
        done = vmq(*words, *where, folder=tmp_path)
        assert done.status == 2
        assert done.errors[0].startswith(f"vmq: {says}")


async def _vmq(*words: str, folder: Path) -> tuple[int, list[str], list[str]]:
    done = await asyncio.to_thread(vmq, *words, folder=folder)
    return done.status, done.out, done.errors


async def test_a_running_vmq_is_changed_reloaded_and_hung_up_on(tmp_path: Path) -> None:
    port = free_port()
    path = tmp_path / "vmq.toml"
    path.write_text(f'[http]\nport = {port}\n[agi]\nport = 0\n[[queue]]\nname = "sales"\n', encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "vmq.cli", "run", "--config", str(path),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            while not (await process.stdout.readline()).startswith(b"vmq is up"):
                assert process.returncode is None
            vmq_client = VmqClient(url := f"http://127.0.0.1:{port}")
            await vmq_client.open(0)
            assert await _vmq("queue", "set", "sales", "weight=3", "--url", url, folder=tmp_path) == (0, [], [])
            await vmq_client.wait_record("RulesReloaded", by="cli", what="queue sales changed")
            assert await _vmq("queue", "list", "--url", url, folder=tmp_path) == (0, ["sales"], [])
            assert await _vmq("reload", "--url", url, folder=tmp_path) == (0, ["nothing changed"], [])
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("weight = 3", "weight = -3"), encoding="utf-8")
            status, _, errors = await _vmq("reload", "--url", url, folder=tmp_path)
            assert status == 1 and errors[0].startswith(f"vmq: {path}: queue sales: weight: ")
            process.send_signal(signal.SIGHUP)
            path.write_text(text.replace("weight = 3", "weight = 4"), encoding="utf-8")
            await vmq_client.wait_record("RulesReloaded", by="file")
            await vmq_client.close()
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
