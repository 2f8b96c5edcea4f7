"""What happens to a call back: asked for, rung in vain, joined, declined, given up, taken up again after a restart."""

from __future__ import annotations

from collections.abc import Container

from vmq.domain import announce, needing
from vmq.domain.callback import CALLBACK, TIMER, Callback, end, is_absent
from vmq.domain.caller import Caller, CallerState
from vmq.domain.commands import QueueStatus
from vmq.domain.ending import drop_offers, end_rings, fail_offer, stand
from vmq.domain.events import CALLBACK_PREFIX, LegEnd
from vmq.domain.floor import Floor
from vmq.domain.leaving import forget, release
from vmq.domain.need import entry_need, plan
from vmq.domain.records import CallbackAsked, CallbackEnded, CallbackTried, CallerEntered, Record
from vmq.domain.rules import NeedStep, QueueRules
from vmq.domain.skills import parse_needs
from vmq.domain.turn import Turn

CALLER_AWAY = "caller_away"
_OUTCOMES = {LegEnd.BUSY: "busy", LegEnd.NO_ANSWER: "no_answer", LegEnd.REFUSED: "busy"}


def ask(turn: Turn, caller: Caller, number: str) -> None:
    """He wants to be called back on this number: he leaves, and his place stays."""
    rules = turn.floor.queues[caller.queue].rules.callback
    end_rings(turn, caller, "caller_gone")
    call_id = f"{CALLBACK_PREFIX}{turn.floor.new_offer_id()}"
    waiting = Caller(
        call_id=call_id,
        channel="",
        queue=caller.queue,
        entered_at=caller.entered_at,
        began_at=caller.began_at,
        number=number,
        name=caller.name,
        priority=caller.priority,
        has_session=False,
        url=caller.url,
        need=caller.need,
        changes=list(caller.changes),
        callback=Callback(expires_at=turn.now + rules.expires_s),
    )
    need = caller.need
    turn.note(
        CallbackAsked(
            callback_id=call_id,
            call_id=caller.call_id,
            queue=caller.queue,
            number=number,
            entered_at=caller.entered_at,
            priority=caller.priority,
            name=caller.name,
            url=caller.url,
            needs=str(need.skills),
            min_penalty=need.min_penalty,
            max_penalty=need.max_penalty,
            raise_penalty=need.raise_text,
            relaxes=any(isinstance(change, NeedStep) for _, change in caller.changes),
        )
    )
    place = caller.place
    release(turn, caller, QueueStatus.CALLBACK, CALLBACK, info=number)
    turn.floor.enter(waiting)
    _keep_place(turn.floor, waiting, place)
    needing.take_due(turn, waiting)
    turn.set_timer(TIMER, call_id, turn.now + rules.expires_s)
    stand(turn, waiting)


def joined(turn: Turn, caller: Caller) -> None:
    """He was called, and is there again, in his old place."""
    call = caller.callback
    if call is None:
        return
    call.is_ringing = False
    was_there = turn.floor.past.pop(caller.call_id, None) is not None
    queue = turn.floor.queues[caller.queue]
    turn.cancel_timer(TIMER, caller.call_id)
    turn.note(CallbackTried(caller.call_id, caller.queue, call.attempts + 1, "answered"))
    turn.note(
        CallerEntered(
            call_id=caller.call_id,
            queue=caller.queue,
            number=caller.number,
            name=caller.name,
            priority=caller.priority,
            position=queue.position(caller),
            entered_at=caller.entered_at,
            is_return=was_there,
            url=caller.url,
        )
    )


def answered(turn: Turn, caller: Caller, accepted: str) -> None:
    """Somebody has answered the call back, and said yes (1), no (0), or nothing: then his channel will go."""
    if caller.callback is None:
        return
    if accepted == "0":
        caller.callback.is_ringing = False
        give_up(turn, caller, "cancelled")
    elif not accepted:
        caller.callback.outcome = "not_confirmed"


