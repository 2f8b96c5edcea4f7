"""Whether something that a command names is on the floor."""

from __future__ import annotations

from collections.abc import Container

from vmq.domain.floor import Floor


def is_there(floor: Floor, kind: str, name: str) -> bool:
    """True when there is such an agent, queue, caller or offer (the kind). Raises KeyError for another kind."""
    known: dict[str, Container[str]] = {
        "agent": floor.agents,
        "queue": floor.queues,
        "caller": floor.callers,
        "offer": floor.offers,
    }
    return name in known[kind]
