"""What happens on an agent's leg and in bridges: rings, fails, answered (the commit point), parked, bridged, gone."""

from __future__ import annotations

from vmq.domain.asked import OfferRefused
from vmq.domain.callback import is_rung_now
from vmq.domain.commands import ConnectCaller, DismissLeg, HangUpLeg, ParkLeg
from vmq.domain.distribution import publish, serve_queues
from vmq.domain.ending import (
    NO_ANSWER,
    NORMAL,
    OTHER_AGENT,
    WITHDRAWN,
    answer,
    complete,
    connected,
    end_rings,
    fail_offer,
    refresh_phones,
)
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    ChannelHungUp,
    LegAnswered,
    LegEnd,
    LegFailed,
    LegRang,
    offer_of_leg,
)
from vmq.domain.offer import CONNECT_S, OFFER, PARK_S, WHISPER_S, Offer, OfferState
from vmq.domain.on_callback import attempt_failed
from vmq.domain.on_caller import caller_hung_up
from vmq.domain.records import OfferRang
from vmq.domain.restore import past_caller_gone
from vmq.domain.screening import tell_caller
from vmq.domain.turn import Turn


def on_rang(turn: Turn, event: LegRang) -> None:
    """The telephone rings."""
    offer = turn.floor.offers.get(event.offer_id)
    if offer is not None and OFFER.fire(offer, "ring"):
        turn.note(OfferRang(offer.offer_id, offer.agent))


def on_failed(turn: Turn, event: LegFailed) -> None:
    """It could not be rung, or nobody answered."""
    leg_ended(turn, event.offer_id, event.why)


def on_answered(turn: Turn, event: LegAnswered) -> None:
    """The commit point: the offer stands or it doesn't, decided once. It stands only while its caller is there."""
    floor = turn.floor
    offer = floor.offers.get(event.offer_id)
    if offer is None:
        turn.do(DismissLeg(event.offer_id))
    elif answer(turn, offer):
        offer.channel, offer.answered_at = event.channel, turn.now
        whisper_s = WHISPER_S if floor.queues[offer.queue].rules.whisper else 0.0
        turn.set_timer("offer", offer.offer_id, turn.now + PARK_S + whisper_s)
        tell_caller(turn, offer)
        turn.do(ParkLeg(offer.offer_id))
        caller = floor.callers[offer.call_id]
        if caller.ringing and not floor.queues[offer.queue].rules.keep_ringing:
            end_rings(turn, caller, OTHER_AGENT)
        publish(turn, floor.agents[offer.agent])
    elif offer.is_unanswered:
        turn.do(DismissLeg(event.offer_id))
        fail_offer(turn, offer, OTHER_AGENT, waits_again=False)
    elif offer.state is OfferState.ANSWERED:
        turn.do(ParkLeg(offer.offer_id))


def on_bridge_entered(turn: Turn, event: BridgeEntered) -> None:
    """A leg in the holding bridge is parked: now its caller may bridge to it. Both in one other bridge: they talk."""
    offer_id = offer_of_leg(event.channel_id)
    caller = turn.floor.callers.get(event.channel_id)
    offer = turn.floor.offers.get(offer_id or (caller.offer_id if caller else None) or "")
    if event.is_holding:
        if offer is not None and offer_id and OFFER.fire(offer, "park") and not is_rung_now(turn, offer):
            turn.set_timer("offer", offer.offer_id, turn.now + CONNECT_S)
            turn.do(ConnectCaller(offer.call_id, offer.offer_id, offer.channel))
        return
    if caller is not None:
        caller.bridge_id = event.bridge_id
    elif offer is not None:
        offer.bridge_id = event.bridge_id
    if offer is not None and offer.bridge_id and offer.bridge_id == turn.floor.callers[offer.call_id].bridge_id:
        connected(turn, offer)


def on_bridge_left(turn: Turn, event: BridgeLeft) -> None:
    """Of two who talk, the first to leave ended the talk. Leaving the holding bridge means nothing."""
    offer = turn.floor.offers.get(offer_of_leg(event.channel_id) or "")
    caller = turn.floor.callers.get(event.channel_id)
    if offer is not None and offer.bridge_id == event.bridge_id:
        offer.bridge_id = ""
        _end_talk(turn, offer, "agent")
    elif caller is not None and caller.bridge_id == event.bridge_id:
        caller.bridge_id = ""
        held_by = turn.floor.offers.get(caller.offer_id or "")
        if held_by is not None:
            _end_talk(turn, held_by, "caller")


def _end_talk(turn: Turn, offer: Offer, by: str) -> None:
    if offer.state is OfferState.CONNECTED:
        complete(turn, offer, by)


def on_hung_up(turn: Turn, event: ChannelHungUp) -> None:
    """A channel is gone: a leg's, a caller's, that of one who was expected back, or one that is nothing to us."""
    offer_id = offer_of_leg(event.channel_id)
    if offer_id is not None:
        leg_ended(turn, offer_id, event.leg_end)
        return
    caller = turn.floor.callers.get(event.channel_id)
    if caller is not None:
        if not attempt_failed(turn, caller, event.leg_end):
            caller_hung_up(turn, caller)
        return
    past_caller_gone(turn, event.channel_id)
    reopened = turn.floor.unexpect(event.channel_id)
    if reopened is not None:
        serve_queues(turn, [reopened])


def leg_ended(turn: Turn, offer_id: str, why: LegEnd) -> None:
    """The leg is gone. Before the answer `why` says why; between answer and bridge the agent hung up on the caller."""
    offer = turn.floor.offers.get(offer_id)
    if offer is None:
        leg_gone(turn, offer_id)
    elif offer.state is OfferState.CONNECTED:
        complete(turn, offer, "agent", is_leg_gone=True)
    else:
        reason = why if offer.is_unanswered else LegEnd.HUNG_UP
        fail_offer(turn, offer, reason.value, is_leg_gone=True, backs_off=True)


def leg_gone(turn: Turn, offer_id: str) -> None:
    """The leg of an offer that was over already is gone at last: the agent's telephone is his again."""
    leg = turn.floor.remove_leg(offer_id)
    if leg is not None:
        turn.cancel_timer("leg", offer_id)
        refresh_phones(turn, leg.agent, leg)


def on_refused(turn: Turn, event: OfferRefused) -> None:
    """The agent refuses on his page what rings on his telephone."""
    offer = turn.floor.offers.get(event.offer_id)
    if offer is not None and offer.is_unanswered:
        fail_offer(turn, offer, LegEnd.REFUSED.value, backs_off=True)


def on_offer_timer(turn: Turn, offer_id: str) -> None:
    """An offer stayed too long in one state. It ends, so that neither agent nor caller is stuck."""
    offer = turn.floor.offers.get(offer_id)
    if offer is None:
        return
    if offer.is_unanswered:
        fail_offer(turn, offer, LegEnd.NO_ANSWER.value, cause=NO_ANSWER, backs_off=True)
    elif offer.state is OfferState.ANSWERED:
        fail_offer(turn, offer, LegEnd.UNREACHABLE.value, backs_off=True)
    elif offer.state is OfferState.PARKED:
        fail_offer(turn, offer, WITHDRAWN, backs_off=True)


def on_leg_timer(turn: Turn, offer_id: str) -> None:
    """The end of a leg was never seen: ask once more, and count it as gone."""
    if offer_id in turn.floor.legs and offer_id not in turn.floor.offers:
        turn.do(HangUpLeg(offer_id, NORMAL))
        leg_gone(turn, offer_id)
