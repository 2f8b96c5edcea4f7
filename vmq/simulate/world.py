"""A PBX, its callers and agents on a virtual clock, around one Floor: each command leads to the events it would.

Nothing here decides who gets a call: that is vmq.domain.decide, the one that serves real calls.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from random import Random

from vmq.domain.caller import UNANSWERED
from vmq.domain.commands import (
    CancelTimer,
    Command,
    ConnectCaller,
    HangUpLeg,
    ParkLeg,
    ReleaseCaller,
    RingAgent,
    RunDialogue,
    SetTimer,
)
from vmq.domain.decide import decide
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    CallerJoined,
    ChannelHungUp,
    ConnectEnded,
    DialogueEnded,
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
from vmq.domain.records import Record
from vmq.domain.rules import HouseRules
from vmq.simulate.load import Call
from vmq.simulate.reactions import Reactions

START = 1_000_000_000.0
"""The virtual clock's beginning, in epoch seconds: opening hours are those of that day."""
_HOLDING = "holding"

Told = Callable[[float, Record], None]


class World:
    """One run. `tell` gets every record with the second it was written at."""

    def __init__(self, rules: HouseRules, calls: Sequence[Call], reactions: Reactions, seed: int, tell: Told) -> None:
        self._now = START
        self._random = Random(seed)
        self._calls = calls
        self._reactions = reactions
        self._tell = tell
        self._count = itertools.count()
        self._due: list[tuple[float, int, Event]] = []
        self._timers: dict[str, int] = {}
        self._patience: set[int] = set()
        self.floor = Floor(
            rules.queues,
            rules.agents,
            seed=seed,
            now=START,
            trunks=rules.trunks,
            penalty_rules=rules.penalty_rules,
        )

    def run(self) -> float:
        """Serve all calls to their end; gives the seconds that took."""
        self._take(WorldSeen(dict.fromkeys(self.floor.devices, DeviceState.NOT_INUSE), ()))
        for number, call in enumerate(self._calls):
            call_id = f"{number}.1"
            joined = CallerJoined(
                call_id, f"SIM/{call_id}", call.queue, START + call.at, priority=call.priority, number=str(number)
            )
            self._post(START + call.at, joined)
            if call.patience_s < float("inf"):
                self._patience.add(self._post(START + call.at + call.patience_s, ChannelHungUp(call_id, 16)))
        while self._due:
            at, number, event = heapq.heappop(self._due)
            if isinstance(event, TimerFired) and self._timers.pop(event.key, None) != number:
                continue
            if number in self._patience and isinstance(event, ChannelHungUp) and not self._waits(event.channel_id):
                continue
            self._now = at
            self._take(event)
        return self._now - START

    def _waits(self, call_id: str) -> bool:
        """Whose patience ends hangs up, unless somebody has answered him."""
        caller = self.floor.callers.get(call_id)
        return caller is not None and caller.state in UNANSWERED

    def _post(self, at: float, event: Event) -> int:
        number = next(self._count)
        heapq.heappush(self._due, (at, number, event))
        return number

    def _take(self, event: Event) -> None:
        """Decide, and have each command lead to its events. A timer set anew makes the old entry stale."""
        decision = decide(self.floor, event, self._now)
        for record in decision.records:
            self._tell(self._now - START, record)
        for command in decision.commands:
            if isinstance(command, SetTimer):
                self._timers.pop(command.key, None)
                self._timers[command.key] = self._post(command.at, TimerFired(command.key))
            elif isinstance(command, CancelTimer):
                self._timers.pop(command.key, None)
            else:
                for delay_s, consequence in self._consequences(command):
                    self._post(self._now + delay_s, consequence)

    def _consequences(self, command: Command) -> list[tuple[float, Event]]:
        """What Asterisk and the people do then, and after how many seconds."""
        match command:
            case RingAgent(offer_id=offer_id, ring_s=ring_s):
                then = [(0.0, LegRang(offer_id)), self._reaction(offer_id, ring_s)]
            case ParkLeg(offer_id=offer_id):
                then = [(0.0, BridgeEntered(leg_id(offer_id), _HOLDING, is_holding=True))]
            case ConnectCaller(call_id=call_id, offer_id=offer_id):
                then = self._talk(call_id, offer_id)
            case HangUpLeg(offer_id=offer_id, cause=cause):
                then = [(0.0, ChannelHungUp(leg_id(offer_id), cause))]
            case RunDialogue(call_id=call_id, flow=flow):
                then = [(0.0, DialogueEnded(call_id, flow))]
            case ReleaseCaller(call_id=call_id):
                then = [(0.0, ChannelHungUp(call_id, 16))]
            case _:
                then = []
        return then

    def _talk(self, call_id: str, offer_id: str) -> list[tuple[float, Event]]:
        """They talk as long as the caller's call takes; then the agent hangs up."""
        bridge, leg = f"b-{offer_id}", leg_id(offer_id)
        talk_s = self._calls[int(call_id.partition(".")[0])].talk_s
        return [
            (0.0, BridgeEntered(call_id, bridge, is_holding=False)),
            (0.0, BridgeEntered(leg, bridge, is_holding=False)),
            (talk_s, BridgeLeft(leg, bridge)),
            (talk_s, ChannelHungUp(leg, 16)),
            (talk_s, ConnectEnded(call_id, offer_id, is_connected=True)),
        ]

    def _reaction(self, offer_id: str, ring_s: float) -> tuple[float, Event]:
        what, after_s = self._reactions.take(self._random)
        if what == "no_answer" or after_s >= ring_s:
            return ring_s, LegFailed(offer_id, LegEnd.NO_ANSWER)
        if what == "refused":
            return after_s, LegFailed(offer_id, LegEnd.REFUSED)
        return after_s, LegAnswered(offer_id, f"SIM/{offer_id}")
