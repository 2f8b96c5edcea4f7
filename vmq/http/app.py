"""Builds the HTTP application: routes, errors, and around them the guard and the limit of a body."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.types import ASGIApp

from vmq.http import problems
from vmq.http.api import floor_routes, mailbox_routes, pack_routes
from vmq.http.body import BodyLimit
from vmq.http.command_routes import command_routes
from vmq.http.feeds import feed_routes, feed_settings_routes
from vmq.http.guard import Guard
from vmq.http.health import health_routes
from vmq.http.metrics import Metrics
from vmq.http.outbox import outbox_routes
from vmq.http.page import page_routes
from vmq.http.ports import HttpPorts
from vmq.http.reports import report_routes
from vmq.http.settings import settings_routes
from vmq.http.stream import Streams

API_VERSION = "1"


def build_app(ports: HttpPorts, metrics: Metrics, streams: Streams, *, host: str, token: str = "") -> ASGIApp:
    """The ASGI application for a server that is bound to `host`.

    An empty `token` asks for none, which only loopback may do: raises ConfigError otherwise.
    """
    app = FastAPI(
        title="vmq",
        summary="Call queues and voicemail for Asterisk",
        version=API_VERSION,
        openapi_url="/api/v1/openapi.json",
        # Their pages load scripts from elsewhere; the OpenAPI document serves any reader.
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.include_router(page_routes())
    app.include_router(health_routes(ports, metrics))
    app.include_router(feed_routes(ports.feeds))
    routers = (
        floor_routes(ports, streams),
        command_routes(ports),
        mailbox_routes(ports),
        pack_routes(ports),
        settings_routes(ports),
        report_routes(ports.reports),
        outbox_routes(ports.outbox),
        feed_settings_routes(ports.feeds),
    )
    for router in routers:
        app.include_router(router, prefix="/api/v1")
    return Guard(BodyLimit(app), host, token)
