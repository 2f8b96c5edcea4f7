"""What can go wrong between a program and a running vmq: it refuses, or nobody answers.

In: an answer that is an error, or a library's own error. Out: one exception with the server's words.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import httpx

from vmq.errors import VmqError


class ClientError(VmqError):
    """A running vmq refused a request, or there is none."""


class NoAnswer(ClientError):
    """Nobody answers there, or what answers is no vmq. What became of a request that was sent is not known."""


class Refused(ClientError):
    """vmq answered a problem. `id` is stable (`agent-unknown`, `not-allowed`, …): compare that one. `errors` are single
    mistakes, where there may be several; `retry_s` says when to ask again, 0 = not by waiting."""

    def __init__(self, problem_id: str, status: int, title: str, detail: str = "", errors: Sequence[str] = ()) -> None:
        super().__init__("\n".join(errors) or (f"{title}: {detail}" if detail else title))
        self.id = problem_id
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_s = 0.0


def refusal(answer: httpx.Response) -> ClientError:
    """What an answer that is an error says. Its body has been read."""
    try:
        body: Any = json.loads(answer.content)
        refused = Refused(body["id"], answer.status_code, body["title"], body["detail"], body.get("errors") or ())
        refused.retry_s = float(answer.headers.get("retry-after", 0))
        return refused
    except (ValueError, KeyError, AttributeError, TypeError):
        return NoAnswer(f"the server answered {answer.status_code} {answer.reason_phrase}; is this a vmq?")


def unanswered(base: str, error: Exception) -> NoAnswer:
    """Why nobody answers at this address."""
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return NoAnswer(f"--url: {base!r} is no address; write e.g. http://127.0.0.1:8080")
    return NoAnswer(f"{base}: no vmq answers ({_words(error)}); is `vmq run` running?")


def _words(error: BaseException) -> str:
    """The system's own word for it, which libraries wrap."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.errno and inner.errno > 0 and type(inner).__name__ != "SSLError":
            return os.strerror(inner.errno)
        inner = inner.__cause__ or inner.__context__
    return str(error) or ("it takes too long" if isinstance(error, httpx.TimeoutException) else type(error).__name__)
