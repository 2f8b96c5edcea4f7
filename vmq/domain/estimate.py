"""How long a waiting caller will still wait, as it can be told him: a figure that falls while he waits.

With n agents who could take him, each busy with a call for T seconds (talk and wrap-up, the queue's running mean), one
of them becomes free every T/n seconds. Who stands at place p waits p such steps; within a step the estimate falls with
the time since the line last moved, never below the p-1 steps that are still to come. So it never rises as long as T and
n stay. Callers with a higher priority who come later, and agents who also serve other queues, are not foreseen.
(app_queue's own figure, mean wait + 30 s - time waited without its sign, rises again for who waits longer than most.)
"""

from __future__ import annotations

from vmq.domain.caller import Caller
from vmq.domain.floor import Floor
from vmq.domain.presence import working_for


def estimate_s(floor: Floor, caller: Caller, now: float) -> float | None:
    """Seconds; None while nothing is known: no call was completed yet, nobody works, or he has no place."""
    queue = floor.queues[caller.queue]
    position = queue.position(caller)
    agents = working_for(queue, caller.need)
    if not position or not agents or not queue.stats.completed:
        return None
    step_s = queue.stats.handle_s / agents
    moved_s = max(0.0, now - max(queue.moved_at, caller.entered_at))
    return max((position - 1) * step_s, position * step_s - moved_s)
