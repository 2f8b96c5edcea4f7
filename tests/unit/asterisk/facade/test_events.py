"""Journal records as app_queue's events: names, order, headers and values."""

from __future__ import annotations

import pytest

from tests.unit.asterisk.facade.scene import (
    CALL,
    NOW,
    OFFER,
    agent,
    channel,
    entered,
    names,
    play,
    scene,
    see_leg,
    view,
)
from vmq.asterisk.facade.channels import FIELDS, MAX_ENDED, Channels
from vmq.asterisk.facade.events import average
from vmq.domain import records

CONNECTED = records.CallConnected(OFFER, CALL, "support", "ann", 12.7, 3.2)
COMPLETED = records.CallCompleted(OFFER, CALL, "support", "ann", 12.7, 30.9, "agent")
MADE = records.OfferMade(OFFER, CALL, "support", "ann", 9.5)
DEST = tuple(f"Dest{name}" for name in FIELDS)
WHO = ("Queue", "Interface", "MemberName")
MEMBER = (
    "Queue", "MemberName", "Interface", "StateInterface", "Membership", "Penalty", "CallsTaken", "LastCall",
    "LastPause", "LoginTime", "InCall", "Status", "Paused", "PausedReason", "Ringinuse", "Wrapuptime",
)  # fmt: skip


def test_an_answered_call_is_told_in_app_queues_order_and_with_its_headers() -> None:
    found = scene()
    events = play(found, entered(), MADE) + see_leg(found)
    events += play(found, CONNECTED, at=NOW + 12.7) + play(found, COMPLETED, at=NOW + 43.6)
    assert [(event.name, tuple(key for key, _ in event.headers)) for event in events] == [
        ("QueueCallerJoin", (*FIELDS, "Queue", "Position", "Count")),
        ("AgentCalled", (*FIELDS, *DEST, *WHO)),
        ("QueueCallerLeave", (*FIELDS, "Queue", "Position", "Count")),
        ("AgentConnect", (*FIELDS, *DEST, *WHO, "HoldTime", "RingTime")),
        ("AgentComplete", (*FIELDS, *DEST, *WHO, "HoldTime", "TalkTime", "Reason")),
    ]
    leave, connect, complete = (dict(event.headers) for event in events[2:])
    assert (leave["Position"], leave["Count"]) == (1, 0)
    assert (connect["HoldTime"], connect["RingTime"], connect["Interface"]) == (12, 3, "PJSIP/1001")
    assert (complete["HoldTime"], complete["TalkTime"], complete["Reason"]) == (12, 31, "agent")
    assert connect["DestChannel"] == "PJSIP/1001-00000002"


def test_who_is_called_is_told_when_his_channel_is_there_and_once() -> None:
    found = scene()
    assert names(play(found, entered(), MADE)) == ["QueueCallerJoin"]
    assert names(see_leg(found)) == ["AgentCalled"]
    assert see_leg(found) == []


def test_a_leg_that_was_seen_first_is_called_at_once() -> None:
    found = scene()
    assert see_leg(found) == []
    assert names(play(found, entered(), MADE)) == ["QueueCallerJoin", "AgentCalled"]


def test_a_leg_that_never_was_called_nobody() -> None:
    found = scene()
    failed = records.OfferFailed(OFFER, CALL, "support", "ann", "unreachable", 0.0)
    assert names(play(found, entered(), MADE, failed)) == ["QueueCallerJoin"]


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("no_answer", ["AgentRingNoAnswer"]),
        ("busy", ["AgentRingNoAnswer"]),
        ("refused", ["AgentRingNoAnswer"]),
        ("redirected", ["AgentRingNoAnswer"]),
        ("unreachable", ["AgentRingNoAnswer"]),
        ("hung_up", ["AgentDump"]),
        ("caller_gone", []),
        ("withdrawn", []),
    ],
)
def test_why_an_offer_failed(why: str, told: list[str]) -> None:
    found = scene()
    play(found, entered(), MADE)
    see_leg(found)
    events = play(found, records.OfferFailed(OFFER, CALL, "support", "ann", why, 4.25))
    assert names(events) == told
    if told == ["AgentRingNoAnswer"]:
        assert events[0].headers[-1] == ("RingTime", 4250)


