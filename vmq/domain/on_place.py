"""What a supervisor, or a program, does with a waiting caller: another priority or place, another queue, out of it."""

from __future__ import annotations

from vmq.domain import announce
from vmq.domain.asked import CallerPriorityChanged, CallerWithdrawn
from vmq.domain.caller import IN_LINE, UNANSWERED
from vmq.domain.commands import QueueStatus
from vmq.domain.ending import CALLER_GONE, end_rings
from vmq.domain.leaving import release
from vmq.domain.records import CallerMoved
from vmq.domain.turn import Turn


def on_priority(turn: Turn, event: CallerPriorityChanged) -> None:
    """He stands elsewhere in the line from now on. What rings for him goes on ringing."""
    caller = turn.floor.callers.get(event.call_id)
    if caller is None or caller.state not in IN_LINE:
        return
    queue = turn.floor.queues[caller.queue]
    was_waiting, was_gathering = queue.waiting.discard(caller), queue.gathering.discard(caller)
    was_place = caller.place
    queue.line.discard(was_place)
    if event.priority is not None:
        caller.priority = event.priority
    turn.floor.enter(caller, event.position)
    if was_waiting:
        queue.waiting.add(caller)
    if was_gathering:
        queue.gathering.add(caller)
    announce.look(turn, caller)
    announce.moved(turn, queue, min(was_place, caller.place))
    turn.note(CallerMoved(caller.call_id, queue.name, caller.priority, queue.position(caller), event.by))


def on_withdrawn(turn: Turn, event: CallerWithdrawn) -> None:
    """He leaves, to his dialplan or to another queue. Who has been answered stays."""
    caller = turn.floor.callers.get(event.call_id)
    if caller is None or caller.state not in UNANSWERED:
        return
    end_rings(turn, caller, CALLER_GONE)
    if event.to:
        release(turn, caller, QueueStatus.MOVED, "moved", info=event.info, next_stop=f"queue:{event.to}")
    else:
        release(turn, caller, QueueStatus.WITHDRAW, "withdrawn", info=event.info)
