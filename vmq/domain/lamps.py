"""Lamps: device states that tell of queues and agents, for the keys (BLF) of telephones and for other programs.

What app_queue publishes as `Queue:…`, and more, as devices of our own (app_queue may run beside):

    Custom:vmq_queue_<queue>          RINGING while callers wait, else NOT_INUSE (Queue:<queue>)
    Custom:vmq_queue_<queue>_avail    NOT_INUSE while an agent is free, else INUSE (Queue:<queue>_avail)
    Custom:vmq_<agent>_pause_<queue>  INUSE while he takes no calls of it (Queue:<queue>_pause_<interface>)
    Custom:vmq_<agent>_pause          INUSE while he takes no calls at all
    Custom:vmq_<agent>_status         UNAVAILABLE logged out, NOT_INUSE available, RINGING, INUSE in a queue call, BUSY
                                      paused, ONHOLD wrapping up

A turn looks only at the queues and agents that it touched. After each (re)connect all are compared with what Asterisk
shows, and those that differ are published; one that Asterisk doesn't know is as good as NOT_INUSE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vmq.domain.agent import Agent, AgentStatus
from vmq.domain.commands import PublishDevice
from vmq.domain.device import DeviceState
from vmq.domain.events import Event, LegAnswered, WorldSeen
from vmq.domain.queue import Queue
from vmq.domain.records import MemberRemoved
from vmq.domain.turn import Turn

PREFIX = "Custom:vmq_"

Lamp = tuple[str, DeviceState]
_DARK = DeviceState.NOT_INUSE


def follow(turn: Turn, event: Event) -> None:
    """Publish what this turn changed. Nothing is sent while there is no link: the next WorldSeen makes up for it."""
    floor = turn.floor
    if floor.lamps is None:
        return
    touched, floor.touched = floor.touched, {}
    if not floor.is_linked:
        return
    if isinstance(event, WorldSeen):
        floor.lamps = _seen(event.devices)
        queues: Iterable[Queue] = floor.queues.values()
        agents: Iterable[Agent] = floor.agents.values()
    else:
        names = dict.fromkeys(queue for record in turn.records if (queue := getattr(record, "queue", "")))
        if isinstance(event, LegAnswered) and (offer := floor.offers.get(event.offer_id)) is not None:
            touched[offer.agent] = None
        people = touched | dict.fromkeys(agent for record in turn.records if (agent := getattr(record, "agent", "")))
        agents = [floor.agents[name] for name in people if name in floor.agents]
        queues = dict.fromkeys(floor.queues[name] for name in names if name in floor.queues)
        queues |= dict.fromkeys(member.queue for agent in agents for member in agent.memberships)
    for queue in queues:
        _publish(turn, floor.lamps, of_queue(queue))
    for agent in agents:
        _publish(turn, floor.lamps, of_agent(turn, agent))
    _publish(turn, floor.lamps, _gone(turn))


def of_queue(queue: Queue) -> Iterator[Lamp]:
    """A queue's lamps."""
    yield f"{PREFIX}queue_{queue.name}", DeviceState.RINGING if queue.line else _DARK
    yield f"{PREFIX}queue_{queue.name}_avail", _DARK if queue.free_count else DeviceState.INUSE


def of_agent(turn: Turn, agent: Agent) -> Iterator[Lamp]:
    """An agent's lamps. A pause that waits for the end of his call shows at once: he sees that his key was taken."""
    is_paused = AgentStatus.PAUSED in (agent.state, agent.next_status)
    yield f"{PREFIX}{agent.name}_status", _status(turn, agent)
    yield f"{PREFIX}{agent.name}_pause", DeviceState.INUSE if is_paused else _DARK
    for member in agent.memberships:
        is_lit = is_paused or member.is_paused
        yield _pause_lamp(agent.name, member.queue.name), DeviceState.INUSE if is_lit else _DARK


def _status(turn: Turn, agent: Agent) -> DeviceState:
    offer = turn.floor.offers.get(agent.offer_id or "")
    if offer is not None:
        return DeviceState.RINGING if offer.is_unanswered else DeviceState.INUSE
    match agent.state:
        case AgentStatus.AVAILABLE:
            return _DARK
        case AgentStatus.PAUSED:
            return DeviceState.BUSY
        case AgentStatus.WRAP_UP:
            return DeviceState.ONHOLD
        case _:
            return DeviceState.UNAVAILABLE


def _pause_lamp(agent: str, queue: str) -> str:
    return f"{PREFIX}{agent}_pause_{queue}"


def _gone(turn: Turn) -> Iterator[Lamp]:
    """Who doesn't serve a queue any more has no pause there."""
    for record in turn.records:
        if isinstance(record, MemberRemoved):
            yield _pause_lamp(record.agent, record.queue), _DARK


def _seen(devices: Mapping[str, DeviceState]) -> dict[str, DeviceState]:
    """The lamps that Asterisk knows of already."""
    return {name: state for name, state in devices.items() if name.startswith(PREFIX)}


def _publish(turn: Turn, shown: dict[str, DeviceState], lamps: Iterable[Lamp]) -> None:
    for device, state in lamps:
        if shown.get(device, _DARK) is not state:
            shown[device] = state
            turn.do(PublishDevice(device, state.value))
