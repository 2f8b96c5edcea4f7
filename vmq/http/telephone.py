"""Telephones in the browser: which there are, a line to one of the stand-in's, and an agent's own SIP account.

A line is a WebSocket. A browser can't send a token with it, so whoever may use a telephone gets a ticket first, by an
ordinary request that is checked and written down like any other; it is good once, for a moment. What is said on a line:
vmq.lab.handset.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, WebSocket
from starlette.websockets import WebSocketDisconnect

from vmq.access.rights import Right, Who, may_use_telephone
from vmq.errors import StorageError
from vmq.http.identity import Visit, visit_of, who_asks
from vmq.http.needs import OPEN, needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter
from vmq.http.stream import HEARTBEAT_S
from vmq.http.telephone_models import AccountView, LineWish, StandInView, TelephonesView, Ticket
from vmq.http.telephone_ports import Line, StandInTelephone, Telephones
from vmq.http.ways_in import LINE, TELEPHONE

TICKET_S = 30.0
MAX_TICKETS = 100
GONE, TAKEN, NO_LONGER = 1000, 4001, 4003
"""Codes that a line is closed with: by itself; somebody else took the telephone; who used it may no longer."""

_PROBLEMS = documented("token-needed", "not-allowed", "foreign-origin", "internal")


IsStill = Callable[[], Awaitable[bool]]


class Tickets:
    """Those that were given out and not used yet."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[float, str, IsStill]] = {}

    def new(self, number: str, is_still: IsStill) -> str:
        """One for this telephone. The oldest of too many is forgotten."""
        self._open = {ticket: each for ticket, each in self._open.items() if each[0] > _now()}
        if len(self._open) >= MAX_TICKETS:
            del self._open[next(iter(self._open))]
        ticket = secrets.token_urlsafe(24)
        self._open[ticket] = (_now() + TICKET_S, number, is_still)
        return ticket

    def use(self, ticket: str) -> tuple[str, IsStill] | None:
        """The telephone, and whether who got the ticket may still; None for one that is no good."""
        found = self._open.pop(ticket, None)
        return found[1:] if found is not None and found[0] > _now() else None


def _now() -> float:
    return asyncio.get_running_loop().time()


def telephone_routes(telephones: Telephones) -> APIRouter:
    """All of them."""
    router = ApiRouter(tags=["telephone"], prefix=TELEPHONE)
    tickets = Tickets()

    @router.get(
        "",
        summary="What one can telephone with in the browser",
        dependencies=[needs(Right.AGENT)],
        responses=_PROBLEMS,
    )
    async def own_telephones(http: Request) -> TelephonesView:
        who = who_asks(http)
        usable = [each for each in telephones.all() if _may_use(who, each)]
        return TelephonesView(
            stand_in=[StandInView(number=t.number, name=t.name, agents=list(t.agents)) for t in usable],
            what_to_dial=dict(telephones.what_to_dial),
            has_account=bool(who.agent) and telephones.account(who.agent) is not None,
        )

    @router.post(
        "/lines",
        summary="Sit down at a telephone of the stand-in: the answer opens its line",
        dependencies=[needs(Right.AGENT)],
        responses={**_PROBLEMS, **documented("telephone-unknown", "invalid", "too-large")},
    )
    async def sit_down(http: Request, body: LineWish) -> Ticket:
        found = next((each for each in telephones.all() if each.number == body.number), None)
        if found is None:
            raise ProblemError("telephone-unknown", body.number)
        if not _may_use(who_asks(http), found):
            raise ProblemError("not-allowed", f"telephone {body.number} is somebody else's")
        visit: Visit = visit_of(http)
        identity = http.state.identity
        return Ticket(address=LINE, ticket=tickets.new(body.number, lambda: identity.is_still(visit)))

    @router.post(
        "/account",
        summary="One's own SIP account, to register with on Asterisk",
        description="Only the agent himself gets it: an administrator who is no agent has none.",
        dependencies=[needs(Right.AGENT)],
        responses={**_PROBLEMS, **documented("telephone-unknown")},
    )
    async def own_account(http: Request) -> AccountView:
        who = who_asks(http)
        account = telephones.account(who.agent) if who.agent else None
        if account is None:
            raise ProblemError("telephone-unknown", "you have no account (docs/browser-telephone.md)")
        return AccountView.of(account)

    @router.websocket("/line", dependencies=[OPEN])
    async def line(socket: WebSocket, ticket: Annotated[str, Query(max_length=100)] = "") -> None:
        used = tickets.use(ticket)
        if used is None:
            await socket.close()
            return
        number, is_still = used
        await socket.accept()
        handset = telephones.sit_down(number)
        try:
            code = await _talk(socket, handset, is_still)
        finally:
            handset.close()
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the browser has gone
            await socket.close(code)

    return router


def _may_use(who: Who, telephone: StandInTelephone) -> bool:
    return may_use_telephone(who, telephone.agents, telephone.mailbox)


async def _talk(socket: WebSocket, line: Line, is_still: IsStill) -> int:
    """Carry messages until one side ends, or who uses the line may no longer. The code to close with."""
    parts = [
        asyncio.create_task(_from_browser(socket, line)),
        asyncio.create_task(_to_browser(socket, line)),
        asyncio.create_task(_until_over(is_still)),
    ]
    try:
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)


async def _from_browser(socket: WebSocket, line: Line) -> int:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return GONE
        await line.take(message.get("bytes") or message.get("text") or "")


async def _to_browser(socket: WebSocket, line: Line) -> int:
    try:
        while (message := await line.next()) is not None:
            if isinstance(message, bytes):
                await socket.send_bytes(message)
            else:
                await socket.send_text(message)
    except (WebSocketDisconnect, RuntimeError):
        return GONE
    return TAKEN


async def _until_over(is_still: IsStill) -> int:
    """As the live stream: asked once a heartbeat."""
    while True:
        try:
            if not await is_still():
                return NO_LONGER
        except StorageError:
            return NO_LONGER
        await asyncio.sleep(HEARTBEAT_S)
