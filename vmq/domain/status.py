"""How an agent's status changes, by his own will or after a call, and what the journal is told of it."""

from __future__ import annotations

from vmq.domain.agent import AGENT, Agent, AgentStatus
from vmq.domain.records import AgentStatusChanged
from vmq.domain.rules import QueueRules
from vmq.domain.turn import Turn

MIN_BACK_OFF_S = 0.5
"""A telephone that can't be reached fails within milliseconds: such an agent would be offered in a circle."""

_TRIGGERS = {AgentStatus.PAUSED: "pause", AgentStatus.OFFLINE: "log_out"}


def change(turn: Turn, agent: Agent, trigger: str, *, reason: str = "", until: float = 0.0) -> bool:
    """Fire a trigger of the status machine; False when it means nothing now. Whoever calls refreshes the agent."""
    was = agent.state
    if not AGENT.fire(agent, trigger):
        return False
    if was is AgentStatus.WRAP_UP:
        turn.cancel_timer("wrap_up", agent.name)
    agent.reason, agent.until = reason, until
    agent.next_status, agent.next_reason = None, ""
    if agent.state is AgentStatus.AVAILABLE:
        agent.idle_since = turn.now
        clear_back_off(turn, agent)
    note_status(turn, agent)
    return True


def note_status(turn: Turn, agent: Agent) -> None:
    """Tell the journal all that recovery needs to restore the agent."""
    turn.note(
        AgentStatusChanged(
            agent=agent.name,
            status=agent.state.value,
            reason=agent.next_reason if agent.next_status else agent.reason,
            idle_since=agent.idle_since,
            until=agent.until,
            next_status=agent.next_status.value if agent.next_status else "",
        )
    )


def plan(turn: Turn, agent: Agent, status: AgentStatus | None, reason: str = "") -> None:
    """What the status is to become when the call under way is over; None takes such a wish back."""
    agent.next_status, agent.next_reason = status, reason
    note_status(turn, agent)


def settle(turn: Turn, agent: Agent) -> bool:
    """No call holds the agent: a pause or log-out wished for meanwhile takes effect. False when there is none."""
    wish = agent.next_status
    return wish is not None and change(turn, agent, _TRIGGERS[wish], reason=agent.next_reason)


def after_talk(turn: Turn, agent: Agent, queue: QueueRules) -> None:
    """The talk is over: what was wished for meanwhile, else wrap-up, else idle from now on."""
    if settle(turn, agent) or agent.state is not AgentStatus.AVAILABLE:
        return
    wrap_up_s = queue.wrap_up_s if agent.rules.wrap_up_s is None else agent.rules.wrap_up_s
    if wrap_up_s > 0:
        until = turn.now + wrap_up_s
        change(turn, agent, "wrap_up", until=until)
        turn.set_timer("wrap_up", agent.name, until)
    else:
        agent.idle_since = turn.now
        note_status(turn, agent)


def back_off(turn: Turn, agent: Agent, queue: QueueRules) -> None:
    """The agent didn't take a call: not offered for a while, though he still counts as available."""
    agent.back_off_until = turn.now + max(queue.back_off_s, MIN_BACK_OFF_S)
    turn.set_timer("back_off", agent.name, agent.back_off_until)


def clear_back_off(turn: Turn, agent: Agent) -> None:
    """The agent says he is there: no need to wait any longer."""
    if agent.back_off_until:
        agent.back_off_until = 0.0
        turn.cancel_timer("back_off", agent.name)
