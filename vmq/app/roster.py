"""The agents as their desk asks for them (vmq.queue_voice.desk.Roster): the floor's, with number and PIN of the
configuration. PINs are kept as hashes only, made when a configuration is taken."""

from __future__ import annotations

from vmq.config.model import Config
from vmq.domain.agent import Agent
from vmq.domain.floor import Floor
from vmq.queue_voice.desk import AgentNow
from vmq.voicemail.pins import hash_pin


class FloorRoster:
    """See Roster."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._names: dict[str, str] = {}
        self._hashes: dict[str, str] = {}

    async def take(self, config: Config) -> None:
        """Numbers and PINs are these from now on."""
        pins = {agent.name: agent.pin.get_secret_value() for agent in config.agent}
        self._hashes = {name: await hash_pin(pin) for name, pin in pins.items() if pin}
        self._names = {agent.number: agent.name for agent in config.agent if agent.number}

    def agent(self, name: str) -> AgentNow | None:
        """The agent of this name."""
        agent = self._floor.agents.get(name)
        return _now(agent) if agent is not None else None

    def agents_at(self, telephone: str) -> list[AgentNow]:
        """Those who work on this telephone, or whose own it is. Looks at everybody there is."""
        found = [_now(agent) for agent in self._floor.agents.values()]
        return [agent for agent in found if telephone and telephone in (*agent.telephones, *agent.home)]

    def named_by(self, number: str) -> str:
        """The name of the agent with this number."""
        return self._names.get(number, "")

    def pin_hash(self, name: str) -> str:
        """The hash of his PIN."""
        return self._hashes.get(name, "")


def _now(agent: Agent) -> AgentNow:
    status = agent.next_status or agent.state
    reason = agent.next_reason if agent.next_status else agent.reason
    return AgentNow(agent.name, status.value, reason, tuple(agent.rules.dial.split("&")), agent.dials)
