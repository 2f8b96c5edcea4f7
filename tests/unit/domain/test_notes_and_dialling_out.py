"""Words to an agent stay until he has read them; a call that somebody begins rings his own telephone first."""

from __future__ import annotations

import pytest

from tests.support.stage import Stage
from vmq.domain.asked import AgentPaused, DialAsked, NoteRead, NoteSent
from vmq.domain.commands import DialNumber
from vmq.domain.device import DeviceState
from vmq.domain.dialling import NumberRules
from vmq.domain.events import DeviceStateChanged, LinkWentDown
from vmq.domain.note import MAX_NOTES
from vmq.domain.records import AgentNotesChanged, NumberDialled
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, QueueRules
from vmq.engine.ports import JournalEntry

ANN = AgentRules("ann", "PJSIP/1001", ("sales",))


@pytest.fixture
def stage() -> Stage:
    stage = Stage([QueueRules("sales")], [ANN])
    stage.floor.numbers = NumberRules(country="49", context="phones")
    return stage


def texts(stage: Stage) -> list[str]:
    return [note.text for note in stage.floor.agents["ann"].notes]


def test_a_note_stays_until_it_is_read(stage: Stage) -> None:
    stage.step(NoteSent("ann", "see me", "sue"))
    stage.step(NoteSent("ann", "at four", "sue"))
    stage.step(AgentPaused("ann"))
    assert texts(stage) == ["see me", "at four"]
    first = stage.floor.agents["ann"].notes[0]
    stage.step(NoteRead("ann", first.note_id, "ann"))
    assert texts(stage) == ["at four"]
    (record,) = stage.records
    assert isinstance(record, AgentNotesChanged) and [note["text"] for note in record.notes] == ["at four"]


def test_a_note_that_was_read_already_is_nothing(stage: Stage) -> None:
    stage.step(NoteRead("ann", "0" * 16))
    assert stage.records == []


def test_a_note_to_nobody_is_nothing(stage: Stage) -> None:
    stage.step(NoteSent("eve", "see me"))
    assert stage.records == []


def test_the_oldest_of_too_many_goes(stage: Stage) -> None:
    for at in range(MAX_NOTES + 1):
        stage.step(NoteSent("ann", str(at)))
    assert texts(stage) == [str(at) for at in range(1, MAX_NOTES + 1)]


def test_what_is_not_read_is_there_after_a_restart(stage: Stage) -> None:
    stage.step(NoteSent("ann", "see me", "sue"))
    entries = [JournalEntry(at, when, record) for at, (when, record) in enumerate(stage.journal)]
    again = Stage([QueueRules("sales")], [ANN])
    restore(again.floor, entries)
    assert again.floor.agents["ann"].notes == stage.floor.agents["ann"].notes


def test_an_agent_s_telephone_rings_and_dials(stage: Stage) -> None:
    stage.step(DialAsked("+49 30 12345", "ann", by="ann"))
    assert stage.commands == [DialNumber("PJSIP/1001", "03012345", "phones")]
    assert stage.records == [NumberDialled("ann", "PJSIP/1001", "03012345", "ann")]


def test_a_supervisor_names_his_telephone(stage: Stage) -> None:
    stage.step(DialAsked("1002", telephone="PJSIP/1009", by="sue"))
    assert stage.commands == [DialNumber("PJSIP/1009", "1002", "phones")]


@pytest.mark.parametrize("to", ["", "()", "1002,x", "a b"])
def test_what_is_no_number_is_not_dialled(stage: Stage, to: str) -> None:
    stage.step(DialAsked(to, "ann"))
    assert (stage.commands, stage.records) == ([], [])


def test_nothing_is_dialled_where_no_context_is_named_nor_without_asterisk_nor_from_a_busy_telephone(
    stage: Stage,
) -> None:
    stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.INUSE))
    stage.step(DialAsked("1002", "ann"))
    assert stage.commands == []
    stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.NOT_INUSE))
    stage.floor.numbers = NumberRules()
    stage.step(DialAsked("1002", "ann"))
    assert stage.commands == []
    stage.floor.numbers = NumberRules(context="phones")
    stage.step(LinkWentDown())
    stage.step(DialAsked("1002", "ann"))
    assert not any(isinstance(command, DialNumber) for command in stage.commands)
