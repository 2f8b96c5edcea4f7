"""The shop behind a door: an HTTP application with users in a real database, and a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from starlette.types import ASGIApp

from tests.support.databases import open_database
from tests.support.shop import Shop
from vmq.access.doors import DoorRules, Doors
from vmq.access.rights import Role
from vmq.access.users import User
from vmq.db.audit import AuditRepository
from vmq.db.engine import Database
from vmq.db.once import OnceRepository
from vmq.db.users import UserRepository
from vmq.db.visits import VisitRepository
from vmq.domain.lookup import subject_of
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.ports import Access, HttpPorts, Provider
from vmq.http.stream import Streams

PASSWORD = "four words of ours"
HERE = "http://127.0.0.1"
USERS = (
    User("adam", Role.ADMINISTRATOR, mailbox="1001"),
    User("sue", Role.SUPERVISOR, frozenset({"support"})),
    User("max", Role.SUPERVISOR),
    User("ann", Role.AGENT, agent="ann", mailbox="1001"),
)
"""An administrator, a supervisor of one queue (whom bob serves, and not ann), one of all, and an agent."""


@cache
def cheap_hash() -> str:
    """The hash of PASSWORD."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


class HandClock:
    """Epoch seconds that stand still until a test moves them."""

    def __init__(self, at: float = 1_763_845_200.0) -> None:
        self.at = at

    def now(self) -> float:
        """The moment."""
        return self.at


class House:
    """The shop's ports with users, and clients that ask them. Live streams end where they begin: a client of ours has
    an answer when it is whole."""

    def __init__(
        self, shop: Shop, database: Database, clock: HandClock, rules: DoorRules, provider: Provider | None
    ) -> None:
        self.shop = shop
        self.clock = clock
        self.streams = Streams(shop.journal)
        self.streams.close()
        self.users = UserRepository(database)
        self.doors = Doors(self.users, VisitRepository(database), self.clock, rules)
        self.audit = AuditRepository(database)
        once = OnceRepository(database)
        self.access = Access(self.doors, self.audit, once, clock.now, provider)

    def ports(self) -> HttpPorts:
        """All ports."""

        def subject(kind: str, name: str) -> Any:
            return subject_of(self.shop.floor, kind, name)

        return replace(self.shop.ports(), subject=subject, access=self.access)

    def app(self, ports: HttpPorts | None = None, **more: Any) -> ASGIApp:
        """The application, around these ports or the usual ones."""
        settings = {"host": "127.0.0.1", **more}
        return build_app(ports or self.ports(), Metrics(self.shop.view), self.streams, **settings)

    def client(self, ports: HttpPorts | None = None, url: str = HERE, **more: Any) -> httpx.AsyncClient:
        """Somebody at a browser on this machine, who hasn't logged in."""
        transport = httpx.ASGITransport(self.app(ports, **more), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=url, headers={"origin": url})

    @asynccontextmanager
    async def logged_in(
        self, name: str, ports: HttpPorts | None = None, **more: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A client after its log-in."""
        async with self.client(ports, **more) as client:
            answer = await client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            yield client

    async def add(self, *users: User) -> None:
        """Make these users, with the password of all, whose hash costs little."""
        for user in users:
            await self.users.add(user, cheap_hash(), self.clock.now())


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    users: tuple[User, ...] = USERS,
    rules: DoorRules | None = None,
    provider: Provider | None = None,
    clock: HandClock | None = None,
    kind: str = "sqlite",
) -> AsyncIterator[House]:
    """A house with these users, in an empty database."""
    async with open_database(kind, folder) as database:
        house = House(Shop(), database, clock or HandClock(), rules or DoorRules(), provider)
        await house.add(*users)
        yield house
