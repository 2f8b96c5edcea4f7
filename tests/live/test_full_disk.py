"""Asterisk's disk for recordings is full, before a recording or in its middle: the caller is told, nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.live import audio
from tests.live.call_centre import CallCentre, call_centre
from tests.live.calls import recorded
from tests.live.phones import SipPhone
from tests.live.server import AsteriskServer
from tests.support.agi import until
from tests.support.small_disk import SmallDisk, mounted

MAILBOX = "1001"
ALIKE = 0.9


@pytest_asyncio.fixture(loop_scope="session")
async def disk(own_asterisk: AsteriskServer) -> AsyncIterator[SmallDisk]:
    """The disk that this Asterisk records to."""
    with mounted(own_asterisk.recordings_outside) as disk:
        yield disk


async def leave_message(centre: CallCentre, caller: SipPhone, spoken: Path) -> None:
    """A message that is stored as it was spoken."""
    seen = len(centre.vmq.entries)
    file = await centre.calls.reach_tone(caller, MAILBOX)
    await caller.say(spoken)
    await recorded(file, 2.5)
    await caller.hang_up()
    stored = await centre.vmq.wait_record("MessageStored", seen)
    folder = Path(centre.vmq.sections["paths"]["recordings"]) / MAILBOX
    assert audio.similarity(spoken, folder / f"{stored.fields['message_id']}.wav") > ALIKE


async def test_no_room_before_or_in_the_middle_of_a_recording(
    disk: SmallDisk, own_asterisk: AsteriskServer, tmp_path: Path, recording: Path
) -> None:
    async with call_centre(own_asterisk, tmp_path, []) as centre:
        caller, ami = await centre.phones.person("1006"), own_asterisk.ami
        await leave_message(centre, caller, recording)
        kept = recordings(disk)

        start = len(ami.events)
        file = await centre.calls.reach_tone(caller, MAILBOX)
        await recorded(file, 0.5)
        disk.fill()
        await caller.say(recording)
        await until(lambda: "No space left on device" in own_asterisk.log_text())
        await caller.press("#")
        await hears_sorry(centre, start)
        await caller.wait_ended()
        assert recordings(disk) == kept

        disk.fill()  # what was cut off has made some room again
        start = len(ami.events)
        await caller.dial(f"7{MAILBOX}")
        await hears_sorry(centre, start)
        await caller.wait_ended()
        assert recordings(disk) == kept

        errors = [line["error"] for line in centre.vmq.log_lines() if line.get("event") == "recording_failed"]
        assert len(errors) == 2
        assert all("disk is full" in error for error in errors)
        disk.free()
        await leave_message(centre, caller, recording)
        assert kept < recordings(disk)
        assert (await centre.vmq.mailbox(MAILBOX))["new"] == 2


async def hears_sorry(centre: CallCentre, start: int) -> None:
    """The caller is told that his message was not kept, and so is the dialplan."""
    ami = centre.server.ami
    await ami.wait_event(lambda event: "vmq-not-stored" in event.get("Command", ""), start, deadline_s=30)
    assert await centre.calls.back(start, "Left") == "FAILED"


def recordings(disk: SmallDisk) -> set[Path]:
    """All recordings on the disk, whole or not."""
    return set(disk.folder.rglob("*.wav"))
