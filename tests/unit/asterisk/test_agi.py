"""AGI's text: replies as Asterisk 22 sends them, and commands as it reads them back."""

from __future__ import annotations

import pytest

from tests.support.agi_peer import parse_arguments
from vmq.asterisk.agi_text import MAX_LINE_BYTES, compose, parse_head, parse_reply, split_script
from vmq.errors import ProtocolError

REPLIES = [
    # line, code, value, data, endpos
    ("200 result=0", 200, "0", "", 0),
    ("200 result=1 (5551234)", 200, "1", "5551234", 0),
    ("200 result=1 ()", 200, "1", "", 0),
    ("200 result=1 (a (b) c)", 200, "1", "a (b) c", 0),
    ("200 result=0 endpos=16000", 200, "0", "", 16000),
    ("200 result=49 endpos=800", 200, "49", "", 800),
    ("200 result=0 endpos=-1", 200, "0", "", -1),
    ("200 result=35 (dtmf) endpos=24000", 200, "35", "dtmf", 24000),
    ("200 result=-1 (hangup) endpos=12160", 200, "-1", "hangup", 12160),
    ("200 result=-1 (writefile)", 200, "-1", "writefile", 0),
    ("200 result=0 (timeout) endpos=80000", 200, "0", "timeout", 80000),
    ("200 result= (timeout)", 200, "", "timeout", 0),
    ("200 result=1234 (timeout)", 200, "1234", "timeout", 0),
    ("200 result=0 Gosub complete", 200, "0", "", 0),
    ("200 result=-1 Gosub label not found", 200, "-1", "", 0),
    ("100 result=0 Trying...", 100, "0", "", 0),
    ("510 Invalid or unknown command", 510, "", "", 0),
    ("511 Command Not Permitted on a dead channel or intercept routine", 511, "", "", 0),
    ("511 result=-1 Command Not Permitted on a dead channel or intercept routine", 511, "-1", "", 0),
    ("520 End of proper usage.", 520, "", "", 0),
    ("520 Invalid command syntax.  Proper usage not available.", 520, "", "", 0),
    ("503 result=-2 Memory allocation failure", 503, "-2", "", 0),
]


@pytest.mark.parametrize(("line", "code", "value", "data", "endpos"), REPLIES)
def test_reply(line: str, code: int, value: str, data: str, endpos: int) -> None:
    reply = parse_reply(line)
    assert reply is not None
    assert (reply.code, reply.value, reply.data, reply.endpos) == (code, value, data, endpos)


@pytest.mark.parametrize("line", ["", "HANGUP", "200", "hello", "2000 result=1", "200result=1", "٢٠٠ result=1"])
def test_other_lines_are_no_replies_or_carry_no_result(line: str) -> None:
    reply = parse_reply(line)
    assert reply is None or (reply.line == "200" and reply.result == 0)


@pytest.mark.parametrize(("line", "key"), [("200 result=35", "#"), ("200 result=0", ""), ("200 result=-1", "")])
def test_key_is_a_character_code(line: str, key: str) -> None:
    reply = parse_reply(line)
    assert reply is not None
    assert reply.key == key


@pytest.mark.parametrize(
    "argument", ["", "a b", 'say "hi"', "back\\slash", 'both \\" of them', "José", "tab\there", "\\"]
)
def test_arguments_arrive_as_they_were(argument: str) -> None:
    assert parse_arguments(compose("SET VARIABLE", "X", argument)) == ["SET", "VARIABLE", "X", argument]


@pytest.mark.parametrize("evil", ["a\nEXEC System rm", "a\rb", "a\0b", 'a"\nHANGUP'])
def test_line_breaks_are_refused(evil: str) -> None:
    with pytest.raises(ProtocolError, match="line break"):
        compose("SET VARIABLE", "NAME", evil)
    with pytest.raises(ProtocolError, match="line break"):
        compose(f"NOOP {evil}")


def test_too_long_a_command_is_refused() -> None:
    compose("NOOP", "x" * (MAX_LINE_BYTES - 7))
    with pytest.raises(ProtocolError, match="longer"):
        compose("NOOP", "é" * (MAX_LINE_BYTES // 2))


@pytest.mark.parametrize(
    ("script", "route"),
    [
        ("queue/sales", ("queue", "sales")),
        ("/queue/sales", ("queue", "sales")),
        ("queue/sales?x=1", ("queue", "sales")),
        ("queue/north%20side", ("queue", "north side")),
        ("leave/", ("leave", "")),
        ("leave", ("leave", "")),
        ("check/1001", ("check", "1001")),
        ("", ("", "")),
    ],
)
def test_script_is_split_into_route_and_name(script: str, route: tuple[str, str]) -> None:
    assert split_script(script) == route


def test_head_survives_latin_1_and_colons() -> None:
    head = parse_head(
        b"agi_channel: Local/1\nagi_calleridname: Jos\xe9: the boss\nagi_arg_1: \n"
        b"agi_uniqueid: 1.2\nagi_uniqueid: 9.9\n\n"
    )
    assert head == {
        "agi_channel": "Local/1",
        "agi_calleridname": "Jos\ufffd: the boss",
        "agi_arg_1": "",
        "agi_uniqueid": "1.2",
    }


@pytest.mark.parametrize(
    "head", [b"GET / HTTP/1.1\n\n", b"\n\n", b"agi_network yes\n\n", b"agi_network: yes\n\n", b"\x16\x03\x01\n\n"]
)
def test_what_is_no_head_is_refused(head: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_head(head)
