"""200 simulated callers at a front door, on the stand-in: `python -m bench.robot_guard`.

Robots that are silent, talk, press random keys or call again and again; people, slow ones too; friends, and blocked
numbers. Whom the stand-in's telephones are rung for is what counts, not what vmq says of it. Exit status 1 when too
many robots ring, or a person or friend does not.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bench.robot_callers import Call, Caller, Kind
from bench.stats import Requirement
from tests.live.server import free_port
from vmq.app.program import Program, running
from vmq.asterisk.dialplan import dialplan_text
from vmq.config.model import Config
from vmq.lab.events import ManagerEvent
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.telephones import Behaviour
from vmq.logs import configure
from vmq.resources import shipped

CROWD = {
    Kind.SILENT: 40,
    Kind.TALKING: 25,
    Kind.PRESSING: 35,
    Kind.REPEATING: 20,
    Kind.PERSON: 45,
    Kind.SLOW: 15,
    Kind.FRIEND: 12,
    Kind.BLOCKED: 8,
}
REPEATS = 4
AT_ONCE = 25
SECRET = "bench-secret"
LEAST_KEPT_OUT, MOST_LOST = 95.0, 0.0
DIALPLAN = """\
[street]
exten => 100,1,Gosub(vmq-door,s,1(main))
 same => n,Hangup()
[house]
exten => _100X,1,Dial(PJSIP/${EXTEN},30)
 same => n,Hangup()
"""


@dataclass
class Seen:
    """Calls made, and calls that rang a telephone of the house, by kind."""

    made: Counter[Kind] = field(default_factory=Counter)
    rang: Counter[Kind] = field(default_factory=Counter)
    report: list[dict[str, Any]] = field(default_factory=list)

    def kept_out(self) -> float:
        """The share of the robots' calls, and the blocked ones, that rang nobody, in percent."""
        kinds = [kind for kind in Kind if not kind.is_person]
        made = sum(self.made[kind] for kind in kinds)
        return 100.0 * (made - sum(self.rang[kind] for kind in kinds)) / made

    def lost(self, *kinds: Kind) -> float:
        """Calls of these that rang nobody."""
        return float(sum(self.made[kind] - self.rang[kind] for kind in kinds))

    def requirements(self) -> list[Requirement]:
        """What must be so."""
        return [
            Requirement("robots' and blocked calls kept out", self.kept_out(), LEAST_KEPT_OUT, "%", is_least=True),
            Requirement("friends' calls lost", self.lost(Kind.FRIEND), MOST_LOST, "calls"),
            Requirement("people's calls lost", self.lost(Kind.PERSON, Kind.SLOW), MOST_LOST, "calls"),
        ]


def crowd(counts: Mapping[Kind, int]) -> list[Caller]:
    """So many callers of each kind, each with a number of his own."""
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    return [
        Caller(kind, f"030{2_000_000 + place}", REPEATS if kind is Kind.REPEATING else 1)
        for place, kind in enumerate(kinds)
    ]


def sections(callers: list[Caller], folder: Path, agi_port: int, ami_port: int, *, digits: int) -> dict[str, Any]:
    """vmq's configuration. Friends are on its list in another form than their calls come in with."""
    door = {
        "name": "main",
        "context": "house",
        "extensions": ["_100X"],
        "operator": "1001",
        "code_digits": digits,
        "friends": [f"+49 30 {c.number[3:]}" for c in callers if c.kind is Kind.FRIEND],
        "blocked": [caller.number for caller in callers if caller.kind is Kind.BLOCKED],
    }
    return {
        "asterisk": {"port": ami_port, "user": "vmq", "secret": SECRET},
        "agi": {"port": agi_port},
        "http": {"port": 0},
        "paths": {"data": folder},
        "numbers": {"country": "49"},
        "door": [door],
    }


async def run(counts: Mapping[Kind, int], seed: int, pace: float, digits: int = 2) -> Seen:
    """All callers call, so many at once, at a door whose code has so many digits; what was seen."""
    callers, seen, agi_port = crowd(counts), Seen(), free_port()
    kinds = {caller.number: caller.kind for caller in callers}
    sounds = [path.parent for path in shipped("prompts").glob("*/catalog.toml")]
    pbx = LabPbx(
        (dialplan_text(f"127.0.0.1:{agi_port}"), DIALPLAN),
        users={"vmq": SECRET},
        sound_folders=sounds,
        pace=Pace(playback=pace, waiting=pace),
    )
    for number in ("1001", "1002", "1003"):
        pbx.add_phone(number, context="house").behave(Behaviour.ANSWER, after_s=3.0 * pace)
    phones = {caller.number: pbx.add_outside(caller.number, context="street") for caller in callers}

    def note(event: ManagerEvent) -> None:
        if event.name == "DialBegin":
            seen.rang[kinds[event.get("CallerIDNum")]] += 1

    pbx.exchange.bus.subscribe(note)
    dice = Random(seed)
    dice.shuffle(callers)
    with tempfile.TemporaryDirectory() as folder:
        async with pbx:
            config = Config.model_validate(sections(callers, Path(folder), agi_port, pbx.ami_port, digits=digits))
            async with running(config) as program:
                await _call_all(
                    callers, lambda caller, own: Call(caller, phones[caller.number], own, pace, digits), seen, dice
                )
                seen.report = await _report(program)
    return seen


async def _call_all(callers: list[Caller], call_of: Callable[[Caller, Random], Call], seen: Seen, dice: Random) -> None:
    lines = asyncio.Semaphore(AT_ONCE)

    async def be(caller: Caller, own_dice: Random) -> None:
        async with lines:
            for _ in range(caller.calls):
                seen.made[caller.kind] += 1
                await call_of(caller, own_dice).make("100")

    await asyncio.gather(*(be(caller, Random(dice.random())) for caller in callers))


async def _report(program: Program) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=program.addresses.http) as client:
        answer = await client.get("/api/v1/doors/report", params={"from": "yesterday"})
        rows: list[dict[str, Any]] = answer.raise_for_status().json()["rows"]
        return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=0.15, help="how long a second takes, in seconds")
    parser.add_argument("--digits", type=int, default=2, help="length of the code")
    arguments = parser.parse_args()
    configure("error", json_lines=False)
    seen = asyncio.run(run(CROWD, arguments.seed, arguments.pace, arguments.digits))
    print(f"{'kind':<34}{'callers':>8}{'calls':>8}{'rang':>8}{'not':>8}")
    for kind, count in CROWD.items():
        made, rang = seen.made[kind], seen.rang[kind]
        print(f"{kind.value:<34}{count:>8}{made:>8}{rang:>8}{made - rang:>8}")
    print(f"vmq's own report: {seen.report}")
    for requirement in seen.requirements():
        print(requirement)
    sys.exit(not all(requirement.is_met for requirement in seen.requirements()))


if __name__ == "__main__":
    main()
