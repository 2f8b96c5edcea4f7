"""A small call centre behind the HTTP server: a true floor, decided on at once, and a journal in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from vmq.domain.commands import Command
from vmq.domain.decide import decide
from vmq.domain.device import DeviceState
from vmq.domain.events import CallerJoined, Event, WorldSeen
from vmq.domain.floor import Floor
from vmq.domain.lookup import is_there
from vmq.domain.mailbox import Counts
from vmq.domain.rules import AgentRules, QueueRules
from vmq.domain.view import View, floor_view
from vmq.domain.why import explain
from vmq.engine.memory import MemoryJournal
from vmq.engine.ports import Journal
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.ports import HttpPorts, Probe
from vmq.http.reports import ReportPort
from vmq.http.server import HttpServer
from vmq.http.stream import Streams

AGENTS = (AgentRules("ann", "PJSIP/1001", ("sales",)), AgentRules("bob", "PJSIP/1002", ("sales", "support")))


class Shop:
    """Two queues, two agents whose telephones are free; both the EventSink and everything else the server needs."""

    def __init__(
        self,
        *,
        is_linked: bool = True,
        journal: Journal | None = None,
        queues: Sequence[QueueRules] = (QueueRules("sales"), QueueRules("support")),
        agents: Sequence[AgentRules] = AGENTS,
        began_at: float = 0.0,
    ) -> None:
        self.floor = Floor(queues, agents, seed=1, now=began_at or time.time())
        self.journal: Journal = journal or MemoryJournal()
        self.posted: list[Event] = []
        self.reports: ReportPort | None = None
        if is_linked:
            self.post(WorldSeen({agent.dial: DeviceState.NOT_INUSE for agent in agents}, ()))

    def post(self, event: Event) -> None:
        """Decide on the event and journal what followed."""
        self.posted.append(event)
        self.take(event, time.time())

    def take(self, event: Event, now: float) -> Sequence[Command]:
        """Decide on the event as of `now`, journal what followed; gives the commands, which nobody carries out."""
        decision = decide(self.floor, event, now)
        for record in decision.records:
            self.journal.append(record, now)
        return decision.commands

    def call(self, call_id: str, queue: str = "support", **more: str) -> None:
        """A caller comes."""
        self.post(CallerJoined(call_id, f"PJSIP/trunk-{call_id}", queue, entered_at=time.time(), **more))

    def view(self) -> View:
        """The floor as plain data."""
        return floor_view(self.floor, time.time())

    def knows(self, kind: str, name: str) -> bool:
        """Is there such an agent, queue or caller?"""
        return is_there(self.floor, kind, name)

    def ports(self, probes: Sequence[Probe] = ()) -> HttpPorts:
        """What the server is given."""
        return HttpPorts(
            self.journal,
            self.view,
            self,
            self.knows,
            probes,
            _counts_of,
            why=self._why,
            reports=self.reports,
        )

    def _why(self, call_id: str) -> dict[str, Any] | None:
        caller = self.floor.callers.get(call_id)
        return explain(self.floor, caller, time.time()) if caller else None


async def _counts_of(number: str) -> Counts | None:
    return Counts(new=2, old=5, urgent=1) if number == "1001" else None


@asynccontextmanager
async def serving(
    shop: Shop, *, token: str = "", heartbeat_s: float = 15.0, port: int = 0
) -> AsyncIterator[HttpServer]:
    """A server on 127.0.0.1 (`port` 0 = a free one); stopped at the end."""
    streams = Streams(shop.journal, heartbeat_s)
    app = build_app(shop.ports(), Metrics(shop.view), streams, host="127.0.0.1", token=token)
    server = HttpServer(app, streams, "127.0.0.1", port)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.run())
        try:
            yield server
        finally:
            server.stop()
