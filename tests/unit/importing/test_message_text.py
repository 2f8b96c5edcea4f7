"""The text of a message of app_voicemail's, as it is and as it shouldn't be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.mailbox import Folder, Message
from vmq.importing.message_text import MessageText, read_text, write_text

WHOLE = b""";
; Message Information file
;
[message]
origmailbox=1001
context=from-inside
exten=1001
rdnis=unknown
priority=2
callerchan=PJSIP/1002-00000004
callerid="J\xc3\xbcrgen \xe2\x98\x8e" <0301234567>
origdate=Thu Nov 26 09:15:42 PM UTC 2026
origtime=1795727742
category=sales
msg_id=1795727742-0000000a
flag=Urgent
duration=17
"""


def test_a_whole_text_is_read_as_it_is() -> None:
    whole = MessageText(1795727742.0, 17.0, "0301234567", "Jürgen ☎", True, "1795727742-0000000a", "sales")
    assert read_text(WHOLE) == whole


@pytest.mark.parametrize(
    ("caller_id", "name", "number"),
    [
        ('"Ann" <1002>', "Ann", "1002"),
        ("Ann <1002>", "Ann", "1002"),
        ("<1002>", "", "1002"),
        ("1002", "", "1002"),
        ("Unknown", "", ""),
        ('"" <>', "", ""),
        ('"A "quoted" name" <+49301>', 'A "quoted" name', "+49301"),
        ('"Ann <x>" <1002>', "Ann <x>", "1002"),
        ("", "", ""),
    ],
)
def test_callers(caller_id: str, name: str, number: str) -> None:
    text = read_text(f"[message]\ncallerid={caller_id}\norigtime=1\nduration=1\n".encode())
    assert (text.caller_name, text.caller_number, text.mended) == (name, number, ())


@pytest.mark.parametrize(
    ("data", "mended"),
    [
        (b"", ("the text says nothing",)),
        (b"[message]\norigtime=1\nduration=1\n", ("no callerid",)),
        (b"[message]\ncallerid=1\norigtime=soon\n", ("origtime is 'soon'", "no duration")),
        (b"[message]\ncallerid=M\xfcller\norigtime=1\nduration=1\n", ("the text is not UTF-8: read as Latin-1",)),
        (b"callerid=1\norigtime=1\nduration=1\n", ()),
    ],
)
def test_what_is_missing_is_told(data: bytes, mended: tuple[str, ...]) -> None:
    assert read_text(data).mended == mended


@given(st.binary())
def test_any_bytes_give_something(data: bytes) -> None:
    read_text(data)


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters='"<>'), max_size=40).map(
        str.strip
    ),
    st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True),
    st.booleans(),
    st.integers(1, 2**33),
)
def test_what_is_written_is_read_again(name: str, number: str, is_urgent: bool, at: int) -> None:
    message = Message(
        "0123456789abcdef", "1001", Folder.INBOX, float(at), 12.4, "1001/x", number, name, is_urgent,
        external_id="5-a", category="sales\nmsg_id=6",
    )  # fmt: skip
    text = read_text(write_text(message, "default"))
    unknown = name.lower() in ("unknown", "asterisk", "anonymous")
    assert text == MessageText(float(at), 12.0, number, "" if unknown else name, is_urgent, "5-a", "sales msg_id=6")
