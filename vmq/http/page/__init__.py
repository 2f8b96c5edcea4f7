"""The dashboard: files of HTML, script and style, served from memory as they are; it loads nothing from elsewhere.

The files hold no data: the page asks the API, as whoever opened it. index.html is what a browser begins with, app.js
the script it loads; each folder is one subject of the page, `vendor` what others wrote. login.html and setup.html are
the ways in, for who isn't logged in and for the first user.
"""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from vmq.http.needs import OPEN

_FOLDER = Path(__file__).parent
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}

FILES = {
    "/": _FOLDER / "index.html",
    "/login": _FOLDER / "login.html",
    "/setup": _FOLDER / "setup.html",
    **{
        f"/page/{path.relative_to(_FOLDER).as_posix()}": path
        for path in sorted(_FOLDER.rglob("*"))
        if path.suffix in _TYPES
    },
}
"""Every file of the page by its address."""


def page_routes() -> APIRouter:
    """All of them."""
    router = APIRouter(include_in_schema=False, dependencies=[OPEN])
    for address, path in FILES.items():
        _serve(router, address, path)
    return router


def _serve(router: APIRouter, address: str, path: Path) -> None:
    content, packed = _read(path)
    etag = f'"{sha256(content).hexdigest()[:16]}"'
    headers = {"cache-control": "no-cache", "etag": etag, "vary": "accept-encoding"}

    @router.get(address)
    async def file(request: Request) -> Response:
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            zipped = headers | {"content-encoding": "gzip"}
            return Response(packed, media_type=_TYPES[path.suffix], headers=zipped)
        return Response(content, media_type=_TYPES[path.suffix], headers=headers)


@cache
def _read(path: Path) -> tuple[bytes, bytes]:
    """A file as it is, and packed."""
    content = path.read_bytes()
    return content, gzip.compress(content, mtime=0)
