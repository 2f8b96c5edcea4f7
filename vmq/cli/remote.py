"""How the command line talks to a running vmq: one request to its HTTP API, one answer or one clear error."""

from __future__ import annotations

import json
import os
import ssl
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import BaseHandler, HTTPSHandler, ProxyHandler, Request, build_opener

import typer

from vmq import __version__
from vmq.cli.base import ConfigOption, settings
from vmq.errors import ConfigError, VmqError

UrlOption = Annotated[
    str, typer.Option("--url", help="Where the running vmq is, e.g. http://pbx:8080; else as the configuration says.")
]
TIMEOUT_S = 10.0
SOUND_TIMEOUT_S = 60.0
_ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  nothing is bound here


class RemoteError(VmqError):
    """A running vmq refused a request, or there is none."""


class Remote:
    """A running vmq: `base` is its address. The token is the configuration's, also for another `url`; `trust` is whose
    certificate is taken, None = those that this machine takes anyway."""

    def __init__(self, config: ConfigOption, url: str = "") -> None:
        http = settings(config).http
        host = _ANYWHERE.get(http.host, f"[{http.host}]" if ":" in http.host else http.host)
        scheme = "https" if http.tls_certificate else "http"
        self.base = (url or f"{scheme}://{host}:{http.port}").rstrip("/")
        self.token = http.token.get_secret_value()
        # The server is asked itself: a proxy of the environment has nothing to do with a machine's own vmq.
        handlers: list[BaseHandler] = [ProxyHandler({})]
        self.trust = _own_certificate(http.tls_certificate) if http.tls_certificate and not url else None
        if self.trust is not None:
            handlers.append(HTTPSHandler(context=self.trust))
        self._opener = build_opener(*handlers)

    def ask(self, method: str, address: str, body: Any = None, timeout_s: float = TIMEOUT_S) -> Any:
        """The answer's JSON (None when it has none); `address` is below /api/v1. Raises RemoteError."""
        data = None if body is None else json.dumps(body).encode()
        text = self._ask(method, address, data, "application/json", timeout_s)
        return json.loads(text) if text else None

    def table(self, address: str) -> bytes:
        """A CSV file. Raises RemoteError."""
        return self._ask("GET", address, None, "text/csv", SOUND_TIMEOUT_S)

    def send_table(self, address: str, content: bytes) -> Any:
        """The answer to a CSV file. Raises RemoteError."""
        return json.loads(self._ask("POST", address, content, "text/csv", SOUND_TIMEOUT_S))

    def sound(self, address: str) -> bytes:
        """A recording as a WAV file. Raises RemoteError."""
        return self._ask("GET", address, None, "audio/wav", SOUND_TIMEOUT_S)

    def send_sound(self, address: str, wav: bytes) -> None:
        """Send a WAV file to take this place. Raises RemoteError."""
        self._ask("PUT", address, wav, "audio/wav", SOUND_TIMEOUT_S)

    def _ask(self, method: str, address: str, data: bytes | None, media_type: str, timeout_s: float) -> bytes:
        headers = {"User-Agent": f"vmq/{__version__}", "Content-Type": media_type}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        url = f"{self.base}/api/v1{quote(address, safe='/?=&:')}"
        if not url.startswith(("http://", "https://")):
            raise RemoteError(f"--url: {self.base!r} is no address; write e.g. http://127.0.0.1:8080")
        try:
            with self._opener.open(Request(url, data, headers, method=method), timeout=timeout_s) as reply:  # noqa: S310
                answer: bytes = reply.read()
                return answer
        except HTTPError as error:
            raise RemoteError(_problem(error)) from None
        except (URLError, TimeoutError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise RemoteError(f"{self.base}: no vmq answers ({_words(reason)}); is `vmq run` running?") from None


def _own_certificate(file: Path) -> ssl.SSLContext:
    """Trust the configured certificate, whatever name it is for: this machine is not asked by that name. It is the
    file's first; those behind it have signed others too."""
    try:
        _, _, behind = file.read_text(encoding="ascii", errors="replace").partition(ssl.PEM_HEADER)
        first, _, _ = behind.partition(ssl.PEM_FOOTER)
        context = ssl.create_default_context(cadata=f"{ssl.PEM_HEADER}{first}{ssl.PEM_FOOTER}\n")
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"http.tls_certificate: {file} can't be used ({error})") from None
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


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
