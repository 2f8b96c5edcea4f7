"""What the API asks of the program besides the floor and the journal, and its server on the configured port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmq.config.model import HttpConfig
from vmq.domain.floor import Floor
from vmq.domain.mailbox import Counts
from vmq.domain.why import explain
from vmq.engine.ports import Clock
from vmq.errors import ConfigError
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.ports import HttpPorts
from vmq.http.server import HttpServer, Tls
from vmq.http.stream import Streams
from vmq.voicemail.ports import Mailboxes


def open_http(config: HttpConfig, ports: HttpPorts, metrics: Metrics, *, may_take_any_port: bool) -> HttpServer:
    """The server, listening. Raises ConfigError for a port that is taken, unless any other will do (a demo's)."""
    streams = Streams(ports.journal)
    tls = Tls(config.tls_certificate, config.tls_key) if config.tls_certificate and config.tls_key else None
    app = build_app(
        ports,
        metrics,
        streams,
        host=config.host,
        token=config.token.get_secret_value(),
        is_secure=tls is not None,
        proxies=config.trusted_proxies,
    )
    try:
        return HttpServer(app, streams, config.host, config.port, tls)
    except ConfigError:
        if not may_take_any_port:
            raise
        return HttpServer(app, streams, config.host, 0, tls)


def why(floor: Floor, clock: Clock, call_id: str) -> Mapping[str, Any] | None:
    """Why a caller waits, in words; None for one who isn't there."""
    caller = floor.callers.get(call_id)
    return explain(floor, caller, clock.now()) if caller else None


async def mailbox_counts(mailboxes: Mailboxes, number: str) -> Counts | None:
    """How many messages a mailbox has; None for one that isn't there."""
    mailbox = (await mailboxes.find(number)).get(number)
    return mailbox.counts if mailbox else None
