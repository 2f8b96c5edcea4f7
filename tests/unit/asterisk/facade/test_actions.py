"""The Queue actions: answers in app_queue's words, and the domain events behind them."""

from __future__ import annotations

import pytest

from tests.unit.asterisk.facade.scene import CALL, NOW, entered, play, scene
from vmq.asterisk.facade.actions import OWN, Desk, Reply
from vmq.asterisk.facade.session import render
from vmq.asterisk.facade.wire import Action
from vmq.domain import asked, events, records
from vmq.domain.rules import PenaltyChange

RULES = {"fast": (PenaltyChange(10, "5", "2"), PenaltyChange(60, "+3"))}


def ask(name: str, desk: Desk | None = None, **headers: str) -> Reply:
    lines = (f"Action: {name}", *(f"{key}: {value}" for key, value in headers.items()))
    desk = desk or Desk(scene(), NOW, by="ami:fop2", penalty_rules=RULES)
    return OWN[name.lower()].answer(desk, Action(lines))


@pytest.mark.parametrize(
    ("name", "headers", "text"),
    [
        ("QueueAdd", {}, "'Queue' not specified."),
        ("QueueAdd", {"Queue": "support"}, "'Interface' not specified."),
        ("QueueAdd", {"Queue": "none", "Interface": "PJSIP/9"}, "Unable to add interface to queue: No such queue"),
        ("QueueAdd", {"Queue": "support", "Interface": "PJSIP/1001"}, "Unable to add interface: Already there"),
        (
            "QueueAdd",
            {"Queue": "support", "Interface": "Local/0900@outbound/n"},
            "Unable to add interface: Local/0900@outbound/n: no such way through the dialplan may be named; "
            "add its context to contexts in [devices]",
        ),
        ("QueueRemove", {"Queue": "support"}, "Need 'Queue' and 'Interface' parameters."),
        ("QueueRemove", {"Queue": "x", "Interface": "y"}, "Unable to remove interface from queue: No such queue"),
        ("QueueRemove", {"Queue": "support", "Interface": "y"}, "Unable to remove interface: Not there"),
        ("QueueRemove", {"Queue": "support", "Interface": "PJSIP/1002"}, "Unable to remove interface: Not there"),
        ("QueuePause", {"Interface": "PJSIP/1001"}, "Need 'Interface' and 'Paused' parameters."),
        ("QueuePause", {"Interface": "PJSIP/77", "Paused": "true"}, "Interface not found"),
        ("QueuePause", {"Interface": "PJSIP/1001", "Paused": "true", "Queue": "Sales"}, "Interface not found"),
        ("QueuePenalty", {"Interface": "PJSIP/1001"}, "Need 'Interface' and 'Penalty' parameters."),
        ("QueuePenalty", {"Interface": "x", "Penalty": "1"}, "Invalid interface, queuename or penalty"),
        ("QueuePenalty", {"Interface": "PJSIP/1001", "Penalty": "-1"}, "Invalid interface, queuename or penalty"),
        ("QueueMemberRingInUse", {"Interface": "x"}, "Need 'Interface' and 'RingInUse' parameters."),
        (
            "QueueMemberRingInUse",
            {"Interface": "PJSIP/1001", "RingInUse": "maybe"},
            "'RingInUse' parameter must be a truth value (yes/no, on/off, 0/1, etc)",
        ),
        (
            "QueueMemberRingInUse",
            {"Interface": "PJSIP/1001", "RingInUse": "yes"},
            "Invalid interface, queuename, or ringinuse value",
        ),
        ("QueueLog", {"Queue": "support"}, "Need 'Queue' and 'Event' parameters."),
        ("QueueReload", {}, "Error encountered while reloading queue"),
        ("QueueChangePriorityCaller", {}, "'Queue' not specified."),
        ("QueueChangePriorityCaller", {"Queue": "support"}, "'Caller' not specified."),
        ("QueueChangePriorityCaller", {"Queue": "support", "Caller": "x"}, "'Priority' not specified."),
        (
            "QueueChangePriorityCaller",
            {"Queue": "support", "Caller": "x", "Priority": "high"},
            "'Priority' need integer.",
        ),
        (
            "QueueChangePriorityCaller",
            {"Queue": "none", "Caller": "x", "Priority": "1"},
            "Unable to change priority caller on queue: No such queue",
        ),
        (
            "QueueChangePriorityCaller",
            {"Queue": "support", "Caller": "x", "Priority": "1"},
            "Unable to change priority caller on queue: No such caller",
        ),
        ("QueueWithdrawCaller", {"Queue": "support"}, "'Caller' not specified."),
        (
            "QueueWithdrawCaller",
            {"Queue": "support", "Caller": "x"},
            "Unable to request withdraw from queue: No such caller",
        ),
    ],
)
def test_what_is_refused_and_in_which_words(name: str, headers: dict[str, str], text: str) -> None:
    reply = ask(name, **headers)
    assert (reply.response, reply.text, reply.events) == ("Error", text, ())


