"""The door of the HTTP server: who may come in, and what every answer carries to keep a browser safe.

In: each request, before any route. Out: the request passed on, or a problem. Checked: the bearer token; on loopback,
where there may be none, that the request names this machine as its host (a page elsewhere can point its own name at
127.0.0.1); and that another site's page commands nothing.
"""

from __future__ import annotations

from email.utils import formatdate
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vmq.errors import ConfigError
from vmq.http.problems import ProblemError, answer

# They tell nothing of the system: the page's own files, and that the process lives.
OPEN_PATHS = frozenset({"/", "/page/floor.js", "/page/floor.css", "/healthz"})
# Their addresses are secrets themselves (vmq.http.feeds).
OPEN_FOLDERS = ("/feeds/", "/listen/")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def is_loopback(host: str) -> bool:
    """True for a host that only this machine can reach."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_binding(host: str, token: str) -> None:
    """Refuse to be reachable from elsewhere without a token. Raises ConfigError."""
    if not token and not is_loopback(host):
        raise ConfigError(
            f"http.token: is needed when http.host is {host} (reachable from elsewhere); write a long text"
        )


class Guard:
    """ASGI middleware around the app. `host` is what the server is bound to; an empty `token` asks for none."""

    def __init__(self, app: ASGIApp, host: str, token: str) -> None:
        check_binding(host, token)
        self._app = app
        self._is_local = is_loopback(host)
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a good request on; answer any other."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                headers["date"] = formatdate(usegmt=True)
            await send(message)

        try:
            self._check(scope)
        except ProblemError as problem:
            await answer(problem.problem_id, problem.detail)(scope, receive, send_safely)
        else:
            await self._app(scope, receive, send_safely)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if self._is_local and not is_loopback(_hostname(headers.get("host", ""))):
            raise ProblemError("host-unknown", "this server answers to localhost and 127.0.0.1")
        if scope["method"] not in _SAFE_METHODS and _is_foreign(headers):
            raise ProblemError("foreign-origin")
        if self._token and scope["path"] not in OPEN_PATHS and not scope["path"].startswith(OPEN_FOLDERS):
            scheme, _, given = headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not compare_digest(given.strip().encode(), self._token):
                raise ProblemError("token-needed")


def _hostname(host: str) -> str:
    """The name in a Host header, without its port; empty when it is not one."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # a bracket without its other
        return ""


def _is_foreign(headers: Headers) -> bool:
    """True when a browser says that a page of another site sends this."""
    origin = headers.get("origin")
    return origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower()
