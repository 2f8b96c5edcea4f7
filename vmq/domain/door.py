"""Who stands at the front door: its lists, what is remembered of a caller's number, and what becomes of his call. Pure.

Nothing is kept here: what is remembered is what the journal says of the number (DoorCalled, DoorForgiven), and counts
for as long as the rules say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from vmq.domain.dialling import NumberRules, clean, dialled, to_international
from vmq.domain.door_records import DoorCalled, DoorForgiven
from vmq.domain.numbers import is_number, may_call
from vmq.domain.record import Record


class Verdict(StrEnum):
    """What becomes of a call before a word is said."""

    FRIEND = "friend"  # rings straight through
    BLOCKED = "blocked"  # on the list; or without a number, where the door wants one
    KNOWN_ROBOT = "known_robot"
    TOO_OFTEN = "too_often"
    TRUSTED = "trusted"  # showed not long ago that he is a person
    STRANGER = "stranger"


REFUSED = frozenset({Verdict.BLOCKED, Verdict.KNOWN_ROBOT, Verdict.TOO_OFTEN})


class Outcome(StrEnum):
    """What became of a call in the end. Of a doorbell only PUT_THROUGH, TOLD, MESSAGE and LEFT."""

    FRIEND = "friend"
    PUT_THROUGH = "put_through"
    BLOCKED = "blocked"
    KNOWN_ROBOT = "known_robot"
    TOO_OFTEN = "too_often"
    ROBOT = "robot"  # asked to show that he is a person, and did not
    TOLD = "told"  # it is closed, nobody is there, or he chose nobody
    MESSAGE = "message"  # left one at a doorbell
    LEFT = "left"  # hung up

    @property
    def is_ringing(self) -> bool:
        """Did the call ring anybody?"""
        return self in (Outcome.FRIEND, Outcome.PUT_THROUGH)

    @property
    def is_kept_out(self) -> bool:
        """Was it turned away, for being what it is?"""
        return self in (Outcome.BLOCKED, Outcome.KNOWN_ROBOT, Outcome.TOO_OFTEN, Outcome.ROBOT)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of numbers: whole ones in one form, and Asterisk's patterns (vmq.domain.numbers). `written` says how
    numbers are written here."""

    whole: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    written: NumberRules = field(default_factory=NumberRules)

    def has(self, number: str, party: str) -> bool:
        """True for a number that is on the list, whole; or in a pattern, as it came in, in the one form or as a
        national number."""
        if party in self.whole:
            return True
        forms = (number, party, dialled(self.written, party))
        return bool(self.patterns) and any(may_call(form, self.patterns) for form in forms)


def numbers_in(texts: Iterable[str], rules: NumberRules) -> Numbers:
    """A list as people write it: `+49 30 1234`, `030/1234`, `_0900X.`."""
    written = tuple(texts)
    plain = (text for text in written if not text.startswith("_"))
    patterns = tuple(text for text in written if text.startswith("_"))
    plainly = replace(rules, aliases={}, dialled=(), dials_plus=False)
    return Numbers(frozenset(filter(None, (party_of(text, rules) for text in plain))), patterns, plainly)


def party_of(number: str, rules: NumberRules) -> str:
    """A caller's number in one form, however it came in; empty when it is withheld (`anonymous`, nothing at all)."""
    plain = clean(number)
    return to_international(rules, plain) if is_number(plain) else ""


class Guard(StrEnum):
    """How strangers show that they are persons: not at all, by any key that means something, by typing a code."""

    OFF = "off"
    KEY = "key"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class DoorRules:
    """What a door makes of callers; times in seconds, 0 = never (for `rate_calls`: any number).

    A number that failed the guard `refuse_after` times, the last time within `forget_s`, is a known robot's. One that
    passed it within `trust_s` is not asked again. More than `rate_calls` calls within `rate_s` are too many.
    """

    friends: Numbers = field(default_factory=Numbers)
    blocked: Numbers = field(default_factory=Numbers)
    guard: Guard = Guard.CODE
    wants_number: bool = False
    refuse_after: int = 2
    forget_s: float = 30 * 86400.0
    trust_s: float = 90 * 86400.0
    rate_calls: int = 0
    rate_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the journal says of a number: when it failed the guard since it last passed it, when that was (0 = never),
    and when its newest calls were."""

    failures: tuple[float, ...] = ()
    passed_at: float = 0.0
    calls: tuple[float, ...] = ()


def remember(entries: Iterable[tuple[float, Record]]) -> Remembered:
    """What these records (with their times, oldest first) say of the number that they are about."""
    found = Remembered()
    for at, record in entries:
        if isinstance(record, DoorForgiven):
            found = Remembered()
        elif isinstance(record, DoorCalled):
            failed = (at,) if record.outcome == Outcome.ROBOT else ()
            found = Remembered(
                failures=() if record.is_person else (*found.failures, *failed),
                passed_at=at if record.is_person else found.passed_at,
                calls=(*found.calls, at),
            )
    return found


def is_known_robot(rules: DoorRules, known: Remembered, now: float) -> bool:
    """True while a number that failed often enough is refused without a word."""
    if not rules.refuse_after or len(known.failures) < rules.refuse_after:
        return False
    return now - known.failures[-1] < rules.forget_s


def judge(rules: DoorRules, number: str, party: str, known: Remembered, now: float) -> Verdict:
    """What becomes of a call from this number. A friend is never asked nor refused, whatever else is known of him."""
    if rules.friends.has(number, party):
        return Verdict.FRIEND
    if rules.blocked.has(number, party) or (rules.wants_number and not party):
        return Verdict.BLOCKED
    if not party:
        return Verdict.STRANGER
    if is_known_robot(rules, known, now):
        return Verdict.KNOWN_ROBOT
    if rules.rate_calls and sum(now - at < rules.rate_s for at in known.calls) >= rules.rate_calls:
        return Verdict.TOO_OFTEN
    has_passed = known.passed_at > 0 and now - known.passed_at < rules.trust_s
    return Verdict.TRUSTED if has_passed else Verdict.STRANGER
