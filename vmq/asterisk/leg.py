"""An answered leg's AGI session: an agent's, or that of a caller who is called back.

An agent's leg (`AGI(…/agent/<offer>,<confirm>)`) is told what comes and asked to accept where that is wanted, then asks
whether the offer still stands: LegAnswered (the commit point) or LegFailed. With a whisper he is told only after that,
while his caller still hears music. A leg whose offer stands gets the channel variable VMQ_GO=1, with which the dialplan
parks it; any other end of the session hangs it up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.domain.events import DialogueEnded, LegAnswered, LegEnd, LegFailed
from vmq.engine.ports import EventSink, Line, Voices
from vmq.errors import PackError

log = structlog.get_logger(__name__)

VERDICT_S = 10.0
OFFER_FLOW = "agent_offer"
ANSWER_FLOW = "callback_answer"


@dataclass(frozen=True, slots=True)
class Speech:
    """What a leg is told when it has answered, and in which voice. `whispers`: also where it need not confirm."""

    voice: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    whispers: bool = False


class LegSession:
    """One leg of one offer. `decide` gives the verdict; before it is given, a hang-up ends `run` by HungUp."""

    def __init__(
        self, session: AgiSession, offer_id: str, line: Line, events: EventSink, *, voices: Voices, speech: Speech
    ) -> None:
        self.offer_id = offer_id
        self._session = session
        self._line = line
        self._events = events
        self._voices = voices
        self._speech = speech
        self._verdict: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def decide(self, is_wanted: bool) -> None:
        """The offer stands, or is gone. A leg that still listens to the prompt is let go at once when it is gone."""
        if self._verdict.done():
            return
        self._verdict.set_result(is_wanted)
        if not is_wanted:
            self._session.drop("the offer is gone")

    async def run(self, must_confirm: bool) -> None:
        """Confirm, ask, whisper, and act on the answer."""
        if must_confirm and not await self._is_confirmed():
            return
        self._events.post(LegAnswered(self.offer_id, self._session.channel))
        if await self._is_wanted():
            if self._speech.whispers and not must_confirm:
                await self._tell("")
            await self._session.set_variable("VMQ_GO", "1")

    async def _is_confirmed(self) -> bool:
        """Whether somebody pressed the key: an answering machine does not. Posts LegFailed when nobody did."""
        accepted = (await self._tell("1")).get("accepted", "")
        if accepted == "1":
            return True
        await self._session.command("NOOP")
        why = LegEnd.REFUSED if accepted else LegEnd.NO_ANSWER
        log.info("leg.not_confirmed", offer_id=self.offer_id, why=why)
        self._events.post(LegFailed(self.offer_id, why))
        return False

    async def _tell(self, must_confirm: str) -> Mapping[str, str]:
        answers: dict[str, str] = {}
        facts = {**self._speech.facts, "must_confirm": must_confirm}
        try:
            await self._voices.talk(self._line, OFFER_FLOW, self._speech.voice, facts, answers)
        except PackError as error:
            log.error("leg.talk_broken", offer_id=self.offer_id, voice=self._speech.voice, error=str(error))
        return answers

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


async def answer_call_back(
    session: AgiSession, call_id: str, line: Line, events: EventSink, *, voices: Voices, speech: Speech
) -> None:
    """Ask who has answered a call back whether he takes it; DialogueEnded says so, and VMQ_GO=1 lets him join."""
    answers: dict[str, str] = {}
    try:
        await voices.talk(line, ANSWER_FLOW, speech.voice, speech.facts, answers)
    except PackError as error:
        log.error("callback.talk_broken", call_id=call_id, voice=speech.voice, error=str(error))
    finally:
        events.post(DialogueEnded(call_id, ANSWER_FLOW, answers))
    if answers.get("accepted") == "1":
        await session.set_variable("VMQ_GO", "1")
