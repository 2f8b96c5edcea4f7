"""1,000 calls at once through the dialogue engine, without sound: `python -m bench.dialogue`.

Each party presses a key of those that are live, about once a second, and calls again when the dialogue is over. From
the moment a key is due to the moment the line is asked for the next thing: that is what the party waits, the event
loop's queue included. Actions are done at once (the database has its own benches). Memory is what the calls allocate.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import time
import tracemalloc
from collections.abc import Mapping, Sequence

from bench.stats import Requirement, Row, table, verdict
from vmq.app.packs import pack_folders
from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import open_pack
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session
from vmq.dialogue.walk import worlds
from vmq.domain import line
from vmq.errors import HungUp
from vmq.voice.run import Answer, Arguments, DialogueRun, NoRecorder

CALLS = 1000
SECONDS = 20.0
THINK_S = (0.5, 1.5)
MAX_P99_MS, MAX_KB = 20.0, 50.0
House = Sequence[tuple[CompiledPack, Sequence[Mapping[str, object]]]]
"""Packs, each with the worlds its calls are in."""


class Party:
    """A Line with somebody on it who presses live keys. `waits` gets how long he waited after each."""

    def __init__(self, dice: random.Random, waits: list[float], until: float) -> None:
        self.call_id = "bench"
        self._dice = dice
        self._waits = waits
        self._until = until
        self._due = 0.0

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        """Any will do."""

    async def say(self, _: line.Say) -> line.Played:
        """Hear it."""
        self._asked()
        return line.Played()

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        """Think, and press a key; a prompt that leads on by itself is heard to its end."""
        self._asked()
        await self._think()
        if not effect.keys or self._dice.random() < 0.2:
            return line.NoKey()
        return line.KeyPressed(self._dice.choice(sorted(effect.keys)))

    async def read_digits(self, _: line.ReadDigits) -> line.Outcome:
        """Think, and type."""
        self._asked()
        await self._think()
        return line.DigitsEntered("1001")

    async def record(self, effect: line.Record) -> line.Recorded:
        """Speak, and press the key."""
        self._asked()
        await self._think()
        return line.Recorded(5.0, line.RecordEnd.KEY, self._dice.choice(sorted(effect.stop_keys)))

    def _asked(self) -> None:
        if self._due:
            self._waits.append(time.perf_counter() - self._due)
            self._due = 0.0

    async def _think(self) -> None:
        pause = self._dice.uniform(*THINK_S)
        self._due = time.perf_counter() + pause
        await asyncio.sleep(pause)
        if time.perf_counter() > self._until:
            raise HungUp("the bench is over")


async def act(_: Arguments) -> Answer:
    """Done."""
    return line.Done()


async def caller(house: House, number: int, waits: list[float], until: float) -> None:
    """One party, one call after the other."""
    dice = random.Random(number)
    pack, shapes = house[number % len(house)]
    actions = dict.fromkeys(pack.vocabulary.actions, act)
    entries = sorted(pack.pack.entries)
    await asyncio.sleep(dice.uniform(0, THINK_S[1]))
    while time.perf_counter() < until:
        session = Session(pack, dice.choice(entries), dice.choice(shapes))
        party = Party(dice, waits, until)
        await DialogueRun(session, party, pack.vocabulary, actions, NoRecorder()).to_end()
        await asyncio.sleep(0)


def kb_a_call(house: House) -> float:
    """What a call holds in the middle of its dialogue, on average."""
    gc.collect()
    tracemalloc.start()
    calls = []
    for number in range(CALLS):
        pack, shapes = house[number % len(house)]
        entries = sorted(pack.pack.entries)
        session = Session(pack, entries[number % len(entries)], shapes[number % len(shapes)])
        effect = session.start()
        while isinstance(effect, (line.Act, line.Say)):
            effect = session.feed(line.Done() if isinstance(effect, line.Act) else line.Played())
        calls.append((session, effect))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return used / len(calls) / 1000


async def busy(house: House) -> list[float]:
    """All calls at once for SECONDS: how long every party waited after every key."""
    waits: list[float] = []
    until = time.perf_counter() + SECONDS
    async with asyncio.TaskGroup() as group:
        for number in range(CALLS):
            group.create_task(caller(house, number, waits, until))
    return waits


def main() -> int:
    """Measure, print, and say whether it is good enough."""
    packs = [pack for folder in pack_folders(()) for pack in open_pack(folder, SUBJECTS).values()]
    house = [(pack, worlds(pack)) for pack in packs]
    kb = kb_a_call(house)
    gc.freeze()  # as a server does: what was loaded at the start is not looked through again and again
    waits = asyncio.run(busy(house))
    p99_ms = sorted(waits)[int(len(waits) * 0.99)] * 1000
    names = sorted({pack.pack.id for pack in packs})
    print(f"{CALLS} calls at once, {len(waits) / SECONDS:.0f} keys a second, packs: {', '.join(names)}\n")
    print(table([Row("key due → next effect", waits)]))
    return verdict([
        Requirement("key due → next effect, p99", p99_ms, MAX_P99_MS, "ms"),
        Requirement("memory of a call", kb, MAX_KB, "kB"),
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
