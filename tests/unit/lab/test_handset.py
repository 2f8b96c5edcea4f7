"""A person at a lab telephone: what he hears as samples, what of his speech arrives, and who may sit there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from vmq.lab.channels import Channel
from vmq.lab.handset import MAX_PCM_BYTES, SOUND, SPEECH, Handset
from vmq.lab.hearing import LiveVoice
from vmq.lab.pbx import LabPbx
from vmq.lab.playback import SeekKeys, play
from vmq.lab.recording import RecordOrder, record
from vmq.lab.tunes import hold_music
from vmq.lab.voices import RATE, WIDTH, Voice, write_wav

DIALPLAN = """
[lab]
exten => 1002,1,Dial(PJSIP/1002,5)
exten => 801,1,Dial(Local/1002@lab/n,5)
exten => 700,1,Answer()
 same => n,MusicOnHold(default)
exten => 701,1,Answer()
 same => n,Wait(60)
exten => 702,1,Answer()
 same => n,ChanSpy({spied},{options})
"""
CLIP = Voice.tone(500, 3).pcm
LOUD, QUIET = Voice.tone(700, 0.5).pcm, bytes(RATE)
PATIENCE_S = 5


class Ear:
    """What came to a person, in order."""

    def __init__(self, handset: Handset) -> None:
        self._handset = handset
        self.told: list[dict[str, Any]] = []
        self.heard: list[bytes] = []

    async def until(self, is_enough: Callable[[Ear], bool]) -> None:
        """Take what comes until it is enough. A hush takes what has not sounded."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_enough(self):
                message = await self._handset.next()
                assert message is not None
                if isinstance(message, bytes):
                    self.heard.append(message)
                else:
                    self.told.append(json.loads(message))

    def samples(self, kind: bytes) -> bytes:
        """All of a kind, put together."""
        return b"".join(each[1:] for each in self.heard if each.startswith(kind))

    def is_told(self, event: str, **more: object) -> bool:
        """Was this said?"""
        return any(each["event"] == event and more.items() <= each.items() for each in self.told)


@pytest.fixture
async def pbx(tmp_path: Path) -> AsyncIterator[LabPbx]:
    """Telephones 1001 to 1003, and a clip, on a stand-in where sounds take their time."""
    write_wav(tmp_path / "clip.wav", CLIP)
    lab = LabPbx([DIALPLAN], sound_folders=[tmp_path])
    for number in ("1001", "1002", "1003"):
        lab.add_phone(number)
    async with lab:
        yield lab


async def at(pbx: LabPbx, number: str) -> tuple[Handset, Ear]:
    handset = Handset(pbx, pbx.phone(number))
    return handset, Ear(handset)


async def order(handset: Handset, do: str, **more: str) -> None:
    await handset.take(json.dumps({"do": do, **more}))


@pytest.mark.parametrize("number", ["1002", "801"])
async def test_both_hear_what_the_other_says(pbx: LabPbx, number: str) -> None:
    (caller, caller_ear), (agent, agent_ear) = await at(pbx, "1001"), await at(pbx, "1002")
    await order(caller, "dial", number=number)
    await agent_ear.until(lambda ear: ear.is_told("shows", state="ringing"))
    await order(agent, "answer")
    await caller_ear.until(lambda ear: ear.is_told("shows", state="connected"))
    await pbx.phone("1001").wait_heard("peer") if number == "1002" else await asyncio.sleep(0)
    await pbx.exchange.bus.wait(lambda: len(pbx.exchange.bridges()) == (1 if number == "1002" else 2), "bridged", 5)
    await caller.take(LOUD)
    await agent_ear.until(lambda ear: ear.samples(SPEECH) == LOUD)
    await agent.take(LOUD[:1000])
    await caller_ear.until(lambda ear: ear.samples(SPEECH) == LOUD[:1000])
    caller_ear.told.clear()
    await order(agent, "hang_up")
    await caller_ear.until(lambda ear: ear.is_told("shows", state="idle"))


async def test_who_is_held_hears_music_and_nobody(pbx: LabPbx) -> None:
    (caller, caller_ear), (agent, agent_ear) = await at(pbx, "1001"), await at(pbx, "1002")
    await order(caller, "dial", number="1002")
    await agent_ear.until(lambda ear: ear.is_told("shows", state="ringing"))
    await order(agent, "answer")
    await pbx.phone("1001").wait_heard("peer")
    await order(agent, "hold")
    await caller_ear.until(lambda ear: ear.samples(SOUND) == hold_music().pcm)
    await agent.take(LOUD)
    await caller.take(LOUD)
    await order(agent, "resume")
    await agent.take(LOUD[:500])
    await caller_ear.until(lambda ear: ear.samples(SPEECH) != b"")
    assert caller_ear.samples(SPEECH) == LOUD[:500]


async def test_a_telephone_with_nobody_at_it_says_what_it_was_told_to(pbx: LabPbx) -> None:
    caller, ear = await at(pbx, "1001")
    pbx.phone("1002").speak(Voice(LOUD))
    pbx.phone("1002").behave("answer")
    await order(caller, "dial", number="1002")
    await ear.until(lambda ear: ear.samples(SOUND) == LOUD)


async def test_a_sound_that_a_key_ends_is_over_for_the_ear_too(pbx: LabPbx) -> None:
    caller, ear = await at(pbx, "1001")
    await order(caller, "dial", number="701")
    channel = await up(pbx)
    listening = asyncio.create_task(play(pbx.exchange, channel, "clip", "1"))
    await ear.until(lambda ear: ear.samples(SOUND) == CLIP)
    await order(caller, "type", keys="1")
    await ear.until(lambda ear: ear.is_told("hush"))
    assert (await listening).key == "1"


