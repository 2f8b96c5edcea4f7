"""What was recorded of calls, to be heard by who supervises their queues; the audit log says who did."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, Response

from vmq.access.rights import Right, SubjectOf
from vmq.http.identity import who_asks
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.reports import ReportPort
from vmq.http.sight import Sight


def call_recording_routes(port: ReportPort | None, subject: SubjectOf) -> APIRouter:
    """All of them. Without a port there are none."""
    router = APIRouter(prefix="/reports/calls", tags=["reports"], dependencies=[needs(Right.SUPERVISE)])
    if port is None:
        return router

    @router.get(
        "/{row}/recordings/{nth}",
        summary="Hear a recording of a call, as a WAV file",
        description="`Range` gives a part. Who heard it is in the audit log.",
        response_class=Response,
        responses={
            200: {"content": {"audio/wav": {}}},
            206: {"description": "The part that `Range` asked for.", "content": {"audio/wav": {}}},
            416: {"description": "The recording has no such part.", "content": {"text/plain": {}}},
            **documented("token-needed", "not-allowed", "recording-unknown", "invalid", "storage-failed"),
        },
    )
    async def hear_call(
        http: Request,
        row: Annotated[int, Path(ge=1, lt=2**62, description="`id` of a row of `calls`.", examples=[4711])],
        nth: Annotated[int, Path(ge=1, le=1000, description="1 = the first of its `recordings`.", examples=[1])],
    ) -> Response:
        path = await port.recording(row, nth, Sight(who_asks(http), subject))
        if path is None:
            raise ProblemError("recording-unknown", f"{nth} of {row}: not there (any more), or no WAV file")
        http.state.is_noted = True
        return FileResponse(path, media_type="audio/wav", headers={"cache-control": "private, no-cache"})

    return router
