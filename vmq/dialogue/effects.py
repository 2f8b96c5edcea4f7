"""What the line is to do in a state: its live keys, and the effect made of them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from vmq.dialogue.conditions import all_hold, amount
from vmq.dialogue.hearing import Hearing
from vmq.dialogue.schema import At, Key, Kind, State
from vmq.dialogue.vocabulary import Facts, Guard
from vmq.domain import line

MIN_PART_S = 1.0  # of a recording that is added to one which is as long as it may be


def live_keys(state: State, facts: Facts, guards: Mapping[str, Guard]) -> tuple[Key, ...]:
    """The keys whose conditions hold; of those with the same digits the first."""
    live: dict[str, Key] = {}
    for key in state.keys:
        if key.digits not in live and all_hold(key.edge.when, facts, guards):
            live[key.digits] = key
    return tuple(live.values())


def line_effect(
    state: State,
    segments: tuple[line.Segment, ...],
    keys: Sequence[Key],
    facts: Facts,
    hearing: Hearing,
    *,
    after: str,
    phrases: Mapping[str, str],
) -> line.Effect:
    """The effect of a state that needs the line. `after` is the key that was acted on at once before it, `phrases` may
    be said instead of keys."""
    digits = frozenset(key.digits for key in keys if not key.is_only_seek)
    if state.kind is Kind.SAY:
        return line.Say(segments)
    if state.kind is Kind.RECORD:
        return _record(state, segments, digits, facts, hearing)
    timeout_s, interdigit_s = amount(state.timeout_s, facts), amount(state.interdigit_s, facts)
    if state.kind is Kind.ASK:
        return line.ReadDigits(
            segments,
            max_digits=int(amount(state.max_digits, facts)),
            end_key=state.end_key,
            timeout_s=timeout_s,
            interdigit_s=interdigit_s,
            keys=digits,
            anywhere=frozenset(key.digits for key in keys if key.is_anywhere),
        )
    goes_on = after and any(key.digits.startswith(after) and key.digits != after for key in keys)
    return line.ReadKeys(
        segments,
        keys=digits,
        timeout_s=timeout_s,
        interdigit_s=interdigit_s,
        barge_in=state.is_barge_in,
        seek={key.digits: line.Move(key.seek, amount(key.by_s, facts)) for key in keys if key.seek},
        immediate=frozenset(key.digits for key in keys if key.is_immediate),
        after=after if goes_on else "",
        pace=hearing.pace,
        phrases=phrases if timeout_s > 0 else {},
    )


def _record(
    state: State, segments: tuple[line.Segment, ...], digits: frozenset[str], facts: Facts, hearing: Hearing
) -> line.Record:
    ref, max_s = str(facts.get(state.into) or ""), amount(state.max_s, facts)
    from_s = None if state.at is At.START else math.inf if state.at is At.END else hearing.place_in(ref)
    if from_s is not None:
        kept_s = amount("recorded_s", facts) if math.isinf(from_s) else from_s
        max_s = max(MIN_PART_S, max_s - kept_s)
    return line.Record(
        segments,
        ref=ref,
        max_s=max_s,
        silence_s=amount(state.silence_s, facts),
        stop_keys=state.stop | digits,
        barge_in=state.is_barge_in,
        from_s=from_s,
    )
