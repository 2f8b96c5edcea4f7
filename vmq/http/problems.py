"""The errors of the API: one table of stable ids, each answered as application/problem+json (RFC 9457).

Raise `ProblemError(id, detail)` in a route; everything else that goes wrong is turned into one of these here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from vmq.errors import (
    AccessRefused,
    ConfigError,
    NoConfigFile,
    NothingToUndo,
    SettingChanged,
    SettingUnknown,
    StorageError,
    VmqError,
)

log = structlog.get_logger(__name__)

# id → status and title. An id, once given out, keeps its meaning.
PROBLEMS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request can't be understood"),
    "token-needed": (401, "Log in, or send a bearer token; one that was sent is not right"),
    "login-refused": (401, "You can't log in like this"),
    "foreign-origin": (403, "Another site's page may not command this server"),
    "not-allowed": (403, "You may not do that"),
    "not-found": (404, "There is nothing here"),
    "agent-unknown": (404, "There is no such agent"),
    "queue-unknown": (404, "There is no such queue"),
    "call-unknown": (404, "There is no such call, or it is over"),
    "caller-unknown": (404, "No such caller is in a queue"),
    "offer-unknown": (404, "There is no such offer (any more)"),
    "user-unknown": (404, "There is no such user"),
    "telephone-unknown": (404, "There is no such telephone for you here"),
    "session-unknown": (404, "You have no such session"),
    "token-unknown": (404, "There is no such token"),
    "mailbox-unknown": (404, "There is no such mailbox"),
    "list-unknown": (404, "The configuration has no such list"),
    "message-unknown": (404, "The mailbox has no such message (any more)"),
    "recording-unknown": (404, "There is no recording of this message"),
    "greeting-unknown": (404, "The mailbox has no greeting of this kind"),
    "delivery-unknown": (404, "There is no such delivery that was given up"),
    "pack-unknown": (404, "There is no such personality"),
    "clip-unknown": (404, "There is no such prompt, or nothing to hear of it"),
    "setting-unknown": (404, "The configuration has nothing of this name"),
    "method-not-allowed": (405, "This address doesn't take that method"),
    "user-exists": (409, "There is a user of this name already"),
    "pack-busy": (409, "A personality of this id is being installed already"),
    "mailbox-busy": (409, "Somebody is in the mailbox, or leaving a message in it, now"),
    "message-private": (409, "A private message can't be forwarded"),
    "nobody-reached": (409, "No mailbox is meant that has room"),
    "folder-full": (409, "The folder takes no more messages"),
    "transcription-absent": (409, "Nothing is written down here"),
    "last-administrator": (409, "There would be no administrator left"),
    "in-progress": (409, "A request with this Idempotency-Key was begun, and what came of it is not known"),
    "setup-over": (410, "This set-up link is over, or of no use any more"),
    "nothing-to-undo": (409, "No change is remembered that could be undone"),
    "no-config-file": (409, "vmq runs without a configuration file"),
    "changed-meanwhile": (412, "Somebody else changed it meanwhile"),
    "too-large": (413, "The request is too large"),
    "host-unknown": (421, "The request is meant for another host"),
    "invalid": (422, "A value of the request is not valid"),
    "device-refused": (422, "This device may not be named"),
    "config-refused": (422, "The configuration would not be valid"),
    "pack-refused": (422, "The personality has mistakes, or can't say that"),
    "recipients-refused": (422, "Some of the recipients can't be addressed"),
    "user-refused": (422, "There can't be such a user"),
    "password-refused": (422, "This password can't be taken"),
    "key-reused": (422, "This Idempotency-Key was sent with another request"),
    "locked": (429, "This name is locked for a while"),
    "too-many-attempts": (429, "Too many attempts"),
    "internal": (500, "Something went wrong inside; the log says what"),
    "provider-failed": (502, "The OpenID provider didn't answer as it should"),
    "storage-failed": (503, "The database can't be used now"),
    "too-many-streams": (503, "Too many live streams are open"),
}
_BY_STATUS = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 422: "invalid"}


_OF_CONFIG: dict[type[ConfigError], str] = {
    SettingUnknown: "setting-unknown",
    SettingChanged: "changed-meanwhile",
    NoConfigFile: "no-config-file",
    NothingToUndo: "nothing-to-undo",
}


class ProblemBody(BaseModel):
    """What every error looks like."""

    type: str = Field(examples=["urn:vmq:problem:agent-unknown"])
    id: str = Field(description="Stable: compare this one.", examples=["agent-unknown"])
    title: str = Field(examples=["There is no such agent"])
    status: int = Field(examples=[404])
    detail: str = Field("", examples=["bob"])
    errors: list[str] = Field([], description="Each mistake by itself, where there may be several.", examples=[[]])


class ProblemError(VmqError):
    """An answer to be given instead of the one asked for. `problem_id` is one of PROBLEMS."""

    def __init__(self, problem_id: str, detail: str = "", errors: Sequence[str] = ()) -> None:
        super().__init__(f"{problem_id}: {detail}")
        self.problem_id = problem_id
        self.detail = detail
        self.errors = errors


def answer(problem_id: str, detail: str = "", errors: Sequence[str] = (), retry_s: float = 0.0) -> JSONResponse:
    """The response for a problem; `retry_s` tells when to ask again."""
    status, title = PROBLEMS[problem_id]
    body = {
        "type": f"urn:vmq:problem:{problem_id}",
        "id": problem_id,
        "title": title,
        "status": status,
        "detail": detail,
        **({"errors": list(errors)} if errors else {}),
    }
    headers = {"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    if retry_s > 0:
        headers["retry-after"] = str(math.ceil(retry_s))
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def documented(*problem_ids: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of these problems of a route."""
    found: dict[int | str, dict[str, Any]] = {}
    for problem_id in problem_ids:
        status, title = PROBLEMS[problem_id]
        before = found.get(status, {}).get("description")
        text = f"`{problem_id}`: {title}"
        found[status] = {
            "description": f"{before}; {text}" if before else text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
    return found


def install(app: FastAPI) -> None:
    """Let the app answer every error in this form, and its OpenAPI document know the form."""
    write_document = app.openapi

    def openapi() -> dict[str, Any]:
        document = write_document()
        document["components"]["schemas"]["ProblemBody"] = ProblemBody.model_json_schema()
        return document

    app.openapi = openapi  # type: ignore[method-assign]

    @app.exception_handler(ProblemError)
    async def on_problem(request: Request, error: ProblemError) -> JSONResponse:
        return _told(request, error.problem_id, error.detail, error.errors)

    @app.exception_handler(AccessRefused)
    async def on_refused(request: Request, error: AccessRefused) -> JSONResponse:
        return _told(request, error.why, str(error), retry_s=error.retry_s)

    @app.exception_handler(ConfigError)
    async def on_config(request: Request, error: ConfigError) -> JSONResponse:
        lines = str(error).splitlines()
        return _told(request, _OF_CONFIG.get(type(error), "config-refused"), "; ".join(lines), lines)

    @app.exception_handler(StorageError)
    async def on_storage(request: Request, error: StorageError) -> JSONResponse:
        log.warning("http_storage_failed", error=str(error))
        return _told(request, "storage-failed")

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _told(request, "invalid", "; ".join(explain(each) for each in error.errors()))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        return _told(request, _BY_STATUS.get(error.status_code, "internal"))

    @app.exception_handler(Exception)
    async def on_anything(request: Request, error: Exception) -> JSONResponse:
        log.error("http_failed", path=request.url.path, error=repr(error))
        return _told(request, "internal")


def _told(
    request: Request, problem_id: str, detail: str = "", errors: Sequence[str] = (), retry_s: float = 0.0
) -> JSONResponse:
    """The response for a problem, which is noted for the audit log."""
    request.state.problem = problem_id
    return answer(problem_id, detail, errors, retry_s)


def explain(error: dict[str, Any]) -> str:
    """What is wrong with a value of a request, in one line."""
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
