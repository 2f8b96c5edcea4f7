"""How the command line talks to a running vmq: one request to its HTTP API, one answer or one clear error."""

from __future__ import annotations

import json
import os
from http.client import HTTPException, HTTPResponse
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import typer

from vmq import __version__
from vmq.cli.base import ConfigOption, settings
from vmq.errors import VmqError

UrlOption = Annotated[
    str, typer.Option("--url", help="Where the running vmq is, e.g. http://pbx:8080; else as the configuration says.")
]
TIMEOUT_S = 10.0
_ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  nothing is bound here


class RemoteError(VmqError):
    """A running vmq refused a request, or there is none."""


class Remote:
    """A running vmq: `base` is its address. The token is the configuration's, also for another `url`."""

    def __init__(self, config: ConfigOption, url: str = "") -> None:
        http = settings(config).http
        host = _ANYWHERE.get(http.host, f"[{http.host}]" if ":" in http.host else http.host)
        self.base = (url or f"http://{host}:{http.port}").rstrip("/")
        self.token = http.token.get_secret_value()
        # The server is asked itself: a proxy of the environment has nothing to do with a machine's own vmq.
        self._opener = build_opener(ProxyHandler({}))

    def ask(self, method: str, address: str, body: Any = None, timeout_s: float = TIMEOUT_S) -> Any:
        """The answer's JSON (None when it has none); `address` is below /api/v1. Raises RemoteError."""
        headers = {"User-Agent": f"vmq/{__version__}", "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.base}/api/v1{quote(address, safe='/?=&:')}"
        if not url.startswith(("http://", "https://")):
            raise RemoteError(f"--url: {self.base!r} is no address; write e.g. http://127.0.0.1:8080")
        try:
            with self._opener.open(Request(url, data, headers, method=method), timeout=timeout_s) as reply:  # noqa: S310
                return _read(reply)
        except HTTPError as error:
            raise RemoteError(_problem(error)) from None
        except (URLError, TimeoutError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise RemoteError(f"{self.base}: no vmq answers ({_words(reason)}); is `vmq run` running?") from None


def _read(reply: HTTPResponse) -> Any:
    text = reply.read()
    return json.loads(text) if text else None


def _problem(error: HTTPError) -> str:
    """A problem+json's own words; for anything else the status."""
    try:
        body = json.loads(error.read())
        lines = body.get("errors") or [f"{body['title']}: {body['detail']}" if body["detail"] else str(body["title"])]
    except (ValueError, KeyError, AttributeError, OSError):
        return f"the server answered {error.code} {error.reason}; is this a vmq?"
    return "\n".join(str(line) for line in lines)


def _words(reason: object) -> str:
    number = getattr(reason, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else str(reason)