def test_giving_up_is_told_before_leaving_and_counts() -> None:
    found = scene()
    play(found, entered(), entered("1700000000.2", 2))
    events = play(found, records.CallerAbandoned("1700000000.2", "support", 2, 70.4), at=NOW + 70.4)
    assert names(events) == ["QueueCallerAbandon", "QueueCallerLeave"]
    assert events[0].headers[len(FIELDS) :] == (
        ("Queue", "support"), ("Position", 2), ("OriginalPosition", 2), ("HoldTime", 70)
    )  # fmt: skip
    line = found.board.lines["support"]
    assert (line.abandoned, line.abandoned_in_level, len(line.callers)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("timeout", ["QueueCallerAbandon", "QueueCallerLeave"]),
        ("leave_empty", ["QueueCallerAbandon", "QueueCallerLeave"]),
        ("withdrawn", ["QueueCallerAbandon", "QueueCallerLeave"]),
        ("key", ["QueueCallerLeave"]),
        ("callback", ["QueueCallerLeave"]),
    ],
)
def test_why_a_caller_left(why: str, told: list[str]) -> None:
    found = scene()
    play(found, entered())
    left = records.CallerLeft(CALL, "support", "X", 1, 5.0, why=why)
    assert names(play(found, left)) == told
    assert play(found, left) == []


def test_who_never_got_in_is_not_told_of() -> None:
    assert play(scene(), records.CallerLeft(CALL, "support", "FULL", 0, 0.0, why="full")) == []


def test_a_caller_who_is_back_joins_once() -> None:
    found = scene()
    play(found, entered())
    assert play(found, entered(is_return=True)) == []


def test_a_talk_of_before_the_start_is_told_without_a_queue() -> None:
    found = scene()
    events = play(found, entered(position=0, is_return=True), CONNECTED, COMPLETED)
    assert names(events) == ["AgentCalled", "AgentConnect", "AgentComplete"]


def test_places_follow_joins_moves_and_leaves() -> None:
    found = scene()
    play(found, entered("a", 1), entered("b", 2), entered("c", 1))
    play(found, records.CallerMoved("b", "support", 5, 1))
    line = found.board.lines["support"]
    assert [caller.call_id for caller in line.callers] == ["b", "c", "a"]
    assert line.callers[0].priority == 5
    (join,) = play(found, entered("d", 4))
    assert join.headers[-2:] == (("Position", 4), ("Count", 4))


def test_logging_in_and_out_is_joining_and_leaving() -> None:
    found = scene()
    (added,) = play(found, records.AgentStatusChanged("bob", "available"))
    assert added.name == "QueueMemberAdded"
    assert tuple(key for key, _ in added.headers) == MEMBER
    assert dict(added.headers)["Penalty"] == 2
    assert dict(added.headers)["LoginTime"] == int(NOW)
    (removed,) = play(found, records.AgentStatusChanged("bob", "offline"))
    assert removed.name == "QueueMemberRemoved"
    assert play(found, records.AgentStatusChanged("bob", "offline")) == []


def test_a_pause_shows_at_once_also_when_it_waits_for_the_calls_end() -> None:
    found = scene()
    (paused,) = play(found, records.AgentStatusChanged("ann", "available", "lunch", next_status="paused"))
    told = dict(paused.headers)
    assert (paused.name, told["Paused"], told["PausedReason"]) == ("QueueMemberPause", 1, "lunch")
    assert told["LastPause"] == int(NOW)
    assert play(found, records.AgentStatusChanged("ann", "paused", "lunch")) == []
    (unpaused,) = play(found, records.AgentStatusChanged("ann", "available"))
    assert dict(unpaused.headers)["Paused"] == 0


def test_wrap_up_and_being_free_again_are_no_news_to_app_queues_friends() -> None:
    found = scene()
    assert (
        play(found, records.AgentStatusChanged("ann", "wrap_up"), records.AgentStatusChanged("ann", "available")) == []
    )


def test_a_pause_of_one_queue_is_that_queues() -> None:
    found = scene()
    play(found, records.MemberAdded("ann", "Sales", "PJSIP/1001"))
    (paused,) = play(found, records.MemberPaused("ann", "Sales", True, "reading"))
    told = dict(paused.headers)
    assert (told["Queue"], told["Paused"], told["PausedReason"]) == ("Sales", 1, "reading")
    assert not found.board.lines["support"].members["ann"].is_paused_here


def test_members_come_and_go_and_change() -> None:
    found = scene()
    events = play(
        found,
        records.MemberAdded("eve", "support", "PJSIP/1009", 3),
        records.PenaltySet("eve", "support", 4),
        records.AgentDeviceChanged("eve", "PJSIP/1009", "RINGING"),
        records.MemberRemoved("eve", "support"),
        records.MemberRemoved("eve", "support"),
    )
    assert names(events) == ["QueueMemberAdded", "QueueMemberPenalty", "QueueMemberStatus", "QueueMemberRemoved"]
    assert dict(events[1].headers)["Penalty"] == 4
    assert dict(events[2].headers)["Status"] == 6


