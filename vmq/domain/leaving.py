"""How callers leave the floor: given back to their dialplan, gone by hanging up, or done after a talk.

Whoever calls these has ended the caller's offer before. Every caller who entered leaves with exactly one terminal
record: CallerAbandoned, CallerLeft, or CallCompleted (which is noted when the talk ends).
"""

from __future__ import annotations

from vmq.domain import announce, callback
from vmq.domain.caller import CALLER, Caller, CallerState
from vmq.domain.commands import QueueStatus, ReleaseCaller
from vmq.domain.records import CallerAbandoned, CallerLeft
from vmq.domain.turn import Turn

Variables = tuple[tuple[str, str], ...]

_DURATIONS = ("QUEUEWAIT", "ANSWEREDTIME", "DIALEDTIME")
NEVER_ENTERED: Variables = (
    *((name, "") for name in _DURATIONS),
    *((f"{name}_MS", "") for name in _DURATIONS),
    ("ABANDONED", ""),
)
"""Clears what an earlier queue left on the channel, as app_queue.c (queue_exec) does before it looks at the queue."""


def release(turn: Turn, caller: Caller, status: QueueStatus, why: str, *, info: str = "", next_stop: str = "") -> None:
    """Unanswered, back to the dialplan (when his session is still there to be told).

    `why` is a key of the queue's `overflow`, or says more (see CallerLeft). Where he goes on is `next_stop`, else what
    the queue's overflow has for it; the dialplan reads it as VMQ_NEXT.
    """
    queue = turn.floor.queues[caller.queue]
    turn.floor.leave_line(caller, turn.now)
    announce.moved(turn, queue, caller.place)
    wait_s = caller.wait_s(turn.now)
    next_stop = next_stop or queue.rules.overflow.get(why, "")
    turn.note(CallerLeft(caller.call_id, caller.queue, status.value, caller.position, wait_s, why, info or next_stop))
    if caller.has_session:
        variables = (*_variables(turn, caller, wait_s), ("ABANDONED", "TRUE"), ("VMQ_NEXT", next_stop))
        turn.do(ReleaseCaller(caller.call_id, status, variables))
    forget(turn, caller)


def abandon(turn: Turn, caller: Caller) -> None:
    """He hung up before he talked."""
    queue = turn.floor.queues[caller.queue]
    turn.floor.leave_line(caller, turn.now)
    announce.moved(turn, queue, caller.place)
    wait_s = caller.wait_s(turn.now)
    queue.stats.abandoned += 1
    if wait_s <= queue.rules.service_level_s:
        queue.stats.abandoned_in_level += 1
    turn.note(CallerAbandoned(caller.call_id, caller.queue, caller.position, wait_s))
    forget(turn, caller)


def release_answered(turn: Turn, caller: Caller) -> None:
    """After a talk, back to the dialplan; the talk's end is noted already."""
    member = (("ABANDONED", ""), ("VMQ_NEXT", ""), ("MEMBERINTERFACE", caller.interface), ("MEMBERNAME", caller.agent))
    variables = _variables(turn, caller, caller.waited_s) + member
    turn.do(ReleaseCaller(caller.call_id, QueueStatus.CONTINUE, variables))
    forget(turn, caller)


def forget(turn: Turn, caller: Caller) -> None:
    """Off the floor, with his timers; his place in the line he has left before."""
    if caller.leave_at:
        turn.cancel_timer("max_wait", caller.call_id)
    if caller.state is CallerState.LEAVING or not caller.has_session:
        turn.cancel_timer("session", caller.call_id)
    if caller.changes:
        turn.cancel_timer("need", caller.call_id)
    announce.left(turn, caller)
    callback.end(turn, caller, "given_up")
    queue = turn.floor.queues[caller.queue]
    if queue.rings_several:
        turn.cancel_timer("ring_more", caller.call_id)
    CALLER.fire(caller, "leave")
    del turn.floor.callers[caller.call_id]
    if queue.is_closing:
        turn.floor.close_if_done(queue)


def _variables(turn: Turn, caller: Caller, wait_s: float) -> Variables:
    """What app_queue.c leaves on the caller's channel (leave_queue, set_duration_var): whole seconds, and ms.

    DIALEDTIME counts from the beginning of his call, as Dial() does it.
    """
    dialled_s = max(0.0, turn.now - (caller.began_at or caller.entered_at))
    durations = tuple(zip(_DURATIONS, (wait_s, caller.talked_s, dialled_s), strict=True))
    return (
        ("QUEUEPOSITION", str(caller.position)),
        *((name, str(int(seconds))) for name, seconds in durations),
        *((f"{name}_MS", str(int(seconds * 1000))) for name, seconds in durations),
    )
