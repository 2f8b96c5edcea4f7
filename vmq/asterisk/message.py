"""AMI's wire format: bytes from the socket → whole messages → headers, and headers → the bytes of an action.

A message is a run of `Key: value` lines that ends with an empty line. Whole messages are cut as bytes and decoded one
by one, so that a character split over two TCP chunks stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from vmq.errors import ProtocolError

__all__ = ["MAX_MESSAGE", "Headers", "MessageSplitter", "check_headers", "event_name", "parse"]

Headers = dict[str, str]
"""One message: header → value. The values of a header that stands there more than once are joined by newlines."""

MAX_MESSAGE = 1 << 20
"""Most bytes of one message. Asterisk's largest are list entries of a few kilobytes."""

_GREETING = b"Asterisk Call Manager/"
_END = b"\r\n\r\n"
_UNSAFE = re.compile(r"[\r\n\0]")


class MessageSplitter:
    """Cuts a byte stream, as it comes in chunks of any size, into whole messages. Keeps at most MAX_MESSAGE bytes."""

    __slots__ = ("_rest", "_scanned", "is_greeted")

    def __init__(self) -> None:
        self._rest = bytearray()
        self._scanned = 0
        self.is_greeted = False

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now, without their empty line.

        Raises ProtocolError when the peer doesn't greet as AMI does, or sends more than MAX_MESSAGE without an end.
        """
        if not self._rest and self.is_greeted:
            messages = data.split(_END)
            self._keep(messages.pop())
            return messages
        self._rest += data
        if not self.is_greeted and not self._greet():
            return []
        if self._rest.find(_END, max(0, self._scanned - 3)) < 0:
            self._keep(None)
            return []
        messages = bytes(self._rest).split(_END)
        self._rest.clear()
        self._keep(messages.pop())
        return messages

    def _keep(self, rest: bytes | None) -> None:
        if rest:
            self._rest += rest
        self._scanned = len(self._rest)
        if self._scanned > MAX_MESSAGE:
            raise ProtocolError(f"AMI: a message of more than {MAX_MESSAGE} bytes without an end; is that Asterisk?")

    def _greet(self) -> bool:
        start = bytes(self._rest[: len(_GREETING)])
        if start != _GREETING[: len(start)]:
            raise ProtocolError(
                f"AMI: the peer says {start!r}, not {_GREETING!r}; check asterisk.host and asterisk.port"
            )
        end = self._rest.find(b"\r\n")
        if end < 0:
            if len(self._rest) > 256:
                raise ProtocolError("AMI: the peer's greeting has no end; check asterisk.host and asterisk.port")
            return False
        del self._rest[: end + 2]
        self.is_greeted = True
        return True


def event_name(message: bytes) -> bytes:
    """The event's name without parsing the rest; empty for anything that is not an event."""
    if message[:7] != b"Event: ":
        return b""
    end = message.find(b"\r\n", 7)
    return message[7:] if end < 0 else message[7:end]


def parse(message: bytes) -> Headers:
    """The headers of one whole message. Bytes that are no UTF-8 become U+FFFD; lines without a colon are left out."""
    headers: Headers = {}
    for line in message.decode("utf-8", "replace").split("\r\n"):
        key, separator, value = line.partition(": ")
        if not separator:
            key, separator, value = line.partition(":")
            if not separator:
                continue
        if key in headers:
            value = f"{headers[key]}\n{value}"
        headers[key] = value
    return headers


def check_headers(fields: Mapping[str, str | list[str]]) -> None:
    """Raise ProtocolError when a key or value could end its line and so become headers or actions of its own."""
    for key, value in fields.items():
        for text in value if isinstance(value, list) else (value,):
            if _UNSAFE.search(key) or _UNSAFE.search(text) or ":" in key or not key:
                raise ProtocolError(
                    f"AMI action {fields.get('Action', '?')!r}: header {key!r} holds a line break or zero; not sent"
                )
