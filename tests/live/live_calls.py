"""The real Asterisk as a CallWorld: one Asterisk and one set of telephones for all scenarios, registered as each needs.

In: a running server. A telephone that a person plays is baresip, switched on when first needed and kept; one that is
set to something follows a script on SIPp for the scenario under way.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

from tests.live import audio
from tests.live.ami import AmiClient, Message
from tests.live.asterisk_config import LAB_SECRET, LAB_USER
from tests.live.lamp import Lamp
from tests.live.phones import SipPhone
from tests.live.scripted import BUSY, DECLINED, NO_ANSWER, ScriptedPhone, redirects_to
from tests.live.server import AsteriskServer
from tests.live.vmq_hooks import introduce, sections
from tests.support.call_world import PANEL, VOICE_S, CallWorld, Setting, is_outside, write_voice
from vmq.resources import shipped

CONTEXT = "phones"
DEADLINE_S = 30.0
#: How much longer than its words a voice is recorded: a telephone and Asterisk together hold back that much.
AFTER_WORDS_S = 0.3
CUT_FOLDER, CLIP_S = "cut", 0.5
WHOLE = "queue-periodic-announce"
"""A clip that is long enough to be cut by what happens meanwhile."""
STUCK_AFTER_S = 10.0
_BYTES_PER_S = 2 * audio.RATE_HZ
_FILE = re.compile(r'^(?:CONTROL )?STREAM FILE "?([^" ]+)"?')
_RECORD = re.compile(r'^RECORD FILE "?([^" ]+)"?')
_SCRIPTS = {Setting.BUSY: BUSY, Setting.DECLINE: DECLINED, Setting.RING_ON: NO_ANSWER}


class Telephones:
    """The telephones that persons play, kept from one scenario to the next."""

    def __init__(self, server: AsteriskServer) -> None:
        self._server = server
        self._persons: dict[str, SipPhone] = {}

    def __getitem__(self, number: str) -> SipPhone:
        return self._persons[number]

    async def have(self, wanted: Collection[str]) -> None:
        """Exactly these are registered, and silent."""
        for number in sorted({*self._persons} - {*wanted}):
            await self.switch_off(number)
        for number in sorted(wanted):
            await self._switch_on(number)

    async def switch_off(self, number: str) -> None:
        """End it, rather than unregister it: baresip 1.0 has been seen to send a broken Contact, which Asterisk drops
        without a word, once it registers again."""
        if (phone := self._persons.pop(number, None)) is not None:
            if phone.is_on and not is_outside(number) and phone.is_registered:
                await phone.unregister()
            await phone.stop()

    async def dial(self, number: str, dialled: str) -> None:
        """Dial; back when Asterisk has the call. A telephone whose call it doesn't get is exchanged for a new one."""
        start = len(self._server.ami.events)
        await self._persons[number].dial(dialled)
        prefix = f"PJSIP/{'trunk' if is_outside(number) else number}-"
        try:
            await self._server.ami.wait_event(
                lambda event: event["Event"] == "Newchannel" and event["Channel"].startswith(prefix),
                start,
                STUCK_AFTER_S,
            )
        except TimeoutError:
            await self._persons.pop(number).stop()
            await self._switch_on(number)
            await self._persons[number].dial(dialled)

    async def wait_idle(self) -> None:
        """No call is left. Every channel has been hung up: a telephone that doesn't notice is exchanged for a new one,
        so that the fault of its program is not that of the scenarios after this one."""
        for number, phone in list(self._persons.items()):
            try:
                await phone.wait_ended(STUCK_AFTER_S)
            except TimeoutError:
                await self._persons.pop(number).stop()

    async def stop(self) -> None:
        """All off."""
        for phone in self._persons.values():
            await phone.stop()

    async def _switch_on(self, number: str) -> None:
        phone = self._persons.get(number)
        if phone is not None and not phone.is_on:
            await phone.stop()
            phone = None
        if phone is None:
            phone = SipPhone(self._server, number, at_trunk=is_outside(number))
            await phone.start()
            self._persons[number] = phone
        await phone.be_silent()


