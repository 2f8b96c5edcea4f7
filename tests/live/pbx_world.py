"""The real Asterisk as a PbxWorld: real SIP telephones, one AMI link.

Telephones 1001 and 1002 are switched on at the start as persons; a behaviour replaces the person by a script.
"""

from __future__ import annotations

from pathlib import Path

from tests.live.ami import AmiClient
from tests.live.conftest import Phones
from tests.live.lamp import Lamp
from tests.live.phones import SipPhone
from tests.live.scripted import ANSWERS, BUSY, DECLINED, redirects_to
from tests.live.server import AsteriskServer

_FREE = ("NOT_INUSE", "UNKNOWN")


class AsteriskWorld:
    """See PbxWorld for what each method promises."""

    phones_context = "phones"

    def __init__(self, server: AsteriskServer, phones: Phones, ami: AmiClient) -> None:
        self._server, self._phones, self.ami = server, phones, ami
        self.recordings, self.recordings_inside = Path(server.recordings_outside), str(server.recordings_inside)
        self._persons: dict[str, SipPhone] = {}
        self._lamps: dict[str, Lamp] = {}
        self._hooks = 0

    async def switch_on(self, *telephones: str) -> None:
        """Register telephones that the test plays by hand."""
        for number in telephones:
            self._persons[number] = await self._phones.person(number)

    async def load_dialplan(self, text: str) -> None:
        self._hooks += 1
        await self._server.apply_hook("extensions.conf", text, owner=f"world{self._hooks}")

    async def dial(self, telephone: str, number: str) -> None:
        await self._persons[telephone].dial(number)

    async def answer(self, telephone: str) -> None:
        await self._persons[telephone].answer()

    async def hang_up(self, telephone: str) -> None:
        await self._persons[telephone].hang_up()

    async def press(self, telephone: str, keys: str) -> None:
        await self._persons[telephone].press(keys)

    async def hold(self, telephone: str, is_held: bool) -> None:
        await (self._persons[telephone].hold() if is_held else self._persons[telephone].resume())

    async def transfer(self, telephone: str, number: str) -> None:
        await self._persons[telephone].transfer(number)

    async def set_behaviour(self, telephone: str, behaviour: str, target: str = "") -> None:
        if behaviour == "no_answer":
            return
        await self._persons.pop(telephone).stop()
        scripts = {"answer": ANSWERS, "busy": BUSY, "refuse": DECLINED, "redirect": redirects_to(target or "1002")}
        if behaviour in scripts:
            await self._phones.scripted(telephone, scripts[behaviour])

    async def speak(self, telephone: str, wav: Path) -> None:
        await self._persons[telephone].say(wav)

    async def wait_ringing(self, telephone: str) -> None:
        await self._persons[telephone].wait_ringing()

    async def wait_established(self, telephone: str) -> None:
        await self._persons[telephone].wait_established()

    async def wait_ended(self, telephone: str) -> None:
        await self._persons[telephone].wait_ended()

    async def wait_lamp(self, telephone: str, new: int) -> None:
        if telephone not in self._lamps:
            self._lamps[telephone] = await self._phones.lamp(telephone)
        await self._lamps[telephone].wait_counts(new, 0)

    async def wait_heard(self, telephone: str, name: str) -> None:
        await self.ami.wait_event(
            lambda e: (
                e["Event"] == "AGIExecStart"
                and e["Channel"].startswith(f"PJSIP/{telephone}-")
                and "STREAM FILE" in e["Command"]
                and name in e["Command"]
            )
        )

    async def wait_state(self, device: str, is_free: bool) -> None:
        start = len(self.ami.events)
        listed = {e["Device"]: e["State"] for e in await self.ami.list("DeviceStateList")}
        if device in listed and (listed[device] in _FREE) == is_free:
            return
        await self.ami.wait_event(
            lambda e: e["Event"] == "DeviceStateChange" and e["Device"] == device and (e["State"] in _FREE) == is_free,
            start,
        )
