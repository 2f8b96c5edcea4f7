"""The queue core's scenarios: core/*.toml, each a history, one more event, and what must follow.

A file has `title`, `[[queue]]`, `[[agent]]` and the like (as in vmq's configuration), `history`, then `when` (one thing
more) and `then` (what it leads to). What can happen: an event as a table (`event` names the class), `wait` seconds, or
`call`, a whole call: its caller joins, `agent` is rung and nobody else, they talk for `talk_s`, and the agent hangs up.
A `then` may also stand in the history.

`then`: `commands` and `records` are what the last happening led to, in order, each with `is` (the class) and the fields
that matter; `rings` the agents who are rung; `agents`, `callers` and `queues` are fields of floor_view; `gone` are
callers who must have left. `@1` is the first offer's id, `leg@1` its leg's channel id. In a caller's `ago` he entered
that many seconds before the start.

`journal` are records of before a restart, each `ago` seconds before the start; then nothing of the world was seen yet,
as with `is_linked = false`. With `has_lamps` lamps are published.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from tests.support.stage import START, Stage, check_floor
from vmq.app.rules import house_rules
from vmq.config.model import Config
from vmq.domain import asked, events, records
from vmq.domain.commands import RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.restore import restore
from vmq.domain.rules import HouseRules
from vmq.domain.view import floor_view

SCENARIOS = sorted((Path(__file__).parent / "core").glob("*.toml"))
FIRST_OFFER = 1 << 20
SECTIONS = ("queue", "agent", "trunk", "schedule", "penalty_rule", "numbers")

Table = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A record of before a restart."""

    at: float
    record: records.Record


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    scenario = tomllib.loads(path.read_text())
    stage = Stage(
        house=house(scenario),
        is_linked=scenario.get("is_linked", True) and "journal" not in scenario,
        has_lamps=scenario.get("has_lamps", False),
    )
    restore(stage.floor, [make_entry(table) for table in scenario.get("journal", [])])
    for happening in [*scenario["history"], scenario["when"], {"then": scenario["then"]}]:
        play(stage, happening)
        check_floor(stage.floor, stage.now)


def house(table: Table) -> HouseRules:
    """The rules that these tables of a configuration make."""
    return house_rules(Config.model_validate({name: table[name] for name in SECTIONS if name in table}))


def play(stage: Stage, happening: Table) -> None:
    """What happens, or what must have come of it."""
    if "then" in happening:
        assert_so(stage, happening["then"])
    elif "wait" in happening:
        stage.wait(happening["wait"])
    elif "call" in happening:
        play_call(stage, **happening)
    else:
        stage.step(make_event(happening))


def play_call(stage: Stage, call: str, agent: str, queue: str = "sales", talk_s: float = 10.0, **asks: Any) -> None:
    """A whole call, whose agent hangs up."""
    stage.join(call, queue, **asks)
    assert rung(stage) == [agent], f"{call}: {stage.records}"
    offer_id = stage.bridge(stage.park(stage.answer(stage.rung().offer_id)))
    stage.wait(talk_s)
    stage.step(
        events.ChannelHungUp(events.leg_id(offer_id), 16), events.ConnectEnded(call, offer_id, is_connected=True)
    )


def rung(stage: Stage) -> list[str]:
    """The agents whose telephones the last happening had rung, in their order."""
    return [command.agent for command in stage.commands if isinstance(command, RingAgent)]


def make_entry(table: Table) -> Entry:
    """A record from its table; what it doesn't say of the record is empty."""
    fields = dict(expand(table))
    at = START - fields.pop("ago")
    kind = getattr(records, fields.pop("is"))
    empty: dict[object, object] = {str: "", int: 0, float: 0.0, bool: False}
    blank = {name: empty[hint] for name, hint in get_type_hints(kind).items() if hint in empty}
    if "entered_at" in blank:
        blank["entered_at"] = at
    return Entry(at, kind(**blank | fields))


def make_event(table: Table) -> events.Event:
    """An event from its table."""
    fields = dict(expand(table))
    name = fields.pop("event")
    kind = getattr(events, name, None) or getattr(asked, name)
    if kind is events.CallerJoined:
        entered_at = START - fields.pop("ago", 0)
        fields = {"channel": f"PJSIP/{fields['call_id']}", "entered_at": entered_at} | fields
    if kind is asked.RulesChanged:
        fields = {"rules": house(fields)}
    if kind is events.WorldSeen:
        fields["devices"] = {name: DeviceState(state) for name, state in fields.get("devices", {}).items()}
        fields["channels"] = tuple(events.SeenChannel(**channel) for channel in fields.get("channels", []))
    for name, hint in get_type_hints(kind).items():
        if name in fields and hint in (DeviceState, events.LegEnd):
            fields[name] = hint(fields[name])
    return kind(**fields)  # type: ignore[no-any-return]


def expand(value: Any) -> Any:
    """`@1` and `leg@1` as the ids of the first offer and its leg, wherever they stand."""
    if isinstance(value, dict):
        return {key: expand(item) for key, item in value.items()}
    if isinstance(value, list):
        return [expand(item) for item in value]
    if isinstance(value, str) and (match := re.fullmatch(r"(leg)?@(\d+)", value)):
        offer_id = f"{FIRST_OFFER + int(match[2]):016x}"
        return events.leg_id(offer_id) if match[1] else offer_id
    return value


def assert_so(stage: Stage, then: Table) -> None:
    """What the last happening led to, and what the floor looks like now."""
    for what, happened in (("commands", stage.commands), ("records", stage.records)):
        if what in then:
            assert_listed(what, happened, then[what])
    if "rings" in then:
        assert rung(stage) == then["rings"]
    assert_view(stage, then)


def assert_listed(what: str, happened: Iterable[object], expected: list[Table]) -> None:
    """The same classes in the same order, and of each the fields that the scenario names."""
    happened = list(happened)
    assert [type(item).__name__ for item in happened] == [table["is"] for table in expected], f"{what}: {happened}"
    for item, table in zip(happened, expected, strict=True):
        fields = {name: value for name, value in expand(table).items() if name != "is"}
        assert {name: getattr(item, name) for name in fields} == fields, f"{what}: {item}"


def assert_view(stage: Stage, then: Table) -> None:
    """What the floor looks like now."""
    view = floor_view(stage.floor, stage.now)
    callers = {
        caller["call_id"]: caller
        for queue in view["queues"]
        for part in ("callers", "talking")
        for caller in queue[part]
    }
    shown = {
        "agents": {agent["name"]: agent for agent in view["agents"]},
        "queues": {queue["name"]: queue | queue["counts"] for queue in view["queues"]},
        "callers": callers,
    }
    for part, things in shown.items():
        for name, fields in expand(then.get(part, {})).items():
            assert name in things, f"{part}: {name} is not on the floor"
            assert {field: things[name][field] for field in fields} == fields, f"{part}: {name}"
    assert not set(then.get("gone", [])) & set(callers)