class AsteriskCalls(CallWorld):
    """See CallWorld. `folder` is for voices."""

    def __init__(
        self,
        server: AsteriskServer,
        telephones: Telephones,
        folder: Path,
        house_dialplan: str,
        *,
        has_own_sounds: bool = False,
    ) -> None:
        """`has_own_sounds`: callers hear Asterisk's own clips, in full; else the house set's, each cut short."""
        super().__init__()
        self._has_own_sounds = has_own_sounds
        self._server, self._persons, self._folder = server, telephones, folder
        self._house = house_dialplan.replace("PHONES", CONTEXT)
        self._scripted: dict[str, ScriptedPhone] = {}
        self._lamps: dict[str, Lamp] = {}
        self._cursor: dict[str, int] = defaultdict(int)
        self._stack = contextlib.AsyncExitStack()

    async def open(self, telephones: Collection[str], agi_port: int) -> dict[str, Any]:
        self._server.write_hook("extensions.conf", self._house, owner="house")
        await introduce(self._server, agi_port, [PANEL])
        await self._persons.have(telephones)
        self.ami = await self._stack.enter_async_context(AmiClient(self._server.ports.ami, LAB_USER, LAB_SECRET))
        for number in self._server.telephones:
            await self._wait_registered(number, number in telephones)
            if number in telephones:
                await self._darken(number)
        found = sections(self._server)
        if not self._has_own_sounds:
            found["paths"] |= _cut_prompts(self._server)
        return found

    async def end_calls(self) -> None:
        await self.ami.action("Hangup", Channel="/^.*$/")
        await self._persons.wait_idle()

    async def close(self) -> None:
        await self._stack.aclose()

    async def set(self, telephone: str, setting: Setting, target: str = "") -> None:
        await self._persons.switch_off(telephone)
        if setting is not Setting.OFF:
            script = redirects_to(target) if setting is Setting.REDIRECT else _SCRIPTS[setting]
            phone = ScriptedPhone(self._server, telephone, script)
            self._scripted[telephone] = await self._stack.enter_async_context(phone)

    async def dial(self, telephone: str, number: str) -> None:
        await self._persons.dial(telephone, number)

    async def answer(self, telephone: str) -> None:
        await self._persons[telephone].wait_ringing()
        await self._persons[telephone].answer()

    async def hang_up(self, telephone: str) -> None:
        await self._persons[telephone].hang_up()

    async def transfer(self, telephone: str, number: str) -> None:
        await self._persons[telephone].transfer(number)

    async def hold(self, telephone: str, is_held: bool) -> None:
        await (self._persons[telephone].hold() if is_held else self._persons[telephone].resume())

    async def press(self, telephone: str, keys: str) -> None:
        await self._persons[telephone].press(keys)

    async def say(self, telephone: str, name: str) -> None:
        """Recorded or not: a recording's own growth tells that the words are in it. Not so where words stand for keys:
        each piece that is listened to is a file of its own, over before Asterisk writes the first of it to disk."""
        file = self._recorded_now(telephone)
        if file is not None and file.name.startswith("said-"):
            file = None
        start = _size(file) if file else 0
        await self._persons[telephone].say(write_voice(self._folder, name))
        if file is None:
            await asyncio.sleep(VOICE_S + AFTER_WORDS_S)
            return
        enough = start + (VOICE_S + AFTER_WORDS_S) * _BYTES_PER_S
        async with asyncio.timeout(DEADLINE_S):
            # Nothing tells that a file grows.
            while _size(file) < enough:
                await asyncio.sleep(0.02)

    async def wait_ringing(self, telephone: str) -> None:
        if telephone in self._scripted:
            await self.ami.wait_event(
                lambda e: (
                    e["Event"] == "Newstate"
                    and self.is_channel_of(telephone, e["Channel"])
                    and e["ChannelStateDesc"] == "Ringing"
                )
            )
        else:
            await self._persons[telephone].wait_ringing()

    async def wait_connected(self, telephone: str) -> None:
        await self._persons[telephone].wait_established()

    async def wait_idle(self, telephone: str) -> None:
        await self._persons[telephone].wait_ended()
        await self._persons[telephone].be_silent()

    async def wait_hears(self, telephone: str, clip: str) -> None:
        try:
            event = await self.ami.wait_event(lambda e: self._plays(e, telephone, clip), self._cursor[telephone])
        except TimeoutError:
            since = self.ami.events[self._cursor[telephone] :]
            commands = [e["Command"] for e in since if e["Event"] == "AGIExecStart"]
            raise TimeoutError(f"it does not hear {clip}; since then there was {commands}") from None
        self._cursor[telephone] = self.ami.events.index(event, self._cursor[telephone]) + 1

    async def wait_recorded(self, telephone: str) -> None:
        await self.wait_hears(telephone, "tone")

    def was_played(self, telephone: str, clip: str) -> bool:
        return any(self._plays(event, telephone, clip) for event in self.ami.events[self._cursor[telephone] :])

    def _plays(self, event: Message, telephone: str, clip: str) -> bool:
        """The event tells that the telephone is played this clip."""
        if not self.is_channel_of(telephone, event.get("Channel", "")):
            return False
        if event["Event"] == "MusicOnHoldStart":
            return clip == "music"
        command = event["Command"] if event["Event"] == "AGIExecStart" else ""
        if clip == "tone":
            return command.startswith("RECORD FILE")
        found = _FILE.match(command)
        return found is not None and f"/{found[1]}".endswith(f"/{clip}")

    async def wait_lamp(self, telephone: str, new: int, old: int) -> None:
        if telephone not in self._lamps:
            self._lamps[telephone] = await self._stack.enter_async_context(Lamp(self._server, telephone))
        await self._lamps[telephone].wait_counts(new, old)

    async def wait_taken_elsewhere(self, telephone: str) -> None:
        phone = self._scripted[telephone]
        await self.ami.wait_event(lambda e: e["Event"] == "Hangup" and self.is_channel_of(telephone, e["Channel"]))
        async with asyncio.timeout(DEADLINE_S):
            # SIPp writes what it saw into a file, and tells nobody.
            while "CANCEL sip:" not in phone.messages():
                await asyncio.sleep(0.02)
        assert 'text="Call completed elsewhere"' in phone.messages()

    def heard(self, telephone: str) -> audio.Signal:
        return self._persons[telephone].heard()

    def _recorded_now(self, telephone: str) -> Path | None:
        """The file that the telephone's call is recorded into at this moment."""
        commands = [e for e in self.ami.events if e["Event"] in ("AGIExecStart", "AGIExecEnd")]
        mine = [e for e in commands if self.is_channel_of(telephone, e["Channel"])]
        found = _RECORD.match(mine[-1]["Command"]) if mine and mine[-1]["Event"] == "AGIExecStart" else None
        if found is None:
            return None
        inside = Path(found[1]).relative_to(str(self._server.recordings_inside))
        return self._server.recordings_outside / inside.with_suffix(".wav")

    async def _wait_registered(self, number: str, is_registered: bool) -> None:
        """Asterisk counts it as there, or not: its registrar is a moment behind the telephone."""

        def is_so(event: Message) -> bool:
            return event.get("Device") == self.device(number) and (event["State"] != "UNAVAILABLE") == is_registered

        start = len(self.ami.events)
        await self.ami.list("DeviceStateList")
        await self.ami.wait_event(is_so, start)

    async def _darken(self, number: str) -> None:
        """Forget what an earlier scenario left on the lamp."""
        reply = await self.ami.action(
            "Originate", {"URGENT": "0", "NEW": "0", "OLD": "0"}, Channel=f"Local/{number}@lamp/n",
            Application="Wait", Data=1, Async="true", Timeout=5000,
        )  # fmt: skip
        await self.ami.wait_named("OriginateResponse", ActionID=reply["ActionID"])


def _cut_prompts(server: AsteriskServer) -> dict[str, str]:
    """The shipped prompts, of each but one the first moments only: the scenarios would take twice as long. Gives
    `paths`.

    A key is over about 0.2 s after a clip begins, well before the clip is.
    """
    folder = server.prompts_outside / CUT_FOLDER
    if not folder.exists():
        for file in shipped("prompts").glob("*/**/*.wav"):
            target = folder / file.relative_to(shipped("prompts"))
            target.parent.mkdir(parents=True, exist_ok=True)
            end = None if file.stem == WHOLE else round(CLIP_S * audio.RATE_HZ)
            audio.write_wav(target, audio.read_wav(file)[:end])
    no_sounds = server.folder_outside / "no-sounds"
    no_sounds.mkdir(exist_ok=True)
    return {"prompts_asterisk": str(server.prompts_inside / CUT_FOLDER), "asterisk_sounds": str(no_sounds)}


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
