"""`vmq simulate`: reads a scenario, runs its variants over the same calls, and says what came of each.

A scenario is a configuration file's queues, agents and rules with what a simulation needs besides (docs/simulator.md).
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from vmq.app.rules import house_rules
from vmq.app.storage import database_of
from vmq.config.base import Name, Section
from vmq.config.model import Config
from vmq.config.queues import QueueConfig
from vmq.db.reading import JournalHistory
from vmq.domain.records import CallerEntered
from vmq.engine.ports import JournalEntry
from vmq.errors import ConfigError
from vmq.simulate.draws import Draw
from vmq.simulate.load import CALL_RECORDS, Arrivals, Call, calls_of, draw_calls
from vmq.simulate.outcome import Outcome
from vmq.simulate.reactions import Reactions
from vmq.simulate.run import Variant, run_variant

Rate = Annotated[float, Field(ge=0, le=1_000_000)]


class DrawConfig(Section):
    """How long something takes. `spread` is lognormal's standard deviation as a share of the mean."""

    mean_s: float = Field(ge=0)
    distribution: Literal["exponential", "lognormal", "constant"] = "exponential"
    spread: float = Field(0.5, gt=0, le=10)

    def draw(self) -> Draw:
        return Draw(self.mean_s, self.distribution, self.spread)


class ArrivalsConfig(Section):
    """Callers of a queue: a rate, or one for each equal part of the simulated time."""

    queue: Name
    per_hour: Rate | tuple[Rate, ...]
    random: bool = True
    priority: int = 0

    def arrivals(self) -> Arrivals:
        rates = self.per_hour if isinstance(self.per_hour, tuple) else (self.per_hour,)
        return Arrivals(self.queue, rates, self.random, self.priority)


class GroupConfig(Section):
    """So many agents who are alike, named `<name>1`, `<name>2` …"""

    name: Name
    count: int = Field(ge=1, le=10_000)
    queues: tuple[str | dict[str, Any], ...]
    skills: dict[str, int] = Field({})
    wrap_up_s: float | None = Field(None, ge=0)


class VariantConfig(Section):
    """What is different: settings of all queues, agents more or fewer in each group, or app_queue's polling."""

    name: str
    queue: dict[str, Any] = Field({})
    add: int = 0
    engine: Literal["vmq", "polling"] = "vmq"


class SimulationConfig(Section):
    """How long, how often, and what people are like."""

    hours: float = Field(8.0, gt=0, le=10_000)
    warm_up_s: float = Field(0.0, ge=0)
    runs: int = Field(1, ge=1, le=1000)
    seed: int = 1
    talk: DrawConfig = DrawConfig(mean_s=180)
    patience: DrawConfig | None = None
    answer: DrawConfig = DrawConfig(mean_s=0)
    no_answer: float = Field(0.0, ge=0, le=1)
    refused: float = Field(0.0, ge=0, le=1)


class Scenario(Section):
    """A whole scenario file."""

    simulation: SimulationConfig = SimulationConfig()
    arrivals: tuple[ArrivalsConfig, ...] = ()
    agents: tuple[GroupConfig, ...] = ()
    variant: tuple[VariantConfig, ...] = ()
    rest: dict[str, Any] = Field({})