@pytest.mark.parametrize(
    ("name", "headers", "text", "done"),
    [
        (
            "QueueAdd",
            {"Queue": "SUPPORT", "Interface": "PJSIP/1009", "Penalty": "3", "MemberName": "Eve Ö", "Paused": "1"},
            "Added interface to queue",
            [asked.MemberJoined("Eve", "support", 3, "PJSIP/1009", is_paused=True, by="ami:fop2")],
        ),
        (
            "QueueAdd",
            {"Queue": "support", "Interface": "PJSIP/1009", "StateInterface": "Custom:x", "Penalty": "no"},
            "Added interface to queue",
            [asked.MemberJoined("PJSIP_1009", "support", 0, "PJSIP/1009", "Custom:x", by="ami:fop2")],
        ),
        (
            "QueueAdd",
            {"Queue": "support", "Interface": "PJSIP/1009", "MemberName": "ann"},
            "Added interface to queue",
            [asked.MemberJoined("PJSIP_1009", "support", 0, "PJSIP/1009", by="ami:fop2")],
        ),
        (
            "QueueAdd",
            {"Queue": "support", "Interface": "pjsip/1002"},
            "Added interface to queue",
            [asked.PenaltyChanged("bob", "support", 0), asked.AgentLoggedIn("bob")],
        ),
        (
            "QueueAdd",
            {"Queue": "Sales", "Interface": "PJSIP/1001"},
            "Added interface to queue",
            [asked.MemberJoined("ann", "Sales", 0, "PJSIP/1001", by="ami:fop2")],
        ),
        (
            "QueueRemove",
            {"Queue": "support", "Interface": "PJSIP/1001"},
            "Removed interface from queue",
            [asked.MemberLeft("ann", "support", "ami:fop2")],
        ),
        (
            "QueuePause",
            {"Interface": "PJSIP/1001", "Paused": "true", "Reason": "lunch"},
            "Interface paused successfully",
            [asked.AgentPaused("ann", "lunch")],
        ),
        (
            "QueuePause",
            {"Interface": "PJSIP/1001", "Paused": "false"},
            "Interface unpaused successfully",
            [asked.AgentUnpaused("ann")],
        ),
        (
            "QueuePause",
            {"Interface": "PJSIP/1001", "Paused": "yes", "Queue": "Support", "Reason": "lunch"},
            "Interface paused successfully",
            [asked.MemberPauseChanged("ann", "support", True, "lunch")],
        ),
        (
            "QueuePenalty",
            {"Interface": "PJSIP/1001", "Penalty": "7"},
            "Interface penalty set successfully",
            [asked.PenaltyChanged("ann", "", 7)],
        ),
        (
            "QueuePenalty",
            {"Interface": "PJSIP/1001", "Penalty": "7", "Queue": "support"},
            "Interface penalty set successfully",
            [asked.PenaltyChanged("ann", "support", 7)],
        ),
    ],
)
def test_what_is_done(name: str, headers: dict[str, str], text: str, done: list[events.Event]) -> None:
    reply = ask(name, **headers)
    assert (reply.response, reply.text, list(reply.events)) == ("Success", text, done)


def test_unpausing_everywhere_ends_the_pauses_of_single_queues_too() -> None:
    found = scene()
    play(found, records.MemberPaused("ann", "support", True))
    reply = ask("QueuePause", Desk(found, NOW), Interface="PJSIP/1001", Paused="no")
    assert reply.events == (asked.MemberPauseChanged("ann", "support", False), asked.AgentUnpaused("ann"))


def test_waiting_callers_are_known_by_their_channels() -> None:
    found = scene()
    play(found, entered())
    desk = Desk(found, NOW, by="ami:fop2")
    who = {"Queue": "support", "Caller": "PJSIP/1003-00000001"}
    moved = ask("QueueChangePriorityCaller", desk, Priority="5", **who)
    assert moved.events == (asked.CallerPriorityChanged(CALL, 5, by="ami:fop2"),)
    taken = ask("QueueWithdrawCaller", desk, WithdrawInfo="to the boss", **who)
    assert taken.events == (asked.CallerWithdrawn(CALL, "to the boss"),)


