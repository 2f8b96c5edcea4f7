"""Ports of a server where nothing is: no delivery, no feed, no telephone, and a provider that knows nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from vmq.access.users import User
from vmq.domain.delivery import Delivery, State
from vmq.errors import AccessRefused
from vmq.http.delivery_ports import FeedView
from vmq.http.telephone_ports import Line, SipAccount, StandInTelephone


class NoDeliveries:
    """An OutboxPort."""

    async def page(self, _state: State | None, _after: int, _limit: int) -> Sequence[Delivery]:
        return ()

    async def retry(self, _delivery_id: int) -> bool:
        return False

    async def drop(self, _delivery_id: int) -> bool:
        return False


class NoTelephones:
    """Telephones of a house that has none."""

    server = ""
    what_to_dial: Mapping[str, str] = {}

    def all(self) -> Sequence[StandInTelephone]:
        return ()

    def sit_down(self, number: str) -> Line:
        raise LookupError(number)

    def account(self, _agent: str) -> SipAccount | None:
        return None


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
