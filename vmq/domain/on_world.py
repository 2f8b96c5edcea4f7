"""The link to Asterisk went down, or is up and shows the world: the differences to the floor become transitions.

What is not in the world is gone: callers and legs are treated as hung up. What the floor does not know is either a
talk of before a restart (known again), a leg without an offer (hung up), or a caller on his way back (waited for,
RECOVERY_S long).
"""

from __future__ import annotations

from vmq.domain import on_callback
from vmq.domain.agent import AgentStatus
from vmq.domain.caller import Caller, CallerState
from vmq.domain.device import DeviceState
from vmq.domain.distribution import refresh, serve_queues
from vmq.domain.ending import ANSWERED_ELSEWHERE, NORMAL, complete, end_leg
from vmq.domain.events import BridgeEntered, LegEnd, LinkWentDown, SeenChannel, WorldSeen, leg_id, offer_of_leg
from vmq.domain.offer import Offer, OfferState
from vmq.domain.on_caller import caller_hung_up
from vmq.domain.on_leg import leg_ended, leg_gone, on_bridge_entered
from vmq.domain.on_talk import know_talks
from vmq.domain.records import AgentDeviceChanged, CallConnected, CallerEntered, LinkDown, WorldRebuilt
from vmq.domain.restore import past_caller_gone, past_caller_left
from vmq.domain.status import settle
from vmq.domain.turn import RECOVERY, Turn

RECOVERY_S = 2.0
"""How long a queue waits for callers of before a restart; the dialplan's loop brings each back within half a second."""

Seen = dict[str, SeenChannel]


def on_link_down(turn: Turn, _event: LinkWentDown) -> None:
    """Nobody is rung until the next WorldSeen. What is under way goes on, and ends by its deadlines if need be."""
    if turn.floor.is_linked:
        turn.floor.is_linked = False
        turn.floor.unlinked_at = turn.now
        turn.note(LinkDown())


def on_world(turn: Turn, event: WorldSeen) -> None:
    """Make the floor agree with the world, then offer everybody who waits."""
    floor = turn.floor
    floor.is_linked = False
    seen = {channel.channel_id: channel for channel in event.channels}
    _see_devices(turn, event)
    _end_what_is_gone(turn, seen)
    _catch_up(turn, seen)
    _know_legs(turn, seen)
    know_talks(turn, event)
    _judge_past(turn, seen)
    _expect_back(turn, seen)
    on_callback.wake(turn, seen)  # while nobody can be offered: they are to stand in line first, with all others
    floor.is_linked = True
    _wake_agents(turn)
    floor.emptied = list(floor.queues.values())
    talking = sum(1 for caller in floor.callers.values() if caller.state is CallerState.TALKING)
    waiting = sum(len(queue.line) for queue in floor.queues.values())
    turn.note(WorldRebuilt(waiting, talking))
    serve_queues(turn, floor.queues.values())


def _see_devices(turn: Turn, event: WorldSeen) -> None:
    """A device that Asterisk doesn't list has no state that we could go by."""
    for device in turn.floor.devices.values():
        state = event.devices.get(device.name, DeviceState.UNKNOWN)
        if device.is_ours or device.state is state:
            continue
        device.state = state
        for agent in device.agents:
            turn.note(AgentDeviceChanged(agent.name, device.name, state.value))
    for agent in turn.floor.agents.values():
        turn.floor.recount(agent)
    turn.floor.emptied.clear()


def _end_what_is_gone(turn: Turn, seen: Seen) -> None:
    """Callers who came while the link was down may be newer than the snapshot: their session vouches for them.

    Callers first: of two who are both gone it was the caller who hung up, as a leg's end alone leaves him his channel.
    """
    floor = turn.floor
    for caller in list(floor.callers.values()):
        is_vouched_for = caller.has_session and caller.session_at >= floor.unlinked_at
        is_gone = caller.call_id not in seen and not is_vouched_for
        if is_gone and not on_callback.attempt_failed(turn, caller, LegEnd.UNREACHABLE):
            caller_hung_up(turn, caller)
    for offer in list(floor.offers.values()):
        if leg_id(offer.offer_id) not in seen:
            leg_ended(turn, offer.offer_id, LegEnd.UNREACHABLE)
    for offer_id in [offer_id for offer_id in floor.legs if leg_id(offer_id) not in seen]:
        leg_gone(turn, offer_id)


def _catch_up(turn: Turn, seen: Seen) -> None:
    """Bridges that were entered or left while we could not see."""
    for offer in list(turn.floor.offers.values()):
        leg = seen.get(leg_id(offer.offer_id))
        caller = seen.get(offer.call_id)
        if leg is None:
            continue
        if offer.state is OfferState.CONNECTED:
            if not leg.bridge_id or leg.is_holding:
                complete(turn, offer, "agent")
            elif caller is None or caller.bridge_id != leg.bridge_id:
                complete(turn, offer, "caller")
            continue
        for channel in (leg, caller):
            if channel is not None and channel.bridge_id:
                on_bridge_entered(turn, BridgeEntered(channel.channel_id, channel.bridge_id, channel.is_holding))


