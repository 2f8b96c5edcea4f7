"""A call centre in full swing: true decisions, and people and telephones around them that react as they would.

It is played from a moment in the past up to now, then it can go on by the clock. For pictures, for tests of what the
page shows, and for measuring it.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.support.shop import Shop
from vmq.domain.asked import (
    AgentLoggedIn,
    AgentPaused,
    AgentUnpaused,
    CallerPriorityChanged,
    DispositionChosen,
    HoldAsked,
)
from vmq.domain.caller import UNANSWERED
from vmq.domain.commands import (
    CancelTimer,
    Command,
    ConnectCaller,
    HangUpLeg,
    ParkLeg,
    ReleaseCaller,
    RingAgent,
    SetTimer,
)
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    CallerJoined,
    ChannelHungUp,
    ConnectEnded,
    DeviceStateChanged,
    Event,
    LegAnswered,
    LegEnd,
    LegFailed,
    LegRang,
    TimerFired,
    WorldSeen,
    leg_id,
    offer_of_leg,
)
from vmq.domain.rules import AgentRules, QueueRules
from vmq.engine.ports import Journal

NAMES = (
    "Ada Brandt", "Ben Okoro", "Carla Weiss", "Dinu Popa", "Elif Kaya", "Finn Larsen", "Greta Holm", "Hugo Martin",
    "Ines Silva", "Jan Novak", "Kira Petrova", "Leo Rossi", "Mia Schulz", "Noah Fischer", "Olga Ivanova", "Paul Keller",
    "Rosa Blum", "Sam Taylor", "Tara Singh", "Uwe Lang", "Vera Costa", "Will Turner", "Yara Haddad", "Zoe Martin",
)  # fmt: skip
CALLERS = ("Amir", "Bea", "Chris", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jule", "Kim", "Lou", "Max", "Nele", "")
REASONS = ("lunch", "break", "meeting", "paperwork")
DISPOSITIONS = ("sold", "order status", "complaint", "call again")
HOLDING = "holding"
SHORT_TALK_S = 8.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How busy it is. `per_hour` callers come to each queue; times in seconds, drawn around these means."""

    per_hour: float = 90.0
    talk_s: float = 150.0
    patience_s: float = 240.0
    between_pauses_s: float = 3600.0
    pause_s: float = 420.0


