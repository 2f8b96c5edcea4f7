"""The stand-in PBX as a CallWorld. Sounds and waits are quicker than real, the order of things is not."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from tests.live import audio
from tests.live.ami import AmiClient
from tests.support.call_world import PANEL, VOICE_S, CallWorld, Setting, is_outside, voice, write_voice
from vmq.asterisk.dialplan import dialplan_text
from vmq.asterisk.facade.users import manager_users
from vmq.lab.audible import Audible, Speech
from vmq.lab.events import LabError
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.sounds import Sound
from vmq.lab.telephones import Behaviour, Telephone
from vmq.lab.voices import SILENCE
from vmq.resources import shipped

USER, SECRET = "lab", "lab-secret"
CONTEXT = "phones"
PACE = Pace(playback=0.2, waiting=0.2)
TELEPHONES = tuple(str(number) for number in range(1001, 1007))
DEADLINE_S = 30.0
AFTER_WORDS_S = 0.5
"""How much longer than its words a voice is recorded: a key that ends a recording takes its last moment with it."""

_BEHAVIOURS = {
    Setting.BUSY: Behaviour.BUSY,
    Setting.DECLINE: Behaviour.REFUSE,
    Setting.REDIRECT: Behaviour.REDIRECT,
    Setting.RING_ON: Behaviour.RING,
    Setting.OFF: Behaviour.UNREGISTERED,
}


class LabCalls(CallWorld):
    """See CallWorld. `folder` is for recordings and voices."""

    def __init__(self, folder: Path, house_dialplan: str) -> None:
        super().__init__()
        self._folder, self._house = folder, house_dialplan
        self._heard: dict[str, list[audio.Signal]] = defaultdict(list)
        self._cursor: dict[str, int] = defaultdict(int)

    async def open(self, telephones: Collection[str], agi_port: int) -> dict[str, Any]:
        dialplan = (dialplan_text(f"127.0.0.1:{agi_port}"), self._house.replace("PHONES", CONTEXT))
        sounds = [path.parent for path in shipped("prompts").glob("*/catalog.toml")]
        users = {USER: SECRET} | {user.name: user.secret for user in manager_users(USER, SECRET, [PANEL])}
        self.pbx = LabPbx(dialplan, users=users, sound_folders=sounds, pace=PACE)
        for number in TELEPHONES:
            self._watch(self.pbx.add_phone(number, f"Telephone {number}", CONTEXT))
        for number in filter(is_outside, telephones):
            self._watch(self.pbx.add_outside(number, context=CONTEXT))
        for number in set(TELEPHONES) - set(telephones):
            self.pbx.phone(number).behave(Behaviour.UNREGISTERED)
        await self.pbx.start()
        self.ami = AmiClient(self.pbx.ami_port, USER, SECRET)
        await self.ami.connect()
        silent = self._folder / "no-sounds"
        silent.mkdir()
        return {
            "asterisk": {"host": "127.0.0.1", "port": self.pbx.ami_port, "user": USER, "secret": SECRET},
            "paths": {"recordings": str(self._folder / "recordings"), "asterisk_sounds": str(silent)},
        }

    async def end_calls(self) -> None:
        for phone in self.pbx.telephones.values():
            phone.hang_up()
        for phone in self.pbx.telephones.values():
            await phone.wait_ended()

    async def close(self) -> None:
        await self.ami.close()
        await self.pbx.close()

    async def set(self, telephone: str, setting: Setting, target: str = "") -> None:
        self.pbx.phone(telephone).behave(_BEHAVIOURS[setting], target=target)

    async def dial(self, telephone: str, number: str) -> None:
        self._heard[telephone] = []
        self.pbx.phone(telephone).dial(number)

    async def answer(self, telephone: str) -> None:
        await self.wait_ringing(telephone)
        self._heard[telephone] = []
        self.pbx.phone(telephone).answer()

    async def hang_up(self, telephone: str) -> None:
        phone = self.pbx.phone(telephone)
        phone.refuse() if phone.is_ringing else phone.hang_up()
        await self.wait_idle(telephone)

    async def transfer(self, telephone: str, number: str) -> None:
        self.pbx.phone(telephone).transfer(number)

    async def hold(self, telephone: str, is_held: bool) -> None:
        self.pbx.phone(telephone).hold(is_held)

    async def press(self, telephone: str, keys: str) -> None:
        await self.pbx.phone(telephone).press(keys)

    async def say(self, telephone: str, name: str) -> None:
        """Into a talk, or to whom it listens to, at once; into a recording in the time that it takes."""
        phone = self.pbx.phone(telephone)
        channel = phone.calls[-1]
        if channel.bridge is not None or any(channel in other.spies for other in self.pbx.exchange.channels.values()):
            phone.say(Speech(audio.as_pcm(voice(name))))
            return
        phone.speak(write_voice(self._folder, name), is_once=True)
        await phone.wait_recorded(DEADLINE_S)
        await asyncio.sleep((VOICE_S + AFTER_WORDS_S) * PACE.playback)

    async def wait_ringing(self, telephone: str) -> None:
        await self.pbx.phone(telephone).wait_ringing(DEADLINE_S)

    async def wait_connected(self, telephone: str) -> None:
        await self.pbx.phone(telephone).wait_established(DEADLINE_S)

    async def wait_idle(self, telephone: str) -> None:
        await self.pbx.phone(telephone).wait_ended(DEADLINE_S)
        self.pbx.phone(telephone).speak(SILENCE)

    async def wait_hears(self, telephone: str, clip: str) -> None:
        def place(phone: Telephone) -> int | None:
            start = self._cursor[telephone]
            heard = enumerate(phone.heard[start:], start + 1)
            return next((at for at, each in heard if _is_named(each.sound, clip)), None)

        phone = self.pbx.phone(telephone)
        try:
            await phone.wait(lambda t: place(t) is not None, f"hears {clip}", DEADLINE_S)
        except LabError as error:
            raise TimeoutError(f"{error}; it heard {phone.sounds[self._cursor[telephone] :]}") from None
        self._cursor[telephone] = place(phone) or 0

    async def wait_recorded(self, telephone: str) -> None:
        """`say` waits for it: a recording is of what is said when it begins."""

    def was_played(self, telephone: str, clip: str) -> bool:
        heard = self.pbx.phone(telephone).heard[self._cursor[telephone] :]
        return any(_is_named(each.sound, clip) for each in heard)

    async def wait_lamp(self, telephone: str, new: int, old: int) -> None:
        await self.pbx.phone(telephone).wait(
            lambda t: (t.lamp.new + t.lamp.urgent, t.lamp.old) == (new, old), f"shows {new} new, {old} old", DEADLINE_S
        )

    async def wait_taken_elsewhere(self, telephone: str) -> None:
        await self.pbx.phone(telephone).wait(lambda t: 26 in t.causes, "is told of another's answer", DEADLINE_S)

    def heard(self, telephone: str) -> audio.Signal:
        return np.concatenate([np.zeros(1), *self._heard[telephone]])

    def _watch(self, phone: Telephone) -> None:
        def keep(sound: Sound) -> None:
            if sound.path is not None:
                self._heard[phone.number].append(audio.read_wav(sound.path))

        def take(audible: Audible) -> None:
            if isinstance(audible, Speech):
                self._heard[phone.number].append(audio.as_signal(audible.pcm))

        phone.listeners.append(keep)
        phone.ears.append(take)


def _is_named(sound: Sound, clip: str) -> bool:
    return clip in (sound.kind, sound.name) or sound.name.endswith(f"/{clip}")
