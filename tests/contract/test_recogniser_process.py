"""A recogniser in a process of its own: it answers, and whatever becomes of it, the next recording is heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.recogniser import NAME, speech
from vmq.errors import RecognitionError, RecognitionRefused
from vmq.recognition.process import RecogniserProcess, Workplace


@pytest.fixture
async def process() -> AsyncIterator[RecogniserProcess]:
    """The tests' recogniser."""
    process = RecogniserProcess(Workplace(NAME))
    yield process
    await process.close()


async def test_what_is_said_comes_back_with_its_words(process: RecogniserProcess, tmp_path: Path) -> None:
    heard = await process.transcribe(speech(tmp_path / "a.wav", "hello", "invoice"), "en")
    assert heard.text == "hello invoice"
    assert [round(word.start_s, 1) for word in heard.words] == [0.3, 1.5]
    assert heard.recogniser == "voices of tests"


async def test_requests_take_their_turns(process: RecogniserProcess, tmp_path: Path) -> None:
    files = [speech(tmp_path / f"{word}.wav", word) for word in ("hello", "goodbye", "invoice")]
    heard = await asyncio.gather(*(process.transcribe(file, "en") for file in files))
    assert [each.text for each in heard] == ["hello", "goodbye", "invoice"]


async def test_a_recording_that_ends_the_process_is_told_and_the_next_is_heard(
    process: RecogniserProcess, tmp_path: Path
) -> None:
    with pytest.raises(RecognitionError, match=r"process ended \(3\)"):
        await process.transcribe(speech(tmp_path / "a.wav", "poison"), "en")
    assert (await process.transcribe(speech(tmp_path / "b.wav", "hello"), "en")).text == "hello"


async def test_one_that_takes_too_long_is_ended(
    process: RecogniserProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await process.transcribe(speech(tmp_path / "a.wav", "hello"), "en")
    with pytest.raises(RecognitionError, match=r"took longer than 0\.2 s"):
        await process.transcribe(speech(tmp_path / "b.wav", "stuck"), "en", limit_s=0.2)
    assert (await process.transcribe(speech(tmp_path / "c.wav", "hello"), "en")).text == "hello"


async def test_a_request_that_is_given_up_leaves_no_answer_for_the_next(
    process: RecogniserProcess, tmp_path: Path
) -> None:
    await process.transcribe(speech(tmp_path / "a.wav", "hello"), "en")
    task = asyncio.create_task(process.transcribe(speech(tmp_path / "b.wav", "goodbye"), "en"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await process.transcribe(speech(tmp_path / "c.wav", "invoice"), "en")).text == "invoice"


async def test_what_a_recogniser_raises_is_told_and_may_be_tried_again(
    process: RecogniserProcess, tmp_path: Path
) -> None:
    with pytest.raises(RecognitionError, match="it can't be understood") as caught:
        await process.transcribe(speech(tmp_path / "a.wav", "broken"), "en")
    assert not isinstance(caught.value, RecognitionRefused)
    with pytest.raises(RecognitionError):
        await process.transcribe(tmp_path / "not-there.wav", "en")


async def test_a_language_that_it_does_not_know_is_refused_for_good(process: RecogniserProcess, tmp_path: Path) -> None:
    with pytest.raises(RecognitionRefused, match="'de'"):
        await process.transcribe(speech(tmp_path / "a.wav", "hello"), "de")


async def test_a_recogniser_that_is_not_there_is_told_each_time(tmp_path: Path) -> None:
    process = RecogniserProcess(Workplace("no_such_module:ENGINE"))
    for _ in range(2):
        with pytest.raises(RecognitionError, match="no_such_module"):
            await process.transcribe(speech(tmp_path / "a.wav", "hello"), "en")
    await process.close()


async def test_it_leaves_when_nobody_asks_and_comes_back(tmp_path: Path) -> None:
    process = RecogniserProcess(Workplace(NAME, idle_s=0.0))
    file = speech(tmp_path / "a.wav", "hello")
    first = await process.transcribe(file, "en")
    await asyncio.sleep(0.01)
    assert process._process is None
    assert await process.transcribe(file, "en") == first
    await process.close()
