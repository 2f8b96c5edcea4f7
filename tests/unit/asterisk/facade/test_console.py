"""What `queue …` prints: the text that tools scrape."""

from __future__ import annotations

import pytest

from tests.unit.asterisk.facade.scene import NOW, OFFER, entered, play, scene
from vmq.asterisk.facade.actions import Desk, Reply
from vmq.asterisk.facade.console import run
from vmq.asterisk.facade.session import render
from vmq.asterisk.facade.wire import Action
from vmq.domain import asked, records


def ask(command: str, desk: Desk | None = None) -> Reply:
    reply = run(desk or Desk(scene(), NOW, by="ami:x"), command)
    assert reply is not None
    return reply


def test_queue_show_is_app_queues_text() -> None:
    found = scene()
    call = (OFFER, "1.9", "support", "ann")
    play(found, entered(at=NOW - 65), records.AgentStatusChanged("bob", "paused", "lunch"), at=NOW - 20)
    play(found, records.CallConnected(*call, 4.0, 2.0), at=NOW - 13)
    play(found, records.CallCompleted(*call, 4.0, 8.0, "agent"), at=NOW - 5)
    play(found, records.AgentDeviceChanged("bob", "hint:1002@phones", "INUSE"))
    assert ask("queue show support", Desk(found, NOW)).output == (
        "support has 1 calls (max unlimited) in 'ringall' strategy (4s holdtime, 8s talktime), W:0, C:1, A:0, "
        "SL:100.0%, SL2:100.0% within 60s",
        "   Members: ",
        "      ann (PJSIP/1001) (ringinuse disabled) (dynamic) (Not in use) has taken 1 calls (last was 5 secs ago) "
        "(login was 100 secs ago)",
        "      bob (PJSIP/1002 from hint:1002@phones) with penalty 2 (ringinuse disabled) (dynamic) "
        "(paused:lunch was 20 secs ago) (In use) has taken no calls yet (login was 20 secs ago)",
        "   Callers: ",
        "      1. PJSIP/1003-00000001 (wait: 1:05, prio: 0)",
        "",
    )


def test_all_queues_are_shown_by_name() -> None:
    output = ask("queue  show").output or ()
    assert [line.split()[0] for line in output if " strategy " in line] == ["Sales", "support"]
    assert "   No Members" in output
    assert "   No Callers" in output


@pytest.mark.parametrize(
    ("command", "response", "output"),
    [
        ("queue show none", "Success", ["No such queue: none."]),
        ("queue add member PJSIP/9 to none", "Error", ["Unable to add interface to queue 'none': No such queue"]),
        (
            "queue add member PJSIP/1001 to support",
            "Error",
            ["Unable to add interface 'PJSIP/1001' to queue 'support': Already there"],
        ),
        ("queue add member PJSIP/9 to support", "Success", ["Added interface 'PJSIP/9' to queue 'support'"]),
        (
            "queue remove member PJSIP/9 from support",
            "Error",
            ["Unable to remove interface 'PJSIP/9' from queue 'support': Not there"],
        ),
        (
            "queue remove member PJSIP/1001 from support",
            "Success",
            ["Removed interface PJSIP/1001 from queue 'support'"],
        ),
        ("queue pause member PJSIP/1001", "Success", ["paused interface 'PJSIP/1001'"]),
        (
            "queue unpause member PJSIP/1001 queue support reason 'all done'",
            "Success",
            ["unpaused interface 'PJSIP/1001' in queue 'support' for reason 'all done'"],
        ),
        ("queue pause member PJSIP/9", "Error", ["Unable to pause interface 'PJSIP/9'"]),
        (
            "queue set penalty 3 on PJSIP/1001 in support",
            "Success",
            ["Set penalty on interface 'PJSIP/1001' from queue 'support'"],
        ),
        (
            "queue set ringinuse no on PJSIP/1001",
            "Success",
            ["Set ringinuse on interface 'PJSIP/1001' from queue '(null)'"],
        ),
        (
            "queue priority caller PJSIP/x on support to 3",
            "Error",
            ["Unable to change priority caller 'PJSIP/x' on queue 'support': Not there"],
        ),
        ("queue reset stats", "Success", []),
        ("queue reload all", "Error", []),
    ],
)
def test_what_commands_answer(command: str, response: str, output: list[str]) -> None:
    reply = ask(command)
    assert (reply.response, list(reply.output or ())) == (response, output)


@pytest.mark.parametrize(
    "command",
    [
        "queue add member PJSIP/9 in support",
        "queue add member PJSIP/9 to support as Eve",
        "queue remove member PJSIP/9",
        "queue pause member",
        "queue pause member x reason y",
        "queue set penalty 3 in support",
        "queue set ringinuse maybe on x",
        "queue priority caller x on support to high",
        "queue show a b",
    ],
)
def test_what_is_misspelt_gets_the_usage(command: str) -> None:
    reply = ask(command)
    assert reply.response == "Error"
    assert (reply.output or ("",))[0].startswith("Usage: queue ")
    assert reply.events == ()


def test_a_member_comes_with_all_that_is_said_of_him() -> None:
    command = 'queue add member PJSIP/9 to support penalty 2 as Eve state_interface Custom:e paused "at lunch"'
    assert ask(command).events == (
        asked.MemberJoined("Eve", "support", 2, "PJSIP/9", "Custom:e", is_paused=True, reason="at lunch", by="CLI"),
    )


@pytest.mark.parametrize("command", ["core show channels", "queue", "queues show", "", 'queue "show'])
def test_other_commands_are_asterisks(command: str) -> None:
    assert run(Desk(scene(), NOW), command) is None or command == 'queue "show'


def test_rules_are_shown_in_words() -> None:
    from vmq.domain.rules import PenaltyChange

    desk = Desk(scene(), NOW, penalty_rules={"fast": (PenaltyChange(10, "5", "+2"),)})
    assert ask("queue show rules", desk).output == (
        "Rule: fast",
        "\tAfter 10 seconds, adjust QUEUE_MAX_PENALTY to 5, adjust QUEUE_MIN_PENALTY by 2 and adjust "
        "QUEUE_RAISE_PENALTY to 0",
    )


def test_the_answer_has_a_line_for_each_line_printed() -> None:
    action = Action(("Action: Command", "ActionID: 1"))
    assert render(action, Reply(output=("a", ""))) == (
        b"Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\nOutput: a\r\nOutput: \r\n\r\n"
    )
    assert render(action, Reply(output=())).endswith(b"follows\r\nOutput: \r\n\r\n")
