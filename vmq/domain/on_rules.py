"""The rules change while calls are under way: the floor follows, and nobody is dropped.

Callers keep their places, agents their status. An agent who is no longer configured takes no more calls, and goes when
his call is over. A queue that isn't any more takes no more callers; those who wait go where its overflow for `closed`
says, or back to their dialplan; talks go on.
"""

from __future__ import annotations

from vmq.domain.agent import Agent
from vmq.domain.asked import RulesChanged
from vmq.domain.caller import IN_LINE, UNANSWERED, CallerState
from vmq.domain.commands import QueueStatus
from vmq.domain.distribution import refresh, serve_queues
from vmq.domain.ending import CALLER_GONE, end_rings, withdraw
from vmq.domain.floor import Floor
from vmq.domain.leaving import release
from vmq.domain.queue import Queue
from vmq.domain.records import RulesReloaded
from vmq.domain.rules import AgentRules, QueueRules
from vmq.domain.turn import Turn


def on_rules(turn: Turn, event: RulesChanged) -> None:
    """Queues first, then agents, then everybody is looked at once: beside WorldSeen the one event that does so."""
    floor, rules = turn.floor, event.rules
    floor.lines.change(rules.trunks)
    floor.numbers = rules.numbers
    floor.penalty_rules = dict(rules.penalty_rules)
    new_queues = {queue.name: queue for queue in rules.queues}
    new_agents = {agent.name: agent for agent in rules.agents}
    for name in [name for name in floor.queues if name not in new_queues]:
        _close_queue(turn, floor.queues[name])
    for queue_rules in rules.queues:
        _set_queue(turn, queue_rules)
    for agent in [agent for agent in floor.agents.values() if agent.name not in new_agents]:
        _remove_agent(turn, agent)
    for agent_rules in rules.agents:
        _set_agent(turn, agent_rules)
    turn.note(RulesReloaded(event.what, event.by))
    for agent in floor.agents.values():
        floor.recount(agent)
    refresh(turn, list(floor.agents.values()))
    serve_queues(turn, list(floor.queues.values()))


def _close_queue(turn: Turn, queue: Queue) -> None:
    queue.is_closing = True
    queue.held.clear()
    for call_id in [call_id for call_id, name in turn.floor.expected.items() if name == queue.name]:
        del turn.floor.expected[call_id]
    for caller in [caller for caller in turn.floor.callers.values() if caller.queue == queue.name]:
        if caller.state in UNANSWERED:
            end_rings(turn, caller, CALLER_GONE)
            release(turn, caller, QueueStatus.CLOSED, "closed")
    if queue.name in turn.floor.queues:
        turn.floor.close_if_done(queue)


def _set_queue(turn: Turn, rules: QueueRules) -> None:
    """A new queue; or new rules for one that is there: agents are ranked, and callers placed, anew."""
    floor, queue = turn.floor, turn.floor.queues.get(rules.name)
    if queue is None:
        floor.queues[rules.name] = Queue(rules)
        return
    if queue.rules == rules and not queue.is_closing:
        return
    for member in queue.members.values():
        floor.set_kind(member)
    was, queue.rules, queue.is_closing = queue.rules, rules, False
    if (was.weight, was.ageing_s) != (rules.weight, rules.ageing_s):
        _place_anew(floor, queue)
    if was.strategy is not rules.strategy:
        _begin_anew(floor, queue)
    for caller in [caller for caller in floor.callers.values() if caller.queue == rules.name]:
        if caller.state is CallerState.OFFERED and queue.rings_several and caller not in queue.gathering:
            queue.gathering.add(caller)
        elif not queue.rings_several:
            queue.gathering.discard(caller)


def _begin_anew(floor: Floor, queue: Queue) -> None:
    """Where the queue and its callers stood in the old strategy's order: keys of two strategies can't be compared."""
    queue.cursor = ()
    for caller in floor.callers.values():
        if caller.queue == queue.name:
            caller.last_tried = ()


def _place_anew(floor: Floor, queue: Queue) -> None:
    """Places hold weight and ageing: all who stand in the line keep their order as the new rules make it."""
    for caller in [floor.callers[place[3]] for place in queue.line]:
        was_waiting, was_gathering = queue.waiting.discard(caller), queue.gathering.discard(caller)
        queue.line.remove(caller.place)
        caller.place = queue.place(caller.priority, caller.entered_at, caller.call_id)
        if caller.state in IN_LINE:
            queue.line.add(caller.place)
        if was_waiting:
            queue.waiting.add(caller)
        if was_gathering:
            queue.gathering.add(caller)


def _set_agent(turn: Turn, rules: AgentRules) -> None:
    """A new agent; or new rules for one who is there. Queues he joined at run time stay his."""
    floor, agent = turn.floor, turn.floor.agents.get(rules.name)
    if agent is None:
        floor.add_agent(rules, turn.now)
        return
    was, agent.rules, agent.is_leaving = agent.rules, rules, False
    floor.lines.know(rules.trunks, rules.name)
    if (was.dial, was.state_device, was.is_remote) != (rules.dial, rules.state_device, rules.is_remote):
        withdraw(turn, agent)
        floor.give_telephones(agent, rules.dial, rules.state_device)
    for member in agent.memberships:
        if not member.is_dynamic and member.queue.name not in rules.queues:
            floor.remove_member(member)
    for name in dict.fromkeys(rules.queues):
        queue = floor.queues.get(name)
        if queue is None or queue.is_closing:
            continue
        member_or_none = queue.members.get(agent.name)
        penalty = rules.penalties.get(name, 0)
        if member_or_none is None:
            floor.add_member(agent, queue, penalty)
        elif was.penalties.get(name, 0) != penalty:
            member_or_none.penalty = penalty
    for member in agent.memberships:
        floor.set_kind(member)


def _remove_agent(turn: Turn, agent: Agent) -> None:
    """He goes now, or when the call he has answered is over. An agent who came at run time stays."""
    if any(member.is_dynamic for member in agent.memberships):
        return
    agent.is_leaving = True
    withdraw(turn, agent)
    turn.floor.remove_if_done(agent)
