"""Who a request comes from: a browser's session, a program's token, the configuration's token, or this machine.

In: a request's headers. Out: a Visit, or none. As long as there is no user and no token, whoever is on this machine may
do everything (a demo needs no log-in); from the first user on nobody may without one (docs/adr/0018).
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import Scope

from vmq.access.doors import Doors
from vmq.access.rights import Who
from vmq.access.users import Session, User
from vmq.http.problems import ProblemError

_FORWARDED = ("x-forwarded-for", "forwarded", "via")


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, from where; `session` and `user` for a browser that is logged in, `token` for a program's own."""

    who: Who
    address: str = ""
    session: Session | None = None
    user: User | None = None
    session_key: str = ""
    token: str = ""


class Identity:
    """Finds out who asks. `token` is the configuration's, empty = none; `is_open` says that this server may be open to
    all who reach it, as long as there is no user."""

    def __init__(self, doors: Doors | None, token: str, *, is_open: bool) -> None:
        self._doors = doors
        self._token = token.encode()
        self._is_open = is_open and not token

    async def of(self, scope: Scope) -> Visit | None:
        """Who asks; None for nobody we know. Raises ProblemError for a token that is not right, and StorageError."""
        headers = Headers(scope=scope)
        address = address_of(scope)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if "authorization" in headers:
            visit = await self._by_token(given.strip(), headers, address) if scheme.lower() == "bearer" else None
            if visit is None and not await self.is_open(headers):
                raise ProblemError("token-needed")
            if visit is not None:
                return visit
        key = cookie_parser(headers.get("cookie", "")).get(cookie_name(scope), "")
        found = await self._doors.by_session(key) if key and self._doors else None
        if found is not None:
            session, user = found
            return Visit(user.who(), address, session, user, session_key=key)
        return Visit(Who(_nameless(headers)), address) if await self.is_open(headers) else None

    async def is_open(self, headers: Headers) -> bool:
        """True while everything is open to whoever is on this machine. What came through a proxy is not."""
        if not self._is_open or any(name in headers for name in _FORWARDED):
            return False
        return not await self.has_users()

    async def has_users(self) -> bool:
        """Is there somebody who can log in?"""
        return self._doors is not None and await self._doors.has_users()

    async def is_still(self, visit: Visit) -> bool:
        """True while who came in would still come in, and may what he might. Doesn't count as use of his session."""
        if self._doors is None:
            return True
        if visit.session is not None:
            found = await self._doors.by_session(visit.session_key, is_use=False)
            return found is not None and found[1].who() == visit.who
        if visit.token:
            by_token = await self._doors.by_token(visit.token)
            return by_token is not None and by_token[1] == visit.who
        return bool(self._token) or not await self.has_users()

    async def _by_token(self, given: str, headers: Headers, address: str) -> Visit | None:
        if self._token and compare_digest(given.encode(), self._token):
            return Visit(Who(_nameless(headers)), address)
        found = await self._doors.by_token(given) if self._doors else None
        return Visit(found[1], address, token=given) if found else None


def visit_of(request: HTTPConnection) -> Visit:
    """Who came in through the guard; somebody without any right where an open door was used."""
    visit = request.scope.get("state", {}).get("visit")
    return visit if isinstance(visit, Visit) else Visit(Who("", frozenset()), address_of(request.scope))


def is_in(request: HTTPConnection) -> bool:
    """True when the guard let somebody in, and didn't only leave a door open."""
    return isinstance(request.scope.get("state", {}).get("visit"), Visit)


def who_asks(request: HTTPConnection) -> Who:
    """Who came in, and what he may."""
    return visit_of(request).who


def address_of(scope: Scope) -> str:
    """Where a request comes from; a trusted proxy's word for it has been taken already. What comes by IPv4 to an IPv6
    socket has its IPv4 address."""
    client = scope.get("client")
    given = str(client[0]) if client else ""
    try:
        found = ip_address(given)
    except ValueError:
        return given
    return str(found.ipv4_mapped) if isinstance(found, IPv6Address) and found.ipv4_mapped else given


def cookie_name(scope: Scope) -> str:
    """The session's cookie. With TLS its name makes browsers take it from this host only, and never without TLS."""
    return "__Host-vmq" if scope.get("scheme") == "https" else "vmq"


def _nameless(headers: Headers) -> str:
    """What the journal calls somebody who has no name."""
    return "cli" if headers.get("user-agent", "").startswith("vmq/") else "api"
