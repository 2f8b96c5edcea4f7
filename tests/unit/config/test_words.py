"""How rules are written: app_queue's words and vmq's, hours, destinations; each mistake says what to write."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from vmq.config import words
from vmq.config.hours import ScheduleConfig
from vmq.config.load import parse
from vmq.domain.rules import AutoPause, Strategy
from vmq.errors import ConfigError

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("word", "strategy"),
    [("ringall", Strategy.RING_ALL), ("RRMemory", Strategy.ROUND_ROBIN), ("wrandom", Strategy.WEIGHTED_RANDOM)]
    + [(each.value, each) for each in Strategy],
)
def test_strategies_have_two_names(word: str, strategy: Strategy) -> None:
    assert words.strategy(word) is strategy


BACKWARD = {"penalty", "paused", "invalid"}


@pytest.mark.parametrize(
    ("value", "joins", "leaves"),
    [
        ("yes", set(), BACKWARD),
        ("no", BACKWARD, set()),
        (True, set(), BACKWARD),
        (False, BACKWARD, set()),
        ("strict", BACKWARD | {"unavailable"}, BACKWARD | {"unavailable"}),
        ("loose", {"penalty", "invalid"}, {"penalty", "invalid"}),
        ("paused,inuse, wrapup", {"paused", "inuse", "wrapup"}, {"paused", "inuse", "wrapup"}),
        (["strict", "ringing"], BACKWARD | {"unavailable", "ringing"}, BACKWARD | {"unavailable", "ringing"}),
        ("", set(), set()),
    ],
)
def test_empty_conditions_are_those_of_the_sample_file(value: object, joins: set[str], leaves: set[str]) -> None:
    assert set(words.join_empty(value)) == joins
    assert set(words.leave_empty(value)) == leaves


@pytest.mark.parametrize(
    ("value", "pause"),
    [("yes", AutoPause.QUEUE), (True, AutoPause.QUEUE), ("no", AutoPause.NO), (False, AutoPause.NO), ("all", "all")],
)
def test_auto_pause(value: object, pause: object) -> None:
    assert words.auto_pause(value) == pause


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, Path("vmq.toml"), {})
    return [line.removeprefix("vmq.toml: ") for line in str(caught.value).splitlines()]


def queue(*lines: str, more: str = "") -> str:
    return "\n".join(["[[queue]]", 'name = "a"', *lines, more])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (queue('strategy = "loudest"'), "queue a: strategy: there is no strategy 'loudest'; write one of longest_idle"),
        (queue('join_empty = "lunch"'), "queue a: join_empty: 'lunch' is no condition; write some of paused"),
        (queue('auto_pause = "maybe"'), "queue a: auto_pause: "),
        (queue('overflow = { full = "b" }'), "queue a: overflow.full: 'b' is no destination; write queue:<name>"),
        (queue('overflow = { late = "queue:b" }'), "queue a: overflow.late: "),
        (queue('keys = { x = "callback" }'), "queue a: keys: 'x' are no keys; write up to 8 of 0-9"),
        (queue('keys = { 1 = "dance" }'), "queue a: keys: 1 = 'dance' is nothing a key can do; write callback"),
        (queue('needs = "5 >= german"'), "queue a: needs: '5 >= german' is no skill; write a name"),
        (queue("announce = { round_s = 7 }"), "queue a: announce.round_s: "),
        (queue('callback = { dial = "PJSIP/123" }'), "queue a: callback.dial: "),
        (
            queue(more='[[penalty_rule]]\nname="r"\nchange=[{after_s=1, max_penalty="more"}]'),
            "penalty_rule r: change.0.max_penalty: 'more' is no penalty; write a number, or a change",
        ),
        (queue(more='[[agent]]\nname="x"\ndevice="PJSIP/1"\nskills={german=1001}'), "agent x: skills.german: "),
        (queue(more='[[trunk]]\nname="x"\ndial="PJSIP/1@t"'), "trunk x: dial: "),
        # what contradicts
        (queue('schedule = "s"'), "queue a: schedule: there is no schedule 's'; add it as [[schedule]]"),
        (queue('penalty_rule = "r"'), "queue a: penalty_rule: there is no penalty rule 'r'; add it"),
        (queue('overflow = { closed = "mailbox:1" }'), "queue a: overflow.closed: the queue is always open"),
        (queue('overflow = { full = "mailbox:1" }'), "queue a: overflow.full: the queue is never full"),
        (queue('overflow = { empty = "mailbox:1" }'), "queue a: overflow.empty: callers may wait for nobody"),
        (queue('overflow = { attempts = "mailbox:1" }'), "queue a: overflow.attempts: there is no limit"),
        (queue('overflow = { timeout = "queue:b" }'), "queue a: overflow.timeout: there is no queue 'b'"),
        (queue('overflow = { timeout = "queue:a" }'), "queue a: overflow.timeout: leads to the queue itself"),
        (queue('keys = { 1 = "callback" }'), "queue a: keys.1: nobody is called back here; set callback.is_on"),
        (queue("callback = { is_on = true }"), "queue a: callback.dial: is needed to call back"),
        (queue('steps = [{ after_s = 5, needs = "x" }]'), "queue a: steps: relax what nobody needs; set needs"),
        (
            queue('needs = "x"', 'steps = [{ after_s = 5, needs = "x" }, { after_s = 5, needs = "" }]'),
            "queue a: steps: each must come later than the one before",
        ),
        (
            queue(
                "max_length = 1",
                'overflow = { full = "queue:b" }',
                more='[[queue]]\nname = "b"\nmax_length = 1\noverflow = { full = "queue:a" }',
            ),
            "queue a: overflow: goes round in a circle (a → b → a)",
        ),
        (queue(more='[[penalty_rule]]\nname="r"'), "penalty_rule r: change: is missing; write change ="),
        (queue(more='[[agent]]\nname="x"\ndevice="017"'), "agent x: device: a number needs an outside line"),
        (
            queue(more='[[agent]]\nname="x"\ndevice="017"\nkind="remote"\ntrunks=["t"]'),
            "agent x: trunks: there is no trunk 't'; add it as [[trunk]]",
        ),
        (
            queue(more='[[agent]]\nname="x"\ndevice="PJSIP/1"\nqueues=["a", {name="a", penalty=1}]'),
            "agent x: queues: a stands there twice; keep one",
        ),
        (queue(more='[[trunk]]\nname="t"\ndial="PJSIP/{number}"\n' * 2), "trunk t: is there twice; keep one"),
    ],
)
def test_a_mistake_says_what_to_write(text: str, says: str) -> None:
    assert mistakes(text)[0].startswith(says), mistakes(text)


def test_a_number_through_a_trunk_must_be_remote() -> None:
    trunk = '[[trunk]]\nname = "t"\ndial = "PJSIP/{number}@t"\n'
    agent = '[[agent]]\nname = "x"\ntrunks = ["t"]\ndevice = "PJSIP/1"\n'
    assert mistakes(trunk + agent) == [
        'agent x: device: with trunks it is the number alone; write e.g. "01701234567"',
        'agent x: kind: who is reached through a trunk has no device state; write kind = "remote"',
    ]


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def test_hours() -> None:
    schedule = ScheduleConfig(
        name="office",
        zone="Europe/Berlin",
        week={"mon-fri": "9:00-12:30, 13:30-18", "sat": "10-24:00", "SUN": "closed"},
        days={"2026-12-24": "9-12", "12-24": "closed", "2028-02-29": ""},
        holidays=("12-25",),
    ).schedule()
    for when, is_open in (
        ("2026-03-02T08:59", False),
        ("2026-03-02T09:00", True),
        ("2026-03-02T12:30", False),
        ("2026-03-02T17:59", True),
        ("2026-03-07T23:59", True),
        ("2026-03-08T12:00", False),
        ("2026-12-24T10:00", True),
        ("2027-12-24T10:00", False),
        ("2026-12-25T10:00", False),
        ("2035-12-25T10:00", False),
        ("2028-02-29T10:00", False),
    ):
        assert schedule.is_open(at(when)) is is_open, when


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('week = { mo = "9-17" }', "week: 'mo' is no day; write mon, tue"),
        ('week = { mon = "9 to 17" }', "week.mon: '9 to 17' are no hours; write e.g. 9:00-12:30"),
        ('week = { mon = "9:60-17" }', "week.mon: '9:60-17' are no hours"),
        ('week = { mon = "9-24:01" }', "week.mon: '9-24:01' are no hours"),
        (
            'week = { mon = "22-6" }',
            "week.mon: '22-6' ends before it begins; write 22-24:00 and the rest on the next day",
        ),
        ('days = { 2026-02-30 = "" }', "days.2026-02-30: '2026-02-30' is no date; write it as 2026-12-24"),
        ('holidays = ["christmas"]', "holidays.0: 'christmas' is no date"),
        ('zone = "Mars"', "zone: there is no time zone 'Mars'; write one as Europe/Berlin or UTC"),
    ],
)
def test_hours_that_are_none(line: str, says: str) -> None:
    zone = "" if line.startswith("zone") else 'zone = "UTC"\n'
    (mistake,) = mistakes(f'[[schedule]]\nname = "s"\n{zone}{line}\n')
    assert mistake.startswith((f"schedule s: {says}", says)), mistake