def read_scenario(path: Path) -> Scenario:
    """The file's scenario. Raises ConfigError with all its mistakes."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: can't be read: {error}") from None
    own = {key: data.pop(key) for key in ("simulation", "arrivals", "agents", "variant") if key in data}
    try:
        return Scenario.model_validate(own | {"rest": data})
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise ConfigError("\n".join(lines)) from None


def simulate(
    scenario: Scenario, journal: Iterable[JournalEntry] | None = None, name: str = "scenario"
) -> list[Outcome]:
    """One outcome a variant, over all runs together. `journal` gives the calls instead of `arrivals`."""
    settings = scenario.simulation
    variants = [_variant(scenario, variant, name) for variant in scenario.variant or (VariantConfig(name="as it is"),)]
    outcomes = [Outcome(variant.name) for variant in variants]
    entries = list(journal) if journal is not None else None
    for run in range(settings.runs):
        calls = _calls(scenario, entries, settings.seed + run)
        for variant, total in zip(variants, outcomes, strict=True):
            reactions = Reactions(settings.answer.draw(), settings.no_answer, settings.refused)
            seed = settings.seed + run
            _add(total, run_variant(variant, calls, reactions, seed=seed, warm_up_s=settings.warm_up_s))
    return outcomes


def split_calls(scenario: Scenario, journal: Iterable[JournalEntry]) -> tuple[list[JournalEntry], dict[str, int]]:
    """What the journal has of the scenario's own queues, and how many calls it has of each other queue.

    A queue that a scenario doesn't have can't be played. Raises ConfigError when no call is left.
    """
    known = {queue.get("name") for queue in scenario.rest.get("queue", [])}
    entries, left_out = [], Counter[str]()
    for entry in journal:
        record = entry.record
        if isinstance(record, CALL_RECORDS) and record.queue in known:
            entries.append(entry)
        elif isinstance(record, CallerEntered) and not record.is_return:
            left_out[record.queue] += 1
    if not any(isinstance(entry.record, CallerEntered) for entry in entries):
        there = (
            f", only {_counted(left_out)}; add them as [[queue]]" if left_out else "; choose others by --from and --to"
        )
        raise ConfigError(f"the journal has no call of the scenario's queues in these days{there}")
    return entries, dict(left_out)


def left_out_words(left_out: Mapping[str, int]) -> str:
    """What to tell of calls that can't be played; empty when there are none."""
    if not left_out:
        return ""
    return f"left out, as the scenario has no such queue (add it as [[queue]] to play them too): {_counted(left_out)}"


def _counted(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{count} of {queue}" for queue, count in sorted(calls.items()))


def _calls(scenario: Scenario, entries: Sequence[JournalEntry] | None, seed: int) -> list[Call]:
    settings, random = scenario.simulation, Random(seed)
    talk = settings.talk.draw()
    patience = settings.patience.draw() if settings.patience else Draw(math.inf)
    if entries is not None:
        return calls_of(entries, talk, patience, random)
    arrivals = [stream.arrivals() for stream in scenario.arrivals]
    return draw_calls(arrivals, settings.hours * 3600, talk, patience, random)


def _variant(scenario: Scenario, variant: VariantConfig, name: str) -> Variant:
    """The configuration with the variant's differences, checked like any other. Raises ConfigError."""
    data = dict(scenario.rest)
    queues = [dict(queue) | variant.queue for queue in data.get("queue", [])]
    agents = [dict(agent) for agent in data.get("agent", [])]
    for group in scenario.agents:
        for number in range(1, max(0, group.count + variant.add) + 1):
            agent: dict[str, Any] = {
                "name": f"{group.name}{number}",
                "device": f"Sim/{group.name}{number}",
                "queues": group.queues,
            }
            if group.wrap_up_s is not None:
                agent["wrap_up_s"] = group.wrap_up_s
            agents.append(agent | {"skills": group.skills})
    try:
        config = Config.model_validate(data | {"queue": queues, "agent": agents})
    except ValidationError as error:
        lines = [f"{name}: {variant.name}: {'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors()]
        raise ConfigError("\n".join(lines)) from None
    _check_queues(scenario, config.queue, name)
    return Variant(variant.name, house_rules(config), variant.engine == "polling")


def _check_queues(scenario: Scenario, queues: Sequence[QueueConfig], name: str) -> None:
    known = {queue.name for queue in queues}
    for stream in scenario.arrivals:
        if stream.queue not in known:
            raise ConfigError(f"{name}: arrivals: there is no queue {stream.queue!r}; add it as [[queue]]")


def _add(total: Outcome, run: Outcome) -> None:
    total.agents = run.agents
    for field in ("entered", "abandoned", "left", "in_level", "talk_s", "wrap_up_s", "length_s", "offers"):
        setattr(total, field, getattr(total, field) + getattr(run, field))
    total.waits += run.waits
    for agent, count in run.calls_by_agent.items():
        total.calls_by_agent[agent] = total.calls_by_agent.get(agent, 0) + count


async def journal_of(config: Config, begin: str, end: str) -> list[JournalEntry]:
    """The calls that the configured database's journal has between two moments (local time; `end` empty: a day).

    Raises ConfigError for a moment that is none, StorageError when the database can't be read.
    """
    start = _moment(begin)
    until = _moment(end) if end else start + timedelta(days=1)
    database = database_of(config)
    try:
        history, after = JournalHistory(database), 0
        entries: list[JournalEntry] = []
        while page := await history.between(start.timestamp(), until.timestamp(), CALL_RECORDS, after=after):
            entries += page
            after = page[-1].id
        return entries
    finally:
        await database.close()


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{text!r} is no moment; write e.g. 2026-11-16 or 2026-11-16T08:00") from None
