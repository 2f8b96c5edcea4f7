"""Fakes of the engine's ports: a clock that stands still, and call control that only writes down."""

from __future__ import annotations

from vmq.domain.commands import Command

START = 1_000_000.0


class FakeClock:
    """Epoch seconds that pass only when told to."""

    def __init__(self, now: float = START) -> None:
        self._now = now

    def now(self) -> float:
        """Epoch seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds


class RecordingCallControl:
    """Carries nothing out. `sent` has every command, in order."""

    def __init__(self) -> None:
        self.sent: list[Command] = []

    def send(self, command: Command) -> None:
        """Write it down."""
        self.sent.append(command)
