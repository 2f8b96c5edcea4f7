"""The configuration's queues, agents and trunks as the core's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from vmq.config.agents import AgentConfig, AgentKind
from vmq.config.model import Config
from vmq.config.numbers import NumbersConfig
from vmq.config.queues import PenaltyRuleConfig, QueueConfig
from vmq.domain.device_rules import DeviceRules
from vmq.domain.dialling import NumberRules, Rewrite, clean
from vmq.domain.rules import (
    AgentRules,
    AnnounceRules,
    CallbackRules,
    HouseRules,
    NeedStep,
    PenaltyChange,
    QueueRules,
    TrunkRules,
)
from vmq.domain.schedule import Schedule
from vmq.domain.skills import parse_needs

Changes = tuple[PenaltyChange, ...]


def house_rules(config: Config) -> HouseRules:
    """All of it, in the order of the file."""
    penalties = {rule.name: _changes(rule) for rule in config.penalty_rule}
    schedules = {schedule.name: schedule.schedule() for schedule in config.schedule}
    return HouseRules(
        queues=tuple(_queue(queue, penalties, schedules) for queue in config.queue),
        agents=tuple(_agent(agent) for agent in config.agent),
        trunks=tuple(TrunkRules(trunk.name, trunk.dial, trunk.capacity) for trunk in config.trunk),
        penalty_rules=penalties,
        numbers=number_rules(config.numbers),
    )


def device_rules(config: Config) -> DeviceRules:
    """Which devices may be named by who is no administrator."""
    known = frozenset(device for agent in config.agent for device in agent.device.split("&"))
    return DeviceRules(config.devices.technologies, config.devices.contexts, known)


def _queue(queue: QueueConfig, penalties: Mapping[str, Changes], schedules: Mapping[str, Schedule]) -> QueueRules:
    """Most rules are called in the file as they are in the core; those that aren't, or are written otherwise, first."""
    announce = queue.announce.model_dump()
    if announce["periodic_start_s"] is None:
        announce["periodic_start_s"] = -1.0
    rules: dict[str, Any] = {
        "penalty_changes": penalties.get(queue.penalty_rule, ()),
        "needs": parse_needs(queue.needs),
        "steps": tuple(NeedStep(step.after_s, parse_needs(step.needs)) for step in queue.steps),
        "schedule": schedules.get(queue.schedule),
        "announce": AnnounceRules(**announce),
        "callback": CallbackRules(**queue.callback.model_dump()),
    }
    same = {field.name: getattr(queue, field.name) for field in fields(QueueRules) if field.name not in rules}
    return QueueRules(**same, **rules)


def _agent(agent: AgentConfig) -> AgentRules:
    return AgentRules(
        name=agent.name,
        dial=agent.device,
        queues=tuple(queue.name for queue in agent.queues),
        state_device=agent.state_device,
        is_remote=agent.kind is AgentKind.REMOTE,
        ring_s=agent.ring_s,
        wrap_up_s=agent.wrap_up_s,
        is_logged_in=agent.logged_in,
        penalties={queue.name: queue.penalty for queue in agent.queues if queue.penalty},
        skills=agent.skills,
        trunks=agent.trunks,
        confirm=agent.confirm,
        auto_answer=agent.auto_answer,
        telephone=agent.telephone,
        full_name=agent.full_name,
    )


def number_rules(numbers: NumbersConfig) -> NumberRules:
    """How numbers are dialled and shown."""
    return NumberRules(
        country=numbers.country,
        national=numbers.national,
        international=numbers.international,
        dials_plus=numbers.dials_plus,
        aliases={clean(number): other for number, other in numbers.aliases.items()},
        dialled=tuple(Rewrite(**each.model_dump()) for each in numbers.dialled),
        shown=tuple(Rewrite(**each.model_dump()) for each in numbers.shown),
        context=numbers.context,
    )


def _changes(rule: PenaltyRuleConfig) -> Changes:
    """In the order of their times, as app_queue sorts them (insert_penaltychange)."""
    changes = (PenaltyChange(each.after_s, each.max_penalty, each.min_penalty, each.raise_to) for each in rule.change)
    return tuple(sorted(changes, key=lambda change: change.after_s))
