"""An OpenID provider vouches for users: the code flow with PKCE, done by Authlib, and its claims as a user of vmq.

In: the browser on its way there, and back. Out: a User, or AccessRefused. What has to be known when a browser
comes back is kept here for ten minutes, under a key in a cookie of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from vmq.access.keys import digest, new_key
from vmq.access.rights import Role
from vmq.access.users import Origin, User
from vmq.engine.ports import Clock
from vmq.errors import AccessRefused, ConfigError
from vmq.http.ways_in import OIDC_BEGIN

try:
    import httpx2
    from authlib.integrations.starlette_client import OAuth, OAuthError
    from joserfc.errors import JoseError
except ImportError as error:
    raise ConfigError(f"http.oidc: needs a library that isn't there ({error.name}); pip install 'vmq[oidc]'") from None

from starlette.requests import Request
from starlette.responses import Response

log = structlog.get_logger(__name__)

COOKIE = "vmq-oidc"
PENDING_S = 600
MAX_PENDING = 1000
TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Where the provider is, what it knows us as, and which of its claims say what (see vmq.config.model)."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    scope: str
    user_claim: str
    role_claim: str
    administrators: tuple[str, ...]
    supervisors: tuple[str, ...]
    agents: tuple[str, ...]
    queues_claim: str
    agent_claim: str
    mailbox_claim: str


class OidcProvider:
    """Implements vmq.http.ports.Provider."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._pending: OrderedDict[str, tuple[dict[str, Any], float]] = OrderedDict()
        self._client = OAuth().register(
            "vmq",
            client_id=settings.client_id,
            client_secret=settings.client_secret or None,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": settings.scope, "code_challenge_method": "S256", "timeout": TIMEOUT_S},
        )

    @property
    def label(self) -> str:
        """What the log-in page calls it."""
        return self._settings.label

    async def begin(self, request: Request, came_back_at: str) -> Response:
        """Send the browser to the provider. Raises AccessRefused when that doesn't answer."""
        session: dict[str, Any] = {}
        request.scope["session"] = session
        try:
            await self._check_issuer()
            answer: Response = await self._client.authorize_redirect(request, came_back_at)
        except (OAuthError, httpx2.HTTPError, ValueError, KeyError, RuntimeError) as error:
            raise _failed(error) from None
        key = new_key()
        self._pending[digest(key)] = (session, self._clock.now() + PENDING_S)
        while len(self._pending) > MAX_PENDING:
            self._pending.popitem(last=False)
        answer.status_code = 303
        # Lax and not strict: the way back begins at the provider's site.
        answer.set_cookie(
            COOKIE,
            key,
            max_age=PENDING_S,
            path=OIDC_BEGIN,
            secure=request.scope.get("scheme") == "https",
            httponly=True,
            samesite="lax",
        )
        return answer

    async def end(self, request: Request) -> User:
        """Who the browser comes back as. Raises AccessRefused."""
        key = request.cookies.get(COOKIE, "")
        session, until = self._pending.pop(digest(key), ({}, 0.0))
        if self._clock.now() >= until:
            raise AccessRefused("login-refused", "the log-in took too long, or began in another browser")
        request.scope["session"] = session
        try:
            claims = await self._claims(request)
        except (OAuthError, JoseError, httpx2.HTTPError, ValueError, KeyError, RuntimeError) as error:
            raise _failed(error) from None
        return user_of(claims, self._settings)

    async def _claims(self, request: Request) -> Mapping[str, Any]:
        """What the ID token says, and the user-info endpoint where the token doesn't say the role."""
        token = await self._client.authorize_access_token(request)
        claims: dict[str, Any] = dict(token["userinfo"])
        metadata = await self._client.load_server_metadata()
        if claim(claims, self._settings.role_claim) is None and metadata.get("userinfo_endpoint"):
            more = await self._client.userinfo(token=token)
            if more.get("sub") != claims.get("sub"):
                raise ValueError("the user-info endpoint speaks of another user")
            claims = {**more, **claims}
        return claims

    async def _check_issuer(self) -> None:
        metadata = await self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._settings.issuer.rstrip("/"):
            raise ValueError(f"it calls itself {metadata.get('issuer')!r}, not {self._settings.issuer!r}")


def user_of(claims: Mapping[str, Any], settings: OidcSettings) -> User:
    """The user that a provider's claims describe. Raises AccessRefused for somebody without a role."""
    name = str(claim(claims, settings.user_claim) or "").lower()
    values = set(_texts(claim(claims, settings.role_claim)))
    wanted = {
        Role.ADMINISTRATOR: settings.administrators,
        Role.SUPERVISOR: settings.supervisors,
        Role.AGENT: settings.agents,
    }
    role = next((role for role, names in wanted.items() if values & set(names)), None)
    if role is None:
        raise AccessRefused("login-refused", f"{name} has no role here")
    queues = None
    if role is Role.SUPERVISOR and settings.queues_claim:
        queues = frozenset(_texts(claim(claims, settings.queues_claim)))
    agent = str(claim(claims, settings.agent_claim) or "") if settings.agent_claim else ""
    if role is Role.AGENT and not settings.agent_claim:
        agent = name
    mailbox = str(claim(claims, settings.mailbox_claim) or "") if settings.mailbox_claim else ""
    return User(name, role, queues, agent[:64], mailbox[:40], Origin.OIDC)


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name; one inside of others by their names with dots between (`realm_access.roles`)."""
    if name in claims:
        return claims[name]
    first, separator, rest = name.partition(".")
    inner = claims.get(first)
    return claim(inner, rest) if separator and isinstance(inner, Mapping) else None


def _texts(value: Any) -> list[str]:
    """A list of texts, or one text of them with spaces between."""
    if isinstance(value, str):
        return value.split()
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def _failed(error: Exception) -> AccessRefused:
    log.warning("oidc_failed", error=f"{type(error).__name__}: {error}"[:300])
    return AccessRefused("provider-failed", "the log says what it said")
