"""Ports of a server where nothing is: no mailbox, no delivery, no feed, and a provider that knows nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from vmq.access.users import User
from vmq.domain.delivery import Delivery, State
from vmq.domain.mailbox import Greeting, GreetingKind
from vmq.errors import AccessRefused
from vmq.http.delivery_ports import FeedView


class NoMailboxes:
    """A MailboxDesk."""

    async def knows(self, _number: str) -> bool:
        return False

    async def profile(self, number: str) -> Mapping[str, object]:
        return {"number": number}

    async def give_pin(self, _number: str, _pin: str, _by: str) -> str:
        return "unknown"

    async def greetings(self, _number: str) -> Sequence[Greeting]:
        return ()

    async def sound(self, _number: str, _kind: GreetingKind) -> bytes | None:
        return None

    async def keep_greeting(self, _number: str, _kind: GreetingKind, _wav: bytes) -> None:
        return

    async def remove_greeting(self, _number: str, _kind: GreetingKind) -> bool:
        return False

    async def change_greeting(
        self,
        _number: str,
        _kind: GreetingKind,
        *,
        is_on: bool | None,
        ends_at: float | None,
        is_blocking: bool | None,
    ) -> bool:
        return False


class NoDeliveries:
    """An OutboxPort."""

    async def page(self, _state: State | None, _after: int, _limit: int) -> Sequence[Delivery]:
        return ()

    async def retry(self, _delivery_id: int) -> bool:
        return False

    async def drop(self, _delivery_id: int) -> bool:
        return False


class NoFeeds:
    """A FeedPort."""

    public_url = ""

    async def make(self, _mailbox: str) -> str | None:
        return None

    async def revoke(self, _mailbox: str) -> bool:
        return False

    async def made_at(self, _mailbox: str) -> float | None:
        return None

    async def open(self, _token: str) -> FeedView | None:
        return None

    async def audio(self, _token: str, _message_id: str) -> Path | None:
        return None

    async def linked(self, _message_id: str, _until: int, _signature: str) -> Path | None:
        return None


class NoProvider:
    """A Provider."""

    label = "Example Ltd"

    async def begin(self, _request: Request, _came_back_at: str) -> Response:
        raise AccessRefused("provider-failed", "")

    async def end(self, _request: Request) -> User:
        raise AccessRefused("login-refused", "")
