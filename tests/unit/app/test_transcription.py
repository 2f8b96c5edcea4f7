"""Which messages are written down, in which language, and who waits for it: as the configuration says of a mailbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import open_database
from tests.support.house import StillClock
from tests.support.recogniser import NAME
from vmq.app.transcription import Transcription
from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.domain.mailbox import Folder, Message
from vmq.domain.transcript import TextJob
from vmq.engine.memory import MemoryJournal

Make = Callable[..., Transcription]
MESSAGE = Message("m", "1001", Folder.INBOX, 0.0, 10.0, "1001/m")
PRIVATE = Message("p", "1001", Folder.INBOX, 0.0, 10.0, "1001/p", is_private=True)
LONG = Message("l", "1001", Folder.INBOX, 0.0, 601.0, "1001/l")
NOTICE = Message("n", "1001", Folder.INBOX, 0.0, 0.0, "", notice="heard")


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes one of a configuration."""
    async with open_database("sqlite", tmp_path) as database:

        def of(settings: dict[str, Any] | None = None, **tables: Any) -> Transcription:
            section = {"recogniser": NAME, "max_message_s": 600, **(settings or {})}
            config = Config.model_validate({"transcription": section, **tables})
            store = RecordingStore(tmp_path / "recordings")
            return Transcription(
                lambda: config, database=database, store=store, journal=MemoryJournal(), clock=StillClock(),
                told=lambda: None,
            )  # fmt: skip

        yield of


def waits(transcription: Transcription, *messages: Message) -> list[float]:
    """How long mail about each of these waits."""
    return [transcription.wait_s(message) for message in messages]


async def test_mail_waits_for_what_will_have_a_text(make: Make) -> None:
    assert waits(make(), MESSAGE, PRIVATE, LONG, NOTICE) == [60.0, 0.0, 0.0, 0.0]
    assert waits(make({"mail_wait_s": 5, "private": True}), MESSAGE, PRIVATE) == [5.0, 5.0]


@pytest.mark.parametrize("settings", [{"recogniser": ""}, {"recogniser": "not_there:ENGINE"}, {"recogniser": "other"}])
async def test_without_a_recogniser_nobody_waits_and_nothing_is_listened_for(
    make: Make, settings: dict[str, Any]
) -> None:
    transcription = make(settings)
    assert transcription.absent
    assert waits(transcription, MESSAGE) == [0.0]
    assert not transcription.is_open
    await transcription.run()  # and there is nothing to run


@pytest.mark.parametrize(
    "tables",
    [
        {"mailbox": [{"number": "1001", "transcribe": False}]},
        {"voicemail": {"transcribe": False}},
        {
            "class_of_service": [{"name": "quiet", "transcribe": False}],
            "mailbox": [{"number": "1001", "class_of_service": "quiet"}],
        },
    ],
)
async def test_a_mailbox_may_want_no_texts(make: Make, tables: dict[str, Any]) -> None:
    transcription = make(**tables)
    assert waits(transcription, MESSAGE) == [0.0]
    assert "transcribe" in transcription.unwanted(TextJob("m", "1001", "1001/m", 10.0))


async def test_each_mailbox_has_its_language(make: Make) -> None:
    tables = {
        "mailbox": [{"number": "1001", "language": "de_AT"}, {"number": "1002"}, {"number": "1003", "language": "ru"}]
    }
    transcription = make({"language": "en-GB"}, **tables)
    assert [transcription.language(number) for number in ("1001", "1002", "1003", "9")] == ["de", "en", "ru", "en"]


async def test_spoken_commands_can_be_switched_off(make: Make) -> None:
    assert make().is_open
    assert not make({"spoken_commands": False}).is_open


async def test_a_model_that_is_not_there_is_told_at_the_start_and_costs_no_message_its_tries(
    make: Make, tmp_path: Path
) -> None:
    transcription = make({"recogniser": "whisper", "model": str(tmp_path)})
    assert transcription.absent
    assert waits(transcription, MESSAGE) == [0.0]
