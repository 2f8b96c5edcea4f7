"""Runs the HTTP application inside the program's own task group: binds, serves, stops; takes no signal, polls nothing.

In: an address and an application. Out: connections served within limits of number, time and size.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn
from starlette.types import ASGIApp

from vmq.errors import ConfigError
from vmq.http.connection import MAX_HEAD_BYTES, MAX_MESSAGE_BYTES, BoundedConnection
from vmq.http.stream import Streams

STOP_S = 2
KEEP_ALIVE_S = 15

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handlers (the program has its own) and without its tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave all signals alone."""
        yield

    async def main_loop(self) -> None:
        """Wait to be stopped."""
        await self.stopping.wait()


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a certificate (with what is between it and the root) and of its key, both PEM."""

    certificate: Path
    key: Path

    def check(self) -> None:
        """Raises ConfigError when a server can't use them."""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, password="")
        except (OSError, ssl.SSLError) as error:
            reason = error.strerror or str(error)
            raise ConfigError(
                f"http.tls_certificate, http.tls_key: can't be used ({reason}): {self.certificate}, {self.key}; "
                "write two PEM files, the key without a password"
            ) from None


class HttpServer:
    """A bound HTTP server: connections are taken from the start, and served while `run` runs."""

    def __init__(self, app: ASGIApp, streams: Streams, host: str, port: int, tls: Tls | None = None) -> None:
        """Bind. `port` 0 takes a free one. Raises ConfigError when the address can't be had, or the files of TLS."""
        if tls is not None:
            tls.check()
        self._tls = tls
        self._socket = _bind(host, port)
        self._streams = streams
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        self._server = _Server(
            uvicorn.Config(
                app,
                http=BoundedConnection,
                ws="websockets-sansio",
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=STOP_S,
                h11_max_incomplete_event_size=MAX_HEAD_BYTES,
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.key if tls else None,
            )
        )

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    async def run(self) -> None:
        """Serve until `stop` or until cancelled; both end the live streams at once and let short requests finish."""
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="http server")
        log.info("http_serving", url=self.url)
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.stop()
            await serving
            raise

    def stop(self) -> None:
        """Take no new connection and end."""
        self._streams.close()
        self._server.should_exit = True
        self._server.stopping.set()


def _bind(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        # asyncio turns Nagle's algorithm off only where the protocol is named; left on, it costs 40 ms an answer.
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
        except OSError:
            listener.close()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(
            f"http: can't listen on {host} port {port} ({reason}); choose another http.host or http.port"
        ) from None
    return listener
