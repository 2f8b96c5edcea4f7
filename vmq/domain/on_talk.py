"""What happens during a talk, and what may be asked of it: hold, transfer, recording, supervision, disposition, end.

Whatever is asked of a talk that is not there (any more) is nothing: its end may have been on its way.
"""

from __future__ import annotations

from vmq.domain.agent import AgentStatus
from vmq.domain.asked import DispositionChosen, EndAsked, HoldAsked, RecordingAsked, SupervisionAsked, TransferAsked
from vmq.domain.commands import (
    EndSupervision,
    HangUpLeg,
    HoldCall,
    RecordCall,
    SuperviseCall,
    SwitchSupervision,
    TransferCall,
)
from vmq.domain.ending import NORMAL, complete
from vmq.domain.events import (
    CallTransferred,
    ChannelHeld,
    RecordingChanged,
    SupervisionBegan,
    SupervisionEnded,
    SupervisionSwitched,
    WorldSeen,
    offer_of_leg,
)
from vmq.domain.offer import Offer, OfferState
from vmq.domain.recordings import recording_path
from vmq.domain.records import CallSupervised, DispositionSet
from vmq.domain.talk import MODES, Supervision, Talk, hold, recorded, talk_of
from vmq.domain.telephones import dial_for
from vmq.domain.turn import Turn

SUPERVISOR, RECORDER, MUSIC = "vmqs", "vmqr", "vmqm"
"""How the ids of our further legs begin; a hyphen and the id of the offer (or supervision) follow."""


def on_transferred(turn: Turn, event: CallTransferred) -> None:
    """Somebody was transferred out of a talk, by whichever side: by app_queue's rules the talk is over for the queue.

    A caller who was transferred goes on elsewhere. An agent who was (his caller transferred him) talks on, now with
    somebody else: his leg stays until it is hung up, and keeps his telephones taken.
    """
    for channel_id in (event.channel_id, event.target_id):
        offer = _talk_on(turn, channel_id)
        if offer is None:
            continue
        complete(turn, offer, "transfer", transfer=event.kind, transfer_to=event.to)
        if offer_of_leg(channel_id) is not None:
            turn.cancel_timer("leg", offer.offer_id)


def on_held(turn: Turn, event: ChannelHeld) -> None:
    """A telephone put the other side on hold, or took it back."""
    offer = _talk_on(turn, event.channel_id)
    if offer is not None:
        hold(turn, offer, "caller" if offer_of_leg(event.channel_id) is None else "agent", event.is_held)


def on_transfer_asked(turn: Turn, event: TransferAsked) -> None:
    """Not by the telephone: Asterisk does it as if it were, and tells it likewise."""
    offer = _talk_of_call(turn, event.call_id)
    if offer is not None:
        turn.do(TransferCall(offer.channel, event.to, event.context, event.is_attended))


def on_hold_asked(turn: Turn, event: HoldAsked) -> None:
    """Music for the caller, silence for the agent; the two stay bridged."""
    offer = _talk_of_call(turn, event.call_id)
    if offer is not None and event.is_held is not ("music" in talk_of(turn, offer).held):
        turn.do(HoldCall(offer.offer_id, offer.call_id, offer.channel, event.is_held))
        hold(turn, offer, "music", event.is_held)


def on_end_asked(turn: Turn, event: EndAsked) -> None:
    """As if the agent hung up."""
    offer = _talk_of_call(turn, event.call_id)
    if offer is not None:
        turn.do(HangUpLeg(offer.offer_id, NORMAL))


def on_recording_asked(turn: Turn, event: RecordingAsked) -> None:
    """Start one where none runs; pause, resume and stop the one that does."""
    offer = _talk_of_call(turn, event.call_id)
    if offer is None:
        return
    talk = talk_of(turn, offer)
    if event.change == "start" and not talk.path:
        talk.take, talk.is_own, talk.is_paused = talk.take + 1, True, False
        template, caller = turn.floor.queues[offer.queue].rules.record, turn.floor.callers[offer.call_id]
        talk.path = recording_path(turn.floor.recordings, template, offer, caller, turn.now, take=talk.take)
    elif not talk.path or event.change not in _CHANGES or (event.change != "stop" and not _is_news(talk, event.change)):
        return
    turn.do(RecordCall(offer.offer_id, offer.call_id, offer.channel, talk.path, event.change, talk.is_own))


_CHANGES = ("pause", "resume", "stop")


def _is_news(talk: Talk, change: str) -> bool:
    return talk.is_paused is (change == "resume")


def on_recording_changed(turn: Turn, event: RecordingChanged) -> None:
    """Of the caller's channel, or of a recorder that we made; the latter's events carry the offer's id."""
    offer = turn.floor.offers.get(event.channel_id)
    caller = turn.floor.callers.get(event.channel_id)
    if offer is None and caller is not None:
        offer = turn.floor.offers.get(caller.won_id)
    if offer is None or offer.is_unanswered:
        return
    recorded(turn, offer, event.change)


