"""The whole API by its own description: whatever its schema allows is answered, never with 500, and as the schema says.

A server with everything, over real HTTP. Left out is what would end the test: the live stream, one's own log-out.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.core.failures import Failure, FailureGroup

from tests.contract.test_http_rights import all_ports
from tests.support.nothing import NoDeliveries, NoDoors, NoFeeds, NoTelephones, NoTexts
from tests.support.reported import config_of, write_day
from tests.support.whole_house import whole_house
from vmq.app.reports import open_reports
from vmq.http.app import routed
from vmq.http.metrics import Metrics

TOKEN = "a token of ours"
EXAMPLES = 6
THERE = {
    "agent": "ann", "queue": "sales", "call": "1763845200.17", "number": "1001", "message_id": "a", "pack": "comedian",
    "kind": "busy", "clip": "vm-intro",
}  # fmt: skip
NAMES = ("sales", "ann", "1001", "en-house", "adam")
LEFT_OUT = frozenset({("get", "/api/v1/events"), ("delete", "/api/v1/session")})
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
QUICK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("audio/wav", "application/zip")
def as_it_is(_ctx: object, value: object) -> bytes:
    """A body that is no text."""
    return value if isinstance(value, bytes) else str(value).encode()


class Running:
    """The server, in a thread with a loop of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._up, self._down = threading.Event(), asyncio.Event()
        self.url = ""
        self.operations: set[tuple[str, str]] = set()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        await write_day(self._folder / "day")
        async with (
            open_reports(config_of(self._folder / "day")) as reports,
            whole_house(
                self._folder,
                token=TOKEN,
                reports=reports,
                outbox=NoDeliveries(),
                feeds=NoFeeds(),
                texts=NoTexts(),
                doors=NoDoors(),
                telephones=NoTelephones(),
            ) as whole,
        ):
            await whole.store("a", 1_763_845_200.0)
            whole.house.shop.call("1763845200.17", "sales")
            self.url = whole.server.url
            everything = all_ports(whole.house, self._folder / "day")
            app = routed(everything, Metrics(whole.house.shop.view), whole.house.streams)
            self.operations = operations_in(app.openapi())
            self._up.set()
            await self._down.wait()

    def __enter__(self) -> Running:
        self._thread.start()
        assert self._up.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._down.set)
        self._thread.join()


def operations_in(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method, path) for path, methods in document["paths"].items() for method in methods}


def test_every_answer_is_one_that_the_document_promises(tmp_path: Path) -> None:
    found: dict[str, str] = {}
    with Running(tmp_path) as running:
        url = running.url
        headers = {"Authorization": f"Bearer {TOKEN}"}
        document = httpx.get(f"{url}/api/v1/openapi.json", headers=headers).json()
        assert operations_in(document) == running.operations, "the server has all that there can be"
        asked = 0
        for result in schemathesis.openapi.from_dict(document).get_all_operations():
            operation = result.ok()
            if (operation.method.lower(), operation.path) in LEFT_OUT:
                continue

            @QUICK
            @given(case=operation.as_strategy())
            def ask(case: schemathesis.Case) -> None:
                nonlocal asked
                asked += 1
                if asked % 2:  # half of them are about what there is
                    there = THERE | {"name": NAMES[asked // 2 % len(NAMES)]}
                    case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})
                response = case.call(base_url=url, headers=headers, timeout=20)
                try:
                    case.validate_response(response, checks=CHECKS, headers=headers)
                except (Failure, FailureGroup) as failure:
                    found.setdefault(f"{case.method} {case.formatted_path}", str(failure))

            ask()
    assert asked > 300
    assert found == {}
