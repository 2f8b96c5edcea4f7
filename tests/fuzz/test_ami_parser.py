"""Whatever bytes come, in whatever chunks: the AMI parser gives the same messages, stays bounded and never breaks."""

from __future__ import annotations

import contextlib
import itertools

from hypothesis import given
from hypothesis import strategies as st

from vmq.asterisk.inward import WANTED, to_event
from vmq.asterisk.message import MAX_MESSAGE, MessageSplitter, check_headers, event_name, parse
from vmq.errors import ProtocolError

GREETING = b"Asterisk Call Manager/9.0.0\r\n"
KEYS = st.text(st.characters(codec="ascii", categories=("Lu", "Ll")), min_size=1, max_size=12)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)
MESSAGES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=6)
CUTS = st.lists(st.integers(0, 2000), max_size=20)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def wire(headers: dict[str, str]) -> bytes:
    return "".join(f"{key}: {value}\r\n" for key, value in headers.items()).encode() + b"\r\n"


@given(st.lists(MESSAGES, max_size=8), CUTS)
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(
    messages: list[dict[str, str]], cuts: list[int]
) -> None:
    splitter = MessageSplitter()
    data = GREETING + b"".join(map(wire, messages))
    found = [message for chunk in chunks(data, cuts) for message in splitter.feed(chunk)]
    assert [parse(message) for message in found] == messages


@given(st.binary(max_size=3000), CUTS)
def test_any_bytes_are_taken_or_refused_and_nothing_else(data: bytes, cuts: list[int]) -> None:
    splitter = MessageSplitter()
    with contextlib.suppress(ProtocolError):
        for chunk in chunks(GREETING + data, cuts):
            for message in splitter.feed(chunk):
                event_name(message)
                parse(message)


@given(st.sampled_from(sorted(WANTED)), st.binary(max_size=300))
def test_any_event_becomes_a_domain_event_or_none(name: bytes, rest: bytes) -> None:
    to_event(name, b"Event: " + name + b"\r\nUniqueid: vmq-1\r\n" + rest)


@given(st.binary(min_size=1, max_size=300))
def test_a_peer_that_does_not_greet_as_asterisk_is_refused(data: bytes) -> None:
    splitter = MessageSplitter()
    try:
        splitter.feed(data)
    except ProtocolError:
        return
    assert (GREETING[:22]).startswith(data[:22])


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4))
def test_what_may_be_sent_is_read_back_as_the_same_headers(fields: dict[str, str]) -> None:
    try:
        check_headers(fields)
    except ProtocolError:
        return
    lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode("utf-8", "replace")
    assert lines.count(b"\r\n") == len(fields)
    assert b"\r\n\r\n" not in lines


def test_sixteen_mebibytes_without_an_end_are_given_up_after_one() -> None:
    splitter = MessageSplitter()
    splitter.feed(GREETING)
    taken = 0
    with contextlib.suppress(ProtocolError):
        for _ in range(256):
            splitter.feed(b"x" * 65536)
            taken += 65536
    assert taken <= MAX_MESSAGE