def test_ring_in_use_can_be_what_it_is_and_is_told() -> None:
    reply = ask("QueueMemberRingInUse", Interface="PJSIP/1001", RingInUse="no")
    assert reply.text == "Interface ringinuse set successfully"
    assert [(event.name, dict(event.headers)["Ringinuse"]) for event in reply.added] == [("QueueMemberRinginuse", 0)]


def test_a_line_for_queue_log_goes_into_the_journal() -> None:
    reply = ask("QueueLog", Queue="support", Event="NOTE", Interface="ann", Message="a|b")
    assert reply.records == (records.LineLogged("NONE", "support", "ann", "NOTE", "a|b"),)


def test_reset_begins_a_queues_figures_anew() -> None:
    found = scene()
    play(found, entered(), records.CallerAbandoned(CALL, "support", 1, 3.0))
    assert ask("QueueReset", Desk(found, NOW), Queue="sales").text == "Queue stats reset successfully"
    assert found.board.lines["support"].abandoned == 1
    ask("QueueReset", Desk(found, NOW))
    assert found.board.lines["support"].abandoned == 0


def test_status_lists_parameters_members_and_callers_as_app_queue_does() -> None:
    found = scene()
    play(found, entered(at=NOW - 65))
    reply = ask("QueueStatus", Desk(found, NOW), Queue="support")
    text = render(Action(("Action: QueueStatus", "ActionID: 7")), reply).decode()
    assert text == (
        "Response: Success\r\nActionID: 7\r\nEventList: start\r\nMessage: Queue status will follow\r\n\r\n"
        "Event: QueueParams\r\nQueue: support\r\nMax: 0\r\nStrategy: ringall\r\nCalls: 1\r\nHoldtime: 0\r\n"
        "TalkTime: 0\r\nCompleted: 0\r\nAbandoned: 0\r\nServiceLevel: 60\r\nServicelevelPerf: 0.0\r\n"
        "ServicelevelPerf2: 0.0\r\nWeight: 0\r\nActionID: 7\r\n\r\n"
        "Event: QueueMember\r\nQueue: support\r\nName: ann\r\nLocation: PJSIP/1001\r\nStateInterface: PJSIP/1001\r\n"
        "Membership: dynamic\r\nPenalty: 0\r\nCallsTaken: 0\r\nLastCall: 0\r\nLastPause: 0\r\n"
        f"LoginTime: {int(NOW - 100)}\r\nInCall: 0\r\nStatus: 1\r\nPaused: 0\r\nPausedReason: \r\n"
        "Wrapuptime: 0\r\nActionID: 7\r\n\r\n"
        "Event: QueueEntry\r\nQueue: support\r\nPosition: 1\r\nChannel: PJSIP/1003-00000001\r\n"
        f"Uniqueid: {CALL}\r\nCallerIDNum: 1003\r\nCallerIDName: Carl\r\nConnectedLineNum: \r\n"
        "ConnectedLineName: \r\nWait: 65\r\nPriority: 0\r\nActionID: 7\r\n\r\n"
        "Event: QueueStatusComplete\r\nActionID: 7\r\nEventList: Complete\r\nListItems: 3\r\n\r\n"
    )


def test_status_of_one_member_and_of_no_queue() -> None:
    reply = ask("QueueStatus", Member="nobody")
    assert [entry.name for entry in reply.entries] == ["QueueParams", "QueueParams"]
    assert ask("QueueStatus", Queue="none").entries == ()


def test_summary_is_a_queue_in_six_figures() -> None:
    found = scene()
    play(found, entered(at=NOW - 65), records.AgentStatusChanged("bob", "paused"))
    (entry,) = ask("QueueSummary", Desk(found, NOW), Queue="Support").entries
    assert entry.headers == (
        ("Queue", "support"), ("LoggedIn", 2), ("Available", 1), ("Callers", 1), ("HoldTime", 0), ("TalkTime", 0),
        ("LongestHoldTime", 65),
    )  # fmt: skip


def test_rules_are_listed_in_one_answer_with_two_empty_lines() -> None:
    text = render(Action(("Action: QueueRule",)), ask("QueueRule", Rule="FAST")).decode()
    assert text == "Response: Success\r\nRuleList: fast\r\nRule: 10,5,2\r\nRule: 60,+3,0\r\n\r\n\r\n"
