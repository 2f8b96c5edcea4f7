"""Whether something that a command names is on the floor, and whose it is."""

from __future__ import annotations

from collections.abc import Container

from vmq.domain.floor import Floor
from vmq.domain.offer import Offer
from vmq.domain.subject import Subject


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


def subject_of(floor: Floor, kind: str, name: str) -> Subject:
    """Whose an agent, queue, caller, offer or call (the kind) is; nobody's when it isn't there.

    An agent is his own, and of the queues he serves; a queue is its own, and of the agents who serve it. A call is of
    the agent who talks with the caller, or did last.
    """
    if kind == "agent":
        agent = floor.agents.get(name)
        queues = frozenset(member.queue.name for member in agent.memberships) if agent else frozenset()
        return Subject(frozenset({name}), queues)
    if kind == "queue":
        queue = floor.queues.get(name)
        return Subject(frozenset(queue.members) if queue else frozenset(), frozenset({name}))
    if kind == "offer":
        return _of_offer(floor.offers.get(name))
    caller = floor.callers.get(name)
    if caller is None:
        return _of_offer(next((offer for offer in floor.wrapping.values() if offer.call_id == name), None))
    offer = floor.offers.get(caller.won_id or "")
    return Subject(frozenset({offer.agent}) if offer else frozenset(), frozenset({caller.queue}))


def _of_offer(offer: Offer | None) -> Subject:
    return Subject(frozenset({offer.agent}), frozenset({offer.queue})) if offer else Subject()
