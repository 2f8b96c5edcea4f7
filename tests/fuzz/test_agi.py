"""Whatever a peer sends, AGI's parsers give a value or ProtocolError; what we send is one command with one meaning."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from tests.support.agi_peer import parse_arguments
from vmq.asterisk.agi_text import compose, parse_head, parse_reply, split_script
from vmq.domain.keys import can_grow, longest_key
from vmq.errors import ProtocolError

PRINTABLE = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=("Cs",)), max_size=60)
KEY_SETS = st.frozensets(st.text("0123456789*#", min_size=1, max_size=3), max_size=8)


@given(st.binary(max_size=400))
def test_head_of_any_bytes(head: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert all(name.startswith("agi_") for name in parse_head(head))


@given(st.dictionaries(st.from_regex(r"agi_[a-z_0-9]{1,12}", fullmatch=True), PRINTABLE, min_size=1, max_size=20))
def test_head_of_any_values(fields: dict[str, str]) -> None:
    fields = {"agi_uniqueid": "1.1", "agi_channel": "Local/1"} | fields
    text = "".join(f"{name}: {value}\n" for name, value in fields.items()) + "\n"
    if all((fields["agi_uniqueid"], fields["agi_channel"])):
        assert parse_head(text.encode()) == fields


@given(st.text(max_size=200))
def test_script_of_any_text(script: str) -> None:
    word, _ = split_script(script)
    assert "/" not in word


@given(st.one_of(st.text(max_size=80), st.from_regex(r"\d{3}( result=\S{0,12})?( \(.*\))?( endpos=-?\d+)?.*")))
def test_reply_of_any_line(line: str) -> None:
    reply = parse_reply(line)
    if reply is not None:
        assert 0 <= reply.code <= 999
        assert isinstance(reply.result, int)
        assert len(reply.key) <= 1


@given(st.integers(-1, 999), st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40))
def test_reply_keeps_its_data(result: int, data: str) -> None:
    reply = parse_reply(f"200 result={result} ({data}) endpos=8000")
    assert reply is not None
    assert (reply.result, reply.data, reply.endpos) == (result, data, 8000)


@given(st.lists(st.text(max_size=40), max_size=5))
def test_a_command_arrives_as_it_was_meant_or_is_not_sent(arguments: list[str]) -> None:
    try:
        line = compose("SET VARIABLE", *arguments)
    except ProtocolError:
        return
    assert "\n" not in line
    assert parse_arguments(line) == ["SET", "VARIABLE", *(text.encode(errors="replace").decode() for text in arguments)]


@given(KEY_SETS, st.text("0123456789*#", min_size=1, max_size=5))
def test_keys_are_matched_longest_first(keys: frozenset[str], typed: str) -> None:
    key = longest_key(typed, keys)
    assert key == "" or key in keys
    assert not any(len(other) > len(key) and typed.startswith(other) for other in keys)
    if can_grow(typed, keys):
        assert any(other.startswith(typed) for other in keys)
