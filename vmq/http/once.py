"""Requests that may be sent again and are carried out once: those with the header Idempotency-Key.

Who sends the same request with the same key again, within 24 hours, gets the answer that the first one got. Another
request under that key is refused, and one whose first sending never came to an answer: what became of it is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Header
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from vmq.access.keys import digest
from vmq.http.identity import who_asks
from vmq.http.ports import Access
from vmq.http.problems import ProblemError

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=8,
        max_length=200,
        description="Any text of your own, another one for each thing wanted: sent again, it is done once.",
        examples=["3f0e6c1a-8a5e-4d0c-9e39-1f1f5f0f2f11"],
    ),
]


async def once(
    access: Access | None, http: Request, key: str | None, values: Any, work: Callable[[], Awaitable[Any]]
) -> Response:
    """The work's answer as 202; or the one that was given to the same request before. Raises what the work raises."""
    if access is None or key is None:
        return JSONResponse(await work(), 202)
    wanted = json.dumps([http.method, http.url.path, values], sort_keys=True, default=str)
    name, request = digest(f"{who_asks(http).name}\n{key}"), digest(wanted)
    earlier = await access.once.begin(name, request, access.now())
    if earlier is not None:
        if earlier.request != request:
            raise ProblemError("key-reused", "send another key with another request")
        if not earlier.status:
            raise ProblemError("in-progress", "look at the floor, and send it with another key if nothing came of it")
        headers = {"idempotency-replayed": "true"}
        return Response(earlier.text, earlier.status, headers, media_type="application/json")
    try:
        answer = JSONResponse(await work(), 202)
    except BaseException:
        await access.once.forget(name)
        raise
    await access.once.finish(name, 202, bytes(answer.body).decode())
    return answer
