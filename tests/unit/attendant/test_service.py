"""Calls at a front door and a doorbell, through the shipped pack: who is asked, who rings, and what is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fakes import FakeClock
from tests.support.scripted_line import HANG_UP, SILENCE, ScriptedLine, Speech, Step
from vmq.attendant.ports import Dictation, Outside, Ringer
from vmq.attendant.profiles import Bell, Door, Doors
from vmq.attendant.service import PACK, Attendant, DoorRequest, DoorResult
from vmq.attendant.visit import WRONG_NUMBERS
from vmq.attendant.vocabulary import ATTENDANT
from vmq.audio.store import RecordingStore
from vmq.config.hours import ScheduleConfig
from vmq.dialogue.check import open_pack
from vmq.dialogue.shelf import Shelf
from vmq.domain import line
from vmq.domain.dialling import NumberRules
from vmq.domain.directory import Listed
from vmq.domain.door import DoorRules, Guard, Outcome, numbers_in
from vmq.domain.door_records import DoorCalled
from vmq.domain.record import Record
from vmq.engine.memory import MemoryJournal
from vmq.errors import HungUp, StorageError
from vmq.resources import shipped

PACKS = Shelf({PACK: open_pack(shipped("personalities") / PACK, (ATTENDANT,))[ATTENDANT.subject]}, PACK)
GERMAN = NumberRules(country="49")
EVE = "03012345"
NEVER = ScheduleConfig(name="never", zone="UTC").schedule()
DOOR = Door("main", DoorRules(), PACK, context="house", extensions=("_1XXX",), operator="1001", has_directory=True)
BELL = Bell("gate", ("PJSIP/1001", "PJSIP/1002"), 30.0, "say", "", PACK)


class House:
    """A front door, a doorbell, and all they reach; the dialplan has 1001 to 1003."""

    def __init__(self, folder: Path, door: Door, bell: Bell = BELL) -> None:
        self.journal = MemoryJournal()
        self.clock = FakeClock()
        self.people = [Listed("1001", "Ann Lee"), Listed("1002", "Anna Moss")]
        self.is_memory_lost = False
        self.stored: list[tuple[str, Ringer]] = []
        self.answered = False
        self.is_full = False
        files = RecordingStore(folder, "/rec")
        outside = Outside(self, self, self, self.journal, files, self.clock)
        doors = Doors({door.name: door}, {bell.name: bell}, GERMAN)
        self.attendant = Attendant(outside, doors, PACKS, draw=lambda digits: "4711"[:digits])

    async def listed(self) -> Sequence[Listed]:
        return self.people

    async def spoken_names(self, numbers: Collection[str]) -> Mapping[str, str]:
        return {number: f"{number}/name" for number in numbers if number == "1001"}

    async def of(self, party: str) -> Sequence[tuple[float, Record]]:
        if self.is_memory_lost:
            raise StorageError("the database is gone")
        return [(entry.at, entry.record) for entry in await self.journal.read() if entry.record.party == party]  # type: ignore[attr-defined]

    @asynccontextmanager
    async def take(self, mailbox: str, ringer: Ringer) -> AsyncIterator[Dictation]:
        house = self

        class Message:
            ref, max_s, is_wanted = "incoming/1", 60.0, not house.is_full

            async def begin(self) -> None:
                """Nothing to write down."""

            async def store(self) -> bool:
                house.stored.append((mailbox, ringer))
                return True

        yield Message()

    def answer(self) -> None:
        self.answered = True

    async def exists(self, context: str, number: str) -> bool:
        return context == "house" and number in ("1001", "1002", "1003")

    async def call(self, *script: Step, number: str = EVE) -> tuple[DoorResult, ScriptedLine]:
        self.answered = False
        party = ScriptedLine(*script, call_id="1.1")
        result = await self.attendant.answer(party, self, DoorRequest("1.1", "main", number, "Eve", "en"))
        assert result is not None
        return result, party

    async def ring(self, *script: Step) -> ScriptedLine:
        party = ScriptedLine(*script, call_id="1.1")
        await self.attendant.nobody_came(party, self, DoorRequest("1.1", "gate", "", "", "en"))
        return party

    async def records(self) -> list[DoorCalled]:
        return [entry.record for entry in await self.journal.read() if isinstance(entry.record, DoorCalled)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, DOOR)


def guarded(guard: Guard, **more: object) -> Door:
    return replace(DOOR, rules=DoorRules(guard=guard), **more)  # type: ignore[arg-type]


async def test_a_stranger_types_the_code_and_is_not_asked_again(house: House) -> None:
    result, party = await house.call("47", "1002#")
    assert result == DoorResult(Outcome.PUT_THROUGH, "extension:1002@house")
    assert party.clips[:3] == ["vmq-fd-person", "digits/4", "digits/7"]
    assert [(r.party, r.outcome, r.to, r.is_person) for r in await house.records()] == [
        ("+493012345", "put_through", "extension:1002@house", True)
    ]
    result, party = await house.call("0", number="+49 30 12345")
    assert result.to == "extension:1001@house"
    assert "vmq-fd-person" not in party.clips


async def test_who_presses_nothing_rings_nobody_and_is_soon_known(house: House) -> None:
    for _ in range(2):
        result, party = await house.call(SILENCE, SILENCE)
        assert result == DoorResult(Outcome.ROBOT)
        assert party.clips[-1] == "vmq-fd-robot"
    result, party = await house.call()
    assert (result, house.answered, party.clips) == (DoorResult(Outcome.KNOWN_ROBOT), False, [])
    house.clock.advance(31 * 86400.0)
    result, party = await house.call("47", "0")
    assert result.outcome is Outcome.PUT_THROUGH


async def test_a_forgiven_number_is_asked_again(house: House) -> None:
    for _ in range(2):
        await house.call("11", "22")
    assert house.attendant.forgive("030 12345", "sue")
    result, _ = await house.call("47", "0")
    assert result.outcome is Outcome.PUT_THROUGH
    assert not house.attendant.forgive("nobody", "sue")


async def test_a_caller_who_hangs_up_while_he_is_asked_is_no_robot(house: House) -> None:
    result, _ = await house.call(HANG_UP)
    assert result == DoorResult(Outcome.LEFT)


async def test_a_friends_call_is_not_even_answered(tmp_path: Path) -> None:
    rules = DoorRules(friends=numbers_in(["+49 30 12345"], GERMAN), blocked=numbers_in(["_030X."], GERMAN))
    house = House(tmp_path, replace(DOOR, rules=rules, friends_to="queue:sales"))
    result, party = await house.call()
    assert (result, house.answered, party.clips) == (DoorResult(Outcome.FRIEND, "queue:sales"), False, [])


@pytest.mark.parametrize("tells", [False, True])
async def test_a_blocked_caller_hears_tones_or_nothing(tmp_path: Path, tells: bool) -> None:
    rules = DoorRules(blocked=numbers_in(["030/12345"], GERMAN))
    house = House(tmp_path, replace(DOOR, rules=rules, tells_refused=tells))
    result, party = await house.call()
    assert (result, house.answered) == (DoorResult(Outcome.BLOCKED), tells)
    told = ["vmq-sit-1", "vmq-sit-2", "vmq-sit-3", "vmq-fd-not-in-service"]
    assert party.clips == (told if tells else [])


async def test_where_any_key_will_do_silence_is_a_robots(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.KEY))
    result, party = await house.call(SILENCE, SILENCE, SILENCE)
    assert result == DoorResult(Outcome.ROBOT)
    assert party.clips[0] == "vmq-fd-welcome"
    result, _ = await house.call("0")
    assert (result.outcome, (await house.records())[-1].is_person) == (Outcome.PUT_THROUGH, True)


async def test_without_a_guard_silence_gets_the_operator(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF))
    result, _ = await house.call(SILENCE, SILENCE, SILENCE)
    assert result == DoorResult(Outcome.PUT_THROUGH, "extension:1001@house")
    assert not (await house.records())[-1].is_person


@pytest.mark.parametrize("typed", ["0049900123456#", "7000#", "1999#", "*97#"])
async def test_nothing_but_the_doors_own_extensions_can_be_dialled(tmp_path: Path, typed: str) -> None:
    house = House(tmp_path, guarded(Guard.OFF, operator="", has_directory=False))
    result, _ = await house.call(typed, HANG_UP)
    assert result == DoorResult(Outcome.LEFT)


async def test_a_robot_that_goes_on_pressing_comes_to_an_end(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF, operator=""))
    result, party = await house.call(*["777#"] * WRONG_NUMBERS)
    assert (result, party.clips[-1]) == (DoorResult(Outcome.TOLD), "vm-goodbye")


async def test_a_key_of_the_door_leads_where_it_says(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF, keys={"2": "queue:sales"}))
    assert (await house.call("2#"))[0] == DoorResult(Outcome.PUT_THROUGH, "queue:sales")


async def test_names_are_said_as_they_were_recorded_or_spelled(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF))
    result, party = await house.call("*", "266", "2")
    assert result.to == "extension:1002@house"
    assert line.Recording("1001/name", "item") in party.heard
    assert [clip for clip in party.clips if clip.startswith("letters/")] == [f"letters/{each}" for each in "annamoss"]


async def test_or_their_extensions_are_said(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF, spells_names=False))
    _, party = await house.call("*", "266", "1")
    said = party.clips[party.clips.index("vmq-fd-for") :]
    assert said[4:8] == ["digits/1", "digits/0", "digits/0", "digits/2"]


async def test_a_person_without_an_extension_is_not_reached(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF))
    house.people = [Listed("1777", "Zoe")]
    result, party = await house.call("*", "963", "1", "0")
    assert result.to == "extension:1001@house"
    assert "vmq-fd-not-reached" in party.clips


async def test_many_of_a_name_are_asked_to_be_spelled_further(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF))
    house.people = [Listed("1001", f"Ann Lee{letter}") for letter in "a"] + [
        Listed(f"12{n:02}", "Ann") for n in range(9)
    ]
    result, party = await house.call("*", "266", "2665332#", "1")
    assert "vmq-fd-more-letters" in party.clips
    assert result.to == "extension:1001@house"


async def test_while_it_is_closed_calls_go_on_elsewhere(tmp_path: Path) -> None:
    house = House(tmp_path, guarded(Guard.OFF, schedule=NEVER, closed_to="mailbox:1000"))
    result, party = await house.call()
    assert (result, party.clips) == (
        DoorResult(Outcome.PUT_THROUGH, "mailbox:1000"),
        ["vmq-fd-closed", "vmq-fd-through"],
    )


async def test_the_houses_own_greeting_is_played(tmp_path: Path) -> None:
    (tmp_path / "door" / "main").mkdir(parents=True)
    (tmp_path / "door" / "main" / "open.wav").touch()
    house = House(tmp_path, guarded(Guard.OFF))
    _, party = await house.call("0")
    assert party.heard[0] == line.Recording("door/main/open", "greeting")


async def test_a_door_without_its_memory_asks_everybody(house: House) -> None:
    await house.call("47", "0")
    house.is_memory_lost = True
    result, party = await house.call("47", "0")
    assert result.outcome is Outcome.PUT_THROUGH
    assert "vmq-fd-person" in party.clips


async def test_a_withheld_number_is_asked_each_time(house: House) -> None:
    for _ in range(2):
        _, party = await house.call("47", "0", number="anonymous")
        assert "vmq-fd-person" in party.clips


async def test_a_door_that_isn_t_there(house: House) -> None:
    assert await house.attendant.answer(ScriptedLine(), house, DoorRequest("1.1", "other", EVE, "", "en")) is None
    assert house.attendant.bell("other") is None
    assert await house.records() == []


async def test_whoever_rings_is_told_and_asked_for_no_key(house: House) -> None:
    party = await house.ring()
    assert (party.clips, [r.outcome for r in await house.records()]) == (["vmq-fd-nobody-home"], ["told"])


async def test_whoever_rings_leaves_a_message(tmp_path: Path) -> None:
    house = House(tmp_path, DOOR, replace(BELL, nobody="message", mailbox="1000"))
    party = await house.ring(Speech(3.0, ended_by=line.RecordEnd.SILENCE))
    assert house.stored == [("1000", Ringer("1.1", "", "gate", "en"))]
    assert party.clips == ["vmq-fd-speak", "vmq-fd-thanks"]
    assert [r.outcome for r in await house.records()] == ["message"]


async def test_a_full_mailbox_takes_no_message_from_a_doorbell(tmp_path: Path) -> None:
    house = House(tmp_path, DOOR, replace(BELL, nobody="message", mailbox="1000"))
    house.is_full = True
    party = await house.ring()
    assert (party.clips, house.stored) == (["vmq-fd-nobody-home"], [])


async def test_a_doorbell_that_says_nothing_is_not_answered(tmp_path: Path) -> None:
    house = House(tmp_path, DOOR, replace(BELL, nobody="nothing"))
    party = await house.ring()
    assert (party.clips, house.answered, await house.records()) == ([], False, [])


async def test_a_hang_up_while_the_dialplan_is_asked_ends_the_call(house: House) -> None:
    class Gone:
        def answer(self) -> None:
            """Taken."""

        async def exists(self, _context: str, _number: str) -> bool:
            raise HungUp("gone")

    party = ScriptedLine("47", "1002#", HANG_UP, call_id="1.1")
    result = await house.attendant.answer(party, Gone(), DoorRequest("1.1", "main", EVE, "Eve", "en"))
    assert result == DoorResult(Outcome.LEFT)
