"""Ports of a server where nothing is: no delivery, no feed, no text, and a provider that knows nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vmq.access.users import User
from vmq.domain.delivery import Delivery, State
from vmq.domain.mailbox import Message
from vmq.domain.transcript import TextState, WrittenText
from vmq.errors import AccessRefused
from vmq.http.delivery_ports import FeedView


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

    async def make(self, _number: str, *, is_list: bool = False) -> str | None:
        return None

    async def revoke(self, _number: str, *, is_list: bool = False) -> bool:
        return False

    async def made_at(self, _number: str, *, is_list: bool = False) -> float | None:
        return None

    async def open(self, _token: str) -> FeedView | None:
        return None

    async def audio(self, _token: str, _message_id: str) -> Path | None:
        return None

    async def linked(self, _message_id: str, _until: int, _signature: str) -> Path | None:
        return None


class NoTexts:
    """Texts of messages: nobody wrote any down."""

    absent = ""

    async def of(self, _ids: Sequence[str]) -> Mapping[str, WrittenText]:
        return {}

    async def ask(self, _message: Message) -> bool:
        return True

    async def counts(self) -> Mapping[TextState, int]:
        return {}

    async def dead(self, _limit: int) -> Sequence[WrittenText]:
        return ()


class NoDoors:
    """A DoorPort."""

    async def report(self, _begin: object, _end: object, _door: str) -> Sequence[dict[str, Any]]:
        return ()

    async def calls(
        self, _begin: object, _end: object, _door: str, *, after: int, limit: int
    ) -> tuple[Sequence[dict[str, Any]], int | None]:
        return (), None

    def forgive(self, _number: str, _by: str) -> bool:
        return False


class NoProvider:
    """A Provider."""

    label = "Example Ltd"

    async def begin(self, _request: Request, _came_back_at: str) -> Response:
        raise AccessRefused("provider-failed", "")

    async def end(self, _request: Request) -> User:
        raise AccessRefused("login-refused", "")
