"""The queue core's scenarios: core/*.toml, each a history, one more event, and what must follow.

A file has `title`, `[[queue]]` and `[[agent]]` (fields of QueueRules and AgentRules), `history` (a list of events as
tables: `event` names the class; or `wait` seconds), then `when` (one more event or wait) and `then`:
`commands` and `records` are what it leads to, in order, each with `is` (the class) and the fields that matter;
`agents`, `callers` and `queues` are fields of floor_view; `gone` are callers who must have left. `@1` is the first
offer's id, `leg@1` its leg's channel id. With `has_lamps` lamps are published. In a caller's `ago` he
entered that many seconds before the start.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from tests.support.stage import START, Stage, check_floor
from vmq.domain import events
from vmq.domain.device import DeviceState
from vmq.domain.rules import AgentRules, QueueRules
from vmq.domain.view import floor_view

SCENARIOS = sorted((Path(__file__).parent / "core").glob("*.toml"))
FIRST_OFFER = 1 << 20

Table = dict[str, Any]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    scenario = tomllib.loads(path.read_text())
    stage = Stage(
        [QueueRules(**rules) for rules in scenario["queue"]],
        [AgentRules(**rules | {"queues": tuple(rules["queues"])}) for rules in scenario["agent"]],
        is_linked=scenario.get("is_linked", True),
        has_lamps=scenario.get("has_lamps", False),
    )
    for happening in scenario["history"]:
        play(stage, happening)
        check_floor(stage.floor)

    play(stage, scenario["when"])

    then = scenario["then"]
    assert_listed("commands", stage.commands, then.get("commands", []))
    if "records" in then:
        assert_listed("records", stage.records, then["records"])
    assert_view(stage, then)
    check_floor(stage.floor)


def play(stage: Stage, happening: Table) -> None:
    """One event, or time that passes."""
    if "wait" in happening:
        stage.wait(happening["wait"])
    else:
        stage.step(make_event(happening))


def make_event(table: Table) -> events.Event:
    """An event from its table."""
    fields = dict(expand(table))
    kind = getattr(events, fields.pop("event"))
    if kind is events.CallerJoined:
        entered_at = START - fields.pop("ago", 0)
        fields = {"channel": f"PJSIP/{fields['call_id']}", "entered_at": entered_at} | fields
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
