"""The steps of a story, and how each is played: text → a method of Player, found by its pattern.

In: a CallWorld, and the vmq that serves it. A step returns when what it says has happened, and raises with what came
instead when it does not in time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.live import audio
from tests.live.ami import AmiClient
from tests.support.call_world import CallWorld, Setting, voice
from tests.support.vmq_client import DEADLINE_S, Entry, VmqClient
from vmq.queue_voice.service import NAMES

SAME, OTHER = 0.9, 0.3
"""A likeness above the one is the same voice, below the other a different one."""

Play = Callable[..., Awaitable[None]]
_STEPS: list[tuple[re.Pattern[str], Play]] = []
_FIELD = re.compile(r"([\w()]+)=(\S*)")


def step(pattern: str) -> Callable[[Play], Play]:
    """The method plays the steps that this pattern fits; its groups are the arguments."""

    def add(play: Play) -> Play:
        _STEPS.append((re.compile(pattern), play))
        return play

    return add


def find_step(text: str) -> tuple[Play, dict[str, str]] | None:
    """How to play a step, or None when no pattern fits."""
    for pattern, play in _STEPS:
        if found := pattern.fullmatch(text):
            return play, {name: value or "" for name, value in found.groupdict().items()}
    return None


class Player:
    """Plays the steps of one scenario. `recordings` is the folder of recordings as this process sees it, `queue_log`
    the file that vmq writes; `panel` is logged in to vmq's facade where the story has one. `start` ends vmq if it runs,
    starts it, and gives a panel."""

    def __init__(
        self,
        world: CallWorld,
        vmq: VmqClient,
        recordings: Path,
        queue_log: Path,
        start: Callable[[], Awaitable[AmiClient | None]],
    ) -> None:
        self.world, self.vmq, self._recordings, self._queue_log = world, vmq, recordings, queue_log
        self._start = start
        self.panel: AmiClient | None = None
        self._matched: set[int] = set()
        self._told = 0

    async def start_vmq(self) -> None:
        """Start vmq, or end it and start it again."""
        self.panel, self._told = await self._start(), 0

    async def play(self, text: str) -> None:
        """Play one step."""
        found = find_step(text)
        assert found is not None, text
        method, arguments = found
        await method(self, **arguments)

    # --- telephones

    @step(r"(?P<phone>\d+) dials (?P<number>\S+)( with (?P<variables>.+))?")
    async def dials(self, phone: str, number: str, variables: str) -> None:
        if variables:
            await self.world.give_variables(phone, dict(_FIELD.findall(variables)))
        await self.world.dial(phone, number)

    @step(r"(?P<phone>\d+) is redirected to (?P<number>\S+)")
    async def is_redirected(self, phone: str, number: str) -> None:
        await self.world.redirect(phone, number)

    @step(r"(?P<phone>\d+) answers")
    async def answers(self, phone: str) -> None:
        await self.world.answer(phone)

    @step(r"(?P<phone>\d+) (hangs up|declines)")
    async def hangs_up(self, phone: str) -> None:
        await self.world.hang_up(phone)

    @step(r"(?P<phone>\d+) presses (?P<keys>[0-9*#]+)")
    async def presses(self, phone: str, keys: str) -> None:
        await self.world.press(phone, keys)

    @step(r"(?P<phone>\d+) says (?P<name>\w+)")
    async def says(self, phone: str, name: str) -> None:
        await self.world.say(phone, name)

    @step(r"(?P<phone>\d+) is listened to")
    async def is_listened_to(self, phone: str) -> None:
        await self.world.wait_listened(phone)

    @step(r"(?P<phone>\d+) is recorded")
    async def is_recorded(self, phone: str) -> None:
        await self.world.wait_recorded(phone)

    @step(r"(?P<phone>\d+) is set to (?P<setting>busy|decline|ring on|redirect)( to (?P<target>\d+))?")
    async def is_set(self, phone: str, setting: str, target: str) -> None:
        await self.world.set(phone, Setting(setting), target)

    @step(r"(?P<phone>\d+) is switched off")
    async def is_off(self, phone: str) -> None:
        await self.world.set(phone, Setting.OFF)

    @step(r"(?P<phone>\d+) rings")
    async def rings(self, phone: str) -> None:
        await self.world.wait_ringing(phone)

    @step(r"(?P<phone>\d+) was rung (?P<times>\d+) times?")
    async def was_rung(self, phone: str, times: str) -> None:
        await self.world.wait_rings(phone, int(times))

    @step(r"(?P<phone>\d+) is connected")
    async def is_connected(self, phone: str) -> None:
        await self.world.wait_connected(phone)

    @step(r"(?P<phone>\d+) is idle")
    async def is_idle(self, phone: str) -> None:
        await self.world.wait_idle(phone)

    @step(r"(?P<phone>\d+) talks with (?P<other>\d+)")
    async def talks_with(self, phone: str, other: str) -> None:
        await self.world.wait_talk(phone, other)

    @step(r"(?P<phone>\d+) hears (?P<clips>.+)")
    async def hears(self, phone: str, clips: str) -> None:
        for clip in clips.split():
            await self.world.wait_hears(phone, clip)

    @step(r"(?P<phone>\d+) was not played (?P<clip>\S+)")
    async def was_not_played(self, phone: str, clip: str) -> None:
        """Up to now, after what it was seen to hear."""
        assert not self.world.was_played(phone, clip)

    @step(r"(?P<phone>\d+) (?P<has>heard|did not hear) voice (?P<name>\w+)")
    async def heard(self, phone: str, has: str, name: str) -> None:
        await self.world.wait_idle(phone)  # only then is all of the call written down
        likeness = audio.likeness(voice(name), self.world.heard(phone))
        assert likeness >= SAME if has == "heard" else likeness < OTHER, f"the likeness is {likeness:.2f}"

    @step(r"(?P<phone>\d+) transfers to (?P<number>\S+)")
    async def transfers(self, phone: str, number: str) -> None:
        await self.world.transfer(phone, number)

    @step(r"(?P<phone>\d+) (?P<does>holds|resumes)")
    async def holds(self, phone: str, does: str) -> None:
        await self.world.hold(phone, does == "holds")

    @step(r"(?P<phone>\d+) is given music")
    async def is_given_music(self, phone: str) -> None:
        await self.world.wait_given_music(phone)

    @step(r"channel of (?P<phone>\d+) has(?P<variables>( [\w()]+=\S*)+)")
    async def channel_has(self, phone: str, variables: str) -> None:
        """`*` stands for a whole number that depends on how fast people were."""
        wanted = dict(_FIELD.findall(variables))
        found = await self.world.channel_variables(phone, wanted)
        numbers = {name for name, value in wanted.items() if value == "*" and re.fullmatch("[0-9]+", found[name])}
        assert found == wanted | {name: found[name] for name in numbers}

    @step(r"(?P<phone>\d+) is told that the call was taken elsewhere")
    async def is_told(self, phone: str) -> None:
        await self.world.wait_taken_elsewhere(phone)

    @step(r"(?P<phone>\d+) has (?P<new>\d+) new and (?P<old>\d+) old on its lamp")
    async def lamp(self, phone: str, new: str, old: str) -> None:
        await self.world.wait_lamp(phone, int(new), int(old))

    @step(r"(?P<phone>\d+) reaches (?P<place>\w+)(?P<variables>( \w+=\S*)*)")
    async def reaches(self, phone: str, place: str, variables: str) -> None:
        await self.world.wait_reaches(phone, place, **dict(_FIELD.findall(variables)))

    # --- agents, and what vmq shows

    @step(r"agent (?P<name>\w+) (?P<does>pauses|unpauses|logs in|logs out|ends wrap-up)( for (?P<reason>.+))?")
    async def agent_does(self, name: str, does: str, reason: str) -> None:
        commands = {
            "pauses": "pause", "unpauses": "unpause", "logs in": "login", "logs out": "logout",
            "ends wrap-up": "wrap-up-end",
        }  # fmt: skip
        await self.vmq.agent(name, commands[does], **({"reason": reason} if reason else {}))

    @step(r"call of (?P<phone>\d+) is asked to (?P<verb>\w+)(?P<fields>( \w+=\S*)*)")
    async def call_is_asked(self, phone: str, verb: str, fields: str) -> None:
        await self.vmq.call(self._call_of(phone), verb, **dict(_FIELD.findall(fields)))

    @step(r"device (?P<device>\S+) says (?P<state>\w+)")
    async def device_says(self, device: str, state: str) -> None:
        await self.world.set_device(device, state)

    @step(r"vmq is started again")
    async def is_started_again(self) -> None:
        """It ends as by SIGTERM, and is there again with what it has on disk."""
        await self.start_vmq()

    @step(r"queue (?P<queue>\w+) is called (?P<name>\w+)")
    async def queue_is_called(self, queue: str, name: str) -> None:
        """This voice is recorded as its spoken name."""
        file = self._recordings / NAMES / f"{queue}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        audio.write_wav(file, voice(name))

    @step(r"recording (?P<name>\S+) (?P<has>holds|lacks) voice (?P<words>\w+)")
    async def recording_holds(self, name: str, has: str, words: str) -> None:
        """Wait for what it holds, then look for what it lacks: nothing tells that Asterisk has written all of it."""

        def likeness() -> float:
            return audio.likeness(voice(words), audio.read_wav(self._recordings / name))

        if has == "holds":
            async with asyncio.timeout(DEADLINE_S):
                while likeness() < SAME:
                    await asyncio.sleep(0.05)
        else:
            assert likeness() < OTHER, f"the likeness is {likeness():.2f}"

    @step(r"agent (?P<name>\w+) has(?P<fields>( \w+=\S*)+)")
    async def agent_has(self, name: str, fields: str) -> None:
        self._compare(await self._named("agents", name), fields)

    @step(r"agent (?P<name>\w+) is free")
    async def agent_is_free(self, name: str) -> None:
        """He can be offered a call."""
        async with asyncio.timeout(DEADLINE_S):
            # Nothing tells that a back-off is over.
            while not (await self._named("agents", name))["is_free"]:
                await asyncio.sleep(0.02)

    @step(r"queue (?P<name>\w+) has(?P<fields>( \w+=\S*)+)")
    async def queue_has(self, name: str, fields: str) -> None:
        queue = await self._named("queues", name)
        self._compare({**queue, **queue["counts"]}, fields)

    @step(r"mailbox (?P<number>\w+) has(?P<fields>( \w+=\S*)+)")
    async def mailbox_has(self, number: str, fields: str) -> None:
        self._compare(await self.vmq.mailbox(number), fields)

    @step(r"message of (?P<number>\w+) has(?P<fields>( \w+=\S*)+)")
    async def message_has(self, number: str, fields: str) -> None:
        self._compare(await self.vmq.newest_message(number), fields)

    @step(r"record (?P<kind>\w+)(?P<fields>( \w+=\S*)*)( within (?P<deadline>\d+) s)?")
    async def record(self, kind: str, fields: str, deadline: str) -> None:
        """The first that no earlier step has found."""
        matches = self._matcher(kind, fields)
        entry = await self.vmq.wait_entry(matches, f"record {kind}{fields}", deadline_s=float(deadline or DEADLINE_S))
        self._matched.add(entry.id)

    @step(r"no record (?P<kind>\w+)(?P<fields>( \w+=\S*)*)")
    async def no_record(self, kind: str, fields: str) -> None:
        """None so far but those that earlier steps have found."""
        assert not list(filter(self._matcher(kind, fields), self.vmq.entries))

    @step(r"queue_log has (?P<line>\S+)")
    async def queue_log_has(self, line: str) -> None:
        """Such a line is there, or comes: all of it but its time and its call, `*` for what may be anything."""
        pattern = re.compile(r"\d+\|[^|]+\|" + re.escape(line).replace(r"\*", "[^|]*"))
        try:
            async with asyncio.timeout(DEADLINE_S):
                # Nothing tells that a file grows.
                while not any(map(pattern.fullmatch, self._queue_log_lines())):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(f"there are {self._queue_log_lines()}") from None

    @step(r"queue_log lacks (?P<event>\w+)")
    async def queue_log_lacks(self, event: str) -> None:
        """Up to now: wait for a later line first."""
        assert not [line for line in self._queue_log_lines() if line.split("|")[4] == event]

    def _queue_log_lines(self) -> list[str]:
        return self._queue_log.read_text().splitlines() if self._queue_log.exists() else []

    # --- a panel that knows app_queue

    @step(r"panel asks (?P<action>\w+)(?P<fields>( \w+=\S*)*)")
    async def panel_asks(self, action: str, fields: str) -> None:
        reply = await self._panel.action(action, **dict(_FIELD.findall(fields)))
        assert reply["Response"] == "Success", reply

    @step(r"panel is told (?P<event>\w+)(?P<fields>( \w+=\S*)*)")
    async def panel_is_told(self, event: str, fields: str) -> None:
        """After what it was told before."""
        wanted = {"Event": event, **dict(_FIELD.findall(fields))}
        try:
            told = await self._panel.wait_event(lambda message: wanted.items() <= message.items(), self._told)
        except TimeoutError:
            came = [message for message in self._panel.events[self._told :] if message["Event"] == event]
            raise TimeoutError(f"since what it was told last there was {came}") from None
        self._told = self._panel.events.index(told, self._told) + 1

    @property
    def _panel(self) -> AmiClient:
        assert self.panel is not None
        return self.panel

    @step(r"greeting (?P<kind>\w+) of (?P<number>\w+) says (?P<name>\w+)(?P<how>( \w+=\S+)*)")
    async def greeting_says(self, kind: str, number: str, name: str, how: str) -> None:
        """Uploaded by an administrator; `ends_in` are seconds from now."""
        wav = audio.write_wav(self._queue_log.parent / f"{name}.wav", voice(name))
        await self.vmq.put_greeting(number, kind, wav.read_bytes())
        wanted: dict[str, Any] = {}
        for key, value in _FIELD.findall(how):
            if key == "ends_in":
                wanted["ends_at"] = (datetime.now(UTC) + timedelta(seconds=float(value))).isoformat()
            else:
                wanted[key] = value == "yes"
        await self.vmq.change_greeting(number, kind, wanted)

    @step(r"mailbox (?P<number>\w+) holds voice (?P<name>\w+)")
    async def mailbox_holds(self, number: str, name: str) -> None:
        """The signal on disk is the one that was said, in a message that was left or one that was sent."""
        stored = [e.fields for e in self.vmq.entries if e.is_like("MessageStored", {"mailbox": number})]
        files = [file for fields in stored for file in (self._recordings / number).glob(f"{fields['message_id']}*.wav")]
        likenesses = [audio.likeness(voice(name), audio.read_wav(file)) for file in files]
        assert max(likenesses, default=0.0) >= SAME, f"likenesses of its {len(stored)} messages: {likenesses}"

    async def _named(self, part: str, name: str) -> dict[str, Any]:
        found = [each for each in (await self.vmq.floor())[part] if each["name"] == name]
        assert found, f"there is no {name} among the {part}"
        return dict(found[0])

    def _compare(self, shown: dict[str, Any], fields: str) -> None:
        wanted = dict(_FIELD.findall(fields))
        assert {name: _text(shown[name]) for name in wanted} == wanted

    def _matcher(self, kind: str, fields: str) -> Callable[[Entry], bool]:
        """True for an entry of this kind with these fields that no step has found yet."""
        wanted = dict(_FIELD.findall(fields))
        caller = wanted.pop("caller", "")

        def matches(entry: Entry) -> bool:
            if caller and entry.fields.get("call_id") not in self._calls_of(caller)[-1:]:
                return False
            same = all(_text(entry.fields.get(name)) == value for name, value in wanted.items())
            return entry.kind == kind and same and entry.id not in self._matched

        return matches

    def _call_of(self, number: str) -> str:
        """The id of the latest call to a queue from this number."""
        calls = self._calls_of(number)
        assert calls, f"no caller {number} has entered a queue"
        return calls[-1]

    def _calls_of(self, number: str) -> list[str]:
        """The ids of all calls to a queue from this number, each once, in their order."""
        entered = (e for e in self.vmq.entries if e.is_like("CallerEntered", {"number": number}))
        return list(dict.fromkeys(str(e.fields["call_id"]) for e in entered))


def _text(value: object) -> str:
    """A field's value as a story writes it."""
    return ("no", "yes")[value] if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