def test_who_is_logged_out_is_not_spoken_of() -> None:
    found = scene()
    assert (
        play(found, records.AgentDeviceChanged("bob", "PJSIP/1002", "INUSE"), records.PenaltySet("bob", "support", 1))
        == []
    )


def test_figures_count_as_app_queues_do() -> None:
    found = scene()
    play(found, entered(), MADE)
    play(found, CONNECTED, at=NOW + 12.7)
    line, ann = found.board.lines["support"], found.board.lines["support"].members["ann"]
    assert (ann.is_in_call, ann.calls, line.completed, line.hold_s) == (True, 0, 0, 12)
    play(found, COMPLETED, at=NOW + 42)
    assert (ann.is_in_call, ann.calls, ann.last_call) == (False, 1, NOW + 42)
    assert (line.completed, line.completed_in_level, line.talk_s, line.level) == (1, 1, 30, 100.0)
    late = records.CallCompleted("2", "x", "support", "ann", 61.0, 10.0, "caller")
    play(found, late)
    assert (line.talk_s, line.level, line.level_of_all) == ((3 * 30 + 10) // 4, 50.0, 50.0)


def test_the_average_is_app_queues() -> None:
    assert [average(0, 40, True), average(40, 0, False), average(30, 33, False)] == [40, 30, 30]


def test_an_end_without_a_beginning_is_told_of_what_is_known() -> None:
    (event,) = play(scene(), records.CallCompleted("x" * 16, "9.9", "support", "ann", 1.0, 2.0, "caller"))
    told = dict(event.headers)
    assert (told["Uniqueid"], told["CallerIDNum"], told["Interface"]) == ("9.9", "<unknown>", "PJSIP/1001")


def test_a_channel_in_vmqs_dialplan_keeps_the_place_it_came_from() -> None:
    channels = Channels()
    channels.take(channel("1.1", "PJSIP/1"))
    channels.take(channel("1.1", "PJSIP/1", Context="vmq-queue", Exten="s", Priority="6", ChannelState="6"))
    told = dict(channels.headers("1.1"))
    assert (told["Context"], told["Exten"], told["Priority"], told["ChannelState"]) == ("phones", "600", "1", "6")


def test_ended_channels_are_kept_for_a_while_and_not_for_ever() -> None:
    channels = Channels()
    for number in range(MAX_ENDED + 10):
        channels.take(channel(f"1.{number}", "PJSIP/1"))
        channels.take(channel(f"1.{number}", "PJSIP/1", Event="Hangup"))
    assert not channels.knows("1.9")
    assert channels.knows("1.10")
    channels.keep_only(set())
    assert channels.knows(f"1.{MAX_ENDED + 9}")


def test_what_ended_unseen_is_not_there_for_ever_either() -> None:
    channels = Channels()
    for number in range(MAX_ENDED + 10):
        channels.take(channel(f"1.{number}", "PJSIP/1"))
    channels.keep_only({"1.3"})
    assert channels.knows("1.3")
    assert sum(channels.knows(f"1.{number}") for number in range(MAX_ENDED + 10)) == MAX_ENDED + 1


def test_new_rules_tell_who_serves_now_and_who_no_more() -> None:
    found = scene()
    changed = view()
    changed["agents"][0]["memberships"][0]["queue"] = "Sales"
    changed["agents"].append(agent("eve", "PJSIP/1009"))
    events = found.resync(changed, NOW)
    assert [(event.name, dict(event.headers)["Queue"], dict(event.headers)["MemberName"]) for event in events] == [
        ("QueueMemberRemoved", "support", "ann"),
        ("QueueMemberAdded", "support", "eve"),
        ("QueueMemberAdded", "Sales", "ann"),
    ]
    assert found.resync(changed, NOW) == []


def test_an_agent_is_found_by_any_of_his_telephones() -> None:
    found = scene()
    play(found, records.MemberAdded("ann", "Sales", "PJSIP/1001&PJSIP/1011"))
    for interface in ("PJSIP/1001&PJSIP/1011", "pjsip/1011", "PJSIP/1001"):
        person = found.board.find_person(interface)
        assert person is not None
        assert person.name == "ann"
    assert found.board.find_person("PJSIP/101") is None
