"""What the AGI line asks of Asterisk beyond the Line contract: seek keys, files that are missing, lost endings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.support.agi import running_session, until
from tests.support.agi_peer import MISSING, AgiPeer
from tests.support.scripted_line import Barge, Party, Step
from vmq.asterisk.line import AgiLine
from vmq.asterisk.playback import Speak
from vmq.audio.store import RecordingStore
from vmq.domain import line as ln
from vmq.errors import HungUp, StorageError

MESSAGE = ln.Recording("msg-1")
SEEK = {key: ln.Move(kind) for key, kind in zip("3124", ln.Seek, strict=False)}
Dial = Callable[..., Awaitable[tuple[AgiLine, AgiPeer]]]


@pytest.fixture
async def dial(tmp_path: Path) -> AsyncIterator[Dial]:
    """Makes an AGI line with a person on it who follows the script."""
    async with AsyncExitStack() as stack:

        async def make(*script: Step, speak: Speak | None = None) -> tuple[AgiLine, AgiPeer]:
            peer = AgiPeer(Party(*script))
            session = await stack.enter_async_context(running_session(peer))
            clips = {"hello": "/prompts/en/hello", "beep": "beep", "gone": f"/prompts/en/{MISSING}"}
            store = RecordingStore(tmp_path)
            return AgiLine(session, lambda clip_id, *_: clips.get(clip_id), store, speak=speak), peer

        yield make


def listen(*keys: str, seek: dict[str, ln.Move], **options: object) -> ln.ReadKeys:
    """Play the message with these keys."""
    return ln.ReadKeys((MESSAGE,), frozenset(keys), timeout_s=1.0, seek=seek, **options)  # type: ignore[arg-type]


async def test_asterisk_moves_and_pauses_by_itself(dial: Dial) -> None:
    line, peer = await dial(Barge("3125"))
    assert await line.read_keys(listen("5", seek=SEEK)) == ln.KeyPressed("5")
    command = peer.commands[0]
    assert command[:3] == ["CONTROL", "STREAM", "FILE"]
    assert command[4:] == ["#*0456789ABCD", "3000", "3", "1", "2", "0"]
    assert peer.seeks == ["forward", "rewind", "pause"]


async def test_unused_move_keys_are_no_default_ones(dial: Dial) -> None:
    line, peer = await dial(Barge("#"))
    assert await line.read_keys(listen("#", "*", seek={"2": ln.Move(ln.Seek.PAUSE)})) == ln.KeyPressed("#")
    assert peer.commands[0][6:9] == ["x", "x", "2"]


async def test_restart_stops_and_plays_from_the_beginning(dial: Dial, tmp_path: Path) -> None:
    line, peer = await dial(Barge("45"))
    assert await line.read_keys(listen("5", seek=SEEK)) == ln.KeyPressed("5")
    assert peer.heard == [str(tmp_path / "msg-1")] * 2


async def test_longer_seek_keys_are_ours(dial: Dial, tmp_path: Path) -> None:
    line, peer = await dial(Barge("3"), "3", Barge("1"), "1", Barge("5"))
    seek = {"33": ln.Move(ln.Seek.FORWARD, 4), "11": ln.Move(ln.Seek.REWIND, 4)}
    assert await line.read_keys(listen("5", seek=seek)) == ln.KeyPressed("5")
    file = str(tmp_path / "msg-1")
    assert peer.heard == [file, f"{file}@9000", f"{file}@10000"]


async def test_a_seek_key_that_begins_a_longer_key_is_ours(dial: Dial) -> None:
    line, peer = await dial(Barge("3"), "5")
    assert await line.read_keys(listen("35", seek={"3": ln.Move(ln.Seek.FORWARD)})) == ln.KeyPressed("35")
    assert peer.seeks == []


async def test_without_barge_in_only_seek_keys_work(dial: Dial) -> None:
    line, peer = await dial(Barge("34"))
    effect = ln.ReadKeys((MESSAGE,), frozenset("5"), timeout_s=0, barge_in=False, seek=SEEK)
    assert await line.read_keys(effect) == ln.NoKey()
    assert peer.commands[0][4] == "4"
    assert peer.seeks == ["forward"]


@pytest.mark.parametrize("clip_id", ["gone", "unknown"])
async def test_a_clip_that_cannot_be_played_is_left_out(dial: Dial, clip_id: str) -> None:
    line, peer = await dial()
    assert await line.say(ln.Say((ln.Clip(clip_id), ln.Clip("hello")))) == ln.Played()
    assert peer.heard == ["/prompts/en/hello"]


async def test_a_clip_that_no_set_has_is_spoken_by_the_voice(dial: Dial) -> None:
    said = []

    async def speak(text: str, language: str) -> str | None:
        said.append((text, language))
        return "/spoken/1" if text else None

    line, peer = await dial(speak=speak)
    await line.say(ln.Say((ln.Clip("unknown", "Guten Tag"), ln.Clip("nameless"), ln.Clip("hello", "Hello"))))
    assert peer.heard == ["/spoken/1", "/prompts/en/hello"]
    assert said == [("Guten Tag", "en")]


@pytest.mark.parametrize("wants", ["key", "digits"])
async def test_a_prompt_that_has_no_sound_at_all_is_a_tone_where_an_answer_is_wanted(dial: Dial, wants: str) -> None:
    line, peer = await dial("5")
    segments = (ln.Clip("unknown", "Press five"), ln.Clip("gone"))
    if wants == "key":
        assert await line.read_keys(ln.ReadKeys(segments, frozenset("5"), timeout_s=1.0)) == ln.KeyPressed("5")
    else:
        assert await line.read_digits(ln.ReadDigits(segments, max_digits=1)) == ln.DigitsEntered("5")
    assert peer.heard == ["beep"]


async def test_a_prompt_of_which_something_is_heard_has_no_further_tone(dial: Dial) -> None:
    line, peer = await dial("5")
    effect = ln.ReadKeys((ln.Clip("unknown"), ln.Clip("hello")), frozenset("5"), timeout_s=1.0)
    assert await line.read_keys(effect) == ln.KeyPressed("5")
    assert peer.heard == ["/prompts/en/hello"]


@pytest.mark.parametrize("ref", [MISSING, "/etc/passwd"])
async def test_a_recording_that_cannot_be_played_is_left_out(dial: Dial, ref: str) -> None:
    line, peer = await dial("5")
    effect = ln.ReadKeys((ln.Recording(ref),), frozenset("5"), timeout_s=1.0, seek=SEEK)
    assert await line.read_keys(effect) == ln.KeyPressed("5")
    assert peer.heard == ["beep"]


async def test_silence_listens_where_keys_count_and_waits_where_they_do_not(dial: Dial) -> None:
    line, peer = await dial("1")
    await line.say(ln.Say((ln.Silence(0.25),)))
    pause = ln.ReadKeys((ln.Silence(0.25),), frozenset("1"), timeout_s=1.0)
    assert await line.read_keys(pause) == ln.KeyPressed("1")
    assert peer.commands == [["EXEC", "Wait", "0.250"], ["WAIT", "FOR", "DIGIT", "250"]]


async def test_a_stop_key_skips_to_the_tone(dial: Dial) -> None:
    line, peer = await dial(Barge("#"))
    effect = ln.Record((ln.Clip("hello"), ln.Clip("gone"), ln.Tone()), "new", max_s=9.5, silence_s=2.2)
    with pytest.raises(HungUp):
        await line.record(effect)
    assert peer.heard == ["/prompts/en/hello", "beep"]
    assert peer.commands[-1][4:] == ["#", "9500", "s=3"]


@pytest.mark.parametrize(("beep", "heard"), [(None, ["beep"]), ("custom/ding", ["custom/ding"]), ("", [])])
async def test_the_dialplan_has_a_tone_of_its_own_or_none(dial: Dial, beep: str | None, heard: list[str]) -> None:
    line, peer = await dial("1")
    line.beep = beep
    with pytest.raises(HungUp):
        await line.record(ln.Record((ln.Tone(),), "new", max_s=9.5))
    assert peer.heard == heard


async def test_a_call_that_is_not_answered_yet_is_answered_by_its_first_recording(dial: Dial) -> None:
    line, peer = await dial()
    peer.answers["RECORD FILE"] = "200 result=-1 (writefile)\n"
    line.is_answered_late = True
    await line.say(ln.Say((ln.Clip("hello"),)))
    for name in ("new", "newer"):
        with pytest.raises(StorageError):
            await line.record(ln.Record((), name, max_s=9.5))
    verbs = [command[0] for command in peer.commands if command[0] != "NOOP"]
    assert verbs == ["STREAM", "ANSWER", "RECORD", "RECORD"]


async def test_a_folder_asterisk_cannot_write_in_is_a_storage_error(dial: Dial) -> None:
    line, peer = await dial()
    peer.answers["RECORD FILE"] = "200 result=-1 (writefile)\n"
    with pytest.raises(StorageError, match="can't record"):
        await line.record(ln.Record((), "new", max_s=5))
    assert await line.say(ln.Say((ln.Clip("hello"),))) == ln.Played()


async def test_a_session_lost_while_recording_keeps_what_is_on_disk(dial: Dial, tmp_path: Path) -> None:
    line, peer = await dial()
    peer.answers["RECORD FILE"] = "100 result=0\n"
    recording = asyncio.create_task(line.record(ln.Record((), "new", max_s=60)))
    await until(lambda: peer.commands)
    (tmp_path / "new.wav").write_bytes(b"\0" * (44 + 16_000 * 3))
    peer.writer.transport.abort()
    assert await recording == ln.Recorded(3.0, ln.RecordEnd.HANG_UP)
    with pytest.raises(HungUp):
        await line.say(ln.Say((ln.Clip("hello"),)))


async def test_an_old_recording_is_not_taken_for_a_new_one(dial: Dial, tmp_path: Path) -> None:
    (tmp_path / "new.wav").write_bytes(b"\0" * 16_044)
    line, peer = await dial()
    peer.answers["RECORD FILE"] = "511 Command Not Permitted on a dead channel or intercept routine\n"
    with pytest.raises(HungUp):
        await line.record(ln.Record((), "new", max_s=60))


async def test_language_is_ours_and_asterisks(dial: Dial) -> None:
    line, peer = await dial()
    await line.use_voice("de")
    assert peer.variables == {"CHANNEL(language)": "de"}


async def test_clips_are_looked_for_in_the_language_and_the_sets_of_the_voice(dial: Dial, tmp_path: Path) -> None:
    asked = []
    line, _ = await dial()
    line._player._find_clip = lambda *wanted: asked.append(wanted)  # the resolver that the app gives
    await line.use_voice("en_GB", ["asterisk", "en-house"])
    await line.say(ln.Say((ln.Clip("hello"),)))
    assert asked == [("hello", "en_GB", ("asterisk", "en-house"))]


async def test_a_language_that_the_channel_has_already_costs_no_command(dial: Dial) -> None:
    line, peer = await dial()
    await line.use_voice("en")
    assert peer.variables == {}
