"""The guided call of `make run`: a queue call and a voice message, played by lab telephones and told from the journal.

In: the stand-in, a way to follow the journal's records, a way to say a line. Every line that claims something waits for
the record or the lamp that proves it; a step that does not come in time raises LabError with its name.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallConnected,
    CallerEntered,
    MessageStored,
    OfferMade,
    OfferRang,
    Record,
)
from vmq.lab.events import LabError
from vmq.lab.pbx import LabPbx
from vmq.lab.telephones import Behaviour, Telephone

_STEP_S = 10.0
_GREETING_S = 60.0
_OTHER = "5550199"
Kind = TypeVar("Kind", bound=Record)


class JournalTail:
    """The records since the guide began, and a wait for the next one of a kind."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._more = asyncio.Event()
        self._from = 0

    async def read(self, records: AsyncIterator[Record]) -> None:
        """Take records in until they end."""
        async for record in records:
            self._records.append(record)
            self._more.set()

    def mark(self) -> None:
        """From now on only newer records count."""
        self._from = len(self._records)

    async def expect(self, kind: type[Kind], what: str, where: Callable[[Kind], bool] = lambda _: True) -> Kind:
        """The first record of this kind since the mark. Raises LabError naming `what` when it does not come."""
        try:
            async with asyncio.timeout(_STEP_S):
                while True:
                    self._more.clear()
                    for record in self._records[self._from :]:
                        if isinstance(record, kind) and where(record):
                            return record
                    await self._more.wait()
        except TimeoutError:
            seen = ", ".join(type(record).__name__ for record in self._records[self._from :]) or "nothing"
            raise LabError(f"guided call: {what} did not happen in {_STEP_S:g} s; the journal has: {seen}") from None


async def run_guided_call(
    pbx: LabPbx,
    follow: Callable[[], AsyncIterator[Record]],
    say: Callable[[str], None],
    *,
    agents: Sequence[str] = ("1001", "1002"),
    callers: tuple[str, str] = ("5550101", "5550102"),
    talk_s: float = 2.0,
) -> None:
    """Play the whole story. `agents` are the telephones of all agents logged in to the queue. Raises LabError.

    `talk_s` is how long caller and agent talk, and how long the message is.
    """
    tail = JournalTail()
    reading = asyncio.create_task(tail.read(follow()), name="guided call reads the journal")
    story = _Story(pbx, tail, say, talk_s)
    try:
        await story.queue_call([pbx.phone(number) for number in agents], pbx.phone(callers[0]))
        await story.message(pbx.phone(callers[1]), pbx.phone(agents[-1]))
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        for telephone in pbx.telephones.values():
            telephone.hang_up()
            telephone.behave(Behaviour.RING)


@dataclass(frozen=True, slots=True)
class _Story:
    """The two parts of the guided call."""

    pbx: LabPbx
    tail: JournalTail
    say: Callable[[str], None]
    talk_s: float

    async def queue_call(self, agents: list[Telephone], caller: Telephone) -> None:
        """All agents are busy, a caller waits, an agent frees up, they talk, and the agent has time after the call."""
        await self._make_busy(agents)
        caller.dial("600")
        entered = await self.tail.expect(
            CallerEntered, "a caller enters the queue", lambda r: r.number == caller.number
        )
        await caller.wait_heard("music")
        place = f"queue {entered.queue}, place {entered.position}"
        self.say(f"{caller.name} ({entered.number}) calls 600 and waits in {place}, with music.")

        free = agents[0]
        free.hang_up()
        made = await self.tail.expect(OfferMade, "the freed agent is offered the call")
        self.say(f"{free.name} hangs up; vmq offers the call to {made.agent} after {made.wait_s:.1f} s of waiting.")
        await self.tail.expect(OfferRang, "the agent's telephone rings")
        await free.wait_ringing()
        self.say(f"The telephone of {free.name} rings.")

        free.answer()
        connected = await self.tail.expect(CallConnected, "caller and agent are connected")
        self.say(f"{free.name} answers: connected after {connected.ring_s:.1f} s of ringing.")
        await asyncio.sleep(self.talk_s)

        caller.hang_up()
        completed = await self.tail.expect(CallCompleted, "the call is completed")
        self.say(f"The {completed.by} hangs up after {completed.talk_s:.1f} s of talk.")
        status = await self.tail.expect(
            AgentStatusChanged, "the agent has time after the call", lambda r: r.status in ("wrap_up", "available")
        )
        self.say(f"{status.agent} is now: {status.status.replace('_', '-')}.")
        for agent in agents:
            agent.hang_up()

    async def _make_busy(self, agents: list[Telephone]) -> None:
        other = self.pbx.phone(_OTHER)
        other.behave(Behaviour.ANSWER)
        for agent in agents:
            agent.dial(f"9{other.number}")
            await agent.wait_established()
        names = " and ".join(f"{agent.name} ({agent.number})" for agent in agents)
        self.say(f"All agents are on the telephone: {names}.")

    async def message(self, caller: Telephone, owner: Telephone) -> None:
        """A caller leaves a message, and the lamp of its owner is lit."""
        self.tail.mark()
        new_before, start = owner.lamp.new, len(caller.heard)
        caller.dial(f"*99{owner.number}")
        self.say(f"{caller.name} dials *99{owner.number} to leave a message for {owner.name}.")
        await caller.wait(lambda t: len(t.heard) > start, "hears the greeting", _STEP_S)
        self.say(f"{caller.name} hears: “{caller.heard[start].sound.text}” …")
        await caller.wait(lambda t: _has_tone(t, start), "hears the record tone", _GREETING_S)
        await asyncio.sleep(self.talk_s)
        caller.hang_up()
        stored = await self.tail.expect(MessageStored, "the message is stored", lambda r: r.mailbox == owner.number)
        self.say(f"After the tone he speaks and hangs up: {stored.duration_s:.1f} s are in mailbox {stored.mailbox}.")
        await owner.wait(lambda t: t.lamp.new > new_before, "has its lamp lit", _STEP_S)
        self.say(f"The lamp of {owner.name} ({owner.number}) is lit: {owner.lamp.new} new. Dial *97 there to listen.")


def _has_tone(telephone: Telephone, start: int) -> bool:
    return any(heard.sound.kind == "tone" for heard in telephone.heard[start:])
