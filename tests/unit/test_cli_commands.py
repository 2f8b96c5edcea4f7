"""Every command on the command line: its words become one request, and a refusal one line and exit status 1."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from tests.support.shop import Shop, serving
from tests.support.vmq_command import ROOT, forked
from vmq.domain.asked import AgentPaused, CallerPriorityChanged, MemberJoined, MemberLeft
from vmq.http.server import HttpServer

CALL = "1763845200.17"


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.call(CALL, "sales")
    return shop


@pytest.fixture
async def server(shop: Shop) -> AsyncIterator[HttpServer]:
    async with serving(shop) as server:
        yield server


async def vmq(*words: str) -> tuple[int, str, str]:
    """Run it beside the server: exit status and what it printed."""
    done = await asyncio.to_thread(forked, words, ROOT, os.environ.copy())
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "event"),
    [
        (("agent", "pause", "ann", "--reason", "lunch"), AgentPaused("ann", "lunch")),
        (("queue", "add-member", "support", "ann", "--penalty", "2"), MemberJoined("ann", "support", 2, by="cli")),
        (("queue", "remove-member", "sales", "ann"), MemberLeft("ann", "sales", by="cli")),
        (("caller", "priority", CALL, "7"), CallerPriorityChanged(CALL, 7, by="cli")),
    ],
)
async def test_words_become_a_request(shop: Shop, server: HttpServer, words: tuple[str, ...], event: object) -> None:
    assert await vmq(*words, "--url", server.url) == (0, "done\n", "")
    assert shop.posted[-1] == event


async def test_a_refusal_is_one_line(server: HttpServer) -> None:
    status, _, errors = await vmq("agent", "login", "eve", "--url", server.url)
    assert (status, errors) == (1, "vmq: There is no such agent: eve\n")


async def test_no_running_vmq_is_said_so() -> None:
    status, _, errors = await vmq("agent", "login", "ann", "--url", "http://127.0.0.1:9")
    assert status == 1
    assert errors.startswith("vmq: http://127.0.0.1:9: no vmq answers (Connection refused)")
