"""How an agent's status changes, by his own will or after a call, and what the journal is told of it."""

from __future__ import annotations

from vmq.domain.agent import AGENT, Agent, AgentStatus
from vmq.domain.membership import Membership
from vmq.domain.records import AgentStatusChanged, MemberPaused
from vmq.domain.rules import AutoPause, QueueRules
from vmq.domain.turn import Turn

MIN_BACK_OFF_S = 0.5
"""A telephone that can't be reached fails within milliseconds: such an agent would be offered in a circle."""

AUTO_PAUSE = "Auto-Pause"
"""The reason of a pause that nobody asked for (app_queue.c)."""

_CAUSES = {"busy": "busy", "unreachable": "unavailable"}
"""What auto_pause_on calls a LegEnd; every other is "no_answer"."""

_TRIGGERS = {AgentStatus.PAUSED: "pause", AgentStatus.OFFLINE: "log_out"}


def change(turn: Turn, agent: Agent, trigger: str, *, reason: str = "", until: float = 0.0) -> bool:
    """Fire a trigger of the status machine; False when it means nothing now. Whoever calls refreshes the agent."""
    was = agent.state
    if not AGENT.fire(agent, trigger):
        return False
    if was is AgentStatus.WRAP_UP:
        turn.cancel_timer("wrap_up", agent.name)
    _count_time(turn, agent, was)
    agent.since = turn.now
    agent.reason, agent.until = reason, until
    agent.next_status, agent.next_reason = None, ""
    if agent.state is AgentStatus.AVAILABLE:
        agent.idle_since = turn.now
        clear_back_off(turn, agent)
    note_status(turn, agent)
    return True


def _count_time(turn: Turn, agent: Agent, was: AgentStatus) -> None:
    """Keep what occupancy is computed from: it starts with each login, and a wrap-up is time that he was busy."""
    if was is AgentStatus.OFFLINE:
        agent.logged_in_at, agent.busy_s, agent.busy_from = turn.now, 0.0, 0.0
    if agent.state is AgentStatus.WRAP_UP:
        agent.busy_from = turn.now
    elif was is AgentStatus.WRAP_UP:
        count_busy(agent, turn.now)


def count_busy(agent: Agent, now: float) -> None:
    """He is not busy any more: add the time to what he was, and take the share anew."""
    if agent.busy_from:
        agent.busy_s += max(0.0, now - agent.busy_from)
        agent.busy_from = 0.0
    logged_in_s = now - agent.logged_in_at
    agent.occupancy = agent.busy_s / logged_in_s if logged_in_s > 0 else 0.0


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


def extend_wrap_up(turn: Turn, agent: Agent, by_s: float) -> None:
    """More time after a call. Nothing happens when he isn't wrapping up."""
    if agent.state is AgentStatus.WRAP_UP:
        agent.until = max(turn.now, agent.until + by_s)
        turn.set_timer("wrap_up", agent.name, agent.until)
        note_status(turn, agent)


def missed(turn: Turn, agent: Agent, queue: QueueRules, why: str) -> None:
    """The agent didn't take a call: not offered for a while, and paused when his queue says so.

    `why` is a LegEnd's value. What auto-pause counts is app_queue's: a call let ring, a telephone busy, one not to be
    reached; a refusal by hand counts as no answer. Who had a call within `auto_pause_delay_s` is spared.
    """
    back_off(turn, agent, back_off_s(queue, why))
    member = next((member for member in agent.memberships if member.queue.name == queue.name), None)
    if member is None or queue.auto_pause is AutoPause.NO or _CAUSES.get(why, "no_answer") not in queue.auto_pause_on:
        return
    member.missed += 1
    had_call_s = turn.now - max(member.last_call_at for member in agent.memberships)
    if member.missed < queue.auto_pause_after or had_call_s < queue.auto_pause_delay_s:
        return
    member.missed = 0
    if queue.auto_pause is AutoPause.ALL:
        change(turn, agent, "pause", reason=AUTO_PAUSE)
    else:
        pause_member(turn, member, is_paused=True, reason=AUTO_PAUSE)


def pause_member(turn: Turn, member: Membership, *, is_paused: bool, reason: str = "") -> bool:
    """Calls of one queue are wanted or not. Whoever calls refreshes the agent. False when it was so already."""
    if member.is_paused is is_paused and (not is_paused or member.reason == reason):
        return False
    member.is_paused, member.reason = is_paused, reason if is_paused else ""
    turn.floor.recount(member.agent)
    turn.note(MemberPaused(member.agent.name, member.queue.name, is_paused, reason))
    return True


def back_off_s(queue: QueueRules, why: str) -> float:
    """How long an agent is left alone after an offer that ended like this."""
    if why == "busy" and queue.back_off_busy_s is not None:
        return queue.back_off_busy_s
    if why in ("refused", "redirected") and queue.back_off_refused_s is not None:
        return queue.back_off_refused_s
    return queue.back_off_s


def back_off(turn: Turn, agent: Agent, seconds: float) -> None:
    """Not offered for a while, though he still counts as available."""
    agent.back_off_until = turn.now + max(seconds, MIN_BACK_OFF_S)
    turn.set_timer("back_off", agent.name, agent.back_off_until)


def clear_back_off(turn: Turn, agent: Agent) -> None:
    """The agent says he is there: no need to wait any longer."""
    if agent.back_off_until:
        agent.back_off_until = 0.0
        turn.cancel_timer("back_off", agent.name)
