"""The AGI sessions of callers and agent legs by their ids: the handlers of two routes, and the out-door's way to them.

In: new sessions, and commands for them. Out: the sessions' events. A command for a session that is gone is answered by
the event that lets the core go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.caller import CallerSession, Hold, Wake, joined_event
from vmq.asterisk.leg import LegSession, Speech, answer_call_back
from vmq.domain.commands import ConnectCaller, QueueStatus, ReleaseCaller, RingAgent, RingCaller, RunDialogue
from vmq.domain.events import CallerSessionEnded, ConnectEnded, DialogueEnded, LegEnd, LegFailed
from vmq.engine.ports import Clock, EventSink, Line, Voices

log = structlog.get_logger(__name__)


class Sessions:
    """All live sessions of queue calls. `hold_for(queue)` says how a queue holds callers (also one that is not there),
    `line_for(session)` puts a Line on a session, `wake` is what CallerSession wakes a caller with, `voices` talk to
    callers and agents."""

    def __init__(
        self,
        *,
        events: EventSink,
        clock: Clock,
        wake: Wake,
        hold_for: Callable[[str], Hold],
        line_for: Callable[[AgiSession], Line],
        voices: Voices,
    ) -> None:
        self._events = events
        self._clock = clock
        self._wake = wake
        self._hold_for = hold_for
        self._line_for = line_for
        self._voices = voices
        self._speeches: dict[str, Speech] = {}
        self._callers: dict[str, CallerSession] = {}
        self._legs: dict[str, LegSession] = {}

    async def serve_caller(self, session: AgiSession, queue: str) -> None:
        """Route `/queue/<name>`: hold a caller until he is released or gone."""
        call_id = session.call_id
        hold = self._hold_for(queue)
        caller = CallerSession(session, hold, self._events, self._wake, voices=self._voices, line_for=self._line_for)
        self._callers[call_id] = caller
        self._events.post(joined_event(session, queue, self._clock.now()))
        is_stopping = is_released = False
        try:
            await caller.run()
            is_released = True
        except asyncio.CancelledError:
            is_stopping = True
            raise
        finally:
            # A session that took this one's place speaks for the call; one that we end leaves it to the dialplan.
            if self._callers.get(call_id) is caller:
                del self._callers[call_id]
                if not (is_released or is_stopping):
                    self._events.post(CallerSessionEnded(call_id))

    async def serve_leg(self, session: AgiSession, offer_id: str) -> None:
        """Route `/agent/<offer>`: an answered leg asks whether its offer stands."""
        speech = self._speeches.get(offer_id, Speech())
        line = self._line_for(session)
        leg = LegSession(session, offer_id, line, self._events, voices=self._voices, speech=speech)
        self._legs[offer_id] = leg
        try:
            await leg.run(must_confirm=session.argument(1) == "1")
        finally:
            if self._legs.get(offer_id) is leg:
                del self._legs[offer_id]

    async def serve_callback(self, session: AgiSession, call_id: str) -> None:
        """Route `/callback/<call id>`: somebody answered a call back."""
        speech = self._speeches.pop(call_id, Speech())
        line = self._line_for(session)
        await answer_call_back(session, call_id, line, self._events, voices=self._voices, speech=speech)

    def expect(self, command: RingAgent | RingCaller) -> None:
        """This leg is being rung: what it is to hear when it answers."""
        facts = dict(command.facts)
        match command:
            case RingAgent(offer_id=leg):
                self._speeches[leg] = Speech(command.voice, facts, whispers=facts.get("whispers") == "1")
            case RingCaller(call_id=leg):
                self._speeches[leg] = Speech(command.voice, facts)

    def unexpect(self, leg: str) -> None:
        """This leg (an offer's id, or the call id of a call back) is over."""
        self._speeches.pop(leg, None)

    def park(self, offer_id: str) -> None:
        """ParkLeg: the leg may go into the holding bridge. Answered by LegFailed when it is gone."""
        if leg := self._legs.get(offer_id):
            leg.decide(True)
        else:
            log.info("leg.already_gone", offer_id=offer_id)
            self._events.post(LegFailed(offer_id, LegEnd.HUNG_UP))

    def dismiss(self, offer_id: str) -> None:
        """DismissLeg: the leg is not wanted. One that is gone needs no word."""
        if leg := self._legs.get(offer_id):
            leg.decide(False)

    def connect(self, call_id: str, offer_id: str, leg_channel: str) -> None:
        """ConnectCaller: bridge the caller to the leg. Answered by ConnectEnded when the caller is gone."""
        if caller := self._callers.get(call_id):
            caller.give(ConnectCaller(call_id, offer_id, leg_channel))
        else:
            log.info("caller.already_gone", call_id=call_id, offer_id=offer_id)
            self._events.post(ConnectEnded(call_id, offer_id, is_connected=False))

    def talk(self, command: RunDialogue) -> None:
        """RunDialogue: say something to the caller. Answered by DialogueEnded when he is gone."""
        if caller := self._callers.get(command.call_id):
            caller.give(command)
        else:
            log.info("caller.already_gone", call_id=command.call_id, flow=command.flow)
            self._events.post(DialogueEnded(command.call_id, command.flow, is_cut=True))

    def release(self, call_id: str, status: str, variables: tuple[tuple[str, str], ...] = ()) -> None:
        """ReleaseCaller: let the caller go on in the dialplan. Answered by CallerSessionEnded when he is gone."""
        if caller := self._callers.get(call_id):
            caller.give(ReleaseCaller(call_id, QueueStatus(status), variables))
        else:
            log.info("caller.already_gone", call_id=call_id, status=status)
            self._events.post(CallerSessionEnded(call_id))
