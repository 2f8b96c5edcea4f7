"""The message lamp of a telephone: a SIP subscription to message-summary (RFC 3842) and the NOTIFYs it brings.

In: a server and the telephone's number. Out: the counts each NOTIFY told, to be waited for with a deadline. It is a
subscriber of its own because the telephones' program has none that works in every packaged version.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.live.server import AsteriskServer

DEADLINE_S = 30.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What a NOTIFY said: whether the lamp is lit, and how many voice messages are new and old."""

    is_lit: bool
    new: int
    old: int


class Lamp(asyncio.DatagramProtocol):
    """`async with Lamp(server, "1001") as lamp:` subscribes; `lamp.told` grows with each NOTIFY."""

    EVENT, ACCEPT = "message-summary", "application/simple-message-summary"

    def __init__(self, server: AsteriskServer, number: str, watched: str = "") -> None:
        """`watched` is what is subscribed to; by default the telephone's own number."""
        self._server, self._number, self._watched = server, number, watched or number
        self._news = asyncio.Condition()
        self._answered = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.told: list[Counts] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0), remote_addr=("127.0.0.1", self._server.ports.sip)
        )
        await self.subscribe()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server.is_running:
            await self._request(0)
        self._transport.close()

    async def subscribe(self) -> None:
        """Subscribe anew, as a telephone does that was switched off and on."""
        self._call_id, self._tag = uuid.uuid4().hex, uuid.uuid4().hex[:8]
        self._sequence = 0
        self._to = f"<sip:{self._watched}@127.0.0.1>"
        status = await self._request(3600)
        if status != 200:
            raise RuntimeError(f"the subscription of {self._number}'s lamp was answered {status}")

    async def wait_counts(self, new: int, old: int, deadline_s: float = DEADLINE_S) -> Counts:
        """The latest NOTIFY, once it says `new` and `old`."""
        return await self._wait_until(lambda: (self.told[-1].new, self.told[-1].old) == (new, old), deadline_s)

    async def _wait_until(self, condition: Callable[[], bool], deadline_s: float) -> Counts:
        try:
            async with asyncio.timeout(deadline_s), self._news:
                await self._news.wait_for(lambda: bool(self.told) and condition())
        except TimeoutError:
            raise TimeoutError(f"the lamp of {self._number} was told {self.told} in {deadline_s} s") from None
        return self.told[-1]

    async def _request(self, expires_s: int) -> int:
        """Send a SUBSCRIBE and return the status of its answer."""
        self._sequence += 1
        self._answered.clear()
        host, port = self._transport.get_extra_info("sockname")
        request = f"""SUBSCRIBE sip:{self._watched}@127.0.0.1:{self._server.ports.sip} SIP/2.0
Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{uuid.uuid4().hex};rport
From: <sip:{self._number}@127.0.0.1>;tag={self._tag}
To: {self._to}
Call-ID: {self._call_id}
CSeq: {self._sequence} SUBSCRIBE
Contact: <sip:{self._number}@{host}:{port}>
Event: {self.EVENT}
Accept: {self.ACCEPT}
Expires: {expires_s}
Max-Forwards: 70
Content-Length: 0

"""
        self._transport.sendto(request.replace("\n", "\r\n").encode())
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._answered.wait()
        except TimeoutError:
            raise TimeoutError(f"the subscription of {self._number}'s lamp was not answered") from None
        return self._status

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode(errors="replace")
        if text.startswith("SIP/2.0 "):
            self._to, self._status = _header(text, "To"), int(text.split()[1])
            self._answered.set()
        elif text.startswith("NOTIFY "):
            copied = [f"{name}: {_header(text, name)}" for name in ("Via", "From", "To", "Call-ID", "CSeq")]
            reply = "\r\n".join(["SIP/2.0 200 OK", *copied, "Content-Length: 0", "", ""])
            self._transport.sendto(reply.encode())
            self._note(text)

    def _note(self, notify: str) -> None:
        counts = re.search(r"Voice-Message: (\d+)/(\d+)", notify)
        if counts is None:
            return
        self.told.append(Counts("Messages-Waiting: yes" in notify, int(counts[1]), int(counts[2])))
        self._wake()

    def _wake(self) -> None:
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def _header(message: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""
