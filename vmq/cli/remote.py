"""How the command line talks to a running vmq: by the client, one request at a time, where the configuration says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from vmq import __version__
from vmq.cli.base import ConfigOption, settings
from vmq.errors import ConfigError

if TYPE_CHECKING:
    from vmq.client.requests import Wanted

UrlOption = Annotated[
    str, typer.Option("--url", help="Where the running vmq is, e.g. http://pbx:8080; else as the configuration says.")
]
TIMEOUT_S = 10.0
SOUND_TIMEOUT_S = 60.0
WAV, CSV = "audio/wav", "text/csv"
_ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  nothing is bound here


class Remote:
    """A running vmq: `base` is its address. The token is the configuration's, also for another `url`; `trust` is whose
    certificate is taken, None = those that this machine takes anyway. Everything raises ClientError."""

    def __init__(self, config: ConfigOption, url: str = "") -> None:
        http = settings(config).http
        host = _ANYWHERE.get(http.host, f"[{http.host}]" if ":" in http.host else http.host)
        scheme = "https" if http.tls_certificate else "http"
        self.base = (url or f"{scheme}://{host}:{http.port}").rstrip("/")
        self.token = http.token.get_secret_value()
        self.trust = _own_certificate(http.tls_certificate) if http.tls_certificate and not url else None

    def ask(
        self, method: str, address: str, body: Any = None, timeout_s: float = TIMEOUT_S, *, query: Any = None
    ) -> Any:
        """The answer's JSON (None when it has none); `address` is below /api/v1, `query` its values by name."""
        return self._send(method, address, body, timeout_s, query=query)

    def give(self, words: str, values: Mapping[str, Any]) -> None:
        """A command of the API, by its words."""
        from vmq.client.requests import command_wanted

        self._carry_out(command_wanted(words, values), TIMEOUT_S)

    def table(self, address: str) -> bytes:
        """A CSV file."""
        return bytes(self._send("GET", address, None, SOUND_TIMEOUT_S))

    def send_table(self, address: str, content: bytes) -> Any:
        """The answer to a CSV file."""
        return self._send("POST", address, content, SOUND_TIMEOUT_S, media_type=CSV)

    def sound(self, address: str) -> bytes:
        """A recording as a WAV file."""
        return bytes(self._send("GET", address, None, SOUND_TIMEOUT_S))

    def send_sound(self, address: str, wav: bytes) -> None:
        """Send a WAV file to take this place."""
        self._send("PUT", address, wav, SOUND_TIMEOUT_S, media_type=WAV)

    def _send(
        self, method: str, address: str, body: Any, timeout_s: float, *, query: Any = None, media_type: str = ""
    ) -> Any:
        from vmq.client.requests import JSON, Wanted

        wanted = Wanted(method, quote(address, safe="/?=&:"), query or {}, {}, body, media_type or JSON)
        return self._carry_out(wanted, timeout_s)

    def _carry_out(self, wanted: Wanted, timeout_s: float) -> Any:
        # Imported when a command runs: `vmq version` needs no HTTP.
        from vmq.client import Client

        async def carry_out() -> Any:
            name = f"vmq/{__version__}"
            async with Client(self.base, self.token, trust=self.trust, timeout_s=timeout_s, user_agent=name) as client:
                return await client.send(wanted)

        return asyncio.run(carry_out())


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
