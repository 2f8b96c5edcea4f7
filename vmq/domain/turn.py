"""One turn of the floor: the event under way, and the commands and records it has led to so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from vmq.domain.commands import CancelTimer, Command, SetTimer
from vmq.domain.floor import Floor
from vmq.domain.records import Record

RECOVERY = "recovery"


def timer_key(kind: str, name: str) -> str:
    """The key of a timer, e.g. `offer:0000000000000001`: what it is for, then whose it is."""
    return f"{kind}:{name}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an event: commands to carry out and records to keep, each in their order."""

    commands: tuple[Command, ...] = ()
    records: tuple[Record, ...] = ()


@dataclass(slots=True, eq=False)
class Turn:
    """What the handlers of one event share. `now` is epoch seconds; no handler asks a clock."""

    floor: Floor
    now: float
    commands: list[Command] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def do(self, command: Command) -> None:
        """Command something."""
        self.commands.append(command)

    def note(self, record: Record) -> None:
        """Keep something for the journal."""
        self.records.append(record)

    def set_timer(self, kind: str, name: str, at: float) -> None:
        """Have TimerFired at `at` (epoch seconds)."""
        self.do(SetTimer(timer_key(kind, name), at))

    def cancel_timer(self, kind: str, name: str) -> None:
        """Forget the timer."""
        self.do(CancelTimer(timer_key(kind, name)))

    def decision(self) -> Decision:
        """All of it."""
        return Decision(tuple(self.commands), tuple(self.records))
