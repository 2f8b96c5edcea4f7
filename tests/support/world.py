"""What a test of telephony needs of a PBX and its telephones, be it the stand-in or a real Asterisk.

`PbxWorld` is the driver that scenarios and the PBX contract are written against. `LabWorld` is the stand-in's; the real
Asterisk's lives with the live tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from tests.live.ami import AmiClient
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.telephones import Telephone

USER, SECRET = "lab", "lab-secret"
BEHAVIOURS = ("no_answer", "answer", "busy", "refuse", "redirect", "unregistered")


class PbxWorld(Protocol):
    """A running PBX with telephones 1001…1006. All waits raise when their deadline (a few seconds) is over.

    `phones_context` is the dialplan context in which telephones dial; `recordings` a folder that the PBX can write,
    as the test sees it and, in `recordings_inside`, as the PBX does.
    """

    ami: AmiClient
    phones_context: str
    recordings: Path
    recordings_inside: str

    async def load_dialplan(self, text: str) -> None:
        """Add contexts to the dialplan (a context may be told more than once)."""
        ...

    async def dial(self, telephone: str, number: str) -> None:
        """A telephone calls a number."""
        ...

    async def answer(self, telephone: str) -> None:
        """Take the call that rings."""
        ...

    async def hang_up(self, telephone: str) -> None:
        """End the telephone's calls."""
        ...

    async def press(self, telephone: str, keys: str) -> None:
        """Press keys, one after the other."""
        ...

    async def hold(self, telephone: str, is_held: bool) -> None:
        """Put whom it talks with on hold, or take him back."""
        ...

    async def transfer(self, telephone: str, number: str) -> None:
        """Send whom it talks with to a number, blind (SIP REFER)."""
        ...

    async def set_behaviour(self, telephone: str, behaviour: str, target: str = "") -> None:
        """One of BEHAVIOURS, from now on; `target` is where `redirect` sends callers."""
        ...

    async def speak(self, telephone: str, wav: Path) -> None:
        """What the telephone's user says in its next call: 8 kHz, 16 bit, one channel."""
        ...

    async def wait_ringing(self, telephone: str) -> None:
        """It rings."""
        ...

    async def wait_established(self, telephone: str) -> None:
        """It is in an answered call."""
        ...

    async def wait_ended(self, telephone: str) -> None:
        """It has no call."""
        ...

    async def wait_lamp(self, telephone: str, new: int) -> None:
        """Its message lamp shows so many new messages."""
        ...

    async def wait_heard(self, telephone: str, name: str) -> None:
        """A sound of this name (its last part, no extension) was begun to be played to it."""
        ...

    async def wait_state(self, device: str, is_free: bool) -> None:
        """The device state of a telephone allows (or not) a call to be offered."""
        ...


class LabWorld:
    """The stand-in PBX as a PbxWorld."""

    phones_context = "lab"

    def __init__(self, recordings: Path, pace: Pace | None = None) -> None:
        self.pbx = LabPbx(users={USER: SECRET}, pace=pace or Pace(playback=0.0))
        self.recordings, self.recordings_inside = recordings, str(recordings)
        for number in range(1001, 1007):
            self.pbx.add_phone(str(number))

    async def start(self) -> None:
        """Open the ports and log the AMI client in."""
        await self.pbx.start()
        self.ami = AmiClient(self.pbx.ami_port, USER, SECRET)
        await self.ami.connect()

    async def close(self) -> None:
        """Shut everything down."""
        await self.ami.close()
        await self.pbx.close()

    def _phone(self, number: str) -> Telephone:
        return self.pbx.phone(number)

    async def load_dialplan(self, text: str) -> None:
        self.pbx.exchange.dialplan.add(text)

    async def dial(self, telephone: str, number: str) -> None:
        self._phone(telephone).dial(number)

    async def answer(self, telephone: str) -> None:
        self._phone(telephone).answer()

    async def hang_up(self, telephone: str) -> None:
        self._phone(telephone).hang_up()

    async def press(self, telephone: str, keys: str) -> None:
        await self._phone(telephone).press(keys)

    async def hold(self, telephone: str, is_held: bool) -> None:
        self._phone(telephone).hold(is_held)

    async def transfer(self, telephone: str, number: str) -> None:
        self._phone(telephone).transfer(number)

    async def set_behaviour(self, telephone: str, behaviour: str, target: str = "") -> None:
        self._phone(telephone).behave("ring" if behaviour == "no_answer" else behaviour, target=target)

    async def speak(self, telephone: str, wav: Path) -> None:
        self._phone(telephone).speak(wav)

    async def wait_ringing(self, telephone: str) -> None:
        await self._phone(telephone).wait_ringing()

    async def wait_established(self, telephone: str) -> None:
        await self._phone(telephone).wait_established()

    async def wait_ended(self, telephone: str) -> None:
        await self._phone(telephone).wait_ended()

    async def wait_lamp(self, telephone: str, new: int) -> None:
        await self._phone(telephone).wait(lambda t: t.lamp.new + t.lamp.urgent == new, f"shows {new} new")

    async def wait_heard(self, telephone: str, name: str) -> None:
        await self._phone(telephone).wait_heard(name)

    async def wait_state(self, device: str, is_free: bool) -> None:
        exchange = self.pbx.exchange
        free = ("NOT_INUSE", "UNKNOWN")
        await exchange.bus.wait(
            lambda: (exchange.device_states()[device] in free) == is_free,
            f"{device} is {'' if is_free else 'not '}free",
        )
