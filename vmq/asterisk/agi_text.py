"""AGI's text: heads and reply lines → values, and words → a command line. Pure; it keeps to what res/res_agi.c does.

Whatever a peer sends, the result is a value or ProtocolError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from vmq.errors import ProtocolError

MAX_LINE_BYTES = 8000
"""res_agi.c reads a command into AGI_BUF_LEN = 8192 bytes and runs what is cut off as a second command."""

_REPLY = re.compile(
    r"(?P<code>\d{3})(?: result=(?P<value>\S*))?(?: \((?P<data>.*)\))?(?: endpos=(?P<endpos>-?\d{1,18}))?(?: .*)?",
    re.ASCII,
)
_FORBIDDEN = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Reply:
    """What Asterisk answered: `200 result=<value> (<data>) endpos=<endpos>`; `line` is all of it."""

    code: int
    value: str
    data: str
    endpos: int
    line: str

    @property
    def result(self) -> int:
        """The value as a number; 0 where Asterisk gave none."""
        return int(self.value) if re.fullmatch(r"-?[0-9]{1,9}", self.value) else 0

    @property
    def key(self) -> str:
        """The key that ended the command, which AGI gives by its character code; empty when none did."""
        return chr(self.result) if 0 < self.result < 128 else ""

    @property
    def has_failed(self) -> bool:
        """True for result=-1: the party hung up, or the command could not do its work (no such file, …)."""
        return self.result == -1


def parse_reply(line: str) -> Reply | None:
    """A reply line as a value; None for a line that is no reply."""
    match = _REPLY.fullmatch(line)
    if match is None:
        return None
    return Reply(int(match["code"]), match["value"] or "", match["data"] or "", int(match["endpos"] or 0), line)


def quote(argument: str) -> str:
    """One argument as parse_args of res_agi.c reads it back."""
    return '"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"'


def compose(verb: str, *arguments: str) -> str:
    """A command line without its line end. What is no Unicode text is sent as `?`.

    Raises ProtocolError for what Asterisk would read as a second command.
    """
    line = " ".join((verb, *map(quote, arguments))).encode(errors="replace").decode()
    if _FORBIDDEN.search(line):
        raise ProtocolError(f"{verb}: an argument holds a line break or NUL and is not sent to Asterisk: {line!r:.200}")
    if len(line.encode()) > MAX_LINE_BYTES:
        raise ProtocolError(f"{verb}: the command is longer than the {MAX_LINE_BYTES} bytes that Asterisk reads")
    return line


def parse_head(head: bytes) -> dict[str, str]:
    """The head's lines as a mapping. Bytes that are no UTF-8 are replaced; of a repeated name the first line counts.

    Raises ProtocolError when a line is not `agi_<name>: <value>`, or the call's id or channel is missing.
    """
    fields: dict[str, str] = {}
    for line in head.decode(errors="replace").strip("\n").split("\n"):
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_"):
            raise ProtocolError(f"not a line of an AGI head: {line!r:.80}")
        fields.setdefault(name, value.removeprefix(" "))
    if not fields.get("agi_uniqueid") or not fields.get("agi_channel"):
        raise ProtocolError("an AGI head without agi_uniqueid or agi_channel")
    return fields


def split_script(script: str) -> tuple[str, str]:
    """`queue/sales?x=1` as (`queue`, `sales`); the query is dropped, %-escapes of the name are undone."""
    word, _, name = script.partition("?")[0].strip("/").partition("/")
    return word, unquote(name)
