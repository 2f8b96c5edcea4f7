"""What reports have to know of queues and agents beyond the journal: thresholds, time zones, names, telephones."""

from __future__ import annotations

from datetime import UTC, tzinfo

from vmq.domain.rules import AgentRules, HouseRules, QueueRules


class Roster:
    """The rules by name. A queue or agent that is no longer configured has the defaults, and its own name.

    `zone` is the house's time zone; a queue with opening hours has theirs.
    """

    def __init__(self, house: HouseRules, zone: tzinfo = UTC) -> None:
        self.zone = zone
        self._queues = {rules.name: rules for rules in house.queues}
        self._agents = {rules.name: rules for rules in house.agents}

    def queue(self, name: str) -> QueueRules:
        """The rules of a queue."""
        return self._queues.get(name) or QueueRules(name)

    def zone_of(self, queue: str) -> tzinfo:
        """The time zone that a queue's days begin in."""
        schedule = self.queue(queue).schedule
        return self.zone if schedule is None else schedule.zone

    def agent(self, name: str) -> AgentRules:
        """The rules of an agent."""
        return self._agents.get(name) or AgentRules(name, "")

    def member_name(self, agent: str) -> str:
        """What app_queue calls a member."""
        return self.agent(agent).full_name or agent

    @property
    def agents(self) -> tuple[str, ...]:
        """All configured agents, in their order. Others come to be by joining a queue."""
        return tuple(self._agents)
