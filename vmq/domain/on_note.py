"""Words to an agent: kept on his desk until he has read them, over a restart too."""

from __future__ import annotations

from vmq.domain.agent import Agent
from vmq.domain.asked import NoteRead, NoteSent
from vmq.domain.note import MAX_NOTES, Note, as_data
from vmq.domain.records import AgentNotesChanged
from vmq.domain.turn import Turn


def on_note_sent(turn: Turn, event: NoteSent) -> None:
    """Put it under those that he hasn't read."""
    agent = turn.floor.agents.get(event.agent)
    if agent is not None:
        note = Note(turn.floor.new_offer_id(), turn.now, event.by, event.text)
        _keep(turn, agent, (*agent.notes, note)[-MAX_NOTES:], event.by)


def on_note_read(turn: Turn, event: NoteRead) -> None:
    """Take it away."""
    agent = turn.floor.agents.get(event.agent)
    if agent is not None:
        _keep(turn, agent, tuple(note for note in agent.notes if note.note_id != event.note), event.by)


def _keep(turn: Turn, agent: Agent, notes: tuple[Note, ...], by: str) -> None:
    if notes != agent.notes:
        agent.notes = notes
        turn.note(AgentNotesChanged(agent.name, as_data(notes), by))
