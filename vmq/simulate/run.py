"""Runs variants of a call centre over the same calls, and keeps what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerLeft,
    OfferMade,
    Record,
)
from vmq.domain.rules import HouseRules
from vmq.simulate.load import Call
from vmq.simulate.outcome import Outcome
from vmq.simulate.polling import poll
from vmq.simulate.reactions import Reactions
from vmq.simulate.world import World


@dataclass(frozen=True, slots=True)
class Variant:
    """One call centre. `is_polling`: served by the model of app_queue instead of vmq."""

    name: str
    rules: HouseRules
    is_polling: bool = False


def run_variant(
    variant: Variant, calls: Sequence[Call], reactions: Reactions, *, seed: int, warm_up_s: float = 0.0
) -> Outcome:
    """Serve the calls; callers who came within `warm_up_s` seconds of the start are served, but not counted."""
    if variant.is_polling:
        return poll(variant.name, variant.rules, calls, reactions, seed=seed, warm_up_s=warm_up_s)
    outcome = Outcome(variant.name, len(variant.rules.agents))
    counted = {f"{number}.1" for number, call in enumerate(calls) if call.at >= warm_up_s}
    outcome.entered = len(counted)
    levels = {queue.name: queue.service_level_s for queue in variant.rules.queues}
    wrap_up_from: dict[str, float] = {}

    def tell(at: float, record: Record) -> None:
        match record:
            case CallConnected(call_id=call_id) if call_id in counted:
                outcome.waits.append(record.wait_s)
                outcome.in_level += record.wait_s <= levels[record.queue]
            case CallCompleted(call_id=call_id, agent=agent) if call_id in counted:
                outcome.talk_s += record.talk_s
                outcome.calls_by_agent[agent] = outcome.calls_by_agent.get(agent, 0) + 1
            case CallerAbandoned(call_id=call_id) if call_id in counted:
                outcome.abandoned += 1
            case CallerLeft(call_id=call_id) if call_id in counted:
                outcome.left += 1
            case OfferMade(call_id=call_id) if call_id in counted:
                outcome.offers += 1
            case AgentStatusChanged(agent=agent, status=status):
                begun = wrap_up_from.pop(agent, None)
                if begun is not None:
                    outcome.wrap_up_s += at - max(begun, warm_up_s) if at > warm_up_s else 0.0
                if status == "wrap_up":
                    wrap_up_from[agent] = at

    length_s = World(variant.rules, calls, reactions, seed, tell).run()
    outcome.length_s = max(0.0, length_s - warm_up_s)
    return outcome
