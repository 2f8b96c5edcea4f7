"""Agents in queues at run time: joining, leaving, paused in one queue, another penalty, another telephone."""

from __future__ import annotations

from vmq.domain.asked import AgentMoved, MemberJoined, MemberLeft, MemberPauseChanged, PenaltyChanged
from vmq.domain.distribution import refresh, serve_queues
from vmq.domain.ending import withdraw
from vmq.domain.records import AgentTelephoneChanged, MemberAdded, MemberRemoved, PenaltySet
from vmq.domain.rules import AgentRules
from vmq.domain.status import pause_member
from vmq.domain.turn import Turn


def on_joined_queue(turn: Turn, event: MemberJoined) -> None:
    """He serves the queue from now on. Nothing happens when he does already, or there is no such queue."""
    floor = turn.floor
    queue, agent = floor.queues.get(event.queue), floor.agents.get(event.agent)
    if agent is None and event.dial:
        rules = AgentRules(event.agent, event.dial, state_device=event.state_device)
        agent = floor.add_agent(rules, turn.now)
    if queue is None or agent is None or event.agent in queue.members:
        return
    member = floor.add_member(agent, queue, event.penalty, is_dynamic=True)
    if event.is_paused:
        member.is_paused, member.reason = True, event.reason
        floor.recount(agent)
    turn.note(
        MemberAdded(
            agent=agent.name,
            queue=queue.name,
            interface=agent.rules.dial,
            penalty=event.penalty,
            is_paused=event.is_paused,
            by=event.by,
            state_device=agent.rules.state_device,
            reason=event.reason if event.is_paused else "",
        )
    )
    refresh(turn, [agent])


def on_left_queue(turn: Turn, event: MemberLeft) -> None:
    """He doesn't serve it any more. A telephone that rings for it stops; a talk goes on."""
    queue = turn.floor.queues.get(event.queue)
    member = queue.members.get(event.agent) if queue is not None else None
    if member is None:
        return
    turn.floor.remove_member(member)
    turn.note(MemberRemoved(event.agent, event.queue, event.by))
    withdraw(turn, member.agent, event.queue)
    refresh(turn, [member.agent])
    if queue is not None and queue.ignores_penalties:
        serve_queues(turn, [queue])


def on_member_pause(turn: Turn, event: MemberPauseChanged) -> None:
    """Calls of this one queue are wanted or not. A telephone that rings for it stops, as with a pause of all."""
    queue = turn.floor.queues.get(event.queue)
    member = queue.members.get(event.agent) if queue is not None else None
    if member is None or not pause_member(turn, member, is_paused=event.is_paused, reason=event.reason):
        return
    if event.is_paused:
        withdraw(turn, member.agent, event.queue)
    refresh(turn, [member.agent])


def on_penalty(turn: Turn, event: PenaltyChanged) -> None:
    """Another penalty, in one queue or in all."""
    agent = turn.floor.agents.get(event.agent)
    if agent is None:
        return
    for member in agent.memberships:
        if event.queue in ("", member.queue.name) and member.penalty != event.penalty:
            member.penalty = event.penalty
            turn.floor.set_kind(member)
            turn.note(PenaltySet(agent.name, member.queue.name, event.penalty))
    refresh(turn, [agent])


def on_moved(turn: Turn, event: AgentMoved) -> None:
    """He works on another telephone. A call that is under way stays where it is; one that rings is withdrawn."""
    agent = turn.floor.agents.get(event.agent)
    if agent is None:
        return
    withdraw(turn, agent)
    turn.floor.move(agent, "&".join(event.dial))
    turn.note(AgentTelephoneChanged(agent.name, "&".join(event.dial)))
    refresh(turn, [agent])
