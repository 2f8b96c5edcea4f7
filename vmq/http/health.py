"""Whether the process lives, whether it can do its work, and its numbers: for load balancers and monitoring."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from vmq.access.rights import Right
from vmq.http.metrics import Metrics
from vmq.http.models import Readiness
from vmq.http.needs import OPEN, needs
from vmq.http.ports import Health, HttpPorts, Probe
from vmq.http.routers import short_name

PROBE_TIMEOUT_S = 2.0


def health_routes(ports: HttpPorts, metrics: Metrics) -> APIRouter:
    """/healthz, /readyz and /metrics."""
    router = APIRouter(tags=["health"], generate_unique_id_function=short_name)

    @router.get("/healthz", summary="The process is alive", dependencies=[OPEN], response_class=PlainTextResponse)
    async def healthz() -> str:
        return "ok\n"

    @router.get(
        "/readyz",
        summary="Every dependency is there",
        response_model=Readiness,
        dependencies=[needs(Right.MONITOR)],
        responses={503: {"model": Readiness, "description": "Not ready: the parts say why"}},
    )
    async def readyz() -> JSONResponse:
        found = await asyncio.gather(*(_look(probe) for probe in ports.probes))
        is_ready = all(health.is_ok for health in found)
        parts = {
            probe.name: {"is_ok": health.is_ok, "text": health.text}
            for probe, health in zip(ports.probes, found, strict=True)
        }
        return JSONResponse({"is_ready": is_ready, "parts": parts}, 200 if is_ready else 503)

    @router.get(
        "/metrics",
        summary="Numbers for Prometheus",
        dependencies=[needs(Right.MONITOR)],
        response_class=PlainTextResponse,
    )
    async def numbers() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _look(probe: Probe) -> Health:
    """A probe's answer; that it fails (whatever the error) or takes too long is an answer too."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            return await probe.check()
    except TimeoutError:
        return Health(False, f"no answer within {PROBE_TIMEOUT_S:.0f} s")
    except Exception as error:
        return Health(False, str(error) or repr(error))
