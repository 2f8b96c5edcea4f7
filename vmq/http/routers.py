"""A router of the API: its routes are below /api/v1 from the start.

They are put into the app as they are. `include_router` would build each of them a second time, and look through two
layers at each request.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

API = "/api/v1"


class ApiRouter(APIRouter):
    """An APIRouter below /api/v1; `prefix` and the rest are as there."""

    def __init__(self, *, prefix: str = "", **more: Any) -> None:
        super().__init__(prefix=f"{API}{prefix}", **more)
