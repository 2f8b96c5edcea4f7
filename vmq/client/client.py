"""The client: one connection to a running vmq, for as long as its block lasts.

In: an address and a token. Out: answers as the API gives them, or a ClientError.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Self

import httpx

from vmq.client.errors import ClientError, NoAnswer, Refused, refusal, unanswered
from vmq.client.requests import JSON, ROOT, Operation, Wanted, command_wanted, operation_wanted, operations_of
from vmq.client.stream import Entries, Entry, Gap
from vmq.http.models import Floor

TIMEOUT_S = 10.0
SILENCE_S = 40.0  # the stream says something every 15 s
RETRY_S = (0.5, 1.0, 2.0, 5.0, 10.0)


class Client:
    """A running vmq at `base` (`https://pbx.example:8080`). `token` is one of `POST /api/v1/tokens` or the
    configuration's; `trust` is whose certificate is taken, None = those that this machine takes anyway."""

    def __init__(
        self,
        base: str = "http://127.0.0.1:8080",
        token: str = "",
        *,
        trust: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
        user_agent: str = "vmq-client",
    ) -> None:
        self.base = base.rstrip("/")
        headers = {"User-Agent": user_agent, **({"Authorization": f"Bearer {token}"} if token else {})}
        # A proxy of the environment has nothing to do with a house's own vmq.
        self._http = httpx.AsyncClient(headers=headers, timeout=timeout_s, trust_env=False, verify=trust or True)
        self._timeout_s = timeout_s
        self._operations: Mapping[str, Operation] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def command(self, words: str, *, key: str = "", **values: Any) -> None:
        """Give a command by its words on the command line: `command("agent pause", agent="ann", reason="lunch")`.

        What came of it is seen on the floor and in the stream. One that rings somebody is done once however often it
        is sent with the same `key`; without one it gets a new one. Raises Refused and NoAnswer.
        """
        await self.send(command_wanted(words, values, key))

    async def floor(self) -> Floor:
        """Queues, callers and agents as they are now; `last_id` is what to `follow` from. Raises Refused, NoAnswer."""
        return Floor.model_validate(await self.ask("GET", "/floor"), extra="ignore")

    async def call(self, operation_id: str, **values: Any) -> Any:
        """Any operation of the API by its id in the OpenAPI document: `call("report_calls", queue="sales")`.

        Names of the address, the query and headers are told apart by the document; all other values are fields of the
        body, or `body` is the whole of it (bytes for sounds, tables and packs). Gives the answer's JSON, bytes of
        what is no JSON, or None. Raises Refused and NoAnswer.
        """
        return await self.send(operation_wanted(await self._operation(operation_id), values))

    async def pages(self, operation_id: str, **values: Any) -> AsyncGenerator[Any, None]:
        """All rows of an operation that answers in pages, asked for one page after the other. Raises as `call`."""
        cursor = (await self._operation(operation_id)).cursor
        while True:
            page = await self.call(operation_id, **values)
            for row in page["items"] if "items" in page else page["rows"]:
                yield row
            if not cursor or page.get("next") is None:
                return
            values[cursor] = page["next"]

    @asynccontextmanager
    async def events(self, after: int | None = None) -> AsyncIterator[Entries]:
        """The live stream of one connection, which stands when the block begins; `after` is the entry that was seen
        last, None = from now on. Raises Refused and NoAnswer, also while it is read."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        timeout = httpx.Timeout(self._timeout_s, read=SILENCE_S)
        try:
            async with self._http.stream(
                "GET", f"{self.base}{ROOT}/events", headers=headers, timeout=timeout
            ) as answer:
                if not answer.is_success:
                    await answer.aread()
                    raise refusal(answer)
                yield Entries(answer.aiter_lines(), after)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unanswered(self.base, error) from None

    async def follow(self, after: int | None = None) -> AsyncGenerator[Entry | Gap, None]:
        """All that happens, for ever: a connection that ends is made again and goes on where it stopped, so nothing is
        missed and nothing comes twice. A Gap says that this couldn't be. Raises Refused when one may not (any more)."""
        failures, entries = 0, None
        while True:
            try:
                async with self.events(entries.last_id if entries else after) as entries:
                    failures = 0
                    async for told in entries:
                        yield told
            except NoAnswer:
                pass
            except Refused as refused:
                if refused.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
            await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
            failures += 1

    async def ask(self, method: str, address: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """A request of one's own; `address` is below /api/v1. Raises Refused and NoAnswer."""
        return await self.send(Wanted(method, address, query or {}, body=body))

    async def send(self, wanted: Wanted) -> Any:
        """Send it: the answer's JSON, bytes of what is no JSON, or None. Raises Refused and NoAnswer."""
        headers, content = dict(wanted.headers), dict[str, Any]()
        if wanted.body is not None:
            headers["Content-Type"] = wanted.media_type
            content = {"json" if wanted.media_type == JSON else "content": wanted.body}
        url = f"{self.base}{ROOT}{wanted.address}"
        try:
            answer = await self._http.request(
                wanted.method, url, params=dict(wanted.query) or None, headers=headers, **content
            )
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise unanswered(self.base, error) from None
        if not answer.is_success:
            raise refusal(answer)
        if not answer.content:
            return None
        return _read(answer)

    async def _operation(self, operation_id: str) -> Operation:
        if not self._operations:
            self._operations = operations_of(await self.ask("GET", "/openapi.json"))
        if operation_id not in self._operations:
            raise ClientError(f"{self.base}: this vmq has no operation {operation_id!r}; see {ROOT}/openapi.json")
        return self._operations[operation_id]


def _read(answer: httpx.Response) -> Any:
    if not answer.headers.get("content-type", "").startswith(JSON):
        return answer.content
    try:
        return answer.json()
    except ValueError:
        raise NoAnswer(f"{answer.url}: the answer is no JSON; is this a vmq?") from None
