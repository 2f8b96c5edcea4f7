"""The dialplan interpreter: reading text, finding places, expressions and functions."""

from __future__ import annotations

import pytest

from vmq.asterisk.dialplan import CONTEXTS, dialplan_text
from vmq.lab.demo import extensions
from vmq.lab.dialplan import Dialplan, matches, split_arguments
from vmq.lab.events import LabError
from vmq.lab.expressions import evaluate, substitute
from vmq.lab.functions import strftime
from vmq.lab.pbx import LabPbx


@pytest.mark.parametrize(
    ("pattern", "exten", "is_match"),
    [
        ("_1XXX", "1001", True),
        ("_1XXX", "10010", False),
        ("_X!", "5", True),
        ("_X!", "*97", False),
        ("_NZ.", "2155", True),
        ("_NZ.", "21", False),
        ("_*99XXXX", "*991002", True),
        ("_[a-zA-Z*#+_]!", "+49170", True),
        ("_[13-5]X", "47", True),
        ("_[13-5]X", "27", False),
    ],
)
def test_patterns(pattern: str, exten: str, is_match: bool) -> None:
    assert matches(pattern, exten) is is_match


def test_closest_extension_wins_and_includes_come_last() -> None:
    plan = Dialplan(
        "[a]\ninclude => b\nexten => _1XXX,1,NoOp(any)\nexten => _10XX,1,NoOp(close)\nexten => 1001,1,NoOp(own)\n"
        "[b]\nexten => 1001,1,NoOp(included)\nexten => 2000,1,NoOp(included)\n"
    )
    found = {exten: plan.find("a", exten, 1) for exten in ("1001", "1055", "1999", "2000", "3000")}
    assert {exten: step.data if step else None for exten, step in found.items()} == {
        "1001": "own",
        "1055": "close",
        "1999": "any",
        "2000": "included",
        "3000": None,
    }


def test_labels_and_n_priorities() -> None:
    plan = Dialplan("[a]\nexten => s,1,NoOp(one)\n same => n(two),NoOp(a\\;b) ; a comment\n same => n,Goto(two)\n")
    step = plan.find("a", "s", 2)
    assert step is not None
    assert (step.label, step.data) == ("two", "a;b")
    assert plan.priority_of("a", "s", "3") == 3
    assert plan.priority_of("a", "s", "nowhere") is None


@pytest.mark.parametrize("text", ["[a]\nexten => s,1,NoOp(", "[a]\nfoo => bar", "[a]\nexten => s,x,NoOp()"])
def test_unreadable_line_is_named(text: str) -> None:
    with pytest.raises(LabError, match="dialplan line 2"):
        Dialplan(text)


def test_arguments_split_at_top_level_only() -> None:
    assert split_arguments('vmq-leave,s,1(1001,u),"a,b",c\\,d') == ["vmq-leave", "s", "1(1001,u)", '"a,b"', "c,d"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"" = ""', "1"),
        ('"1" != "1"', "0"),
        ("7 + 1", "8"),
        ("121 > 120", "1"),
        ("9 < 10", "1"),
        ('"a" < "b"', "1"),
        ("1 & 0 | 1", "1"),
        ("2 * (3 + 4) - 1", "13"),
        ("!0", "1"),
        ('"BUSY" = "BUSY" & 1', "1"),
        ("0.5 + 0.25", "0.75"),
    ],
)
def test_expressions(text: str, value: str) -> None:
    assert evaluate(text) == value


def test_substitution_is_nested_and_cuts() -> None:
    values = {"A": "B", "B": "*991002", "N": "4"}
    assert substitute("<${${A}}> ${B:3} ${B:1:2} ${B:-4} $[${N} + 1] ${NONE}.", lambda name: values.get(name, "")) == (
        "<*991002> 1002 99 1002 5 ."
    )


def test_strftime_knows_milliseconds() -> None:
    assert strftime(1_795_381_758.119, "%s.%3q") == "1795381758.119"


async def test_vmqs_own_dialplan_and_the_demo_can_be_read_whole() -> None:
    pbx = LabPbx([dialplan_text("127.0.0.1:4573"), extensions()])
    steps = [
        step
        for context in pbx.exchange.dialplan.contexts.values()
        for exten in context.extensions.values()
        for step in exten.values()
    ]
    assert set(CONTEXTS) <= set(pbx.exchange.dialplan.contexts)
    assert {step.app.lower() for step in steps} <= set(pbx.exchange.applications)
