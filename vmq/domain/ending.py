"""How offers go on and end: connected, failed, or completed after a talk. Each end says where both parties go.

A failed offer puts the caller back in his old place and to the next agent at once, unless other telephones still ring
for him. A leg that is not known to be gone is hung up and keeps its agent's telephones taken until its hang-up is seen,
or LEG_GONE_S have passed.
"""

from __future__ import annotations

from vmq.domain import announce, callback
from vmq.domain.agent import Agent
from vmq.domain.caller import CALLER, Caller, CallerState
from vmq.domain.commands import HangUpLeg, QueueStatus
from vmq.domain.distribution import go_on_gathering, publish, refresh, serve_caller
from vmq.domain.floor import Leg
from vmq.domain.leaving import forget, release
from vmq.domain.offer import LEG_GONE_S, OFFER, Offer
from vmq.domain.presence import may_stay
from vmq.domain.queue import Queue
from vmq.domain.records import CallCompleted, CallConnected, OfferFailed
from vmq.domain.status import after_talk, count_busy, missed, settle
from vmq.domain.talk import over
from vmq.domain.turn import Turn

ANSWERED_ELSEWHERE = 26
NO_ANSWER = 19
NORMAL = 16

CALLER_GONE = "caller_gone"
WAIT_OVER = "wait_over"
WITHDRAWN = "withdrawn"
OTHER_AGENT = "other_agent"

RETURN_S = 5.0
"""How long a caller's session may take to come back from Bridge() after the talk; then he is released unasked."""


def fail_offer(
    turn: Turn,
    offer: Offer,
    why: str,
    *,
    cause: int = ANSWERED_ELSEWHERE,
    is_leg_gone: bool = False,
    backs_off: bool = False,
    waits_again: bool = True,
) -> None:
    """The offer came to nothing. `cause` is for a leg that still rings; an answered one is hung up normally.

    `backs_off`: the agent let it fail, and is left alone for a while. `waits_again`: the caller is still there.
    """
    floor, agent, caller = turn.floor, turn.floor.agents[offer.agent], turn.floor.callers[offer.call_id]
    was_unanswered = offer.is_unanswered
    OFFER.fire(offer, "end")
    turn.cancel_timer("offer", offer.offer_id)
    turn.note(
        OfferFailed(offer.offer_id, offer.call_id, offer.queue, offer.agent, why, offer.ring_s(turn.now)),
    )
    floor.remove_offer(offer)
    leg = floor.remove_leg(offer.offer_id) if is_leg_gone else None
    if not is_leg_gone:
        end_leg(turn, offer.offer_id, cause if was_unanswered else NORMAL)
    if backs_off:
        caller.attempts += 1
        missed(turn, agent, floor.queues[offer.queue].rules, why)
    settle(turn, agent)
    if waits_again:
        wait_again(turn, caller)
    refresh_phones(turn, agent, leg)


def refresh_phones(turn: Turn, agent: Agent, leg: Leg | None = None) -> None:
    """The agent's telephones changed hands, and those of a leg that is gone (he may have moved meanwhile): look at
    everybody who shares one of them."""
    devices = agent.devices
    if leg is not None and leg.devices is not devices:
        devices = (*devices, *leg.devices)
    if len(devices) == 1:
        refresh(turn, list(devices[0].agents))
    else:
        refresh(turn, dict.fromkeys((agent, *(sharer for device in devices for sharer in device.agents))))


def withdraw(turn: Turn, agent: Agent, queue: str = "") -> None:
    """What rings on the agent's telephones stops, and its caller goes to the next; `queue`: only a call of this one."""
    offer = turn.floor.offers.get(agent.offer_id or "")
    if offer is not None and offer.is_unanswered and queue in ("", offer.queue):
        fail_offer(turn, offer, WITHDRAWN)


def end_rings(turn: Turn, caller: Caller, why: str) -> None:
    """No telephone is to ring for the caller any more. He is left as he is."""
    turn.floor.queues[caller.queue].gathering.discard(caller)
    for offer_id in list(caller.ringing):
        if offer_id in caller.ringing:
            fail_offer(turn, turn.floor.offers[offer_id], why, waits_again=False)


def drop_offers(turn: Turn, caller: Caller) -> None:
    """The caller goes: everything that rings or was answered for him ends."""
    end_rings(turn, caller, CALLER_GONE)
    won = turn.floor.offers.get(caller.won_id)
    if won is not None:
        fail_offer(turn, won, CALLER_GONE, waits_again=False)


def wait_again(turn: Turn, caller: Caller) -> None:
    """An offer of his came to nothing. When no other rings for him he is back to waiting, in his old place."""
    if caller.won_id:
        return
    if caller.ringing:
        if CALLER.fire(caller, "ring_again"):
            go_on_gathering(turn, caller)
        return
    turn.floor.queues[caller.queue].gathering.discard(caller)
    if CALLER.fire(caller, "wait_again"):
        stand(turn, caller)
        announce.look(turn, caller)


def stand(turn: Turn, caller: Caller) -> None:
    """He waits and can be offered, unless he has waited or been offered enough, or his queue is no longer configured.
    Without a session he only keeps his place, unless it is time to call him back."""
    if not caller.has_session:
        if callback.is_ready(caller, turn.now):
            serve_caller(turn, caller)
        return
    queue = turn.floor.queues[caller.queue]
    if queue.is_closing:
        release(turn, caller, QueueStatus.CLOSED, "closed")
    elif caller.leave_at and turn.now >= caller.leave_at:
        release(turn, caller, QueueStatus.TIMEOUT, "timeout")
    elif 0 < queue.rules.max_attempts <= caller.attempts:
        release(turn, caller, QueueStatus.ATTEMPTS, "attempts")
    elif turn.floor.is_linked and not may_stay(queue, caller.need):
        release(turn, caller, QueueStatus.LEAVEEMPTY, "empty")
    else:
        serve_caller(turn, caller)


