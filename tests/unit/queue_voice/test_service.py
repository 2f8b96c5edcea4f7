"""What the queues' voices make of facts, keys and recordings; which voice speaks; clips that only a queue names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.scripted_line import HANG_UP, SILENCE, ScriptedLine, Speech, Step
from tests.support.voices import DeskLog, NamedFiles, house_pack, make_desk, make_voices
from vmq.domain.line import RecordEnd, Recording
from vmq.errors import PackError
from vmq.queue_voice.service import QueueVoices, typed


async def talk(
    folder: Path, flow: str, *script: Step, voice: str = "", **facts: str
) -> tuple[ScriptedLine, dict[str, str]]:
    answers: dict[str, str] = {}
    line = ScriptedLine(*script)
    await make_voices(NamedFiles(folder), None).talk(line, flow, voice, facts, answers)
    return line, answers


def test_facts_as_text_get_their_types() -> None:
    facts = {"position": "3", "says_wait": "1", "is_callback": "", "number": "0555", "wait_minutes": "many", "x": "y"}
    assert typed(facts) == {
        "position": 3, "says_wait": True, "is_callback": False, "number": "0555", "wait_minutes": 0,
    }  # fmt: skip


async def test_an_announcement_of_the_house(tmp_path: Path) -> None:
    line, answers = await talk(
        tmp_path, "announce", position="12", says_wait="1", wait_minutes="1", comfort="clip:jingle"
    )
    assert line.clips == [
        "queue-thereare", "digits/12", "queue-callswaiting", "queue-holdtime", "digits/1", "queue-minute", "jingle",
        "queue-thankyou",
    ]  # fmt: skip
    assert answers == {}


async def test_a_voice_that_is_not_there_is_the_house(tmp_path: Path) -> None:
    line, _ = await talk(tmp_path, "announce", voice="brash", position="1")
    assert line.clips == ["queue-youarenext", "queue-thankyou"]


async def test_without_the_house_nobody_speaks(tmp_path: Path) -> None:
    voices = QueueVoices({"other": house_pack()}, "house", NamedFiles(tmp_path), make_desk(DeskLog()))
    with pytest.raises(PackError, match="house"):
        await voices.talk(ScriptedLine(), "announce", "", {}, {})


@pytest.mark.parametrize(
    ("script", "number"),
    [
        (("1",), "0555"),
        (("2", "0777#", "1"), "0777"),
        (("2", "1777#", "0778#", "1"), "0778"),
        (("2", "1777#", "*"), ""),
        (("*",), ""),
        ((HANG_UP,), ""),
    ],
)
async def test_numbers_to_be_called_back(tmp_path: Path, script: tuple[Step, ...], number: str) -> None:
    _, answers = await talk(tmp_path, "callback", *script, number="0555", is_number_allowed="1", allow="_0X. _99")
    assert answers.get("number", "") == number


async def test_a_number_that_is_offered_but_not_allowed_is_not_taken(tmp_path: Path) -> None:
    _, answers = await talk(tmp_path, "callback", "1", HANG_UP, number="0555", is_number_allowed="1", allow="_1X.")
    assert answers == {}


@pytest.mark.parametrize("ended_by", [RecordEnd.KEY, RecordEnd.HANG_UP])
async def test_a_comment_is_kept(tmp_path: Path, ended_by: RecordEnd) -> None:
    def on_record(ref: str, seconds: float) -> None:
        del seconds
        (tmp_path / f"{ref}.wav").write_bytes(b"sound")

    answers: dict[str, str] = {}
    line = ScriptedLine("4", "2", Speech(3.0, ended_by=ended_by), on_record=on_record)
    line.call_id = "1700.5"
    await make_voices(NamedFiles(tmp_path)).talk(line, "survey", "", {}, answers)
    assert answers == {"rating": "4", "solved": "no", "comment": "queue/comments/1700_5"}
    assert (tmp_path / "queue/comments/1700_5.wav").exists()


async def test_no_comment_without_a_recording(tmp_path: Path) -> None:
    _, answers = await talk(tmp_path, "survey", "4", "2", Speech(3.0), HANG_UP)
    assert answers == {"rating": "4", "solved": "no"}


async def test_an_agent_hears_the_queues_name_where_it_was_recorded(tmp_path: Path) -> None:
    (tmp_path / "queue/names").mkdir(parents=True)
    (tmp_path / "queue/names/sales.wav").write_bytes(b"sound")
    line, answers = await talk(tmp_path, "agent_offer", SILENCE, "1", queue="sales", must_confirm="1")
    assert line.heard[0] == Recording("queue/names/sales", "queue_name")
    assert answers == {"accepted": "1"}
