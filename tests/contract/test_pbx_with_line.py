"""vmq's own FastAGI server and line on the stand-in: what a dialogue asks of a telephone happens on a lab telephone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from tests.support.agi import running_server
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.dialplan import dialplan_text
from vmq.asterisk.line import AgiLine
from vmq.audio.store import RecordingStore
from vmq.domain import line
from vmq.errors import HungUp
from vmq.lab.demo import extensions
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.telephones import Telephone
from vmq.lab.voices import Voice
from vmq.recognition.ports import Options
from vmq.recognition.whisper import ENGINE, Whisper
from vmq.resources import shipped

Body = Callable[[AgiLine], Awaitable[None]]
Run = Callable[[Body, Callable[[Telephone], Awaitable[None]]], Awaitable[Telephone]]


WHY_NOT = ENGINE.missing(Options())


class WhisperEar:
    """An Ear that hears by Whisper, opened when it is first used."""

    is_open = not WHY_NOT
    recogniser: Whisper | None = None

    async def hear(self, wav: Path, language: str, phrases: Sequence[str]) -> str:
        """What is said."""
        self.recogniser = self.recogniser or ENGINE.open(Options(threads=2))
        return (await asyncio.to_thread(self.recogniser.transcribe, wav, language, phrases)).text


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    """Calls *991002 from 1001; the call is served by a body on a line while a person uses the telephone."""
    store = RecordingStore(tmp_path)
    await store.open()
    async with running_server() as server:
        pbx = LabPbx([dialplan_text(f"127.0.0.1:{server.port}"), extensions()], pace=Pace(playback=0.0))
        telephone = pbx.add_phone("1001", "Ann")
        async with pbx:

            async def play(body: Body, person: Callable[[Telephone], Awaitable[None]]) -> Telephone:
                result: asyncio.Future[None] = asyncio.get_running_loop().create_future()

                async def serve(session: AgiSession, _: str) -> None:
                    try:
                        await session.command("ANSWER")
                        await body(AgiLine(session, lambda clip, *_: clip, store, ear=WhisperEar()))
                        await session.set_variable("VMSTATUS", "SUCCESS")
                    except BaseException as error:
                        result.set_exception(error)
                        raise
                    result.set_result(None)

                server.add_route("leave", serve)
                telephone.dial("*991002")
                await person(telephone)
                async with asyncio.timeout(60):
                    await result
                await telephone.wait_ended()
                return telephone

            yield play


async def _nothing(telephone: Telephone) -> None:
    """A person who only listens."""


async def test_prompt_is_heard_and_a_key_counts(run: Run) -> None:
    outcomes: list[line.Outcome] = []

    async def body(it: AgiLine) -> None:
        await it.say(line.Say((line.Clip("vm-intro"),)))
        prompt = (line.Clip("vm-advopts"), line.Clip("vm-options"))
        outcomes.append(await it.read_keys(line.ReadKeys(prompt, frozenset({"1", "2", "76"}), 5.0)))
        outcomes.append(await it.read_keys(line.ReadKeys((), frozenset({"1", "76"}), 5.0)))
        outcomes.append(await it.read_keys(line.ReadKeys((), frozenset({"1"}), 0.05)))

    telephone = await run(body, lambda t: t.press("276"))
    assert outcomes == [line.KeyPressed("2"), line.KeyPressed("76"), line.NoKey()]
    assert telephone.sounds[:3] == ["vm-intro", "vm-advopts", "vm-options"]


@pytest.mark.skipif(bool(WHY_NOT), reason=f"needs the extra stt: {WHY_NOT}")
async def test_a_word_that_the_telephone_says_is_a_key(run: Run, tmp_path: Path) -> None:
    outcomes: list[line.Outcome] = []
    phrases = {"delete": "7", "next": "6", "call back": "8"}
    spoken = Voice.from_wav(shipped("prompts") / "en-house" / "vmq-pl-do-delete.wav")

    async def person(telephone: Telephone) -> None:
        telephone.speak(spoken, is_once=True)

    async def body(it: AgiLine) -> None:
        await it.use_voice("en")
        outcomes.append(await it.read_keys(line.ReadKeys((), frozenset("678"), 30.0, phrases=phrases)))

    await run(body, person)
    assert outcomes == [line.KeyPressed("7")]
    assert not list((tmp_path / "copies").iterdir()), "nothing is left of what was said"


async def test_digits_are_gathered(run: Run) -> None:
    outcomes: list[line.Outcome] = []

    async def body(it: AgiLine) -> None:
        outcomes.append(await it.read_digits(line.ReadDigits((line.Clip("vm-password"),), 10)))

    await run(body, lambda t: t.press("4711#"))
    assert outcomes == [line.DigitsEntered("4711")]


async def test_message_is_recorded_to_a_key_and_played_back(run: Run, tmp_path: Path) -> None:
    said = Voice.tone(700, 2)
    recorded: list[line.Recorded] = []

    async def person(telephone: Telephone) -> None:
        telephone.speak(said)
        await telephone.press("#")

    async def body(it: AgiLine) -> None:
        recorded.append(await it.record(line.Record((line.Tone(),), "take", 60.0, 10.0)))
        await it.say(line.Say((line.Recording("take"),)))

    telephone = await run(body, person)
    assert (recorded[0].ended_by, recorded[0].key) == (line.RecordEnd.KEY, "#")
    assert Voice.from_wav(tmp_path / "take.wav").pcm[: len(said.pcm)] == said.pcm
    assert [heard.sound.kind for heard in telephone.heard] == ["tone", "recording"]


async def test_hang_up_in_a_recording_keeps_it_whole(run: Run, tmp_path: Path) -> None:
    said = Voice.tone(700, 1)
    recorded: list[line.Recorded] = []

    async def person(telephone: Telephone) -> None:
        telephone.speak(said)
        await telephone.wait(lambda t: bool(t.heard) and t.calls[0].is_listening, "is recorded")
        telephone.hang_up()

    async def body(it: AgiLine) -> None:
        recorded.append(await it.record(line.Record((line.Tone(),), "take", 60.0, 10.0)))
        with pytest.raises(HungUp):
            await it.say(line.Say((line.Clip("goodbye"),)))

    with pytest.raises(HungUp):
        await run(body, person)
    assert recorded[0].ended_by is line.RecordEnd.HANG_UP
    assert Voice.from_wav(tmp_path / "take.wav").pcm[: len(said.pcm)] == said.pcm