def house(queues: int = 4, agents: int = 24) -> tuple[list[QueueRules], list[AgentRules]]:
    """Queues and agents with names. Everybody serves two queues."""
    names = ["sales", "support", "billing", "returns"][:queues] + [f"queue-{number}" for number in range(4, queues)]
    rules = [
        QueueRules(name, wrap_up_s=20.0, service_level_s=30.0, max_wait_s=900.0, dispositions=DISPOSITIONS,
                   url="https://crm.example/?number={number}&queue={queue}")
        for name in names
    ]  # fmt: skip
    people = []
    for number in range(agents):
        full_name = NAMES[number % len(NAMES)] + (f" {number // len(NAMES) + 1}" if number >= len(NAMES) else "")
        served = (names[number % len(names)], names[(number // 2 + 1) % len(names)])
        people.append(
            AgentRules(
                full_name.lower().replace(" ", "."),
                f"PJSIP/{1001 + number}",
                tuple(dict.fromkeys(served)),
                full_name=full_name,
                skills={"german": number % 9 + 1, "technical": number % 4},
            )
        )
    return rules, people


class BusyHouse(Shop):
    """A shop in which commands have their consequences."""

    def __init__(
        self,
        *,
        rules: tuple[Sequence[QueueRules], Sequence[AgentRules]] | None = None,
        pace: Pace | None = None,
        began_at: float,
        journal: Journal | None = None,
        seed: int = 7,
    ) -> None:
        queues, agents = rules or house()
        super().__init__(is_linked=False, journal=journal, queues=queues, agents=agents, began_at=began_at)
        self.pace = pace or Pace()
        self.now = began_at
        self._random = Random(seed)
        self._count = itertools.count(1)
        self._due: list[tuple[float, int, Event | str]] = []
        self._timers: dict[str, int] = {}
        self._rung: dict[str, str] = {}
        self._decide(WorldSeen(dict.fromkeys(self.floor.devices, DeviceState.NOT_INUSE), ()))
        for queue in queues:
            self._arrive_later(queue.name)
        for agent in agents:
            self._later(self._random.expovariate(1 / self.pace.between_pauses_s), f"pause:{agent.name}")

    def play(self, until: float) -> None:
        """Let everything happen that is due until then (epoch seconds)."""
        while self._due and self._due[0][0] <= until:
            at, number, what = heapq.heappop(self._due)
            self.now = at
            if isinstance(what, str):
                self._happens(*what.split(":"))
            elif not isinstance(what, TimerFired) or self._timers.get(what.key) == number:
                self._decide(what)
        self.now = until

    async def live(self) -> None:
        """Go on by the clock, until cancelled."""
        while True:
            self.play(time.time())
            await asyncio.sleep(max(0.001, self._due[0][0] - time.time()) if self._due else 0.05)

    def post(self, event: Event) -> None:
        """What comes from outside, as of now."""
        self.now = max(self.now, time.time())
        self.post_at(event)

    def post_at(self, event: Event) -> None:
        """What comes from outside, at the moment that it is played up to."""
        self.posted.append(event)
        self._decide(event)

    def _decide(self, event: Event) -> None:
        for command in self.take(event, self.now):
            match command:
                case SetTimer(key=key, at=at):
                    self._timers[key] = self._at(at, TimerFired(key))
                case CancelTimer(key=key):
                    self._timers.pop(key, None)
                case _:
                    for delay_s, what in self._consequences(command):
                        self._later(delay_s, what)
        if isinstance(event, ChannelHungUp) and (dial := self._rung.pop(offer_of_leg(event.channel_id) or "", "")):
            self._decide(DeviceStateChanged(dial, DeviceState.NOT_INUSE))

    def _at(self, at: float, what: Event | str) -> int:
        number = next(self._count)
        heapq.heappush(self._due, (at, number, what))
        return number

    def _later(self, delay_s: float, what: Event | str) -> None:
        self._at(self.now + delay_s, what)

    def _around(self, mean_s: float) -> float:
        return self._random.lognormvariate(0, 0.5) * mean_s

    def _happens(self, what: str, name: str) -> None:
        """What people do by themselves."""
        if what == "arrive":
            self._arrive(name)
        elif what == "answer":
            self._answer(name)
        elif what == "pause":
            self._decide(AgentPaused(name, self._random.choice(REASONS)))
            self._later(self._around(self.pace.pause_s), f"return:{name}")
        elif what == "return":
            self._decide(AgentUnpaused(name))
            self._decide(AgentLoggedIn(name))
            self._later(self._random.expovariate(1 / self.pace.between_pauses_s), f"pause:{name}")
        elif what == "giveup":
            caller = self.floor.callers.get(name)
            if caller is not None and caller.state in UNANSWERED:
                self._decide(ChannelHungUp(name, cause=16))

    def _arrive_later(self, queue: str) -> None:
        self._later(self._random.expovariate(self.pace.per_hour / 3600), f"arrive:{queue}")

    def _arrive(self, queue: str) -> None:
        number = next(self._count)
        call_id = f"{int(self.now)}.{number}"
        who = self._random.choice(CALLERS)
        self._decide(
            CallerJoined(
                call_id,
                f"PJSIP/trunk-{number:08x}",
                queue,
                entered_at=self.now,
                number=f"030 555 {number * 7919 % 10000:04d}",
                name=who,
                priority=10 if number % 11 == 0 else 0,
            )
        )
        self._later(20 + self._random.expovariate(1 / self.pace.patience_s), f"giveup:{call_id}")
        self._arrive_later(queue)

    def _consequences(self, command: Command) -> Iterator[tuple[float, Event | str]]:
        """What Asterisk and the people do then, and after how many seconds."""
        match command:
            case RingAgent(offer_id=offer_id, dial=dial):
                self._rung[offer_id] = dial
                yield 0.05, LegRang(offer_id)
                yield 0.06, DeviceStateChanged(dial, DeviceState.RINGING)
                yield 1 + self._random.expovariate(1 / 4), f"answer:{offer_id}"
            case ParkLeg(offer_id=offer_id):
                yield 0.01, BridgeEntered(leg_id(offer_id), HOLDING, is_holding=True)
            case ConnectCaller(call_id=call_id, offer_id=offer_id):
                yield from self._talk(call_id, offer_id)
            case HangUpLeg(offer_id=offer_id, cause=cause):
                yield 0.08, ChannelHungUp(leg_id(offer_id), cause)
            case ReleaseCaller(call_id=call_id):
                yield 0.02, ChannelHungUp(call_id, 16)

    def _answer(self, offer_id: str) -> None:
        """The agent picks up, or pushes the call away; nothing when it rings no longer."""
        offer = self.floor.offers.get(offer_id)
        if offer is None or not offer.is_unanswered:
            return
        dial = self._rung[offer_id]
        if self._random.random() < 0.06:
            self._decide(LegFailed(offer_id, LegEnd.REFUSED))
            self._decide(DeviceStateChanged(dial, DeviceState.NOT_INUSE))
        else:
            self._decide(LegAnswered(offer_id, f"{dial}-{offer_id}"))
            self._decide(DeviceStateChanged(dial, DeviceState.INUSE))

    def _talk(self, call_id: str, offer_id: str) -> Iterator[tuple[float, Event | str]]:
        bridge, leg = f"b-{offer_id}", leg_id(offer_id)
        talk_s = SHORT_TALK_S + self._around(self.pace.talk_s)
        yield 0.01, BridgeEntered(call_id, bridge, is_holding=False)
        yield 0.02, BridgeEntered(leg, bridge, is_holding=False)
        if self._random.random() < 0.2:
            yield talk_s * 0.4, HoldAsked(call_id, is_held=True)
            yield talk_s * 0.6, HoldAsked(call_id, is_held=False)
        if self._random.random() < 0.6:
            yield talk_s * 0.9, DispositionChosen(call_id, self._random.choice(DISPOSITIONS))
        yield talk_s, BridgeLeft(leg, bridge)
        yield talk_s + 0.01, ChannelHungUp(leg, 16)
        yield talk_s + 0.02, ConnectEnded(call_id, offer_id, is_connected=True)

    def shuffle(self) -> None:
        """A supervisor gives somebody who waits another priority or place."""
        waiting = [caller.call_id for caller in self.floor.callers.values() if caller.state.value == "waiting"]
        if waiting:
            call_id, dice = self._random.choice(waiting), self._random.random()
            self.post_at(
                CallerPriorityChanged(call_id, priority=int(dice * 5))
                if dice < 0.5
                else CallerPriorityChanged(call_id, position=int(dice * 5))
            )
