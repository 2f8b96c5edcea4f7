"""The door of the HTTP server: who may come in, and what every answer carries to keep a browser safe.

In: each request, before any route. Out: the request passed on with who it comes from, or a problem. Checked: session or
token (vmq.http.identity); on loopback, where none may be needed, that the request names this machine as its host (a
page elsewhere can point its own name at 127.0.0.1); and that another site's page commands nothing. What somebody may
is checked by each route (vmq.http.needs).
"""

from __future__ import annotations

from email.utils import formatdate
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from vmq.errors import ConfigError, StorageError
from vmq.http.identity import Identity
from vmq.http.page import FILES
from vmq.http.ports import Access
from vmq.http.problems import PROBLEMS, ProblemError, answer
from vmq.http.recorder import SAFE_METHODS, Recorder
from vmq.http.ways_in import SOCKETS, WAYS_IN

log = structlog.get_logger(__name__)

LIVENESS = "/healthz"
# They tell nothing of the system: the page's own files, and that the process lives.
OPEN_PATHS = frozenset({LIVENESS, *FILES, *WAYS_IN})
# Their addresses are secrets themselves (vmq.http.feeds).
OPEN_FOLDERS = ("/feeds/", "/listen/")
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{sip}; img-src data: blob:; "
        "media-src blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
}


def is_loopback(host: str) -> bool:
    """True for a host that only this machine can reach."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_binding(host: str, token: str, *, is_safe: bool = False) -> None:
    """Refuse to be reachable from elsewhere with neither a token nor (`is_safe`) TLS. Raises ConfigError."""
    if not token and not is_safe and not is_loopback(host):
        raise ConfigError(
            f"http.token: is needed when http.host is {host} (reachable from elsewhere); write a long text, or "
            "have TLS (http.tls_certificate) or a proxy with TLS (http.trusted_proxies)"
        )


class Guard:
    """ASGI middleware around the app. `host` is what the server is bound to; an empty `token` asks for none, and
    `identity` finds out who asks (else the token alone counts). `is_proxied` says that a proxy of ours stands before
    it: then the name it is asked by is the proxy's, and nothing is open to this machine. `sip_server` is the WebSocket
    of an Asterisk, which the page may connect to."""

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        token: str,
        access: Access | None = None,
        *,
        is_secure: bool = False,
        is_proxied: bool = False,
        sip_server: str = "",
    ) -> None:
        check_binding(host, token, is_safe=is_secure or is_proxied)
        self._app = app
        self._is_local = is_loopback(host) and not is_proxied
        policy = _HEADERS["content-security-policy"].format(sip=_origin(sip_server))
        self._headers = {**_HEADERS, "content-security-policy": policy}
        self._recorder = Recorder(access)
        self._identity = Identity(access.doors if access else None, token, is_open=self._is_local)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a good request on; answer any other."""
        if scope["type"] == "websocket":
            await (self._app if self._may_connect(scope) else WebSocketClose())(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                headers["date"] = formatdate(usegmt=True)
                if scope.get("scheme") == "https":
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        try:
            goes_to = await self._check(scope)
        except ProblemError as problem:
            status, _ = PROBLEMS[problem.problem_id]
            await self._recorder.note(scope, status, problem.problem_id)
            await answer(problem.problem_id, problem.detail)(scope, receive, send_safely)
        except StorageError as error:
            log.warning("http_storage_failed", error=str(error))
            await answer("storage-failed")(scope, receive, send_safely)
        else:
            await (RedirectResponse(goes_to, 303) if goes_to else self._app)(scope, receive, send_safely)

    def _may_connect(self, scope: Scope) -> bool:
        """A WebSocket is for our own page, which says so in Origin: a browser lets any page open one anywhere."""
        headers = Headers(scope=scope)
        if self._is_local and not is_loopback(_hostname(headers.get("host", ""))):
            return False
        return scope["path"] in SOCKETS and "origin" in headers and not _is_foreign(headers)

    async def _check(self, scope: Scope) -> str:
        """Raises ProblemError for who may not come in; a page's reader who isn't logged in is to go to the address."""
        headers = Headers(scope=scope)
        if self._is_local and not is_loopback(_hostname(headers.get("host", ""))):
            raise ProblemError("host-unknown", "this server answers to localhost and 127.0.0.1")
        is_command = scope["method"] not in SAFE_METHODS
        if is_command and _is_foreign(headers):
            raise ProblemError("foreign-origin")
        path = scope["path"]
        visit = None if path == LIVENESS else await self._identity.of(scope)
        scope.setdefault("state", {})["identity"] = self._identity
        if visit is not None:
            scope["state"]["visit"] = visit
            if visit.session is not None and is_command and not _is_own_page(headers):
                raise ProblemError("foreign-origin", "a browser says in Origin or Sec-Fetch-Site that it is our page")
            return ""
        if _is_page(scope, headers) and await self._identity.has_users():
            return f"/login?next={quote(path + _query(scope), safe='')}"
        if path not in OPEN_PATHS and not path.startswith(OPEN_FOLDERS):
            raise ProblemError("token-needed")
        return ""


def _is_page(scope: Scope, headers: Headers) -> bool:
    """True when a browser asks for a page to show, which isn't one of the ways in."""
    if scope["method"] != "GET" or "text/html" not in headers.get("accept", ""):
        return False
    path = scope["path"]
    return path == "/" or not (path in OPEN_PATHS or path.startswith(("/api/", "/page/", *OPEN_FOLDERS)))


def _origin(url: str) -> str:
    """Where a WebSocket is, as a policy says it, after a blank; empty for none."""
    parts = urlsplit(url)
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _query(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"?{query}" if query else ""


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


def _is_own_page(headers: Headers) -> bool:
    """True when a browser says that our own page sends this. No page can write these headers."""
    site = headers.get("sec-fetch-site")
    return site == "same-origin" if site is not None else "origin" in headers
