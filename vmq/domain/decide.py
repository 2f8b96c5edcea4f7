"""The whole engine's one decision: what an event on this floor, at this time, leads to.

`decide` is deterministic: the same floor, event and time give the same commands, records and floor. It asks no clock,
waits for nobody, and looks only at what the event concerns: O(log n), and O(k log n) for an agent of k queues.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vmq.domain import (
    announce,
    asked,
    callback,
    events,
    exits,
    lamps,
    needing,
    on_agent,
    on_callback,
    on_caller,
    on_dial,
    on_leg,
    on_member,
    on_note,
    on_place,
    on_rules,
    on_talk,
    on_voice,
    on_world,
)
from vmq.domain.distribution import serve_reopened
from vmq.domain.ending import leave_if_empty
from vmq.domain.floor import Floor
from vmq.domain.turn import RECOVERY, Decision, Turn

HANDLERS: dict[type[events.Event], Callable[[Turn, Any], None]] = {
    events.CallerJoined: on_caller.on_joined,
    events.CallerSessionEnded: on_caller.on_session_ended,
    events.ConnectEnded: on_caller.on_connect_ended,
    events.ChannelHungUp: on_leg.on_hung_up,
    events.LegRang: on_leg.on_rang,
    events.LegFailed: on_leg.on_failed,
    events.LegAnswered: on_leg.on_answered,
    events.BridgeEntered: on_leg.on_bridge_entered,
    events.BridgeLeft: on_leg.on_bridge_left,
    events.DeviceStateChanged: on_agent.on_device,
    asked.AgentLoggedIn: on_agent.on_logged_in,
    asked.AgentLoggedOut: on_agent.on_logged_out,
    asked.AgentPaused: on_agent.on_paused,
    asked.AgentUnpaused: on_agent.on_unpaused,
    asked.WrapUpEnded: on_agent.on_wrap_up_ended,
    asked.WrapUpExtended: on_agent.on_wrap_up_extended,
    asked.OfferRefused: on_leg.on_refused,
    asked.AgentMoved: on_member.on_moved,
    asked.MemberJoined: on_member.on_joined_queue,
    asked.MemberLeft: on_member.on_left_queue,
    asked.MemberPauseChanged: on_member.on_member_pause,
    asked.PenaltyChanged: on_member.on_penalty,
    asked.CallerPriorityChanged: on_place.on_priority,
    asked.CallerWithdrawn: on_place.on_withdrawn,
    events.CallTransferred: on_talk.on_transferred,
    events.ChannelHeld: on_talk.on_held,
    events.RecordingChanged: on_talk.on_recording_changed,
    events.SupervisionBegan: on_talk.on_supervision_began,
    events.SupervisionSwitched: on_talk.on_supervision_switched,
    events.SupervisionEnded: on_talk.on_supervision_ended,
    asked.TransferAsked: on_talk.on_transfer_asked,
    asked.HoldAsked: on_talk.on_hold_asked,
    asked.RecordingAsked: on_talk.on_recording_asked,
    asked.SupervisionAsked: on_talk.on_supervision_asked,
    asked.DispositionChosen: on_talk.on_disposition,
    asked.EndAsked: on_talk.on_end_asked,
    asked.DialAsked: on_dial.on_dial_asked,
    asked.NoteSent: on_note.on_note_sent,
    asked.NoteRead: on_note.on_note_read,
    events.CallerKeyed: exits.on_keyed,
    events.DialogueEnded: on_voice.on_dialogue_ended,
    asked.RulesChanged: on_rules.on_rules,
    events.WorldSeen: on_world.on_world,
    events.LinkWentDown: on_world.on_link_down,
    events.TimerFired: lambda turn, event: _on_timer(turn, event.key),
}
"""Who handles which event. An event that is not here is none of the queue's business."""

TIMERS: dict[str, Callable[[Turn, str], None]] = {
    "offer": on_leg.on_offer_timer,
    "leg": on_leg.on_leg_timer,
    "max_wait": on_caller.on_max_wait,
    "ring_more": on_caller.on_ring_more,
    "need": needing.on_need_timer,
    announce.TIMER: announce.on_timer,
    announce.KEYS_TIMER: exits.on_timer,
    callback.TIMER: on_callback.on_timer,
    "session": on_caller.on_session_timer,
    "back_off": on_agent.on_back_off_timer,
    "wrap_up": on_agent.on_wrap_up_timer,
    RECOVERY: on_world.on_recovery_timer,
}
"""Who handles which timer, by the first part of its key."""


def decide(floor: Floor, event: events.Event, now: float) -> Decision:
    """Change the floor by the event and say what to do and what to keep. `now` is epoch seconds."""
    handler = HANDLERS.get(type(event))
    if handler is None:
        return Decision()
    turn = Turn(floor, now)
    handler(turn, event)
    if floor.reopened:
        serve_reopened(turn)
    if floor.emptied:
        leave_if_empty(turn)
    lamps.follow(turn, event)
    return turn.decision()


def _on_timer(turn: Turn, key: str) -> None:
    """A key of somebody else's is not ours to handle."""
    kind, _, name = key.partition(":")
    handler = TIMERS.get(kind)
    if handler is not None:
        handler(turn, name)
