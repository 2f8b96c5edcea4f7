"""What is dialled to reach an agent now."""

from __future__ import annotations

from vmq.domain.agent import Agent
from vmq.domain.floor import Floor


def dial_for(floor: Floor, agent: Agent) -> str:
    """His telephones that can ring, in Asterisk's notation, several parted by `&`."""
    del floor
    if len(agent.dials) != len(agent.devices):
        return "&".join(agent.dials)
    return "&".join(dial for dial, device in zip(agent.dials, agent.devices, strict=True) if device.is_free)
