"""The house's own voice for tests: the shipped pack, opened once, with nobody at the desk."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import open_pack
from vmq.dialogue.compile import CompiledPack
from vmq.domain.events import Event
from vmq.engine.ports import Recordings
from vmq.queue_voice.desk import AgentNow, Desk
from vmq.queue_voice.service import QueueVoices
from vmq.queue_voice.vocabulary import QUEUE_VOICE
from vmq.resources import shipped

PIN = "2468"


@cache
def house_pack() -> CompiledPack:
    """The pack `house`."""
    return open_pack(shipped("personalities") / "house", SUBJECTS)[QUEUE_VOICE.subject]


class FakeRoster:
    """Agents by name; each one's number is 50 and his place in the list, his PIN 2468."""

    def __init__(self, *agents: AgentNow) -> None:
        self.agents = {agent.name: agent for agent in agents}

    def agent(self, name: str) -> AgentNow | None:
        """The agent of this name."""
        return self.agents.get(name)

    def agents_at(self, telephone: str) -> list[AgentNow]:
        """Those with this telephone."""
        return [agent for agent in self.agents.values() if telephone in (*agent.telephones, *agent.home)]

    def named_by(self, number: str) -> str:
        """The agent with this number."""
        numbers = {f"50{place}": name for place, name in enumerate(self.agents, 1)}
        return numbers.get(number, "")

    def pin_hash(self, name: str) -> str:
        """A stand-in for a hash."""
        return PIN if name in self.agents else ""


class DeskLog:
    """Keeps what the desk posts."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def post(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)


class SetClock:
    """A Clock that is set."""

    def __init__(self, at: float = 1_700_000_000.0) -> None:
        self.at = at

    def now(self) -> float:
        """Epoch seconds."""
        return self.at


class NamedFiles:
    """Recordings in a folder, by their refs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, ref: str) -> Path:
        """The file."""
        return self.folder / f"{ref}.wav"

    def asterisk_path(self, ref: str) -> str:
        """The same for Asterisk."""
        return str(self.folder / ref)


async def is_pin(pin: str, pin_hash: str) -> bool:
    """As vmq.voicemail.pins.is_pin, without its time."""
    return bool(pin_hash) and pin == pin_hash


def make_desk(log: DeskLog, *agents: AgentNow, clock: SetClock | None = None, lock_after: int = 10) -> Desk:
    """A desk with these agents."""
    return Desk(FakeRoster(*agents), log, clock or SetClock(), is_pin, lock_after=lock_after, lock_s=60)


def make_voices(files: Recordings, desk: Desk | None = None) -> QueueVoices:
    """The house's voice."""
    return QueueVoices({"house": house_pack()}, "house", files, desk or make_desk(DeskLog()))
