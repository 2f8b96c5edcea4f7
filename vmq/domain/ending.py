"""How offers go on and end: connected, failed, or completed after a talk. Each end says where both parties go.

A failed offer puts the caller back in his old place and to the next agent at once. A leg that is not known to be gone
is hung up and keeps its agent's device taken until its hang-up is seen, or LEG_GONE_S have passed.
"""

from __future__ import annotations

from vmq.domain.caller import CALLER, Caller
from vmq.domain.commands import HangUpLeg, QueueStatus
from vmq.domain.distribution import publish, refresh, serve_caller
from vmq.domain.leaving import forget, release
from vmq.domain.offer import LEG_GONE_S, OFFER, Offer
from vmq.domain.records import CallCompleted, CallConnected, OfferFailed
from vmq.domain.status import after_talk, back_off, settle
from vmq.domain.turn import Turn

ANSWERED_ELSEWHERE = 26
NO_ANSWER = 19
NORMAL = 16

CALLER_GONE = "caller_gone"
WITHDRAWN = "withdrawn"

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

    `backs_off`: the agent is not offered for the queue's back-off. `waits_again`: the caller is still there.
    """
    floor, agent, caller = turn.floor, turn.floor.agents[offer.agent], turn.floor.callers[offer.call_id]
    queue = floor.queues[offer.queue].rules
    was_unanswered = offer.is_unanswered
    OFFER.fire(offer, "end")
    turn.cancel_timer("offer", offer.offer_id)
    turn.note(
        OfferFailed(offer.offer_id, offer.call_id, offer.queue, offer.agent, why, offer.ring_s(turn.now)),
    )
    floor.remove_offer(offer)
    if is_leg_gone:
        floor.remove_leg(offer.offer_id)
    else:
        end_leg(turn, offer.offer_id, cause if was_unanswered else NORMAL)
    if backs_off:
        back_off(turn, agent, queue)
    settle(turn, agent)
    if waits_again:
        wait_again(turn, caller)
    refresh(turn, agent.device.agents)


def wait_again(turn: Turn, caller: Caller) -> None:
    """Back to his old place."""
    CALLER.fire(caller, "wait_again")
    stand(turn, caller)


def stand(turn: Turn, caller: Caller) -> None:
    """He waits and can be offered, unless his longest wait is over. Without a session he only keeps his place."""
    if not caller.has_session:
        return
    if caller.leave_at and turn.now >= caller.leave_at:
        release(turn, caller, QueueStatus.TIMEOUT)
    else:
        serve_caller(turn, caller)


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
    floor.leave_line(caller)
    turn.cancel_timer("offer", offer.offer_id)
    if caller.leave_at:
        turn.cancel_timer("max_wait", caller.call_id)
        caller.leave_at = 0.0
    offer.connected_at = turn.now
    caller.waited_s = caller.wait_s(turn.now)
    caller.agent, caller.interface = agent.name, agent.rules.dial
    turn.note(
        CallConnected(offer.offer_id, offer.call_id, offer.queue, offer.agent, caller.waited_s, offer.ring_s(turn.now))
    )
    publish(turn, agent)


def complete(turn: Turn, offer: Offer, by: str, *, is_leg_gone: bool = False) -> None:
    """The talk is over. `by` who ended it: caller, agent or transfer. The caller stays until his session comes back.

    Bridge() runs with option x, so Asterisk hangs up the leg by itself; ours comes first when the caller ended the
    talk.
    """
    floor, agent, caller = turn.floor, turn.floor.agents[offer.agent], turn.floor.callers[offer.call_id]
    OFFER.fire(offer, "end")
    CALLER.fire(caller, "end_talk")
    caller.talked_s = max(0.0, turn.now - offer.connected_at)
    turn.note(
        CallCompleted(offer.offer_id, offer.call_id, offer.queue, offer.agent, caller.waited_s, caller.talked_s, by)
    )
    floor.remove_offer(offer)
    if is_leg_gone:
        floor.remove_leg(offer.offer_id)
    elif by == "caller":
        end_leg(turn, offer.offer_id, NORMAL)
    else:
        turn.set_timer("leg", offer.offer_id, turn.now + LEG_GONE_S)
    if caller.has_session:
        turn.set_timer("session", caller.call_id, turn.now + RETURN_S)
    else:
        forget(turn, caller)
    after_talk(turn, agent, floor.queues[offer.queue].rules)
    refresh(turn, agent.device.agents)
