"""Makes what screens and dialplans are told of a call, when its agent is rung and when he answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmq.domain.commands import SetVariables
from vmq.domain.recordings import recording_path
from vmq.domain.rules import QueueRules
from vmq.domain.screen import Screen, fill
from vmq.domain.talk import talk_of

if TYPE_CHECKING:
    from vmq.domain.agent import Agent
    from vmq.domain.caller import Caller
    from vmq.domain.offer import Offer
    from vmq.domain.queue import Queue
    from vmq.domain.turn import Turn


def url_of(rules: QueueRules, caller: Caller, agent: str, now: float) -> str:
    """The page to open for this call: the one that the caller's dialplan gave, else the queue's; empty for none."""
    return fill(
        caller.url or rules.url,
        number=caller.number,
        name=caller.name,
        queue=caller.queue,
        call_id=caller.call_id,
        wait_s=str(int(caller.wait_s(now))),
        agent=agent,
    )


def screen_of(caller: Caller, queue: Queue, agent: Agent, now: float) -> Screen:
    """What is known now of a caller who is offered to, or answered by, an agent."""
    rules, stats, member = queue.rules, queue.stats, queue.members.get(agent.name)
    return Screen(
        queue.name,
        rules.max_length,
        rules.strategy,
        len(queue.line),
        stats.hold_s,
        stats.talk_s,
        stats.completed,
        stats.abandoned,
        rules.service_level_s,
        stats.level,
        caller.wait_s(now),
        caller.entered_at,
        caller.entry_position,
        agent.dials,
        agent.name,
        member.calls if member is not None else 0,
        member.last_call_at if member is not None else 0.0,
        member.penalty if member is not None else 0,
        member is not None and member.is_dynamic,
        url_of(rules, caller, agent.name, now) if caller.url or rules.url else "",
    )


def tell_caller(turn: Turn, offer: Offer) -> None:
    """An agent has answered: what the caller's dialplan is to know before the two are bridged, and whether the talk is
    to be recorded from its beginning."""
    caller, queue = turn.floor.callers[offer.call_id], turn.floor.queues[offer.queue]
    path = ""
    if queue.rules.record:
        path = recording_path(turn.floor.recordings, queue.rules.record, offer, caller, turn.now)
        talk = talk_of(turn, offer)
        talk.path, talk.take = path, 1
    screen = screen_of(caller, queue, turn.floor.agents[offer.agent], turn.now)
    turn.do(SetVariables(caller.channel, screen, path, queue.rules.features))