def leave_if_empty(turn: Turn) -> None:
    """Queues whose last present agent went in this turn: who waits there for nobody leaves (leave_empty)."""
    while turn.floor.emptied:
        queue = turn.floor.emptied.pop()
        if turn.floor.is_linked:
            _leave_empty(turn, queue)


def _leave_empty(turn: Turn, queue: Queue) -> None:
    for place in list(queue.line):
        caller = turn.floor.callers.get(place[3])
        if (
            caller is not None
            and caller.state is CallerState.WAITING
            and caller.has_session
            and not may_stay(queue, caller.need)
        ):
            release(turn, caller, QueueStatus.LEAVEEMPTY, "empty")


def end_leg(turn: Turn, offer_id: str, cause: int) -> None:
    """Hang up a leg; its hang-up is awaited for LEG_GONE_S."""
    turn.do(HangUpLeg(offer_id, cause))
    turn.set_timer("leg", offer_id, turn.now + LEG_GONE_S)


def connected(turn: Turn, offer: Offer) -> None:
    """Caller and leg stand in one bridge: they talk. Nothing happens when the offer isn't that far."""
    if not OFFER.fire(offer, "connect"):
        return
    floor, agent, caller = turn.floor, turn.floor.agents[offer.agent], turn.floor.callers[offer.call_id]
    CALLER.fire(caller, "connect")
    if caller.ringing:
        end_rings(turn, caller, OTHER_AGENT)
    place = caller.place
    floor.leave_line(caller, turn.now)
    announce.left(turn, caller)
    announce.moved(turn, floor.queues[caller.queue], place)
    callback.end(turn, caller, "connected")
    turn.cancel_timer("offer", offer.offer_id)
    if caller.leave_at:
        turn.cancel_timer("max_wait", caller.call_id)
        caller.leave_at = 0.0
    offer.connected_at = agent.busy_from = turn.now
    caller.waited_s = caller.wait_s(turn.now)
    caller.agent, caller.interface = agent.name, agent.rules.dial
    queue = floor.queues[offer.queue]
    member = queue.members.get(agent.name)
    if member is not None:
        member.missed = 0
    turn.note(
        CallConnected(offer.offer_id, offer.call_id, offer.queue, offer.agent, caller.waited_s, offer.ring_s(turn.now))
    )
    publish(turn, agent)


def complete(
    turn: Turn, offer: Offer, by: str, *, is_leg_gone: bool = False, transfer: str = "", transfer_to: str = ""
) -> None:
    """The talk is over. `by` who ended it: caller, agent or transfer. The caller stays until his session comes back.

    Bridge() runs with option x, so Asterisk hangs up the leg by itself; ours comes first when the caller ended the
    talk.
    """
    floor, agent, caller = turn.floor, turn.floor.agents[offer.agent], turn.floor.callers[offer.call_id]
    queue = floor.queues[offer.queue]
    OFFER.fire(offer, "end")
    CALLER.fire(caller, "end_talk")
    caller.talked_s = max(0.0, turn.now - offer.connected_at)
    over(turn, offer)
    _count_call(turn, agent, queue, caller)
    turn.note(
        CallCompleted(
            offer.offer_id,
            offer.call_id,
            offer.queue,
            offer.agent,
            caller.waited_s,
            caller.talked_s,
            by,
            transfer,
            transfer_to,
        )
    )
    floor.remove_offer(offer)
    leg = floor.remove_leg(offer.offer_id) if is_leg_gone else None
    if by == "caller" and not is_leg_gone:
        end_leg(turn, offer.offer_id, NORMAL)
    elif not is_leg_gone:
        turn.set_timer("leg", offer.offer_id, turn.now + LEG_GONE_S)
    if caller.has_session:
        turn.set_timer("session", caller.call_id, turn.now + RETURN_S)
    else:
        forget(turn, caller)
    after_talk(turn, agent, queue.rules)
    refresh_phones(turn, agent, leg)


def answer(turn: Turn, offer: Offer) -> bool:
    """The commit point: the offer's agent takes the caller, unless another one has. Decided once."""
    caller = turn.floor.callers[offer.call_id]
    if caller.won_id or not OFFER.fire(offer, "answer"):
        return False
    CALLER.fire(caller, "answer")
    turn.floor.win(offer)
    turn.floor.queues[caller.queue].gathering.discard(caller)
    turn.cancel_timer("ring_more", caller.call_id)
    return True


def _count_call(turn: Turn, agent: Agent, queue: Queue, caller: Caller) -> None:
    """What strategies compare and the queue's own figures."""
    count_busy(agent, turn.now)
    member = queue.members.get(agent.name)
    if member is not None:
        member.calls += 1
        member.talk_s += caller.talked_s
        member.last_call_at = turn.now
    stats = queue.stats
    wrap_up_s = queue.rules.wrap_up_s if agent.rules.wrap_up_s is None else agent.rules.wrap_up_s
    stats.hold_s = _mean(stats.hold_s, caller.waited_s, stats.completed)
    stats.talk_s = _mean(stats.talk_s, caller.talked_s, stats.completed)
    stats.handle_s = _mean(stats.handle_s, caller.talked_s + wrap_up_s, stats.completed)
    stats.completed += 1
    if caller.waited_s <= queue.rules.service_level_s:
        stats.in_level += 1


def _mean(old: float, new: float, count: int) -> float:
    return new if count == 0 else (3 * old + new) / 4
