"""Whatever bytes a client of the facade sends, in whatever chunks: actions come out as Asterisk would read them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.test_ami_parser import CUTS, chunks
from vmq.asterisk.facade.wire import LINE_TOO_LONG, MAX_LINE, MAX_LINES, TOO_MANY_LINES, Action, ActionReader, message

LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=40), max_size=6
)


def read(data: bytes, cuts: list[int]) -> list[Action]:
    reader = ActionReader()
    return [action for chunk in chunks(data, cuts) for action in reader.feed(chunk)]


@given(st.lists(LINES, max_size=6), CUTS, st.sampled_from([b"\n", b"\r\n"]))
def test_actions_come_out_as_they_went_in_however_the_stream_is_cut(
    actions: list[list[str]], cuts: list[int], end: bytes
) -> None:
    data = b"".join(end.join(line.encode() for line in [*lines, ""]) + end for lines in actions)
    assert [list(action.lines) for action in read(data, cuts)] == actions


@given(st.binary(max_size=3000), CUTS)
def test_any_bytes_are_taken_and_what_is_passed_on_is_read_the_same_again(data: bytes, cuts: list[int]) -> None:
    for action in read(data, cuts):
        (again,) = read(action.raw, [])
        assert again.lines == action.lines
        assert again.name == action.name
        assert len(action.lines) <= MAX_LINES


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_that_is_said_ends_its_line(key: str, value: str) -> None:
    key = key.replace("\r", "").replace("\n", "").replace("\0", "").encode("utf-8", "replace").decode()
    text = message([(key, value.encode("utf-8", "replace").decode())])
    assert text.count(b"\r\n") == 2
    assert text.count(b"\n") == 2
    assert b"\0" not in text


def test_a_line_that_is_too_long_is_said_and_costs_only_its_action() -> None:
    reader = ActionReader()
    actions = reader.feed(b"ActionID: 5\r\nAction: " + b"x" * (5 * MAX_LINE))
    actions += reader.feed(b"x" * MAX_LINE + b"\r\n\r\nAction: Ping\r\n\r\n")
    assert [(action.name, action.get("ActionID"), action.problem) for action in actions] == [
        ("", "5", LINE_TOO_LONG),
        ("Ping", "", ""),
    ]


def test_too_many_lines_are_said_too() -> None:
    (action,) = ActionReader().feed(b"Variable: a=b\r\n" * (MAX_LINES + 1) + b"\r\n")
    assert action.problem == TOO_MANY_LINES


def test_what_stands_behind_a_zero_is_not_there() -> None:
    (action,) = ActionReader().feed(b"Action: Ping\0\r\nAction\0: x\r\nACTION: Logoff\r\n\r\n")
    assert action.lines == ("Action: Ping", "Action", "ACTION: Logoff")
    assert action.name == "Ping"


def test_the_first_header_counts_and_blanks_before_a_value_do_not() -> None:
    (action,) = ActionReader().feed(b"Action:\r\nAction:   Ping\r\nX:\t a b \r\nx: c\r\n\r\n")
    assert (action.name, action.get("x")) == ("Ping", "a b ")
