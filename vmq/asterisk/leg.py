"""An answered agent leg's AGI session: asks for a key where that is wanted, then whether the offer still stands.

In: the session of `AGI(…/agent/<offer>,<confirm>)` and the verdict. Out: LegAnswered (the commit point) or LegFailed,
and for a leg whose offer stands the channel variable VMQ_GO=1, with which the dialplan parks it. Any other end of the
session hangs it up.
"""

from __future__ import annotations

import asyncio

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.domain.events import LegAnswered, LegEnd, LegFailed
from vmq.domain.line import Clip, KeyPressed, NoKey, Outcome, ReadKeys
from vmq.engine.ports import EventSink, Line

log = structlog.get_logger(__name__)

VERDICT_S = 10.0
CONFIRM_TRIES = 3
CONFIRM_KEY = "1"
CONFIRM = ReadKeys(
    segments=(Clip("vmq-confirm", "You have a call from the queue. To take it, press 1."),),
    keys=frozenset({CONFIRM_KEY}),
    timeout_s=5.0,
)


class LegSession:
    """One leg of one offer. `decide` gives the verdict; before it is given, a hang-up ends `run` by HungUp."""

    def __init__(self, session: AgiSession, offer_id: str, line: Line, events: EventSink) -> None:
        self.offer_id = offer_id
        self._session = session
        self._line = line
        self._events = events
        self._verdict: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def decide(self, is_wanted: bool) -> None:
        """The offer stands, or is gone. A leg that still listens to the prompt is let go at once when it is gone."""
        if self._verdict.done():
            return
        self._verdict.set_result(is_wanted)
        if not is_wanted:
            self._session.drop("the offer is gone")

    async def run(self, must_confirm: bool) -> None:
        """Confirm, ask, and act on the answer."""
        if must_confirm and not await self._is_confirmed():
            return
        self._events.post(LegAnswered(self.offer_id, self._session.channel))
        if await self._is_wanted():
            await self._session.set_variable("VMQ_GO", "1")

    async def _is_confirmed(self) -> bool:
        """Whether somebody pressed the key: an answering machine does not. Posts LegFailed when nobody did."""
        outcome: Outcome = NoKey()
        for _ in range(CONFIRM_TRIES):
            outcome = await self._line.read_keys(CONFIRM)
            if isinstance(outcome, KeyPressed):
                return True
        why = LegEnd.NO_ANSWER if isinstance(outcome, NoKey) else LegEnd.REFUSED
        log.info("leg.not_confirmed", offer_id=self.offer_id, why=why)
        self._events.post(LegFailed(self.offer_id, why))
        return False

    async def _is_wanted(self) -> bool:
        """The verdict; False when the leg hung up first or none came in time."""
        gone = asyncio.ensure_future(self._session.gone.wait())
        try:
            await asyncio.wait((gone, self._verdict), timeout=VERDICT_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if not self._verdict.done() and not self._session.gone.is_set():
            log.error("leg.no_verdict", offer_id=self.offer_id, waited_s=VERDICT_S)
        return self._verdict.done() and self._verdict.result()
