"""The exhaustive walk: every state, every outcome it can have, in several worlds, must move and raise nothing.

A world is one way all facts could be. Worlds are made from the vocabulary by a fixed seed: a walk is always the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.findings import Finding
from vmq.dialogue.schema import Kind
from vmq.dialogue.session import Session
from vmq.dialogue.vocabulary import Fact, FactType, Item
from vmq.domain import line
from vmq.errors import PackError

WORLDS = 6
_NUMBERS = (0, 1, 2, 5, 21, 101)
_TIMES = (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), datetime(2026, 12, 31, 15, 5, tzinfo=UTC))
_MAX_OUTCOMES = 300


def worlds(pack: CompiledPack) -> list[dict[str, object]]:
    """Worlds to walk in: all empty, all set, and some mixed."""
    dice = random.Random(1)
    facts = {name: fact for name, fact in pack.known_facts.items() if not name.startswith("setting.")}
    return [{name: _value(fact, world, dice) for name, fact in facts.items()} for world in range(WORLDS)]


def _value(fact: Fact, world: int, dice: random.Random) -> object:
    choices: Mapping[FactType, tuple[object, ...]] = {
        FactType.FLAG: (False, True),
        FactType.NUMBER: _NUMBERS,
        FactType.TEXT: fact.values or ("text",),
        FactType.DIGITS: ("", "1001"),
        FactType.SECRET: ("", "2468"),
        FactType.TIME: _TIMES,
        FactType.RECORDING: ("", "recording"),
        FactType.SOUND: ("", "sound"),
        FactType.LIST: ((), (Item("1001", "recording", "1001"), Item("1002", digits="1002"))),
    }
    values = choices[fact.type]
    return values[0] if world == 0 else values[-1] if world == 1 else dice.choice(values)


def outcomes(pack: CompiledPack, effect: line.Effect) -> list[line.Outcome]:
    """Every kind of outcome that an effect can have."""
    found: list[line.Outcome] = []
    match effect:
        case line.Say():
            found = [line.Played()]
        case line.ReadKeys(keys=keys):
            heard = _heard(effect)
            found = [line.NoKey(), line.BadKey("?"), *map(line.KeyPressed, sorted(keys))]
            found += [line.KeyPressed(key, heard) for key in sorted(keys) if heard]
        case line.ReadDigits(keys=keys):
            entered = [line.DigitsEntered(""), line.DigitsEntered("1001")]
            found = [line.NoKey(), *entered, *map(line.KeyPressed, sorted(keys))]
        case line.Record(stop_keys=keys):
            found = [line.Recorded(60.0, line.RecordEnd.KEY, key) for key in sorted(keys)]
            found += [line.Recorded(seconds, line.RecordEnd.SILENCE) for seconds in (0.0, 60.0)]
            found += [line.Recorded(seconds, line.RecordEnd.HANG_UP) for seconds in (0.0, 60.0)]
            found.append(line.Failed())
        case line.Act(action=action):
            return [line.Done(), line.Failed()] if pack.vocabulary.actions[action].can_fail else [line.Done()]
        case _:
            return []
    return [*found, line.HungUpSeen()]


def _heard(effect: line.ReadKeys) -> line.Playback | None:
    """A recording of the effect, stopped in its middle."""
    refs = [segment.ref for segment in effect.segments if isinstance(segment, line.Recording)]
    return line.Playback(refs[-1], 7.0, pace=line.Pace(1, -1)) if refs else None


def walk(pack: CompiledPack) -> Iterator[Finding]:
    """Walk all states, then a silent caller through every entry, then the recordings that a hang-up must not lose."""
    for facts in worlds(pack):
        for flow in pack.flows.values():
            for place in flow.places.values():
                failure = _try_all(pack, flow.flow.name, place.name, facts)
                if failure:
                    yield Finding(flow.flow.file, place.state.key, f"{failure}: mend this state's ways out")
        for entry, flow_name in pack.pack.entries.items():
            failure = _stay_silent(pack, entry, facts)
            if failure:
                yield Finding(pack.flows[flow_name].flow.file, "start", f"{failure}: give silence a way to an end")
    yield from _lost_recordings(pack)


def _try_all(pack: CompiledPack, flow: str, place: str, facts: Mapping[str, object]) -> str:
    try:
        begun = Session.standing_at(pack, flow, place, facts)
        for outcome in outcomes(pack, begun.start()):
            session = begun.fork()
            following = session.feed(outcome)
            if isinstance(outcome, line.HungUpSeen) or getattr(outcome, "ended_by", None) is line.RecordEnd.HANG_UP:
                _run_out(pack, session, following)
    except PackError as error:
        return str(error)
    return ""


def _run_out(pack: CompiledPack, session: Session, effect: line.Effect) -> None:
    """After a hang-up there are actions, then the end."""
    for _ in range(_MAX_OUTCOMES):
        if isinstance(effect, line.End):
            return
        effect = session.feed(quiet(pack, effect))
    raise PackError(f"{session.where}: has no end after a hang-up")


def _stay_silent(pack: CompiledPack, entry: str, facts: Mapping[str, object]) -> str:
    """A caller who does nothing at all, while every action is done, must come to an end."""
    try:
        session = Session(pack, entry, facts)
        effect = session.start()
        for _ in range(_MAX_OUTCOMES):
            if isinstance(effect, line.End):
                return ""
            effect = session.feed(quiet(pack, effect))
    except PackError as error:
        return str(error)
    return f"a caller who does nothing stays for ever in {session.where}"


def quiet(pack: CompiledPack, effect: line.Effect) -> line.Outcome:
    """What comes of an effect when nobody does anything: actions are done, but those that come to an end have."""
    match effect:
        case line.Say():
            return line.Played()
        case line.Act(action=action):
            return line.Failed() if pack.vocabulary.actions[action].is_finite else line.Done()
        case line.Record():
            return line.Recorded(0.0, line.RecordEnd.SILENCE)
    return line.NoKey()


def _lost_recordings(pack: CompiledPack) -> Iterator[Finding]:
    """A good recording that ends with a hang-up is kept, in the entries that say so."""
    for name, flow_name in pack.pack.entries.items():
        keeps = pack.vocabulary.entries[name].keeps
        flow = pack.flows[flow_name].flow
        for state in flow.states.values() if keeps else ():
            if state.kind is not Kind.RECORD:
                continue
            session = Session.standing_at(pack, flow_name, state.name, {})
            session.start()
            effect = session.feed(line.Recorded(60.0, line.RecordEnd.HANG_UP))
            if not (isinstance(effect, line.Act) and effect.action == keeps):
                text = (
                    f'a recording is lost when its caller hangs up: let hung_up lead to do = "{keeps}" if is_recorded'
                )
                yield Finding(flow.file, f"{state.key}.hung_up", text)
