"""Who is told a report: which queues and agents he sees, and which agent he is himself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vmq.domain.queue_log import NONE, QueueLogLine
from vmq.reports.calls import CallDetail


class Audience(Protocol):
    """Somebody who is told. What he sees may be another thing the next time."""

    def sees_queue(self, name: str) -> bool:
        """Does he see this queue, and its callers?"""
        ...

    def sees_agent(self, name: str) -> bool:
        """Does he see this agent?"""
        ...

    def is_agent(self, name: str) -> bool:
        """Is he this agent?"""
        ...


class _Everything:
    """Sees all of the house."""

    def sees_queue(self, _name: str) -> bool:
        return True

    def sees_agent(self, _name: str) -> bool:
        return True

    def is_agent(self, _name: str) -> bool:
        return False


SEES_ALL: Audience = _Everything()


def calls_for(audience: Audience, rows: Sequence[CallDetail]) -> Sequence[CallDetail]:
    """The calls of his queues, and those that he was offered himself."""
    return [
        row
        for row in rows
        if audience.sees_queue(row.queue) or any(audience.is_agent(offer.agent) for offer in row.offers)
    ]


def lines_for(audience: Audience, lines: Sequence[QueueLogLine], agents: Mapping[str, str]) -> Sequence[QueueLogLine]:
    """The lines of his queues, his own, and those of an agent he sees that are of no queue. `agents` are the agents by
    what app_queue calls them."""

    def sees(line: QueueLogLine) -> bool:
        agent = agents.get(line.agent, line.agent)
        if agent != NONE and audience.is_agent(agent):
            return True
        if line.queue != NONE:
            return audience.sees_queue(line.queue)
        return agent == NONE or audience.sees_agent(agent)

    return [line for line in lines if sees(line)]
