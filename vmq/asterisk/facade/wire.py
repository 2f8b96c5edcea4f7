"""AMI as a server reads and writes it: bytes of a client → actions, and headers → the bytes of a message.

It reads as get_input() and astman_get_header() of main/manager.c do, so that an action means the same here and, passed
on line by line, in Asterisk. Whatever is sent, at most one line and 128 whole ones are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_LINE = 1024
"""Most bytes of a line; sizeof(inbuf) in struct mansession_session."""
MAX_LINES = 128
"""Most lines of an action; AST_MAX_MANHEADERS."""

LINE_TOO_LONG = "Failed to parse message: line too long"
TOO_MANY_LINES = "Too many lines in message or allocation failure"

Header = tuple[str, object]
Headers = tuple[Header, ...]

_BLANKS = "".join(map(chr, range(33)))
_LINE_ENDS = {ord("\r"): " ", ord("\n"): " ", 0: " "}


@dataclass(frozen=True, slots=True)
class Action:
    """One action, line by line as it came. `problem` is what manager.c says of one that can't be read."""

    lines: tuple[str, ...] = ()
    problem: str = ""

    def get(self, name: str) -> str:
        """The value of the first header of this name, in whatever case; empty when there is none."""
        return next(self._values(name), "")

    @property
    def name(self) -> str:
        """What is to be done, as the client spelt it: the first Action header that isn't empty."""
        return next((value for value in self._values("Action") if value), "")

    @property
    def raw(self) -> bytes:
        """The action as bytes again, with the empty line that ends it."""
        return "".join(f"{line}\r\n" for line in (*self.lines, "")).encode("utf-8", "surrogateescape")

    def _values(self, name: str) -> Iterator[str]:
        wanted = name.lower()
        return (
            value.lstrip(_BLANKS)
            for key, colon, value in (line.partition(":") for line in self.lines)
            if colon and key.lower() == wanted
        )

    def __post_init__(self) -> None:
        for line in self.lines:
            if "\n" in line or "\0" in line:
                raise ValueError(f"a line of an action can't hold a line end: {line!r}")


class ActionReader:
    """Cuts a client's bytes, as they come, into actions."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []
        self._problem = ""

    def feed(self, data: bytes) -> list[Action]:
        """The actions that are whole now. An empty line alone is an action without a name, as it is in manager.c."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-MAX_LINE - 1 :]
        if len(rest) > MAX_LINE:
            self._problem = LINE_TOO_LONG
        return [action for line in lines if (action := self._take(line)) is not None]

    def _take(self, line: bytes) -> Action | None:
        line = line.removesuffix(b"\r").partition(b"\0")[0]
        if not line:
            action = Action(() if self._problem else tuple(self._lines), self._problem)
            if self._problem:
                action = Action(tuple(text for text in self._lines if text[:9].lower() == "actionid:"), self._problem)
            self._lines, self._problem = [], ""
            return action
        if len(line) > MAX_LINE:
            self._problem = LINE_TOO_LONG
        elif len(self._lines) < MAX_LINES:
            self._lines.append(line.decode("utf-8", "surrogateescape"))
        else:
            self._problem = self._problem or TOO_MANY_LINES
        return None


def message(headers: Iterable[Header]) -> bytes:
    """The bytes of a message. A line end in a value becomes a blank: nothing that is said can end its line."""
    lines = [f"{key}: {str(value).translate(_LINE_ENDS)}\r\n" for key, value in headers]
    return ("".join(lines) + "\r\n").encode("utf-8", "surrogateescape")


def answer(action: Action, response: str, *headers: Header) -> bytes:
    """A response to the action, its ActionID first, as astman_send_response_full() has it."""
    return message((("Response", response), *id_of(action), *headers))


def id_of(action: Action) -> Headers:
    """The action's id as a header; nothing when it has none."""
    action_id = action.get("ActionID")
    return (("ActionID", action_id),) if action_id else ()


def text_of(value: str) -> str:
    """A header's value as text for the rest of vmq: bytes that are no UTF-8 become U+FFFD."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
