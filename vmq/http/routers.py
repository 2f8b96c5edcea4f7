"""A router of the API: its routes are below /api/v1 from the start.

They are put into the app as they are. `include_router` would build each of them a second time, and look through two
layers at each request.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

API = "/api/v1"


def short_name(route: APIRoute) -> str:
    """An operation's name, short and there to stay: programs call by it (vmq.client), the audit log says it."""
    return route.name


class ApiRouter(APIRouter):
    """An APIRouter below /api/v1; `prefix` and the rest are as there."""

    def __init__(self, *, prefix: str = "", **more: Any) -> None:
        super().__init__(prefix=f"{API}{prefix}", generate_unique_id_function=short_name, **more)
