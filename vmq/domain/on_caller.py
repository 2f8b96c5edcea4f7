"""What a caller's doings lead to: he joins, loses his session, hangs up, waits too long, comes back from a talk."""

from __future__ import annotations

from math import inf, isfinite

from vmq.domain import announce, on_callback, survey
from vmq.domain.caller import CALLER, IN_LINE, UNANSWERED, Caller, CallerState
from vmq.domain.commands import ConnectCaller, QueueStatus, ReleaseCaller
from vmq.domain.distribution import ring_more, serve_queues
from vmq.domain.ending import WAIT_OVER, complete, connected, drop_offers, end_rings, fail_offer, stand
from vmq.domain.events import CallerJoined, CallerSessionEnded, ConnectEnded
from vmq.domain.leaving import NEVER_ENTERED, abandon, forget, release, release_answered
from vmq.domain.need import Need, entry_need
from vmq.domain.needing import begin
from vmq.domain.offer import Offer, OfferState
from vmq.domain.presence import may_join
from vmq.domain.queue import Queue
from vmq.domain.records import CallerEntered, CallerLeft
from vmq.domain.restore import past_caller_left
from vmq.domain.rules import Strategy
from vmq.domain.skills import Needs, parse_needs
from vmq.domain.turn import Turn
from vmq.errors import ConfigError

SESSION_S = 3.0
"""How long a caller keeps his place without a session: the dialplan's loop brings him back after half a second."""


def on_joined(turn: Turn, event: CallerJoined) -> None:
    """He enters, or comes back to the place he has: by a new session, or after a restart of ours."""
    queue = turn.floor.queues.get(event.queue)
    known = turn.floor.callers.get(event.call_id)
    if known is not None and known.queue == event.queue and known.state in IN_LINE:
        _come_back(turn, known, event)
        return
    if known is not None:
        _left_elsewhere(turn, known)
    is_return = _is_return(turn, event)
    refusal = None if is_return and queue is not None else _refusal(turn, event, queue)
    if refusal is not None:
        _refuse(turn, event, queue, *refusal)
    elif queue is not None:
        _enter(turn, event, queue, is_return=is_return)
    # Only now: a queue that opened before he stood in it would offer him first, whoever was before him.
    reopened = turn.floor.unexpect(event.call_id)
    if reopened is not None:
        serve_queues(turn, [reopened])


def _refusal(turn: Turn, event: CallerJoined, queue: Queue | None) -> tuple[QueueStatus, str] | None:
    """Why he can't get in, with the reason as the queue's overflow names it; None when he can.

    Before the link to Asterisk shows what agents there are, nobody is refused for want of them.
    """
    if queue is None or queue.is_closing:
        return QueueStatus.UNKNOWN_QUEUE, "unknown_queue"
    if queue.rules.schedule is not None and not queue.rules.schedule.is_open(turn.now):
        return QueueStatus.CLOSED, "closed"
    if queue.is_full:
        return QueueStatus.FULL, "full"
    if turn.floor.is_linked and not may_join(queue, _need(event, queue)):
        return QueueStatus.JOINEMPTY, "empty"
    return None


def _need(event: CallerJoined, queue: Queue) -> Need:
    """What he needs at the beginning: his dialplan's word, else the queue's."""
    skills = _needs(event.needs) or queue.rules.needs
    return entry_need(skills, event.min_penalty, event.max_penalty, event.raise_penalty)


def _needs(text: str) -> Needs | None:
    """The skills that a dialplan asks for; what can't be read asks for none, so that no call is lost over it."""
    if not text:
        return None
    try:
        return parse_needs(text)
    except ConfigError:
        return None


def _is_return(turn: Turn, event: CallerJoined) -> bool:
    """True when he stood in this queue before a restart. If he stood in another one then, he has left that."""
    past = turn.floor.past.get(event.call_id)
    if past is None:
        return turn.floor.expected.get(event.call_id) == event.queue
    if past.queue != event.queue or past.queue not in turn.floor.queues or past.connected is not None:
        past_caller_left(turn, past)
        return False
    del turn.floor.past[event.call_id]
    return True


def _enter(turn: Turn, event: CallerJoined, queue: Queue, *, is_return: bool) -> None:
    """A place by priority, then time of entry; an agent at once if one is free.

    The times come from the dialplan: one that is no number would put the order of the whole queue out of joint.
    """
    entered_at = event.entered_at if isfinite(event.entered_at) else turn.now
    max_wait_s = queue.rules.max_wait_s if event.max_wait_s is None else event.max_wait_s
    caller = Caller(
        call_id=event.call_id,
        channel=event.channel,
        queue=queue.name,
        entered_at=entered_at,
        began_at=event.began_at,
        number=event.number,
        name=event.name,
        priority=event.priority,
        leave_at=entered_at + max_wait_s if 0 < max_wait_s < inf else 0.0,
        session_at=turn.now,
        url=event.url or queue.rules.url,
        need=_need(event, queue),
    )
    begin(turn, caller, queue, event)
    turn.floor.enter(caller, 0 if is_return else event.position)
    caller.entry_position = position = queue.position(caller)
    turn.note(
        CallerEntered(
            call_id=caller.call_id,
            queue=queue.name,
            number=caller.number,
            name=caller.name,
            priority=caller.priority,
            position=position,
            entered_at=caller.entered_at,
            is_return=is_return,
            url=caller.url,
            did=event.did,
        )
    )
    if caller.leave_at:
        turn.set_timer("max_wait", caller.call_id, caller.leave_at)
    stand(turn, caller)
    if caller.state in IN_LINE:
        announce.joined(turn, caller)
        announce.moved(turn, queue, caller.place)


