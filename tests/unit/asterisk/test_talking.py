"""What is commanded during a talk becomes on the wire, and what comes back of it means. And variables on their way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.asterisk.inward import VariableSet, to_event
from vmq.asterisk.talking import TalkCommand, actions
from vmq.asterisk.variables import MAX_LINE, Heritage, assignment, assignments, unescaped
from vmq.domain.commands import (
    DialNumber,
    EndSupervision,
    HoldCall,
    RecordCall,
    SuperviseCall,
    SwitchSupervision,
    TransferCall,
)
from vmq.domain.events import (
    CallTransferred,
    ChannelHeld,
    Event,
    RecordingChanged,
    SupervisionBegan,
    SupervisionEnded,
    SupervisionSwitched,
)

RECORD = RecordCall("0a", "c1", "PJSIP/1-1", "/rec/x.wav", "start", is_own=True)


def brief(command: TalkCommand) -> list[str]:
    """Each action in a line: its name, then its values."""
    return [
        " ".join(str(value) for key, value in each.items() if key not in ("Async", "Priority"))
        for each in actions(command)
    ]


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        (TransferCall("PJSIP/1-1", "1002", "phones"), ["BlindTransfer PJSIP/1-1 1002 phones"]),
        (TransferCall("PJSIP/1-1", "1002", is_attended=True), ["Atxfer PJSIP/1-1 1002"]),
        (DialNumber("PJSIP/9&PJSIP/8", "030", "phones"), ["Originate PJSIP/9 phones 030 30000"]),
        (HoldCall("0a", "c1", "PJSIP/1-1", False), ["Hangup vmqm-0a 16", "Setvar PJSIP/1-1 MUTEAUDIO(all) off"]),
        (HoldCall("0a", "c1", "", False), ["Hangup vmqm-0a 16"]),
        (RecordCall("0a", "c1", "", "/x", "pause"), ["MixMonitorMute c1 both 1"]),
        (RecordCall("0a", "c1", "", "/x", "resume", is_own=True), ["MixMonitorMute vmqrx-0a both 0"]),
        (RecordCall("0a", "c1", "", "/x", "stop"), ["StopMixMonitor c1"]),
        (RecordCall("0a", "c1", "", "/x", "stop", is_own=True), ["StopMixMonitor vmqrx-0a", "Hangup vmqr-0a 16"]),
        (SwitchSupervision("0a-1", "whisper"), ["PlayDTMF vmqs-0a-1 5 true"]),
        (EndSupervision("0a-1"), ["Hangup vmqs-0a-1 16"]),
    ],
)
def test_command_on_the_wire(command: TalkCommand, lines: list[str]) -> None:
    assert brief(command) == lines


def test_legs_beside_the_talk_hear_the_right_channel() -> None:
    (leg,) = actions(SuperviseCall("0a-1", "sue", "PJSIP/9&PJSIP/8", "PJSIP/1-1", "barge"))
    assert (leg["Channel"], leg["ChannelId"]) == ("PJSIP/9", "vmqs-0a-1")
    assert leg["Variable"] == ["VMQ_SPIED=PJSIP/1-1", "VMQ_MODE=B"]
    (recorder,) = actions(RECORD)
    assert (recorder["ChannelId"], recorder["OtherChannelId"]) == ("vmqr-0a", "vmqrx-0a")
    assert recorder["Variable"] == ["VMQ_SPIED=PJSIP/1-1", "VMQ_RECORD=/rec/x.wav"]
    mute, music = actions(HoldCall("0a", "c1", "PJSIP/1-1", True))
    assert (mute["Value"], music["Channel"], music["Variable"]) == ("on", "Local/music@vmq-talk/n", ["VMQ_SPIED=c1"])


def event(name: str, **headers: str) -> Event | None:
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in headers.items())]
    return to_event(name.encode(), "\r\n".join(lines).encode())


ATTENDED = {"Result": "Success", "TransfereeUniqueid": "c1", "TransferTargetUniqueid": "t1"}


@pytest.mark.parametrize(
    ("name", "headers", "meaning"),
    [
        ("Hold", {"Uniqueid": "vmq-0a"}, ChannelHeld("vmq-0a", True)),
        ("Unhold", {"Uniqueid": "c1"}, ChannelHeld("c1", False)),
        (
            "BlindTransfer",
            {"Result": "Success", "TransfereeUniqueid": "c1", "Extension": "1002", "Context": "phones"},
            CallTransferred("c1", "blind", "1002|phones"),
        ),
        ("BlindTransfer", {"Result": "Fail", "TransfereeUniqueid": "c1"}, None),
        ("BlindTransfer", {"Result": "Success"}, None),
        (
            "AttendedTransfer",
            {**ATTENDED, "DestType": "Bridge", "DestBridgeUniqueid": "b"},
            CallTransferred("c1", "attended", "BRIDGE|b", "t1"),
        ),
        (
            "AttendedTransfer",
            {**ATTENDED, "DestType": "App", "DestApp": "Park"},
            CallTransferred("c1", "attended", "APP|Park", "t1"),
        ),
        (
            "AttendedTransfer",
            {**ATTENDED, "DestType": "Link", "LocalOneChannel": "Local/a;1", "LocalTwoChannel": "Local/a;2"},
            CallTransferred("c1", "attended", "LINK|Local/a;1|Local/a;2", "t1"),
        ),
        ("AttendedTransfer", {**ATTENDED, "DestType": "Threeway"}, None),
        ("AttendedTransfer", {**ATTENDED, "DestType": "Fail", "Result": "Fail"}, None),
        ("MixMonitorStart", {"Uniqueid": "c1"}, RecordingChanged("c1", "started")),
        ("MixMonitorStart", {"Uniqueid": "vmqrx-0a"}, None),
        ("MixMonitorStop", {"Uniqueid": "vmqrx-0a"}, RecordingChanged("0a", "stopped")),
        ("MixMonitorMute", {"Uniqueid": "c1", "State": "1"}, RecordingChanged("c1", "paused")),
        ("MixMonitorMute", {"Uniqueid": "c1", "State": "0"}, RecordingChanged("c1", "resumed")),
        ("ChanSpyStart", {"SpyerUniqueid": "vmqs-0a-1"}, SupervisionBegan("0a-1")),
        ("ChanSpyStart", {"SpyerUniqueid": "vmqrx-0a"}, RecordingChanged("0a", "started")),
        ("ChanSpyStart", {"SpyerUniqueid": "5.5"}, None),
        (
            "DTMFEnd",
            {"Uniqueid": "vmqs-0a-1", "Digit": "6", "Direction": "Received"},
            SupervisionSwitched("0a-1", "barge"),
        ),
        ("DTMFEnd", {"Uniqueid": "vmqs-0a-1", "Digit": "6", "Direction": "Sent"}, None),
        ("DTMFEnd", {"Uniqueid": "vmqs-0a-1", "Digit": "1", "Direction": "Received"}, None),
        ("Hangup", {"Uniqueid": "vmqs-0a-1", "Cause": "17"}, SupervisionEnded("0a-1")),
        ("OriginateResponse", {"Uniqueid": "vmqs-0a-1", "Response": "Failure"}, SupervisionEnded("0a-1")),
        ("OriginateResponse", {"Uniqueid": "vmqs-0a-1", "Response": "Success"}, None),
        (
            "VarSet",
            {"Uniqueid": "c1", "Variable": "__ORDER", "Value": r"a\"b\\n"},
            VariableSet("c1", "__ORDER", 'a"b\\n'),
        ),
        ("VarSet", {"Uniqueid": "c1", "Variable": "ORDER", "Value": "x"}, None),
    ],
)
def test_event_means(name: str, headers: dict[str, str], meaning: Event | None) -> None:
    assert event(name, **headers) == meaning


# --- variables


def as_asterisk_reads(line: str) -> list[tuple[str, str]]:
    """`a=1,b=2` parted as __ast_app_separate_args of main/app.c does it, then at the first `=`."""
    parts, depth, quoted, at = [""], 0, False, 0
    while at < len(line):
        key = line[at]
        if key == "\\":
            at += 1
            parts[-1] += line[at] if at < len(line) else ""
        elif key == '"':
            quoted = not quoted
        elif key == "," and not depth and not quoted:
            parts.append("")
        else:
            depth += {"(": 1, "[": 1}.get(key, 0) - (depth > 0 and key in ")]")
            parts[-1] += key
        at += 1
    return [(name, value) for name, _, value in (part.partition("=") for part in parts)]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=60),
        min_size=1,
        max_size=8,
    )
)
def test_variables_arrive_as_they_were(values: list[str]) -> None:
    variables = [(f"V{number}", value) for number, value in enumerate(values)]
    line, rest = assignments(variables)
    assert as_asterisk_reads(line) + rest == variables


@given(st.text(max_size=2000))
def test_no_assignment_ends_its_line_or_is_longer_than_a_line(value: str) -> None:
    line = assignment("NAME", value.encode("utf-8", "replace").decode())
    assert not set(line) & set("\r\n\0")
    assert len(line.encode()) <= MAX_LINE + len("NAME=")


def test_inherited_variables_lose_one_underscore_where_they_have_one() -> None:
    heritage = Heritage()
    for name, value in (("_ONE", "1"), ("__ALL", "2"), ("_GONE", "3"), ("_GONE", ""), ("_ONE", "4")):
        heritage.note("c1", name, value)
    assert heritage.left_by("c1") == [("__ALL", "2"), ("ONE", "4")]
    heritage.note("c2", "_X", "1")
    heritage.keep(["c1"])
    assert heritage.left_by("c2") == []
    heritage.gone("c1")
    assert heritage.left_by("c1") == []


def test_escapes_of_an_events_value_are_taken_back() -> None:
    assert unescaped(r"a\tb\\n\"c\"") == 'a\tb\\n"c"'