def _know_legs(turn: Turn, seen: Seen) -> None:
    """Legs that no offer of this floor has: of before a restart, or of an offer that ended while the link was down."""
    for channel in seen.values():
        offer_id = offer_of_leg(channel.channel_id)
        if offer_id is None or offer_id in turn.floor.offers:
            continue
        agent = turn.floor.agents.get(channel.agent)
        if agent is not None and offer_id not in turn.floor.legs:
            turn.floor.add_leg(offer_id, agent, channel.line)
        if not channel.bridge_id or channel.is_holding:
            end_leg(turn, offer_id, NORMAL if channel.is_up else ANSWERED_ELSEWHERE)
        elif _is_queue_call(turn, channel, seen):
            _adopt(turn, offer_id, channel, seen[channel.call_id])


def _is_queue_call(turn: Turn, leg: SeenChannel, seen: Seen) -> bool:
    """True when the leg talks with the caller it was made for, and the floor can take both."""
    floor = turn.floor
    caller, agent = seen.get(leg.call_id), floor.agents.get(leg.agent)
    return (
        caller is not None
        and caller.bridge_id == leg.bridge_id
        and agent is not None
        and agent.offer_id is None
        and leg.queue in floor.queues
        and leg.call_id not in floor.callers
    )


def _adopt(turn: Turn, offer_id: str, leg: SeenChannel, seen_caller: SeenChannel) -> None:
    """A talk of before a restart. The caller has no session: when the talk ends his dialplan goes on by itself.

    What a crash kept the journal from learning of the call, it learns now: each end has a beginning there.
    """
    floor, agent = turn.floor, turn.floor.agents[leg.agent]
    past = floor.past.pop(leg.call_id, None)
    connected = past.connected if past is not None else None
    caller = floor.callers[leg.call_id] = Caller(
        call_id=leg.call_id,
        channel=seen_caller.channel,
        queue=leg.queue,
        entered_at=past.entered_at if past is not None else turn.now,
        state=CallerState.TALKING,
        has_session=False,
        bridge_id=leg.bridge_id,
        position=past.position if past is not None else 0,
        agent=agent.name,
        interface=agent.rules.dial,
        waited_s=connected.wait_s if connected is not None else 0.0,
    )
    caller.place = floor.queues[leg.queue].place(caller.priority, caller.entered_at, caller.call_id)
    connected_at = past.connected_at if past is not None and connected is not None else turn.now
    floor.add_offer(
        Offer(
            offer_id,
            leg.call_id,
            leg.queue,
            agent.name,
            connected_at,
            state=OfferState.CONNECTED,
            channel=leg.channel,
            bridge_id=leg.bridge_id,
            answered_at=connected_at,
            connected_at=connected_at,
        )
    )
    agent.busy_from = connected_at
    if past is None:
        turn.note(CallerEntered(caller.call_id, caller.queue, "", "", 0, 0, caller.entered_at, is_return=True))
    if connected is None:
        turn.note(CallConnected(offer_id, caller.call_id, caller.queue, agent.name, caller.waited_s, 0.0))


def _judge_past(turn: Turn, seen: Seen) -> None:
    """Calls that the journal has open, and that did not come back as talks or callers."""
    for past in list(turn.floor.past.values()):
        channel = seen.get(past.call_id)
        if channel is None:
            past_caller_gone(turn, past.call_id)
        elif not channel.in_queue or past.connected is not None:
            past_caller_left(turn, past)


def _expect_back(turn: Turn, seen: Seen) -> None:
    """Callers who stand in the dialplan's queue context and have no session with us yet."""
    floor = turn.floor
    on_recovery_timer(turn, "")
    for channel in seen.values():
        queue = floor.queues.get(channel.queue)
        if channel.in_queue and queue is not None and channel.channel_id not in floor.callers:
            floor.expected[channel.channel_id] = queue.name
            queue.held.add(channel.channel_id)
    if floor.expected:
        turn.set_timer(RECOVERY, "", turn.now + RECOVERY_S)


def on_recovery_timer(turn: Turn, _name: str) -> None:
    """Enough waiting for those who are not back: the queues they stood in open."""
    floor = turn.floor
    reopened = [floor.queues[name] for name in dict.fromkeys(floor.expected.values())]
    floor.expected.clear()
    for queue in reopened:
        queue.held.clear()
    serve_queues(turn, reopened)


def _wake_agents(turn: Turn) -> None:
    """Statuses that the journal gave back take effect, and every remote agent's device is published anew."""
    for agent in turn.floor.agents.values():
        agent.published = None
        if agent.offer_id is None:
            settle(turn, agent)
        if agent.state is AgentStatus.WRAP_UP:
            turn.set_timer("wrap_up", agent.name, agent.until)
    refresh(turn, turn.floor.agents.values())