async def test_seeking_goes_on_at_another_place(pbx: LabPbx) -> None:
    caller, ear = await at(pbx, "1001")
    await order(caller, "dial", number="701")
    channel = await up(pbx)
    seek = SeekKeys(skip_s=2.0)
    listening = asyncio.create_task(play(pbx.exchange, channel, "clip", "1", seek=seek))
    await ear.until(lambda ear: ear.samples(SOUND) == CLIP)
    ear.heard.clear()
    await order(caller, "type", keys="#")
    await ear.until(lambda ear: ear.samples(SOUND) != b"")
    assert 0 < len(ear.samples(SOUND)) <= len(CLIP) - 2 * RATE * WIDTH
    assert CLIP.endswith(ear.samples(SOUND))
    listening.cancel()


async def test_a_recording_has_what_was_said_since_it_began(pbx: LabPbx, tmp_path: Path) -> None:
    caller, _ = await at(pbx, "1001")
    await order(caller, "dial", number="701")
    channel = await up(pbx)
    await caller.take(Voice.tone(300, 1).pcm)
    order_ = RecordOrder(tmp_path / "said", "wav", "#", -1, silence_s=0.4)
    recording = asyncio.create_task(record(pbx.exchange, channel, order_))
    await asyncio.sleep(0)
    await caller.take(LOUD)
    await caller.take(QUIET)
    assert (await asyncio.wait_for(recording, PATIENCE_S)).end == "timeout"
    said = Voice.from_wav(tmp_path / "said.wav").pcm
    assert said.startswith(LOUD)
    assert not any(said[len(LOUD) :])


async def up(pbx: LabPbx) -> Channel:
    """The channel of 1001, answered and waiting in the dialplan."""
    await pbx.phone("1001").wait_established()
    return pbx.phone("1001").calls[-1]


def test_what_is_not_said_yet_is_silence() -> None:
    voice = LiveVoice()
    voice.add(LOUD)
    voice.add(QUIET)
    assert voice.length_s == 0.5
    assert voice.take(2.0) == (LOUD + QUIET).ljust(2 * RATE * WIDTH, b"\0")
    assert voice.take(0.1) == LOUD[:1600]


@pytest.mark.parametrize("options", ["q", "qw"])
async def test_who_listens_in_hears_both_and_is_heard_when_he_whispers(pbx: LabPbx, options: str) -> None:
    (caller, _), (agent, agent_ear), (spy, spy_ear) = [await at(pbx, number) for number in ("1001", "1002", "1003")]
    await order(caller, "dial", number="1002")
    await agent_ear.until(lambda ear: ear.is_told("shows", state="ringing"))
    await order(agent, "answer")
    await pbx.phone("1001").wait_heard("peer")
    pbx.exchange.dialplan.add(DIALPLAN.format(spied=pbx.phone("1002").calls[-1].name, options=options))
    await order(spy, "dial", number="702")
    await pbx.phone("1003").wait_heard("peer")
    await caller.take(LOUD)
    await agent.take(LOUD[:100])
    await spy_ear.until(lambda ear: ear.samples(SPEECH) == LOUD + LOUD[:100])
    await agent_ear.until(lambda ear: ear.samples(SPEECH) == LOUD)
    await spy.take(LOUD[:50])
    await caller.take(LOUD[:20])
    await agent_ear.until(lambda ear: ear.samples(SPEECH).endswith(LOUD[:20]))
    assert agent_ear.samples(SPEECH) == LOUD + (LOUD[:50] if "w" in options else b"") + LOUD[:20]


async def test_the_second_person_sends_the_first_away(pbx: LabPbx) -> None:
    first, _ = await at(pbx, "1001")
    second, ear = await at(pbx, "1001")
    async with asyncio.timeout(PATIENCE_S):
        while await first.next() is not None:
            pass
    first.close()
    await order(first, "dial", number="1002")
    assert pbx.phone("1001").calls == []
    await order(second, "dial", number="4711")
    await ear.until(lambda ear: ear.is_told("failed"))
    await order(second, "dial", number="701")
    await pbx.phone("1001").wait_established()
    third, _ = await at(pbx, "1001")
    assert pbx.phone("1001").is_established, "the call goes on with who took the telephone"
    second.close()
    third.close()
    await pbx.phone("1001").wait_ended()
    assert pbx.phone("1001").microphone is None
    assert pbx.phone("1001").ears == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        "[]",
        "{",
        '{"do": "speak", "path": "/x"}',
        '{"do": []}',
        "[" * 5000,
        b"\0",
        bytes(MAX_PCM_BYTES + 2),
    ],
)
async def test_what_is_no_message_of_a_person_is_left_alone(pbx: LabPbx, message: str | bytes) -> None:
    caller, ear = await at(pbx, "1001")
    await caller.take(message)
    await order(caller, "dial", number="4711")
    await ear.until(lambda ear: ear.is_told("failed"))
    assert [each["event"] for each in ear.told if each["event"] != "hush"] == ["shows", "failed"]


async def test_a_browser_that_takes_nothing_is_not_waited_for(pbx: LabPbx) -> None:
    (caller, _), (agent, agent_ear) = await at(pbx, "1001"), await at(pbx, "1002")
    await order(caller, "dial", number="1002")
    await agent_ear.until(lambda ear: ear.is_told("shows", state="ringing"))
    await order(agent, "answer")
    await pbx.phone("1001").wait_heard("peer")
    for _ in range(1000):
        await caller.take(LOUD[:100])
    agent_ear.told.clear()
    await order(agent, "hang_up")
    await agent_ear.until(lambda ear: ear.is_told("shows", state="idle"))
    assert 300 <= len(agent_ear.heard) <= 400
