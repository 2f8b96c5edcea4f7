"""The dashboard: files of HTML, script and style, served from memory as they are; it loads nothing from elsewhere.

The files hold no data: the page asks the API, as whoever opened it. index.html is what a browser begins with, app.js
the script it loads; each folder is one subject of the page, `vendor` what others wrote. login.html and setup.html are
the ways in, for who isn't logged in and for the first user.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from vmq.http.needs import OPEN
from vmq.http.problems import ProblemError

_FOLDER = Path(__file__).parent
_BELOW = "/page/"
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
        f"{_BELOW}{path.relative_to(_FOLDER).as_posix()}": path
        for path in sorted(_FOLDER.rglob("*"))
        if path.suffix in _TYPES
    },
}
"""Every file of the page by its address."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file in memory, as it is and packed."""

    content: bytes
    packed: bytes
    media_type: str
    etag: str

    def answer(self, request: Request) -> Response:
        headers = {"cache-control": "no-cache", "etag": self.etag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            zipped = headers | {"content-encoding": "gzip"}
            return Response(self.packed, media_type=self.media_type, headers=zipped)
        return Response(self.content, media_type=self.media_type, headers=headers)


def page_routes() -> APIRouter:
    """All of them. The files of /page share a route: each one more would be looked at on the way to the API's."""
    router = APIRouter(include_in_schema=False, dependencies=[OPEN])
    files = _read_all()

    async def file(request: Request) -> Response:
        found = files.get(request.scope["path"])
        if found is None:
            raise ProblemError("not-found")
        return found.answer(request)

    for address in (*(address for address in FILES if not address.startswith(_BELOW)), f"{_BELOW}{{file:path}}"):
        router.add_api_route(address, file, methods=["GET"])
    return router


@cache
def _read_all() -> Mapping[str, _File]:
    """The files by their addresses."""
    return {address: _read(path) for address, path in FILES.items()}


def _read(path: Path) -> _File:
    content = path.read_bytes()
    return _File(content, gzip.compress(content, mtime=0), _TYPES[path.suffix], f'"{sha256(content).hexdigest()[:16]}"')
