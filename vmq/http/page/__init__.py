"""The floor page: one HTML file, one script, one style sheet, served from memory; it loads nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response

_FOLDER = Path(__file__).parent
_FILES = {
    "/": ("floor.html", "text/html; charset=utf-8"),
    "/page/floor.js": ("floor.js", "text/javascript; charset=utf-8"),
    "/page/floor.css": ("floor.css", "text/css; charset=utf-8"),
}


def page_routes() -> APIRouter:
    """The page's files. They hold no data: the page asks the API, with the token if there is one."""
    router = APIRouter(include_in_schema=False)
    for path, (name, media_type) in _FILES.items():
        _serve(router, path, (_FOLDER / name).read_bytes(), media_type)
    return router


def _serve(router: APIRouter, path: str, content: bytes, media_type: str) -> None:
    @router.get(path)
    async def file() -> Response:
        return Response(content, media_type=media_type, headers={"cache-control": "no-cache"})