def _come_back(turn: Turn, caller: Caller, event: CallerJoined) -> None:
    """A new session of a caller who has a place: it counts from now on, and is told what the old one missed."""
    was_away = not caller.has_session
    caller.channel, caller.has_session, caller.session_at = event.channel, True, turn.now
    caller.voice.talking = ""
    if was_away:
        turn.cancel_timer("session", caller.call_id)
        on_callback.joined(turn, caller)
    offer = _offer_of(turn, caller)
    if offer is not None and offer.state is OfferState.PARKED:
        turn.do(ConnectCaller(caller.call_id, offer.offer_id, offer.channel))
    elif was_away and caller.state is CallerState.WAITING:
        stand(turn, caller)
        announce.look(turn, caller)


def _left_elsewhere(turn: Turn, caller: Caller) -> None:
    """He joins anew though he is here: he was transferred out of a talk, or redirected to another queue."""
    caller.has_session = False
    offer = _offer_of(turn, caller)
    if caller.state is CallerState.TALKING and offer is not None:
        complete(turn, offer, "transfer")
    elif caller.state is CallerState.LEAVING:
        forget(turn, caller)
    else:
        drop_offers(turn, caller)
        release(turn, caller, QueueStatus.WITHDRAW, "moved")


def _refuse(turn: Turn, event: CallerJoined, queue: Queue | None, status: QueueStatus, why: str) -> None:
    """He doesn't get in; the queue's overflow may know where else to go."""
    next_stop = queue.rules.overflow.get(why, "") if queue is not None else ""
    turn.note(CallerLeft(event.call_id, event.queue, status.value, 0, 0.0, why, next_stop))
    turn.do(ReleaseCaller(event.call_id, status, (*NEVER_ENTERED, ("VMQ_NEXT", next_stop))))


def on_session_ended(turn: Turn, event: CallerSessionEnded) -> None:
    """Without a session he can't be connected. He keeps his place for SESSION_S: a hang-up or a return says more."""
    caller = turn.floor.callers.get(event.call_id)
    if caller is None or not caller.has_session:
        return
    caller.has_session = False
    if caller.state is CallerState.LEAVING:
        forget(turn, caller)
    elif caller.state is not CallerState.TALKING:
        turn.floor.queues[caller.queue].waiting.discard(caller)
        turn.set_timer("session", caller.call_id, turn.now + SESSION_S)
        if caller.state is not CallerState.WAITING:
            drop_offers(turn, caller)
            CALLER.fire(caller, "wait_again")


def caller_hung_up(turn: Turn, caller: Caller) -> None:
    """His channel is gone, whatever he was doing."""
    offer = _offer_of(turn, caller)
    if caller.state is CallerState.TALKING and offer is not None:
        caller.has_session = False
        complete(turn, offer, "caller")
    elif caller.state is CallerState.LEAVING:
        forget(turn, caller)
    else:
        drop_offers(turn, caller)
        abandon(turn, caller)


def on_connect_ended(turn: Turn, event: ConnectEnded) -> None:
    """His Bridge() came back. That the session lives says that he did not hang up: the agent did, or there was no leg.

    AGI and AMI are two sockets, so this may overtake the bridge events that it follows from.
    """
    caller = turn.floor.callers.get(event.call_id)
    if caller is None:
        return
    if caller.state is CallerState.LEAVING:
        survey.go_on(turn, caller)
        return
    offer = _offer_of(turn, caller)
    if offer is None or offer.offer_id != event.offer_id:
        return
    if event.is_connected:
        connected(turn, offer)
    if offer.state is OfferState.CONNECTED:
        complete(turn, offer, "agent")
        if event.call_id in turn.floor.callers:
            survey.go_on(turn, caller)
    elif offer.state is OfferState.PARKED:
        fail_offer(turn, offer, "hung_up", backs_off=True)


def on_max_wait(turn: Turn, call_id: str) -> None:
    """He has waited as long as he may. A ringing telephone is cancelled for it; an agent who has answered is not."""
    caller = turn.floor.callers.get(call_id)
    if caller is not None and caller.has_session and caller.state in UNANSWERED:
        end_rings(turn, caller, WAIT_OVER)
        release(turn, caller, QueueStatus.TIMEOUT, "timeout")


def on_ring_more(turn: Turn, call_id: str) -> None:
    """Nobody has answered yet: one more telephone may ring (progressive ringing)."""
    caller = turn.floor.callers.get(call_id)
    if caller is None or caller.state is not CallerState.OFFERED:
        return
    if turn.floor.queues[caller.queue].rules.strategy is Strategy.RING_PROGRESSIVELY:  # it may have been changed
        ring_more(turn, caller)


def on_session_timer(turn: Turn, call_id: str) -> None:
    """His session did not come back: he went elsewhere; or not back from Bridge(): he is let go unasked."""
    caller = turn.floor.callers.get(call_id)
    if caller is None:
        return
    if caller.state is CallerState.LEAVING:
        release_answered(turn, caller)
    elif caller.state is CallerState.WAITING and not caller.has_session:
        release(turn, caller, QueueStatus.WITHDRAW, "away")


def _offer_of(turn: Turn, caller: Caller) -> Offer | None:
    """The offer that holds the caller, if one does."""
    return turn.floor.offers.get(caller.offer_id or "")
