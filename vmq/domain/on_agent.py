"""What an agent does, and his telephone: log in and out, pause, wrap up, device states, and the timers of these.

A pause or log-out while his telephone rings withdraws the offer (the caller goes to the next agent at once): whoever
presses pause does not want this call. Once he has answered it waits for the end of the call, and then also takes the
place of wrap-up.
"""

from __future__ import annotations

from vmq.domain.agent import AGENT, Agent, AgentStatus
from vmq.domain.asked import AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentUnpaused, WrapUpEnded, WrapUpExtended
from vmq.domain.distribution import refresh
from vmq.domain.ending import WITHDRAWN, fail_offer
from vmq.domain.events import DeviceStateChanged
from vmq.domain.records import AgentDeviceChanged
from vmq.domain.status import change, clear_back_off, extend_wrap_up, plan
from vmq.domain.turn import Turn


def on_logged_in(turn: Turn, event: AgentLoggedIn) -> None:
    """He starts work; or takes back that he wanted to end it after this call."""
    agent = turn.floor.agents.get(event.agent)
    if agent is not None and not _take_back(turn, agent, AgentStatus.OFFLINE) and change(turn, agent, "log_in"):
        refresh(turn, [agent])


def on_logged_out(turn: Turn, event: AgentLoggedOut) -> None:
    """He ends work."""
    agent = turn.floor.agents.get(event.agent)
    if agent is not None:
        _stop(turn, agent, "log_out", AgentStatus.OFFLINE, "")


def on_paused(turn: Turn, event: AgentPaused) -> None:
    """He wants no calls for now."""
    agent = turn.floor.agents.get(event.agent)
    if agent is not None:
        _stop(turn, agent, "pause", AgentStatus.PAUSED, event.reason)


def on_unpaused(turn: Turn, event: AgentUnpaused) -> None:
    """He wants calls again; or takes back that he wanted a pause after this call."""
    agent = turn.floor.agents.get(event.agent)
    if agent is not None and not _take_back(turn, agent, AgentStatus.PAUSED) and change(turn, agent, "unpause"):
        refresh(turn, [agent])


def on_wrap_up_ended(turn: Turn, event: WrapUpEnded) -> None:
    """He is done with the work after a call before its time was over."""
    on_wrap_up_timer(turn, event.agent)


def on_wrap_up_extended(turn: Turn, event: WrapUpExtended) -> None:
    """He needs more time after a call."""
    agent = turn.floor.agents.get(event.agent)
    if agent is not None:
        extend_wrap_up(turn, agent, event.by_s)


def on_wrap_up_timer(turn: Turn, name: str) -> None:
    """The work after a call is over."""
    agent = turn.floor.agents.get(name)
    if agent is not None and change(turn, agent, "end_wrap_up"):
        refresh(turn, [agent])


def on_back_off_timer(turn: Turn, name: str) -> None:
    """The agent may be offered again."""
    agent = turn.floor.agents.get(name)
    if agent is not None:
        clear_back_off(turn, agent)
        refresh(turn, [agent])


def on_device(turn: Turn, event: DeviceStateChanged) -> None:
    """A telephone changed: its own agents are looked at, and nobody else."""
    device = turn.floor.devices.get(event.device)
    if device is None or device.is_ours or device.state is event.state:
        return
    device.state = event.state
    for agent in device.agents:
        turn.note(AgentDeviceChanged(agent.name, device.name, device.state.value))
    refresh(turn, device.agents)


def _stop(turn: Turn, agent: Agent, trigger: str, status: AgentStatus, reason: str) -> None:
    """Pause or log out: now, or after the call that he has answered."""
    if not AGENT.allows(agent, trigger):
        return
    offer = turn.floor.offers.get(agent.offer_id or "")
    if offer is not None and not offer.is_unanswered:
        plan(turn, agent, status, reason)
        return
    change(turn, agent, trigger, reason=reason)
    if offer is not None:
        fail_offer(turn, offer, WITHDRAWN)
    else:
        refresh(turn, [agent])


def _take_back(turn: Turn, agent: Agent, status: AgentStatus) -> bool:
    """Forget a wish for after the call; False when there is no such wish."""
    if agent.next_status is not status:
        return False
    plan(turn, agent, None)
    return True
