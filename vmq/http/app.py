"""Builds the HTTP application: routes, errors, and around them the guard, the audit log and the limit of a body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from vmq.http import problems
from vmq.http.api import floor_routes, mailbox_routes
from vmq.http.audit import audit_routes
from vmq.http.body import BodyLimit
from vmq.http.call_recordings import call_recording_routes
from vmq.http.command_routes import command_routes
from vmq.http.doctor import doctor_routes
from vmq.http.doors import door_routes
from vmq.http.feeds import feed_routes, feed_settings_routes
from vmq.http.guard import Guard
from vmq.http.health import health_routes
from vmq.http.mailbox_lists import list_routes
from vmq.http.mailboxes import desk_routes
from vmq.http.message_sending import sending_routes
from vmq.http.messages import message_routes
from vmq.http.metrics import Metrics
from vmq.http.needs import LET_IN, check_all_say
from vmq.http.outbox import outbox_routes
from vmq.http.packs import pack_routes
from vmq.http.page import page_routes
from vmq.http.ports import HttpPorts
from vmq.http.prompts import prompt_routes
from vmq.http.provider_routes import provider_routes
from vmq.http.recorder import Recorder, Recording
from vmq.http.register import register_routes
from vmq.http.reports import report_routes
from vmq.http.routers import API
from vmq.http.sessions import session_routes
from vmq.http.setting_edits import edit_routes
from vmq.http.settings import settings_routes
from vmq.http.sheets import sheet_routes
from vmq.http.stream import Streams
from vmq.http.telephone import telephone_routes
from vmq.http.transcripts import transcript_routes
from vmq.http.users import token_routes, user_routes

API_VERSION = "1"


def build_app(
    ports: HttpPorts,
    metrics: Metrics,
    streams: Streams,
    *,
    host: str,
    token: str = "",
    is_secure: bool = False,
    proxies: Sequence[str] = (),
) -> ASGIApp:
    """The ASGI application for a server that is bound to `host`, with TLS (`is_secure`) or without.

    `proxies` are addresses and networks whose word is taken for who asks and by which scheme. An empty `token` asks for
    none; without TLS or proxies only loopback may do that: raises ConfigError otherwise.
    """
    app = routed(ports, metrics, streams)
    recording = Recording(app, Recorder(ports.access))
    guard = Guard(
        BodyLimit(recording),
        host,
        token,
        ports.access,
        is_secure=is_secure,
        is_proxied=bool(proxies),
        sip_server=ports.telephones.server if ports.telephones else "",
    )
    return ProxyHeadersMiddleware(guard, list(proxies)) if proxies else guard  # type: ignore[arg-type,return-value]


def routed(ports: HttpPorts, metrics: Metrics, streams: Streams) -> FastAPI:
    """The application without what is around it. Every route says what it needs."""
    app = FastAPI(
        title="vmq",
        summary="Call queues and voicemail for Asterisk",
        version=API_VERSION,
        # Served below, to whoever is let in. Pages for it load scripts from elsewhere; the document serves any reader.
        openapi_url=None,
        # Short names that stay: programs call by them (vmq.client), the audit log says them.
        generate_unique_id_function=lambda route: route.name,
    )
    problems.install(app)
    for router in _routers(ports, metrics, streams):
        app.router.routes += router.routes

    @app.get(f"{API}/openapi.json", include_in_schema=False, dependencies=[LET_IN])
    async def openapi() -> dict[str, Any]:
        return app.openapi()

    check_all_say(app)
    return app


def _routers(ports: HttpPorts, metrics: Metrics, streams: Streams) -> Iterator[APIRouter]:
    yield page_routes()
    yield health_routes(ports, metrics)
    yield feed_routes(ports.feeds)
    if ports.access is not None and ports.access.provider is not None:
        yield provider_routes(ports.access, ports.access.provider)
    yield from _api(ports, streams)


def _api(ports: HttpPorts, streams: Streams) -> Iterator[APIRouter]:
    yield floor_routes(ports, streams)
    yield command_routes(ports)
    yield mailbox_routes(ports)
    yield register_routes(ports.desk, ports.settings)
    yield desk_routes(ports.desk)
    yield message_routes(ports.messages, ports.texts)
    yield transcript_routes(ports.messages, ports.texts)
    yield list_routes(ports.own_lists)
    yield sending_routes(ports.messages)
    yield outbox_routes(ports.outbox)
    yield feed_settings_routes(ports.feeds)
    yield pack_routes(ports.packs)
    yield prompt_routes(ports.prompts)
    yield doctor_routes(ports.examine)
    yield edit_routes(ports)
    yield settings_routes(ports)
    yield door_routes(ports.doors)
    yield sheet_routes(ports.settings)
    yield report_routes(ports.reports, ports.subject)
    yield call_recording_routes(ports.reports, ports.subject)
    if ports.telephones is not None:
        yield telephone_routes(ports.telephones)
    if ports.access is not None:
        for routes in (session_routes, user_routes, token_routes, audit_routes):
            yield routes(ports.access)
