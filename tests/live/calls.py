"""Calls into a vmq on the live Asterisk: the extensions they dial, callers without a telephone, and who is still there.

In: an AsteriskServer that knows vmq (tests.live.vmq_hooks). Out: call ids (the channel's Uniqueid), and Asterisk's own
word on channels, so that "nobody was dropped" is not vmq's claim. A queue call that comes back to the dialplan sends
the user event `Back` with its QUEUESTATUS, a voicemail call `Left` with its VMSTATUS.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from tests.live.ami import Message
from tests.live.phones import SipPhone
from tests.live.server import AsteriskServer
from tests.support.agi import until
from vmq.domain.events import LEG_PREFIX

QUEUE = "sales"
QUEUE_EXTENSION = "600"
SAMPLE_BYTES_PER_S = 16_000
EXTENSIONS = f"""
[phones](+)
exten => {QUEUE_EXTENSION},1,Gosub(vmq-queue,s,1({QUEUE}))
 same => n,UserEvent(Back,Status: ${{QUEUESTATUS}})
 same => n,Hangup()
exten => _7XXXX,1,Gosub(vmq-leave,s,1(${{EXTEN:1}},s))
 same => n,UserEvent(Left,Status: ${{VMSTATUS}})
 same => n,Hangup()
[callers]
exten => quiet,1,Answer()
 same => n,Wait(600)
"""


class Calls:
    """Calls on one Asterisk. Numbers are chosen here: the first caller is 5550001."""

    def __init__(self, server: AsteriskServer) -> None:
        self.server = server
        self._numbers = itertools.count(5_550_001)

    async def enter_queue(self) -> str:
        """A caller without a telephone enters the queue; back when Asterisk has the call, with its id."""
        number = next(self._numbers)
        call_id, start = f"caller-{number}", len(self.server.ami.events)
        await self.server.ami.action(
            "Originate", Channel="Local/quiet@callers/n", ChannelId=call_id, OtherChannelId=f"far-{number}",
            Context="phones", Exten=QUEUE_EXTENSION, Priority=1, CallerID=f"<{number}>", Async="true",
        )  # fmt: skip
        await self.server.ami.wait_named("OriginateResponse", start, Uniqueid=call_id, Response="Success")
        return call_id

    async def hang_up(self, call_id: str) -> None:
        """A caller hangs up; back when the channel is gone."""
        start = len(self.server.ami.events)
        await self.server.ami.action("Hangup", Channel=call_id)
        await self.server.ami.wait_named("Hangup", start, Uniqueid=call_id)

    async def channels(self) -> dict[str, Message]:
        """Everybody who is on the telephone, by call id."""
        return {channel["Uniqueid"]: channel for channel in await self.server.ami.list("CoreShowChannels")}

    async def legs(self) -> dict[str, Message]:
        """The agents' legs among them."""
        return {name: channel for name, channel in (await self.channels()).items() if name.startswith(LEG_PREFIX)}

    async def back(self, start: int, event: str = "Back") -> str:
        """The status with which the next call came back to the dialplan since the `start`th event."""
        return (await self.server.ami.wait_named("UserEvent", start, UserEvent=event))["Status"]

    async def reach_tone(self, telephone: SipPhone, mailbox: str) -> Path:
        """Dial a mailbox and skip its greeting; back when Asterisk records, with the file as this machine sees it."""
        start = len(self.server.ami.events)
        await telephone.dial(f"7{mailbox}")
        await self._command("STREAM FILE", start)
        await telephone.press("#")
        order = await self._command("RECORD FILE", start)
        inside = order["Command"].split()[2].strip('"')
        return Path(f"{inside.replace(str(self.server.recordings_inside), str(self.server.recordings_outside), 1)}.wav")

    async def _command(self, begins: str, start: int) -> Message:
        return await self.server.ami.wait_event(
            lambda event: event.get("Event") == "AGIExecStart" and event["Command"].startswith(begins), start
        )


async def recorded(file: Path, seconds: float) -> None:
    """Return once a recording holds so much sound."""
    await until(lambda: file.exists() and file.stat().st_size >= seconds * SAMPLE_BYTES_PER_S)
