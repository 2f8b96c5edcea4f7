"""How many events a second the one decision takes, and how its cost grows: `python -m bench.decide`.

A call centre is filled (as many agents as callers, 100 queues, three queues an agent), then a realistic mix of events
is played on it: calls that join, ring, are answered, parked, bridged and ended, refusals, hang-ups while waiting, and
telephones that become busy and free. The mix is the same for every size. Only the CPU time inside `decide` counts.

All of it is played twice: with plain queues, and with every rule switched on: penalties that change while callers wait,
skills that relax, preferred agents, weights, ageing, all strategies, auto-pause, join_empty and leave_empty, and agents
behind outside lines that are full now and then. Judged are the rate at the larger size and the growth, of both.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections import deque

from vmq.domain.commands import CancelTimer, ConnectCaller, HangUpLeg, ParkLeg, ReleaseCaller, RingAgent, SetTimer
from vmq.domain.decide import decide
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
)
from vmq.domain.floor import Floor
from vmq.domain.rules import AgentRules, AutoPause, NeedStep, PenaltyChange, QueueRules, Strategy, TrunkRules
from vmq.domain.skills import NO_NEEDS, parse_needs

QUEUES = 100
QUEUES_AN_AGENT = 3
SMALL, LARGE = 100, 10_000
EVENTS = 20_000  # in a round
ROUNDS = 5
MAX_RATIO = 3.0
MIN_RATE = 50_000  # events a second
BEHIND_LINES = 10  # every so many agents one is reached through outside lines
LINES = ("north", "south")
REFUSED, GAVE_UP = 0.1, 0.2  # of offers; of the callers who join
START = 1_700_000_000.0
HOLDING = "holding"


class Centre:
    """A floor of a size, and the PBX around it: each command leads to the events that Asterisk would send."""

    def __init__(self, size: int, seed: int, *, has_every_rule: bool = False) -> None:
        self._random = random.Random(seed)
        self._size = size
        self._now = START
        self._calls = 0
        self._todo: deque[Event] = deque()
        self._timers: dict[str, float] = {}
        self._talks: deque[str] = deque()
        self._waiting: deque[str] = deque()
        self.seconds = 0.0
        self.events = 0
        self._has_every_rule = has_every_rule
        queues = [self._queue(number) for number in range(QUEUES)]
        agents = [self._agent(number) for number in range(size)]
        capacity = max(1, size // (2 * BEHIND_LINES * len(LINES)))
        trunks = [TrunkRules(line, f"PJSIP/{{number}}@{line}", capacity) for line in LINES] if has_every_rule else []
        self.floor = Floor(queues, agents, seed=1, now=START, trunks=trunks)
        devices = dict.fromkeys(self.floor.devices, DeviceState.INUSE)
        self._decide(WorldSeen(devices, ()))
        for _ in range(size):
            self._decide(self._new_caller())
        for device in list(devices)[: size // 2]:
            self._todo.append(DeviceStateChanged(device, DeviceState.NOT_INUSE))
        self.play(8 * size)

    def play(self, events: int) -> float:
        """Take so many events; gives the seconds that `decide` took for one, on average."""
        self.seconds, self.events = 0.0, 0
        while self.events < events:
            if not self._todo:
                self._something_new()
            self._decide(self._todo.popleft())
        return self.seconds / self.events

    def _queue(self, number: int) -> QueueRules:
        if not self._has_every_rule:
            return QueueRules(f"q{number}", wrap_up_s=1.0)
        strategies = list(Strategy)
        return QueueRules(
            f"q{number}",
            wrap_up_s=1.0,
            strategy=strategies[number % len(strategies)],
            progressive_s=0.05,
            weight=number % 3,
            ageing_s=60.0 if number % 2 else 0.0,
            penalty_changes=(PenaltyChange(0, max_penalty="1"), PenaltyChange(0.5, max_penalty="+2")),
            needs=parse_needs("german >= 4") if number % 2 else NO_NEEDS,
            steps=(NeedStep(0.3, parse_needs("german")), NeedStep(0.6, NO_NEEDS)) if number % 2 else (),
            join_empty=frozenset({"paused", "unavailable"}),
            leave_empty=frozenset({"paused", "unavailable"}),
            auto_pause=AutoPause.QUEUE,
            auto_pause_after=1000,
        )

    def _agent(self, number: int) -> AgentRules:
        queues = tuple(f"q{(number + k) % QUEUES}" for k in range(QUEUES_AN_AGENT))
        if not self._has_every_rule:
            return AgentRules(f"a{number}", f"PJSIP/{number}", queues)
        penalties = dict.fromkeys(queues, number // QUEUES % 4)
        skills = {"german": number // QUEUES % 6, "technic": number // QUEUES % 2}
        if number % BEHIND_LINES:
            return AgentRules(f"a{number}", f"PJSIP/{number}", queues, penalties=penalties, skills=skills)
        return AgentRules(
            f"a{number}", f"0301{number}", queues, penalties=penalties, skills=skills, is_remote=True, trunks=LINES
        )

    def _new_caller(self) -> CallerJoined:
        self._calls += 1
        call_id = f"{self._calls}.1"
        self._waiting.append(call_id)
        queue = f"q{self._random.randrange(QUEUES)}"
        if not self._has_every_rule:
            return CallerJoined(call_id, f"PJSIP/t-{call_id}", queue, self._now, max_wait_s=3600.0)
        return CallerJoined(
            call_id,
            f"PJSIP/t-{call_id}",
            queue,
            self._now,
            max_wait_s=3600.0,
            priority=self._calls % 3,
            prefers=f"a{self._random.randrange(self._size)}" if self._calls % 4 == 0 else "",
            prefers_s=0.2,
        )

    def _something_new(self) -> None:
        """Everything is quiet: time passes, a talk ends for each caller who joins, now and then one gives up."""
        self._now += 0.01
        due = [key for key, at in self._timers.items() if at <= self._now]
        for key in due:
            del self._timers[key]
            self._todo.append(TimerFired(key))
        if len(self.floor.callers) < 2 * self._size:
            self._todo.append(self._new_caller())
        if self._random.random() < GAVE_UP:
            self._todo.append(ChannelHungUp(self._waiting[0], 16))
        if self._talks and len(self._talks) > self._size // 4:
            self._todo.append(BridgeLeft(leg_id(self._talks[0]), f"b-{self._talks.popleft()}"))
        device = f"PJSIP/{self._size // 2 + self._random.randrange(self._size // 2)}"
        free = DeviceState.NOT_INUSE if self._random.random() < 0.5 else DeviceState.INUSE
        self._todo.append(DeviceStateChanged(device, free))

    def _decide(self, event: Event) -> None:
        started = time.thread_time()
        decision = decide(self.floor, event, self._now)
        self.seconds += time.thread_time() - started
        self.events += 1
        if isinstance(event, BridgeLeft) and event.bridge_id != HOLDING:
            self._hang_up_leg(event)
        while self._waiting and self._waiting[0] not in self.floor.callers:
            self._waiting.popleft()
        for command in decision.commands:
            self._answer(command)

    def _hang_up_leg(self, event: BridgeLeft) -> None:
        offer_id = event.bridge_id.removeprefix("b-")
        agent = self.floor.legs.get(offer_id)
        self._todo.append(ChannelHungUp(event.channel_id, 16))
        if agent is not None:
            self._todo.append(DeviceStateChanged(agent.agent.device.name, DeviceState.NOT_INUSE))

    def _answer(self, command: object) -> None:
        match command:
            case RingAgent(offer_id=offer_id, dial=dial):
                self._todo.append(LegRang(offer_id))
                self._todo.append(DeviceStateChanged(dial, DeviceState.RINGING))
                if self._random.random() < REFUSED:
                    self._todo.append(LegFailed(offer_id, LegEnd.REFUSED))
                    self._todo.append(DeviceStateChanged(dial, DeviceState.NOT_INUSE))
                else:
                    self._todo.append(LegAnswered(offer_id, f"{dial}-{offer_id}"))
                    self._todo.append(DeviceStateChanged(dial, DeviceState.INUSE))
            case ParkLeg(offer_id=offer_id):
                self._todo.append(BridgeEntered(leg_id(offer_id), HOLDING, is_holding=True))
            case ConnectCaller(call_id=call_id, offer_id=offer_id):
                bridge = f"b-{offer_id}"
                self._todo.append(BridgeEntered(call_id, bridge, is_holding=False))
                self._todo.append(BridgeLeft(leg_id(offer_id), HOLDING))
                self._todo.append(BridgeEntered(leg_id(offer_id), bridge, is_holding=False))
                self._talks.append(offer_id)
            case HangUpLeg(offer_id=offer_id):
                self._todo.append(ChannelHungUp(leg_id(offer_id), 26))
            case ReleaseCaller(call_id=call_id):
                self._todo.append(ChannelHungUp(call_id, 16))
            case SetTimer(key=key, at=at) if not key.startswith(("max_wait", "session")):
                self._timers[key] = at
            case SetTimer(key=key) if key.startswith("session"):
                call_id = key.removeprefix("session:")
                self._todo.append(ConnectEnded(call_id, "", is_connected=True))
            case CancelTimer(key=key):
                self._timers.pop(key, None)


def main() -> None:
    """Fill the centres, play the two sizes in turns, and print medians."""
    print(f"decide(): {ROUNDS} rounds of {EVENTS:,} events, {QUEUES} queues, {QUEUES_AN_AGENT} queues an agent")
    compared = [_compare("plain queues", has_every_rule=False), _compare("every rule on", has_every_rule=True)]
    faults = []
    if min(rate for rate, _ in compared) < MIN_RATE:
        faults.append(f"decide() takes fewer than {MIN_RATE:,} events a second at {LARGE:,} agents")
    if max(ratio for _, ratio in compared) > MAX_RATIO:
        faults.append("decide() grows too fast with the size of the floor")
    if faults:
        raise SystemExit("\n".join(faults))


def _compare(title: str, *, has_every_rule: bool) -> tuple[float, float]:
    """Events a second at the larger size, and how much more an event costs there than at the smaller one."""
    sizes = (SMALL, LARGE)
    centres = {size: Centre(size, seed=7, has_every_rule=has_every_rule) for size in sizes}
    costs: dict[int, list[float]] = {size: [] for size in sizes}
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for size in sizes:
            costs[size].append(centres[size].play(EVENTS))
    print(f"{title}:")
    median = {size: statistics.median(costs[size]) for size in sizes}
    for size in sizes:
        floor, cost = centres[size].floor, median[size]
        talking = sum(1 for offer in floor.offers.values() if offer.connected_at)
        spread = f"{min(costs[size]) * 1e6:.1f}-{max(costs[size]) * 1e6:.1f}"
        print(
            f"{size:>7,} agents {len(floor.callers):>7,} callers ({talking:,} talking): "
            f"{1 / cost:>9,.0f} events/s, {cost * 1e6:.1f} us an event ({spread})"
        )
    ratio = median[LARGE] / median[SMALL]
    print(f"cost of an event at {LARGE:,} to that at {SMALL}: {ratio:.2f} (at most {MAX_RATIO:g})")
    return 1 / median[LARGE], ratio


if __name__ == "__main__":
    main()
