"""vmq is killed while somebody leaves a message, and between his hang-up and the storing: the message is there, once.

A message is what the telephone spoke (the signal is compared), in one file, counted once, with the lamp lit.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live import audio
from tests.live.call_centre import CallCentre, call_centre
from tests.live.calls import recorded
from tests.live.lamp import Lamp
from tests.live.phones import SipPhone
from tests.live.server import AsteriskServer

MAILBOX = "1001"
ALIKE = 0.9
SPOKEN_S = 2.0
LONGEST_STORING_S = 0.03
ROUNDS = 3


@dataclass
class Desk:
    """A mailbox with its lamp, and a telephone that leaves messages. `stored` grows with each message."""

    centre: CallCentre
    caller: SipPhone
    lamp: Lamp
    spoken: Path
    folder: Path
    stored: int = 0

    async def speak(self, seconds: float) -> Path:
        """Call, and speak for so long after the tone; the speech goes on. Gives the file that is recorded to."""
        file = await self.centre.calls.reach_tone(self.caller, MAILBOX)
        await self.caller.say(self.spoken)
        await recorded(file, seconds)
        return file

    async def check_stored(self, old: set[Path], seen: int) -> None:
        """One more message is there than before, whole, and nothing is left over."""
        self.stored += 1
        await self.lamp.wait_counts(self.stored, 0)
        await self.centre.vmq.wait_record("MessageStored", seen, mailbox=MAILBOX)
        (new,) = self.messages() - old
        assert audio.similarity(self.spoken, new) > ALIKE
        assert (await self.centre.vmq.mailbox(MAILBOX))["new"] == self.stored
        # A kill after the record may have it written again: it is the same message.
        told = [entry for entry in self.centre.vmq.entries[seen:] if entry.kind == "MessageStored"]
        assert {entry.fields["message_id"] for entry in told} == {new.stem}
        async with asyncio.timeout(10):
            while list((self.folder / "incoming").iterdir()):
                await asyncio.sleep(0.01)
        assert not list((self.folder / "quarantine").iterdir())

    def messages(self) -> set[Path]:
        """The files of the mailbox."""
        return set((self.folder / MAILBOX).glob("*.wav"))


@pytest_asyncio.fixture(loop_scope="session")
async def desk(own_asterisk: AsteriskServer, tmp_path: Path) -> AsyncIterator[Desk]:
    """A vmq that has no mailbox yet."""
    async with call_centre(own_asterisk, tmp_path, []) as centre:
        caller, lamp = await centre.phones.person("1006"), await centre.phones.lamp(MAILBOX)
        spoken = audio.write_wav(tmp_path / "spoken.wav", audio.known_recording(seed=3, length_s=SPOKEN_S))
        yield Desk(centre, caller, lamp, spoken, Path(centre.vmq.sections["paths"]["recordings"]))


@pytest.mark.parametrize("is_gone_first", [True, False], ids=["hangs up meanwhile", "hangs up later"])
async def test_killed_while_a_caller_speaks(desk: Desk, is_gone_first: bool) -> None:
    file = await desk.speak(0.5)
    await desk.centre.vmq.kill()
    seen = len(desk.centre.vmq.entries)
    await recorded(file, SPOKEN_S + 0.5)
    if is_gone_first:
        await desk.caller.hang_up()
    await desk.centre.vmq.start()
    if not is_gone_first:
        assert not desk.messages()
        await desk.caller.hang_up()
    await desk.check_stored(set(), seen)


async def test_killed_between_hang_up_and_storing(desk: Desk) -> None:
    chance = random.Random(5)
    for _ in range(ROUNDS):
        seen, old = len(desk.centre.vmq.entries), desk.messages()
        await desk.speak(SPOKEN_S + 0.5)
        start = len(desk.centre.server.ami.events)
        hanging_up = asyncio.create_task(desk.caller.hang_up())
        await desk.centre.server.ami.wait_named("HangupRequest", start)
        await asyncio.sleep(chance.uniform(0, LONGEST_STORING_S))
        await desk.centre.vmq.kill()
        await hanging_up
        await desk.centre.vmq.start()
        await desk.check_stored(old, seen)
