"""An agent's telephones: what is dialled to reach him now, and which device shows the state of what is dialled.

A dial string is Asterisk's `Tech/resource`; several are parted by `&` and ring together. `PJSIP/1001/*` is every
telephone that has registered as 1001, each for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmq.domain.trunks import dial_through

if TYPE_CHECKING:
    from vmq.domain.agent import Agent
    from vmq.domain.floor import Floor


def device_of(dial: str) -> str:
    """The device of one dial string: `PJSIP/1001/*` and `PJSIP/1001/sip:…` are both PJSIP/1001, `Local/5@x/n` is
    Local/5@x."""
    technology, _, resource = dial.partition("/")
    return f"{technology}/{resource.partition('/')[0]}"


def dial_for(floor: Floor, agent: Agent) -> str:
    """His telephones that can ring, in Asterisk's notation, several parted by `&`; or his number through the first
    outside line of his that is free.

    Empty when there is nothing to dial: no line is free, or the number is none.
    """
    if agent.rules.trunks:
        trunk = floor.lines.first_free(agent.rules.trunks)
        return dial_through(trunk, floor.numbers, agent.dials[0]) if trunk is not None else ""
    if len(agent.dials) != len(agent.devices):
        return "&".join(agent.dials)
    return "&".join(dial for dial, device in zip(agent.dials, agent.devices, strict=True) if device.is_free)
