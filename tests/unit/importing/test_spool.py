"""A spool with everything that can be wrong: what is good is taken, what can be mended is, and all is told."""

from __future__ import annotations

import os
import wave
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from vmq.app import spool_in
from vmq.app.moving import Move, storage
from vmq.app.spool_in import SpoolImport
from vmq.app.spool_out import SpoolExport
from vmq.config.load import load
from vmq.config.model import Config
from vmq.domain.mailbox import Folder, GreetingKind, Message
from vmq.errors import ConfigError
from vmq.importing import lock
from vmq.voicemail.pins import is_pin

TEXT = '[message]\ncallerid="Ann" <1002>\norigtime={at}\nduration={s}\nmsg_id={id}\nflag={flag}\n'


def sound(seed: int, seconds: float = 1.0) -> bytes:
    """Samples that no other seed has."""
    return bytes((seed * 7 + n * seed) % 251 for n in range(round(seconds * 16_000)))


def write_wav(path: Path, samples: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(samples)


def put(folder: Path, number: int, at: int, seed: int, *, flag: str = "", message_id: str = "") -> None:
    stem = folder / f"msg{number:04d}"
    write_wav(stem.with_suffix(".wav"), sound(seed))
    stem.with_suffix(".txt").write_text(TEXT.format(at=at, s=1, id=message_id or f"{at}-{seed:08x}", flag=flag))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load(None, {"VMQ_PATHS__DATA": str(tmp_path / "data")})


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "voicemail"


async def take(config: Config, spool: Path, context: str = "", *, is_dry: bool = False) -> Move:
    move = Move()
    async with storage(config) as (store, mailboxes):
        await SpoolImport(store, mailboxes, move, now=5.0, is_dry=is_dry).run(spool, context)
    return move


@asynccontextmanager
async def kept(config: Config, number: str = "1001") -> AsyncIterator[Mapping[Folder, list[tuple[Message, bytes]]]]:
    """The messages of a mailbox with their sound."""
    async with storage(config) as (store, mailboxes):
        found = {}
        for folder in Folder:
            messages = await mailboxes.messages(number, folder)
            found[folder] = [(message, await store.samples(message.ref)) for message in messages]
        yield found


async def test_messages_greetings_folders_dates_and_callers_come_over_and_back(
    config: Config, spool: Path, tmp_path: Path
) -> None:
    box = spool / "default/1001"
    put(box / "INBOX", 0, 100, 1)
    put(box / "INBOX", 7, 200, 2)  # a gap
    put(box / "Urgent", 0, 300, 3, flag="Urgent")
    put(box / "Old", 0, 50, 4)
    put(box / "Deleted", 0, 40, 5)
    put(box / "Family", 0, 60, 6)
    put(box / "tmp", 0, 60, 7)
    write_wav(box / "unavail.wav", sound(8))
    write_wav(box / "greet.wav", sound(9))
    move = await take(config, spool)
    assert move.summary == "8 taken, 0 repaired, 0 there already, 0 refused"
    async with kept(config) as found:
        assert [(m.received_at, s) for m, s in found[Folder.INBOX]] == [(100.0, sound(1)), (200.0, sound(2))]
        ((urgent, _),) = found[Folder.URGENT]
        assert (urgent.is_urgent, urgent.caller_name, urgent.caller_number) == (True, "Ann", "1002")
        assert [len(found[folder]) for folder in (Folder.OLD, Folder.DELETED, Folder.FAMILY)] == [1, 1, 1]
    back = Move()
    async with storage(config) as (store, mailboxes):
        greetings = (await mailboxes.find("1001"))["1001"].greetings
        assert set(greetings) == {GreetingKind.UNAVAILABLE, GreetingKind.NAME}
        await SpoolExport(store, mailboxes, back, "default").run(tmp_path / "out")
    out = tmp_path / "out/default/1001"
    assert sorted(path.name for path in (out / "INBOX").iterdir()) == [
        "msg0000.txt", "msg0000.wav", "msg0001.txt", "msg0001.wav",
    ]  # fmt: skip
    with wave.open(str(out / "greet.wav")) as file:
        assert file.readframes(file.getnframes()) == sound(9)
    assert not (out / "tmp").exists()


async def test_a_second_import_takes_only_what_is_new_and_resurrects_nothing_twice(config: Config, spool: Path) -> None:
    put(spool / "default/1001/INBOX", 0, 100, 1)
    await take(config, spool)
    put(spool / "default/1001/INBOX", 1, 200, 2)
    (spool / "default/1001/Old").mkdir()
    for name in ("msg0000.txt", "msg0000.wav"):  # its owner heard it
        (spool / "default/1001/INBOX" / name).rename(spool / "default/1001/Old" / name)
    assert (await take(config, spool)).summary == "1 taken, 0 repaired, 1 there already, 0 refused"
    async with kept(config) as found:
        assert [len(found[folder]) for folder in (Folder.INBOX, Folder.OLD)] == [2, 0]


async def test_a_dry_run_tells_the_same_and_keeps_nothing(config: Config, spool: Path) -> None:
    put(spool / "default/1001/INBOX", 0, 100, 1)
    write_wav(spool / "default/1001/busy.wav", sound(2))
    assert (await take(config, spool, is_dry=True)).summary == "2 taken, 0 repaired, 0 there already, 0 refused"
    async with kept(config) as found:
        assert not any(found.values())


async def test_what_is_broken_is_mended_or_refused_and_told(config: Config, spool: Path) -> None:
    inbox = spool / "default/1001/INBOX"
    put(inbox, 0, 100, 1)
    (inbox / "msg0000.txt").unlink()  # a sound without a text
    put(inbox, 1, 110, 2)
    (inbox / "msg0001.wav").unlink()  # a text without a sound
    put(inbox, 2, 120, 3)
    (inbox / "msg0002.wav").write_bytes(b"")  # the best format is empty, another is good
    (inbox / "msg0002.sln").write_bytes(sound(3))
    put(inbox, 3, 130, 4)
    old = inbox / "msg0003.ulaw"  # written before the introduction
    old.write_bytes(b"\xff" * 8000)
    os.utime(old, (1, 1))
    put(inbox, 4, 140, 5)
    (inbox / "msg0004.wav").write_bytes(b"no sound at all")
    put(inbox, 5, 150, 6)
    data = bytearray((inbox / "msg0005.wav").read_bytes())
    data[4:8] = data[40:44] = bytes(4)  # cut off by a crash: the sizes were never written
    (inbox / "msg0005.wav").write_bytes(data)
    (inbox / "letter.doc").write_text("?")
    (inbox / "msg0006.ogg").write_text("?")
    move = await take(config, spool)
    told = {line.split()[0].rpartition("/")[2]: line for line in move.lines}
    assert "repaired" in told["msg0000"] and "has no text" in told["msg0000"]
    assert "refused" in told["msg0001"] and "only its text" in told["msg0001"]
    assert "repaired" in told["msg0002"] and "msg0002.wav" in told["msg0002"]
    assert "repaired" in told["msg0003"] and "msg0003.ulaw is older" in told["msg0003"]
    assert "refused" in told["msg0004"]
    assert "taken" in told["msg0005"]
    assert "refused" in told["letter.doc"] and "refused" in told["msg0006.ogg"]
    async with kept(config) as found:
        sounds = [samples for _, samples in found[Folder.INBOX]]
        assert sorted(sounds) == sorted([sound(1), sound(3), sound(4), sound(6)])


async def test_what_an_introduction_left_behind_and_recordings_under_way_are_no_messages(
    config: Config, spool: Path
) -> None:
    inbox = spool / "default/1001/INBOX"
    put(inbox, 0, 100, 1)
    for name in ("msg0000-bak.wav", "msg0000-bak.txt", ".lock-1234"):
        (inbox / name).write_bytes(b"as it was")
    write_wav(spool / "default/1001/tmp/abc.wav", sound(2))
    move = await take(config, spool)
    assert move.summary == "1 taken, 0 repaired, 0 there already, 0 refused"


async def test_a_mailbox_that_no_file_names_comes_over_with_its_messages(config: Config, spool: Path) -> None:
    """As those whose settings app_voicemail had in a database (realtime)."""
    put(spool / "default/1777/INBOX", 0, 100, 1)
    await take(config, spool)
    async with kept(config, "1777") as found:
        assert len(found[Folder.INBOX]) == 1


async def test_urgent_is_a_folder_and_a_mark_and_either_will_do(config: Config, spool: Path) -> None:
    box = spool / "default/1001"
    put(box / "Urgent", 0, 100, 1)
    put(box / "Old", 0, 200, 2, flag="PRIORITY")
    await take(config, spool)
    async with kept(config) as found:
        ((urgent, _),), ((old, _),) = found[Folder.URGENT], found[Folder.OLD]
        assert urgent.is_urgent and old.is_urgent


async def test_a_name_in_another_script_comes_over(config: Config, spool: Path) -> None:
    inbox = spool / "default/1001/INBOX"
    put(inbox, 0, 100, 1)
    text = inbox / "msg0000.txt"
    text.write_bytes(text.read_bytes().replace(b"Ann", "Zoë Ж".encode()))
    await take(config, spool)
    async with kept(config) as found:
        ((message, _),) = found[Folder.INBOX]
        assert message.caller_name == "Zoë Ж"


async def test_one_number_in_two_contexts_is_taken_from_one(config: Config, spool: Path) -> None:
    put(spool / "a/1001/INBOX", 0, 100, 1)
    put(spool / "b/1001/INBOX", 0, 100, 2)
    move = await take(config, spool)
    assert "import with --context" in move.lines[1]
    async with kept(config) as found:
        assert [samples for _, samples in found[Folder.INBOX]] == [sound(1)]
    assert (await take(config, spool, "b")).counts["taken"] == 1


async def test_a_folder_that_a_call_holds_is_told_and_the_rest_taken(
    config: Config, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_S", 0.1)
    put(spool / "default/1001/INBOX", 0, 100, 1)
    put(spool / "default/1001/Old", 0, 90, 2)
    (spool / "default/1001/INBOX/.lock").touch()
    move = await take(config, spool)
    assert any("is held by a call" in line for line in move.lines)
    assert (spool / "default/1001/INBOX/.lock").exists()
    assert not list((spool / "default/1001/Old").glob(".lock*"))
    async with kept(config) as found:
        assert [len(found[folder]) for folder in (Folder.INBOX, Folder.OLD)] == [0, 1]


@pytest.mark.parametrize("what", ["missing", "empty"])
async def test_what_is_no_spool_is_told_as_such(config: Config, spool: Path, what: str) -> None:
    if what == "empty":
        spool.mkdir()
    with pytest.raises(ConfigError, match=r"can't be read|holds no mailboxes"):
        await take(config, spool)


async def test_an_export_overwrites_no_mailbox(config: Config, spool: Path) -> None:
    put(spool / "default/1001/INBOX", 0, 100, 1)
    await take(config, spool)
    async with storage(config) as (store, mailboxes):
        with pytest.raises(ConfigError, match="is there already"):
            await SpoolExport(store, mailboxes, Move(), "default").run(spool)


async def test_what_cant_be_a_mailbox_is_told_and_the_rest_taken(config: Config, spool: Path) -> None:
    put(spool / "default/1001 old/INBOX", 0, 100, 1)
    put(spool / "default/ann@example/INBOX", 0, 100, 2)
    put(spool / "default/1001/INBOX", 0, 100, 3)
    move = await take(config, spool)
    assert (move.counts["taken"], move.counts["refused"]) == (1, 2)
    assert all("is no number" in line for line in move.lines if "refused" in line)


async def test_a_folder_is_held_only_while_it_is_copied(
    config: Config, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(spool / "default/1001/INBOX", 0, 100, 1)
    seen: list[bool] = []

    def decode(path: Path) -> bytes:
        seen.append((spool / "default/1001/INBOX/.lock").exists())
        return sound(1)

    monkeypatch.setattr(spool_in, "samples_of", decode)
    await take(config, spool)
    assert seen == [False]


async def test_a_pin_that_its_owner_chose_comes_over_once(config: Config, spool: Path) -> None:
    put(spool / "default/1001/INBOX", 0, 100, 1)
    (spool / "default/1001/secret.conf").write_text("[general]\npassword=8642\n")
    await take(config, spool)
    async with storage(config) as (_, mailboxes):
        first = (await mailboxes.find("1001"))["1001"].pin_hash
    assert await is_pin("8642", first)
    (spool / "default/1001/secret.conf").write_text("[general]\npassword=1357\n")
    await take(config, spool)
    async with storage(config) as (_, mailboxes):
        assert (await mailboxes.find("1001"))["1001"].pin_hash == first
