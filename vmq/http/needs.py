"""What a route needs of who asks: a right, or nothing. Every route says it; the app is not built with one that doesn't.

@router.get("/floor", dependencies=[needs(Right.AGENT)])
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import HTTPConnection

from vmq.access.rights import Right, SubjectOf, Who, may
from vmq.http.identity import is_in, who_asks
from vmq.http.problems import ProblemError


class Needs:
    """A dependency of a route: a right, or (None) only to be let in, or (`is_open`) nothing at all."""

    def __init__(self, right: Right | None, *, is_open: bool = False) -> None:
        self.right = right
        self.is_open = is_open

    async def __call__(self, request: HTTPConnection) -> None:
        """Raises ProblemError when who asks may not."""
        if self.is_open:
            return
        if not is_in(request):
            raise ProblemError("token-needed")
        if self.right is not None and self.right not in who_asks(request).rights:
            raise ProblemError("not-allowed", f"needs the right {self.right.value}")


def needs(right: Right) -> Any:
    """Who asks must have this right."""
    return Depends(Needs(right))


LET_IN = Depends(Needs(None))
"""For whoever was let in."""
OPEN = Depends(Needs(None, is_open=True))
"""For everybody: what tells nothing, and the ways in."""


def check_may(subject: SubjectOf, who: Who, right: Right, kind: str, name: str) -> None:
    """Raises ProblemError unless he may do what needs this right to this agent, queue, caller, offer or call."""
    if not may(who, right, subject(kind, name)):
        raise ProblemError("not-allowed", f"{kind} {name} is none of yours")


CONNECT = "CONNECT"
"""Instead of a method, for a WebSocket."""


@dataclass(frozen=True, slots=True)
class Said:
    """A route, and what it says it needs; `need` None when it doesn't say."""

    method: str
    path: str
    need: Needs | None


def said_by(app: FastAPI) -> Iterator[Said]:
    """Each route of the app, with its methods."""
    for route in iter_route_contexts(app.routes):
        found = [dependency.dependency for dependency in getattr(route, "dependencies", ())]
        need = next((each for each in found if isinstance(each, Needs)), None)
        # A WebSocket has no method.
        for method in sorted(getattr(route, "methods", None) or {CONNECT}):
            yield Said(method, str(route.path), need)


def check_all_say(app: FastAPI) -> None:
    """Raises RuntimeError when a route doesn't say what it needs."""
    if forgotten := [f"{each.method} {each.path}" for each in said_by(app) if each.need is None]:
        raise RuntimeError(f"these routes don't say which right they need: {', '.join(forgotten)}")
