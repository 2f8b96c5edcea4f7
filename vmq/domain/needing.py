"""A caller's need changes while he waits: penalty rules, skills that relax, and the end of a preferred agent's time.

One timer a caller, for his next change; there is none when nothing will change.
"""

from __future__ import annotations

from vmq.domain.caller import Caller, CallerState
from vmq.domain.ending import stand
from vmq.domain.events import CallerJoined
from vmq.domain.need import changed, plan
from vmq.domain.queue import Queue
from vmq.domain.turn import Turn


def begin(turn: Turn, caller: Caller, queue: Queue, event: CallerJoined) -> None:
    """He enters: what will change, and what has changed already (he may have waited before a restart).

    A preferred agent who doesn't work in this queue is not waited for.
    """
    rules = queue.rules
    preferred = queue.members.get(event.prefers)
    prefers_s = event.prefers_s if preferred is not None and preferred.is_working else 0.0
    changes = turn.floor.penalty_rules.get(event.penalty_rule, rules.penalty_changes)
    caller.changes = plan(changes, () if event.needs else rules.steps, prefers_s)
    caller.prefers = event.prefers if prefers_s > 0 else ""
    take_due(turn, caller)


def on_need_timer(turn: Turn, call_id: str) -> None:
    """A change is due: he may be offered to others from now on; or nobody is left for him, and he leaves."""
    caller = turn.floor.callers.get(call_id)
    if caller is None or not caller.changes:
        return
    queue = turn.floor.queues[caller.queue]
    was_waiting, was_gathering = queue.waiting.discard(caller), queue.gathering.discard(caller)
    take_due(turn, caller)
    if was_waiting:
        stand(turn, caller)
    elif was_gathering and caller.state is CallerState.OFFERED:
        queue.gathering.add(caller)


def take_due(turn: Turn, caller: Caller) -> None:
    """Make all changes that are due, and have the next one remembered.

    When he enters, when one is due, and when he goes on waiting under another id or after a restart.
    """
    waited_s = caller.wait_s(turn.now)
    while caller.changes and caller.changes[0][0] <= waited_s:
        _, change = caller.changes.pop(0)
        if change is None:
            caller.prefers = ""
        else:
            caller.need = changed(caller.need, change)
    if caller.changes:
        turn.set_timer("need", caller.call_id, caller.entered_at + caller.changes[0][0])
