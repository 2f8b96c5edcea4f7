"""What a scenario of calls needs of a PBX and its telephones, be it the stand-in or a real Asterisk.

`CallWorld` is what the scenarios' steps are written against. What both worlds tell alike over AMI (who talks with whom,
how often a telephone was rung, where the dialplan went on) is asked here, once.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.live import audio
from tests.live.ami import AmiClient, Message
from vmq.asterisk.facade.users import FacadeUser

VOICE_S = 0.9
"""How long a voice of the scenarios speaks."""
PANEL = FacadeUser("panel", "panel-secret", read=("all",), write=("all",))
"""Who watches and commands vmq as over app_queue's AMI."""
OUTSIDE_DIGITS = 5
"""A number of so many digits and more is a telephone outside, reached through the trunk."""


class Setting(StrEnum):
    """What a telephone does with its calls by itself."""

    BUSY = "busy"
    DECLINE = "decline"
    REDIRECT = "redirect"
    RING_ON = "ring on"
    OFF = "off"


def voice(name: str) -> audio.Signal:
    """The words that this name stands for: nobody else's."""
    return audio.known_recording(zlib.crc32(name.encode()), VOICE_S)


def is_outside(telephone: str) -> bool:
    """True for a telephone behind the trunk."""
    return len(telephone) >= OUTSIDE_DIGITS


