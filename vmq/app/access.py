"""Users of the API, wired: the doors over the database, the OpenID provider, and the command line's ways to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields

from vmq.access.doors import DoorRules, Doors
from vmq.app.storage import open_database
from vmq.config.model import Config, HttpConfig, OidcConfig
from vmq.db.audit import AuditRepository
from vmq.db.engine import Database
from vmq.db.once import OnceRepository
from vmq.db.users import UserRepository
from vmq.db.visits import VisitRepository
from vmq.engine.clock import SystemClock
from vmq.engine.ports import Clock
from vmq.http.ports import Access, Provider


def open_access(config: HttpConfig, database: Database, clock: Clock) -> Access:
    """All that the API needs of users. Raises ConfigError when an OpenID provider is configured, and its library is not
    installed."""
    return Access(
        doors=open_doors(config, database, clock),
        audit=AuditRepository(database),
        once=OnceRepository(database),
        now=clock.now,
        provider=_provider(config.oidc, clock),
    )


def open_doors(config: HttpConfig, database: Database, clock: Clock) -> Doors:
    """The ways in, as configured."""
    rules = DoorRules(config.lock_after, config.lock_s, config.session_idle_s, config.session_s)
    return Doors(UserRepository(database), VisitRepository(database), clock, rules)


async def setup_link(access: Access, url: str) -> str:
    """A new link by which the first user is made; empty when there are users."""
    key = await access.doors.new_link()
    return f"{url}/setup?key={key}" if key else ""


@asynccontextmanager
async def doors_of(config: Config) -> AsyncIterator[Doors]:
    """The ways in, on the configured database, while no program is asked: for the command line. Raises StorageError."""
    async with open_database(config) as database:
        yield open_doors(config.http, database, SystemClock())


def _provider(config: OidcConfig, clock: Clock) -> Provider | None:
    if not config.issuer:
        return None
    from vmq.http.oidc import OidcProvider, OidcSettings  # noqa: PLC0415  its library is an extra

    known = {field.name: getattr(config, field.name) for field in fields(OidcSettings)}
    secret = config.client_secret.get_secret_value()
    return OidcProvider(OidcSettings(**{**known, "client_secret": secret}), clock)
