"""An administrator's call, through the shipped pack: what is heard, what is on the disk, and who gets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fakes import FakeClock
from tests.support.scripted_line import HANG_UP, ScriptedLine, Speech, Step
from vmq.app.prompt_desk import PromptDesk, PromptRecordings
from vmq.audio import speech
from vmq.audio.own import OwnPrompts
from vmq.audio.sounds import load_prompts
from vmq.dialogue.check import open_pack
from vmq.dialogue.shelf import Shelf
from vmq.domain import line
from vmq.resources import shipped
from vmq.studio.edit import LOCK_AFTER, LOCK_S, Gate
from vmq.studio.service import PACK, EditRequest, Studio
from vmq.studio.vocabulary import STUDIO

PIN = "2468#"
CLIP = "vm-incorrect"
NUMBER = "3#"  # its place in the English house set's catalogue
SHIPPED = load_prompts(shipped("prompts"))
PACKS = Shelf({PACK: open_pack(shipped("personalities") / PACK, (STUDIO,), SHIPPED)[STUDIO.subject]}, PACK)


class World:
    """A studio over a folder, with the shipped sets and pack."""

    def __init__(self, folder: Path, pin: str = "2468") -> None:
        self.folder = folder
        self.prompts = load_prompts(shipped("prompts"))
        self.clock = FakeClock()
        files = PromptRecordings(folder, "", self.prompts)
        self.studio = Studio(PromptDesk(self.prompts, OwnPrompts(files)), PACKS, pin, self.clock)

    async def call(self, *script: Step, set_name: str = "", language: str = "en") -> ScriptedLine:
        """One call, in which what is recorded is a tone."""
        party = ScriptedLine(*script, call_id="pbx-1.1", on_record=self.record)
        await self.studio.edit(party, EditRequest("pbx-1.1", set_name, language, "1001"))
        return party

    def record(self, ref: str, seconds: float) -> None:
        speech.tone(300, seconds).export(self.folder / f"{ref}.wav", format="wav").close()

    def files(self, kind: str) -> list[str]:
        return sorted(path.stem for path in (self.folder / "prompts" / kind).rglob("*.wav"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_a_recording_is_heard_by_callers_once_it_is_activated(world: World) -> None:
    before = world.prompts.asterisk_name(CLIP, "en")
    party = await world.call(PIN, NUMBER, "2", Speech(1.0), "#")
    assert line.Recording(f"clip/en/{CLIP}", "live") in party.heard
    assert line.Recording(f"prompts/edited/en/{CLIP}", "edited") in party.heard
    assert (world.files("edited"), world.files("own"), world.files("takes")) == ([CLIP], [], [])
    assert world.prompts.asterisk_name(CLIP, "en") == before

    party = await world.call(PIN, NUMBER, "4", "#")
    assert "vmq-studio-activated" in party.clips
    assert (world.files("edited"), world.files("own")) == ([], [CLIP])
    assert world.prompts.asterisk_name(CLIP, "en") == f"{world.folder}/prompts/own/en/{CLIP}"

    await world.call(PIN, NUMBER, "5", "#")
    assert (world.files("own"), world.prompts.asterisk_name(CLIP, "en")) == ([], before)


async def test_a_recording_survives_a_hang_up_and_nothing_is_left_of_one_that_was_not_kept(world: World) -> None:
    await world.call(PIN, NUMBER, "2", Speech(1.0, ended_by=line.RecordEnd.HANG_UP))
    assert (world.files("edited"), world.files("takes")) == ([CLIP], [])
    await world.call(PIN, NUMBER, "2", Speech(0.1, ended_by=line.RecordEnd.HANG_UP))
    assert world.files("takes") == []


async def test_the_next_clip_and_one_that_is_not_there(world: World) -> None:
    party = await world.call(PIN, "99999#", NUMBER, "6", "#")
    assert party.clips.count("vmq-studio-no-such") == 1
    assert [segment.ref for segment in party.heard if isinstance(segment, line.Recording)] == [
        f"clip/en/{CLIP}",
        "clip/en/vm-incorrect-mailbox",
    ]


@pytest.mark.parametrize(
    ("set_name", "language", "ref"),
    [
        ("", "ru", "clip/ru/vm-theperson"),
        ("de-house", "en", "clip/de/vm-theperson"),
        ("nowhere", "en", f"clip/en/{CLIP}"),
    ],
)
async def test_the_set_is_the_named_one_or_that_of_the_channel(
    world: World, set_name: str, language: str, ref: str
) -> None:
    party = await world.call(PIN, NUMBER, "#", set_name=set_name, language=language)
    assert ref in [segment.ref for segment in party.heard if isinstance(segment, line.Recording)]
    assert party.voices[0][0] == language


async def test_three_wrong_pins_end_the_call(world: World) -> None:
    party = await world.call("1#", "2#", "3#")
    assert party.clips[-2:] == ["vm-incorrect", "vm-goodbye"]
    assert not (world.folder / "prompts").exists()


async def test_without_a_pin_nobody_gets_in(tmp_path: Path) -> None:
    party = await World(tmp_path, pin="").call("1#", "2#", "3#")
    assert party.clips[-1] == "vm-goodbye"


def test_too_many_wrong_pins_lock_the_door_for_the_right_one_too() -> None:
    clock = FakeClock()
    gate = Gate("2468", clock)
    assert [gate.admits("1111") for _ in range(LOCK_AFTER)] == [False] * LOCK_AFTER
    assert not gate.admits("2468")
    clock.advance(LOCK_S + 1)
    assert gate.admits("2468")


async def test_a_hang_up_at_the_log_in_is_the_end(world: World) -> None:
    await world.call(HANG_UP)
    await world.call(PIN, HANG_UP)
    assert world.files("takes") == []
