"""The pages of the ways in: log-in, and making the first user. Files of HTML, script and style, served from memory."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response

from vmq.http.ways_in import FILES, PAGES

_FOLDER = Path(__file__).parent
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}


def door_pages() -> APIRouter:
    """The pages' files. They hold no data."""
    router = APIRouter(include_in_schema=False)
    for address, name in {**PAGES, **{f"/page/{name}": name for name in FILES}}.items():
        _serve(router, address, _FOLDER / name)
    return router


def _serve(router: APIRouter, address: str, path: Path) -> None:
    content, media_type = path.read_bytes(), _TYPES[path.suffix]

    @router.get(address)
    async def file() -> Response:
        return Response(content, media_type=media_type, headers={"cache-control": "no-cache"})