def on_supervision_asked(turn: Turn, event: SupervisionAsked) -> None:
    """Ring the supervisor, let him do something else, or let him go."""
    offer = _talk_of_call(turn, event.call_id)
    if offer is None:
        return
    talk = talk_of(turn, offer)
    known = next((key for key, each in talk.supervisors.items() if each.supervisor == event.supervisor), None)
    if event.mode not in MODES:
        if known is not None:
            turn.do(EndSupervision(known))
    elif known is not None:
        if talk.supervisors[known].is_hearing:
            turn.do(SwitchSupervision(known, event.mode))
        _switch(turn, offer, talk.supervisors[known], event.mode)
    elif dial := event.dial or _telephone_of(turn, event.supervisor):
        talk.legs += 1
        supervision_id = f"{offer.offer_id}-{talk.legs}"
        talk.supervisors[supervision_id] = Supervision(event.supervisor, event.mode, event.mode)
        turn.do(SuperviseCall(supervision_id, event.supervisor, dial, offer.channel, event.mode))


def on_supervision_began(turn: Turn, event: SupervisionBegan) -> None:
    """He hears the talk. A supervisor of a talk that is over meanwhile has nothing to hear."""
    offer, supervision = _supervision(turn, event.supervision_id)
    if offer is None or supervision is None:
        turn.do(EndSupervision(event.supervision_id))
    elif not supervision.is_hearing:
        supervision.is_hearing = True
        if supervision.mode != supervision.begins_with:
            turn.do(SwitchSupervision(event.supervision_id, supervision.mode))
        turn.note(CallSupervised(offer.offer_id, offer.call_id, supervision.supervisor, supervision.mode))


def on_supervision_switched(turn: Turn, event: SupervisionSwitched) -> None:
    """He pressed a key of his own."""
    offer, supervision = _supervision(turn, event.supervision_id)
    if offer is not None and supervision is not None:
        _switch(turn, offer, supervision, event.mode)


def on_supervision_ended(turn: Turn, event: SupervisionEnded) -> None:
    """He hung up, or never answered."""
    offer, supervision = _supervision(turn, event.supervision_id)
    if offer is None or supervision is None:
        return
    del turn.floor.talks[offer.offer_id].supervisors[event.supervision_id]
    if supervision.is_hearing:
        turn.note(CallSupervised(offer.offer_id, offer.call_id, supervision.supervisor, ""))


def on_disposition(turn: Turn, event: DispositionChosen) -> None:
    """While they talk, or while the agent wraps up. Where the queue has a list, it is one of that."""
    floor = turn.floor
    offer = _talk_of_call(turn, event.call_id)
    if offer is None:
        offer = next((last for last in floor.wrapping.values() if last.call_id == event.call_id), None)
        agent = floor.agents.get(offer.agent) if offer is not None else None
        if agent is None or agent.state is not AgentStatus.WRAP_UP:
            return
    if offer is None:
        return
    queue = floor.queues.get(offer.queue)
    words = queue.rules.dispositions if queue is not None else ()
    if not words or event.disposition in words:
        turn.note(
            DispositionSet(offer.offer_id, offer.call_id, offer.queue, offer.agent, event.disposition, event.note)
        )


def know_talks(turn: Turn, event: WorldSeen) -> None:
    """What Asterisk still has of talks after a (re)connect: music and recorders go on with their talk, and are ended
    without one; a supervisor of before a restart, whom we don't know any more, is let go."""
    floor = turn.floor
    for offer_id in [offer_id for offer_id in floor.talks if offer_id not in floor.offers]:
        del floor.talks[offer_id]
    for channel in event.channels:
        kind, _, name = channel.channel_id.partition("-")
        offer = floor.offers.get(name)
        if kind == MUSIC and offer is not None:
            talk_of(turn, offer).held.add("music")
        elif kind == MUSIC:
            turn.do(HoldCall(name, "", "", False))
        elif kind == RECORDER and name in floor.talks:
            floor.talks[name].is_own = True
        elif kind == SUPERVISOR and _supervision(turn, name)[1] is None:
            turn.do(EndSupervision(name))


def _switch(turn: Turn, offer: Offer, supervision: Supervision, mode: str) -> None:
    was, supervision.mode = supervision.mode, mode
    if supervision.is_hearing and was != mode:
        turn.note(CallSupervised(offer.offer_id, offer.call_id, supervision.supervisor, mode))


def _supervision(turn: Turn, supervision_id: str) -> tuple[Offer | None, Supervision | None]:
    """The talk and the supervisor of such an id; nothing for one that is over."""
    offer_id = supervision_id.rpartition("-")[0]
    talk = turn.floor.talks.get(offer_id)
    return turn.floor.offers.get(offer_id), talk.supervisors.get(supervision_id) if talk is not None else None


def _telephone_of(turn: Turn, name: str) -> str:
    """The telephone of a supervisor who is an agent himself; empty for anybody else."""
    agent = turn.floor.agents.get(name)
    return dial_for(turn.floor, agent) if agent is not None else ""


def _talk_of_call(turn: Turn, call_id: str) -> Offer | None:
    """The offer of a caller who talks."""
    caller = turn.floor.callers.get(call_id)
    offer = turn.floor.offers.get(caller.won_id) if caller is not None else None
    return offer if offer is not None and offer.state is OfferState.CONNECTED else None


def _talk_on(turn: Turn, channel_id: str) -> Offer | None:
    """The offer of a talk that this channel is one side of."""
    offer_id = offer_of_leg(channel_id)
    if offer_id is None:
        return _talk_of_call(turn, channel_id)
    offer = turn.floor.offers.get(offer_id)
    return offer if offer is not None and offer.state is OfferState.CONNECTED else None
