"""The engine: takes events one by one, decides, journals what followed and sends the commands out.

In: events, posted by the adapters and by timers. Out: records to the Journal, commands to CallControl. Nothing is
awaited on the way: what comes of a command is another event.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

import structlog

from vmq.domain.commands import CancelTimer, Command, SetTimer
from vmq.domain.decide import decide
from vmq.domain.events import Event, TimerFired
from vmq.domain.floor import Floor
from vmq.domain.turn import Decision
from vmq.engine.inbox import Inbox
from vmq.engine.ports import CallControl, Clock, Journal
from vmq.engine.timers import Timers

BATCH = 64  # events taken in a row before others on the loop get their turn

Listener = Callable[[Event, float], Decision]
"""What another subject makes of an event, at epoch seconds: e.g. MailboxChanged → SetLamp."""

Observer = Callable[[str, float], None]
"""Is told of each event taken: the name of its class, and the seconds it took to deal with it."""

log = structlog.get_logger(__name__)


class Engine:
    """One floor's engine, and the EventSink of all adapters. `listeners` serve events that are not the queue's own."""

    def __init__(
        self,
        floor: Floor,
        *,
        clock: Clock,
        journal: Journal,
        control: CallControl,
        listeners: Mapping[type[Event], Listener] | None = None,
        observe: Observer | None = None,
    ) -> None:
        self.floor = floor
        self.inbox = Inbox()
        self.timers = Timers(clock, self.inbox.post)
        self._clock = clock
        self._journal = journal
        self._control = control
        self._listeners = dict(listeners or {})
        self._observe = observe

    def post(self, event: Event) -> None:
        """Append an event to the inbox; never blocks."""
        self.inbox.post(event)

    async def run(self) -> None:
        """Take events until cancelled."""
        taken = 0
        try:
            while True:
                event = await self.inbox.get()
                self.take(event)
                self.inbox.done()
                taken += 1
                if taken % BATCH == 0:
                    await asyncio.sleep(0)
        finally:
            self.timers.close()

    def take(self, event: Event) -> None:
        """Deal with one event. A mistake in one decision is logged with its event and stops nothing else."""
        if isinstance(event, TimerFired) and not self.timers.take(event.key):
            return
        begun = time.perf_counter()
        now = self._clock.now()
        for deal in (self._decide, self._listeners.get(type(event))):
            if deal is None:
                continue
            try:
                self._carry_out(event, deal(event, now), now)
            except Exception:
                log.exception("decision_failed", occurrence=event)
        if self._observe is not None:
            self._observe(type(event).__name__, time.perf_counter() - begun)

    def _decide(self, event: Event, now: float) -> Decision:
        return decide(self.floor, event, now)

    def _carry_out(self, event: Event, decision: Decision, now: float) -> None:
        """Journal first: a follower that sees a record may already act on it, but never on what is not recorded."""
        if decision.commands or decision.records:
            log.debug("decided", occurrence=event, commands=decision.commands, records=decision.records)
        for record in decision.records:
            self._journal.append(record, now)
        for command in decision.commands:
            match command:
                case SetTimer(key=key, at=at):
                    self.timers.set(key, at)
                case CancelTimer(key=key):
                    self.timers.cancel(key)
                case _:
                    self._send(command)

    def _send(self, command: Command) -> None:
        """One command that can't be started doesn't keep the others from being so."""
        try:
            self._control.send(command)
        except Exception:
            log.exception("command_failed", command=command)
