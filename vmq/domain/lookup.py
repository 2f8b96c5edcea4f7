"""Whether something that a command names is on the floor."""

from __future__ import annotations

from collections.abc import Container

from vmq.domain.floor import Floor


def is_there(floor: Floor, kind: str, name: str) -> bool:
    """True when there is such an agent, queue, caller, offer or call (the kind). Raises KeyError for another kind.

    A call is a caller's on the floor, or of an agent's last talk, after which he may still wrap up.
    """
    if kind == "call":
        return name in floor.callers or any(offer.call_id == name for offer in floor.wrapping.values())
    known: dict[str, Container[str]] = {
        "agent": floor.agents,
        "queue": floor.queues,
        "caller": floor.callers,
        "offer": floor.offers,
    }
    return name in known[kind]