class CallWorld(ABC):
    """A PBX with telephones 1001…1006 and one outside. All waits raise when their deadline (some seconds) is over."""

    ami: AmiClient
    """Its own link: `events` begin with the scenario."""

    def __init__(self) -> None:
        self._matched: list[Message] = []

    # --- for the house

    @abstractmethod
    async def open(self, telephones: Collection[str], agi_port: int) -> dict[str, Any]:
        """Begin a scenario: exactly these telephones are on, nobody calls. Gives sections of vmq's configuration."""

    @abstractmethod
    async def end_calls(self) -> None:
        """Everybody hangs up."""

    @abstractmethod
    async def close(self) -> None:
        """End the scenario."""

    # --- what people do

    @abstractmethod
    async def set(self, telephone: str, setting: Setting, target: str = "") -> None:
        """From now on it treats its calls so; `target` is where it redirects to."""

    @abstractmethod
    async def dial(self, telephone: str, number: str) -> None:
        """Call a number."""

    @abstractmethod
    async def answer(self, telephone: str) -> None:
        """Take the call that rings."""

    @abstractmethod
    async def hang_up(self, telephone: str) -> None:
        """End the call, or decline the one that rings."""

    @abstractmethod
    async def press(self, telephone: str, keys: str) -> None:
        """Press keys, one after the other."""

    @abstractmethod
    async def say(self, telephone: str, name: str) -> None:
        """Say a voice's words. Back when they are said, and in the recording where one is made."""

    @abstractmethod
    async def transfer(self, telephone: str, number: str) -> None:
        """Send whom it talks with to a number, blind, by SIP REFER."""

    @abstractmethod
    async def hold(self, telephone: str, is_held: bool) -> None:
        """Put whom it talks with on hold, or take him back."""

    # --- what people notice

    @abstractmethod
    async def wait_ringing(self, telephone: str) -> None:
        """It rings."""

    @abstractmethod
    async def wait_connected(self, telephone: str) -> None:
        """It is in an answered call."""

    @abstractmethod
    async def wait_idle(self, telephone: str) -> None:
        """It has no call."""

    @abstractmethod
    async def wait_hears(self, telephone: str, clip: str) -> None:
        """It is played a clip, after those that were waited for before. `music` is music on hold; `tone` is the one
        before a recording, which has then begun."""

    @abstractmethod
    def was_played(self, telephone: str, clip: str) -> bool:
        """Whether it was played this clip after those that were waited for."""

    @abstractmethod
    async def wait_lamp(self, telephone: str, new: int, old: int) -> None:
        """Its message lamp says so many."""

    @abstractmethod
    async def wait_taken_elsewhere(self, telephone: str) -> None:
        """A ring was ended, and the telephone told that the call was answered elsewhere: it shows no missed call."""

    @abstractmethod
    def heard(self, telephone: str) -> audio.Signal:
        """What its last call sounded like, when it is over."""

    @abstractmethod
    async def wait_recorded(self, telephone: str) -> None:
        """What it says now is recorded, where no tone tells it."""

    # --- what AMI tells of both worlds

    def device(self, telephone: str) -> str:
        """Whose channels are this telephone's."""
        return "PJSIP/trunk" if is_outside(telephone) else f"PJSIP/{telephone}"

    async def wait_listened(self, telephone: str) -> None:
        """Words that it says are recorded, to be taken for a key."""

        def begins(event: Message) -> bool:
            is_listening = event["Event"] == "AGIExecStart" and "/said-" in event["Command"]
            return is_listening and self.is_channel_of(telephone, event["Channel"])

        await self.ami.wait_event(begins, len(self.ami.events))

    def is_channel_of(self, telephone: str, channel: str) -> bool:
        """True for a channel of this telephone, also one that stands for it (7 and its number, see house.conf)."""
        return channel.startswith((f"{self.device(telephone)}-", f"Local/7{telephone}@"))

    async def wait_talk(self, one: str, other: str) -> None:
        """Both are in one bridge, and hear each other."""

        def bridge_of(telephone: str) -> str:
            places = [e for e in self.ami.events if e["Event"] in ("BridgeEnter", "BridgeLeave")]
            mine = [e for e in places if self.is_channel_of(telephone, e["Channel"])]
            if not mine or mine[-1]["Event"] == "BridgeLeave" or mine[-1]["BridgeTechnology"] == "holding_bridge":
                return ""
            return mine[-1]["BridgeUniqueid"]

        await self.ami.wait_event(lambda _: bridge_of(one) == bridge_of(other) != "")

    def rings(self, telephone: str) -> int:
        """How many calls it was sent."""
        dialled = [e for e in self.ami.events if e["Event"] == "DialBegin"]
        return sum(self.is_channel_of(telephone, e["DestChannel"]) for e in dialled)

    async def wait_rings(self, telephone: str, times: int) -> None:
        """It was sent so many calls: no more until now, and no fewer for long."""
        await self.ami.wait_event(lambda _: self.rings(telephone) >= times)
        assert self.rings(telephone) == times, f"it was rung {self.rings(telephone)} times"

    async def wait_given_music(self, telephone: str) -> None:
        """Music is whispered to the telephone's channel."""

        def is_music(event: Message) -> bool:
            is_spying = event["Event"] == "ChanSpyStart" and event["SpyerChannel"].startswith("Local/music@vmq-talk")
            return is_spying and self.is_channel_of(telephone, event["SpyeeChannel"])

        await self.ami.wait_event(is_music)
        await self.ami.wait_event(lambda e: e["Event"] == "MusicOnHoldStart" and "@vmq-talk" in e["Channel"])

    async def give_variables(self, telephone: str, variables: dict[str, str]) -> None:
        """What the house's dialplan sets on its next call to a queue."""
        words = ",".join(f"{name}={value}" for name, value in variables.items())
        await self.ami.action("Setvar", Variable=f"WITH_{telephone}", Value=words)

    async def set_device(self, device: str, state: str) -> None:
        """A device says of itself what the scenario wants: one of `Custom:`, which stands for a telephone."""
        reply = await self.ami.action("Setvar", Variable=f"DEVICE_STATE({device})", Value=state)
        assert reply["Response"] == "Success", reply

    async def redirect(self, telephone: str, number: str) -> None:
        """Somebody sends its call to another number (AMI Redirect)."""
        channel = await self._channel(telephone)
        reply = await self.ami.action("Redirect", Channel=channel, Context="phones", Exten=number, Priority=1)
        assert reply["Response"] == "Success", reply

    async def _channel(self, telephone: str) -> str:
        """The full name of the channel of the telephone's call."""
        channels = [c["Channel"] for c in await self.ami.list("CoreShowChannels")]
        (channel,) = [name for name in channels if self.is_channel_of(telephone, name)]
        return channel

    async def channel_variables(self, telephone: str, names: Collection[str]) -> dict[str, str]:
        """Variables of the channel of the telephone's call."""
        channel = await self._channel(telephone)
        return {name: (await self.ami.action("Getvar", Channel=channel, Variable=name))["Value"] for name in names}

    async def wait_reaches(self, caller: str, place: str, **variables: str) -> None:
        """The caller's dialplan goes on at this place, with these variables. Each passage is found once."""
        wanted = {"Event": "UserEvent", "UserEvent": "Passed", "Caller": caller, "Place": place}

        def is_passage(event: Message) -> bool:
            return wanted.items() <= event.items() and not any(event is seen for seen in self._matched)

        event = await self.ami.wait_event(is_passage)
        self._matched.append(event)
        came = {name: event.get(name, "") for name in variables}
        assert came == variables, f"the dialplan saw {came}"


def write_voice(folder: Path, name: str) -> Path:
    """A voice as a WAV file."""
    return audio.write_wav(folder / f"{name}.wav", voice(name))