def attempt_failed(turn: Turn, caller: Caller, why: LegEnd) -> bool:
    """A channel with his id is gone, or can't be made. False for a caller who was there: he has hung up."""
    call = caller.callback
    if call is None or caller.has_session:
        return False
    if not call.is_ringing:
        return True
    call.is_ringing = False
    call.attempts += 1
    rules = turn.floor.queues[caller.queue].rules.callback
    outcome = call.outcome or _OUTCOMES.get(why, "unreachable")
    turn.note(CallbackTried(caller.call_id, caller.queue, call.attempts, outcome))
    call.not_before = turn.now + rules.retry_s
    is_last = call.attempts >= rules.attempts or call.not_before >= call.expires_at
    if not is_last:
        turn.set_timer(TIMER, caller.call_id, call.not_before)
    won = turn.floor.offers.get(caller.won_id)
    if won is not None:
        fail_offer(turn, won, CALLER_AWAY)
    if is_last and not call.is_over:
        give_up(turn, caller, "given_up")
    return True


def give_up(turn: Turn, caller: Caller, how: str) -> None:
    """No more attempts: his place is free."""
    end(turn, caller, how)
    drop_offers(turn, caller)
    turn.floor.leave_line(caller, turn.now)
    announce.moved(turn, turn.floor.queues[caller.queue], caller.place)
    forget(turn, caller)


def on_timer(turn: Turn, call_id: str) -> None:
    """It is time to try again, or too late for it."""
    caller = turn.floor.callers.get(call_id)
    if caller is None or caller.callback is None or not is_absent(caller):
        return
    call = caller.callback
    if turn.now < call.expires_at:
        turn.set_timer(TIMER, call_id, call.expires_at)
        if caller.state is CallerState.WAITING:
            stand(turn, caller)
    elif not call.is_ringing and not caller.won_id:
        give_up(turn, caller, "given_up")


def wake(turn: Turn, seen: Container[str]) -> None:
    """After a (re)connect: calls back that an earlier run left go on. `seen` holds the ids of all channels."""
    for caller in [caller for caller in turn.floor.callers.values() if is_absent(caller)]:
        call = caller.callback
        if call is None:
            continue
        call.is_ringing = caller.call_id in seen
        at = call.not_before if turn.now < call.not_before else call.expires_at
        turn.set_timer(TIMER, caller.call_id, max(at, turn.now))
        needing.take_due(turn, caller)
        if caller.state is CallerState.WAITING:
            stand(turn, caller)


def restore(floor: Floor, record: Record, at: float) -> None:
    """What the journal says of calls back, record by record: those that are open stand in line again."""
    match record:
        case CallbackAsked(callback_id=call_id, queue=queue) if queue in floor.queues and call_id not in floor.callers:
            floor.enter(_restored(floor.queues[queue].rules, record, at))
        case CallbackTried(callback_id=call_id, attempt=attempt) if call_id in floor.callers:
            known = floor.callers[call_id]
            if known.callback is not None and record.outcome != "answered":
                retry_s = floor.queues[known.queue].rules.callback.retry_s
                known.callback.attempts, known.callback.not_before = attempt, at + retry_s
        case CallbackEnded(callback_id=call_id) if call_id in floor.callers:
            gone = floor.callers.pop(call_id)
            floor.leave_line(gone, at)


def _restored(rules: QueueRules, record: CallbackAsked, asked_at: float) -> Caller:
    """One who waits to be called back, with what he needed when he asked and what was still to change then."""
    waited_s = asked_at - record.entered_at
    changes = plan(rules.penalty_changes, rules.steps if record.relaxes else ())
    return Caller(
        call_id=record.callback_id,
        channel="",
        queue=record.queue,
        entered_at=record.entered_at,
        number=record.number,
        name=record.name,
        priority=record.priority,
        has_session=False,
        url=record.url,
        need=entry_need(parse_needs(record.needs), record.min_penalty, record.max_penalty, record.raise_penalty),
        changes=[change for change in changes if change[0] > waited_s],
        callback=Callback(expires_at=asked_at + rules.callback.expires_s),
    )


def _keep_place(floor: Floor, caller: Caller, place: tuple[int, int, float, str]) -> None:
    """Exactly where he stood, also when somebody had put him there."""
    queue = floor.queues[caller.queue]
    queue.line.remove(caller.place)
    caller.place = (*place[:3], caller.call_id)
    queue.line.add(caller.place)
