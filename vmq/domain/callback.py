"""Being called back instead of waiting: what is kept of it, and who is to be rung when.

Who asks for it leaves, and a caller who isn't there takes his place, under an id that his next channel will have
(CALLBACK_PREFIX). He is offered like any other. Agent first: the agent who has taken the call waits in the holding
bridge while the number is rung. Caller first: when an agent would be offered to him, the number is rung instead, and he
joins in his old place. What happens to a call back is in vmq.domain.on_callback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmq.domain.commands import HangUpCaller, RingCaller
from vmq.domain.dialling import dialled
from vmq.domain.numbers import may_call
from vmq.domain.offer import CONFIRM_S, CONNECT_S, Offer
from vmq.domain.records import CallbackEnded
from vmq.domain.rules import CallbackRules
from vmq.domain.voice import Facts

if TYPE_CHECKING:
    from vmq.domain.caller import Caller
    from vmq.domain.turn import Turn

CALLBACK = "callback"
TIMER = "callback"


@dataclass(slots=True, eq=False)
class Callback:
    """Of one caller who is to be called back. Times are epoch seconds; `attempts` are those that came to nothing.

    `is_ringing` from the Originate until he joins or his channel is gone. `outcome` is what the flow with him came to.
    """

    expires_at: float
    not_before: float = 0.0
    attempts: int = 0
    is_ringing: bool = False
    is_over: bool = False
    outcome: str = ""


def callback_facts(caller: Caller, rules: CallbackRules) -> Facts:
    """What the flow that takes his number is to know."""
    is_allowed = may_call(caller.number, rules.allow)
    number = (("number", caller.number), ("is_number_allowed", "1")) if is_allowed else ()
    return (*number, ("allow", " ".join(rules.allow)))


def is_absent(caller: Caller) -> bool:
    """He is not there (yet): only his place is."""
    return caller.callback is not None and not caller.has_session


def is_ready(caller: Caller, now: float) -> bool:
    """He isn't there, and it is time that he should be."""
    call = caller.callback
    return call is not None and not caller.has_session and not call.is_ringing and now >= call.not_before


def is_rung_first(turn: Turn, caller: Caller) -> bool:
    """He could be offered to an agent now, but is to be rung before the agent is: rings him. False for all others."""
    queue = turn.floor.queues[caller.queue]
    if not is_absent(caller) or queue.rules.callback.agent_first:
        return False
    queue.waiting.discard(caller)
    ring(turn, caller)
    return True


def is_rung_now(turn: Turn, offer: Offer) -> bool:
    """An agent waits for him in the holding bridge: rings him, who isn't there. False for all others."""
    caller = turn.floor.callers[offer.call_id]
    if not is_absent(caller):
        return False
    rules = turn.floor.queues[caller.queue].rules.callback
    turn.set_timer("offer", offer.offer_id, turn.now + rules.ring_s + CONFIRM_S + CONNECT_S)
    if caller.callback is not None and not caller.callback.is_ringing:
        ring(turn, caller)
    return True


def ring(turn: Turn, caller: Caller) -> None:
    """Call the number."""
    queue = turn.floor.queues[caller.queue]
    rules = queue.rules.callback
    if caller.callback is not None:
        caller.callback.is_ringing, caller.callback.outcome = True, ""
    turn.do(
        RingCaller(
            call_id=caller.call_id,
            queue=queue.name,
            dial=rules.dial.replace("{number}", dialled(turn.floor.numbers, caller.number)),
            ring_s=rules.ring_s,
            number=caller.number,
            voice=queue.rules.voice,
            facts=(("queue", queue.name),),
        )
    )


def end(turn: Turn, caller: Caller, how: str) -> None:
    """The call back is over; it is noted once. For a caller who was never one, nothing happens."""
    call = caller.callback
    if call is None or call.is_over:
        return
    call.is_over = True
    turn.cancel_timer(TIMER, caller.call_id)
    turn.note(CallbackEnded(caller.call_id, caller.queue, how))
    if call.is_ringing and not caller.has_session:
        turn.do(HangUpCaller(caller.call_id))
