"""The limit of a body: sound may be long where it comes from somebody who may send it, and nowhere else."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send

from vmq.access.rights import Right, Who
from vmq.http.body import MAX_BODY_BYTES, BodyLimit
from vmq.http.identity import Visit

GREETING = "/api/v1/mailboxes/1001/greetings/unavail"
MESSAGES = "/api/v1/mailboxes/1001/messages"
OWNER = Who("ann", frozenset({Right.AGENT}))


async def is_taken(path: str, who: Who | None, method: str = "PUT") -> bool:
    """Whether the app gets a body that is larger than a small one may be."""
    taken = False

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        nonlocal taken
        taken = len((await receive())["body"]) > MAX_BODY_BYTES

    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(MAX_BODY_BYTES + 1), "more_body": False}

    async def send(_message: Message) -> None:
        """Nobody reads the answer."""

    state = {"visit": Visit(who)} if who else {}
    scope = {"type": "http", "method": method, "path": path, "headers": [], "state": state}
    await BodyLimit(app)(scope, receive, send)
    return taken


async def test_greetings_and_messages_may_be_long() -> None:
    assert await is_taken(GREETING, OWNER)
    assert await is_taken(MESSAGES, OWNER, "POST")
    assert await is_taken(f"{MESSAGES}/6f1d/forward", OWNER, "POST")


@pytest.mark.parametrize(
    ("path", "who", "method"),
    [
        ("/feeds/greetings/x", None, "PUT"),
        ("/listen/greetings/x", OWNER, "PUT"),
        (f"{GREETING}/more", OWNER, "PUT"),
        (f"/feeds{GREETING}", OWNER, "PUT"),
        (GREETING, None, "PUT"),
        (GREETING, Who("watch", frozenset({Right.MONITOR})), "PUT"),
        (GREETING, OWNER, "POST"),
        (MESSAGES, None, "POST"),
        (f"/listen{MESSAGES}", None, "POST"),
        (f"{MESSAGES}/6f1d", OWNER, "POST"),
    ],
)
async def test_anything_else_may_not(path: str, who: Who | None, method: str) -> None:
    assert not await is_taken(path, who, method)
