"""The disk is full: callers are told, no half message is left, calls go on, and nothing that was kept is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.faults.test_link import EXTENSIONS, QUEUE, SECRET, USER
from tests.support.small_disk import SmallDisk
from tests.support.vmq_process import VmqProcess
from vmq.asterisk.dialplan import dialplan_text
from vmq.lab.pbx import LabPbx
from vmq.lab.voices import Voice
from vmq.resources import shipped

MAILBOX = "1001"
SPEECH_S = 2.0
LEAVE = """
exten => _7XXXX,1,Gosub(vmq-leave,s,1(${EXTEN:1},s))
 same => n,Set(GLOBAL(LEFT)=${VMSTATUS})
 same => n,Hangup()
"""


class Callers:
    """Somebody who leaves messages on a stand-in."""

    def __init__(self, vmq: VmqProcess, pbx: LabPbx) -> None:
        self.vmq, self.pbx = vmq, pbx
        self.telephone = pbx.phone("1002")
        self.telephone.speak(Voice.tone(440, SPEECH_S))

    async def leave_message(self) -> tuple[str, list[str]]:
        """Call, speak, and let silence end it: VMSTATUS, and the sounds that were heard."""
        self.pbx.exchange.variables["LEFT"] = ""
        start = len(self.telephone.sounds)
        self.telephone.dial(f"7{MAILBOX}")
        await self.telephone.wait_established()
        await self.telephone.press("#")
        await self.telephone.wait_ended(30)
        return self.pbx.exchange.variables["LEFT"], self.telephone.sounds[start:]

    async def new(self) -> int:
        """How many messages the mailbox has."""
        return int((await self.vmq.mailbox(MAILBOX))["new"])


@asynccontextmanager
async def callers(folder: Path, **paths: str) -> AsyncIterator[Callers]:
    """A vmq with these folders on a stand-in."""
    vmq = VmqProcess(
        folder / "vmq",
        paths={"data": str(folder / "data"), **paths},
        asterisk={"user": USER, "secret": SECRET},
        voicemail={"max_silence_s": 1.0},
        queue=[{"name": QUEUE}],
        agent=[{"name": "ann", "device": "PJSIP/1001", "queues": [QUEUE]}],
    )
    sounds = sorted(path for path in shipped("prompts").iterdir() if path.is_dir())
    dialplan = [dialplan_text(f"127.0.0.1:{vmq.agi_port}"), EXTENSIONS + LEAVE]
    pbx = LabPbx(dialplan, users={USER: SECRET}, sound_folders=sounds)
    for number in ("1001", "1002"):
        pbx.add_phone(number)
    async with pbx:
        vmq.sections["asterisk"]["port"] = pbx.ami_port
        async with vmq:
            yield Callers(vmq, pbx)


def files(folder: Path) -> set[Path]:
    """All files below a folder, but the one that fills the disk."""
    return {path for path in folder.rglob("*") if path.is_file() and path.name != "filler"}


def is_sorry(sounds: list[str]) -> bool:
    """True when the caller was told that his message was not kept."""
    return any("vmq-not-stored" in sound for sound in sounds)


async def test_no_room_for_recordings(disk: SmallDisk, tmp_path: Path) -> None:
    async with callers(tmp_path, recordings=str(disk.folder / "recordings")) as some:
        assert (await some.leave_message())[0] == "SUCCESS"
        kept = files(disk.folder)
        disk.fill()
        status, heard = await some.leave_message()
        assert status == "FAILED"
        assert is_sorry(heard)
        assert files(disk.folder) == kept
        (line,) = [line for line in some.vmq.log_lines() if line.get("event") == "recording_failed"]
        assert "the disk is full: free some space" in line["error"]
        disk.free()
        status, heard = await some.leave_message()
        assert status == "SUCCESS"
        assert not is_sorry(heard)
        assert await some.new() == 2
        assert kept < files(disk.folder)


async def test_no_room_for_the_database(disk: SmallDisk, tmp_path: Path) -> None:
    async with callers(tmp_path, data=str(disk.folder), recordings=str(tmp_path / "recordings")) as some:
        assert (await some.leave_message())[0] == "SUCCESS"
        await some.vmq.flushed()
        disk.fill()
        seen = len(some.vmq.entries)
        status, heard = await some.leave_message()
        assert status == "FAILED"
        assert is_sorry(heard)
        # Queue calls need no disk: the floor is in memory, and the journal waits there.
        some.telephone.dial("600")
        await some.pbx.phone("1001").wait_ringing()
        some.pbx.phone("1001").answer()
        connected = await some.vmq.wait_record("CallConnected", seen)
        some.telephone.hang_up()
        completed = await some.vmq.wait_record("CallCompleted", seen)
        failures = [line for line in some.vmq.log_lines() if line.get("event") == "journal_write_failed"]
        # SQLite's write-ahead log may still have room for a few small entries: then none has failed.
        assert all("disk is full" in line["error"] for line in failures)

        disk.free()
        assert (await some.leave_message())[0] == "SUCCESS"
        # What was recorded without room for its row has been saved too.
        assert await some.new() == 3
        await some.vmq.stop()
        assert {connected.id, completed.id} <= journal_ids(disk.folder / "vmq.db")
        assert len(files(tmp_path / "recordings")) == len(files(tmp_path / "recordings" / MAILBOX)) == 3


def journal_ids(database: Path) -> set[int]:
    """The ids of what the journal has on disk."""
    with closing(sqlite3.connect(database)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM journal")}
