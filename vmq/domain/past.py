"""What the journal remembers of a call that was open when vmq last stopped."""

from __future__ import annotations

from dataclasses import dataclass

from vmq.domain.records import CallConnected


@dataclass(frozen=True, slots=True)
class PastCall:
    """A caller who entered and has no terminal record yet. Times are epoch seconds; `connected` when he was talking."""

    call_id: str
    queue: str
    entered_at: float
    position: int = 0
    connected: CallConnected | None = None
    connected_at: float = 0.0
