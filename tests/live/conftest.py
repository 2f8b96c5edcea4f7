"""Fixtures of the live tests: one Asterisk for the session, fresh telephones and a fresh AMI link for each test.

Every test that takes an Asterisk is marked `live`; all tests of this folder run on one event loop, so an async fixture
of theirs is a `pytest_asyncio.fixture(loop_scope="session")`. Where the machine has no Asterisk the live tests are
skipped with the reason; with VMQ_REQUIRE_LIVE=1 that is a failure. The summary (tests/conftest.py) counts them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live import audio
from tests.live.ami import AmiClient
from tests.live.asterisk_config import LAB_SECRET, LAB_USER
from tests.live.install import find_asterisk, reason_for_absence
from tests.live.lamp import Lamp
from tests.live.phones import SipPhone
from tests.live.scripted import Script, ScriptedPhone
from tests.live.server import AsteriskServer

HERE = Path(__file__).parent
LIVE_FIXTURES = {"session_asterisk", "own_asterisk"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            if LIVE_FIXTURES & set(item.fixturenames):
                item.add_marker(pytest.mark.live)
            if item.get_closest_marker("live"):
                # Telephones of others (baresip 1.0, SIPp) fail now and then; the summary names each second try.
                item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not item.get_closest_marker("live"):
        return
    item.user_properties.append(("live", True))
    reason = reason_for_absence()
    if reason and os.environ.get("VMQ_REQUIRE_LIVE") == "1":
        pytest.fail(f"live tests are required here and can't run: {reason}", pytrace=False)
    if reason:
        pytest.skip(reason)


class Phones:
    """Switches telephones on for one test; all are switched off at its end."""

    def __init__(self, server: AsteriskServer, stack: contextlib.AsyncExitStack) -> None:
        self._server, self._stack = server, stack

    async def person(self, number: str) -> SipPhone:
        """A registered telephone that the test plays by hand."""
        return await self._stack.enter_async_context(SipPhone(self._server, number))

    async def at_trunk(self, number: str) -> SipPhone:
        """The far end of the trunk, called by that number; one at a time."""
        return await self._stack.enter_async_context(SipPhone(self._server, number, at_trunk=True))

    async def scripted(self, number: str, script: Script, *, calls: int = 1000) -> ScriptedPhone:
        """A registered telephone that treats its calls by a script ("trunk": at the far end of the trunk)."""
        return await self._stack.enter_async_context(ScriptedPhone(self._server, number, script, calls=calls))

    async def lamp(self, number: str) -> Lamp:
        """The message lamp of a telephone."""
        return await self._stack.enter_async_context(Lamp(self._server, number))


@contextlib.asynccontextmanager
async def running_asterisk() -> AsyncIterator[AsteriskServer]:
    """A private Asterisk for as long as the block lasts."""
    installation = find_asterisk()
    assert installation is not None
    server = AsteriskServer(installation)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        server.remove()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def session_asterisk() -> AsyncIterator[AsteriskServer]:
    """The Asterisk that all tests share, in whatever state the last test left it: take `asterisk` instead."""
    async with running_asterisk() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def asterisk(session_asterisk: AsteriskServer) -> AsyncIterator[AsteriskServer]:
    """The shared Asterisk; the test's channels are hung up after it and its hooks stay."""
    yield session_asterisk
    await session_asterisk.ami.action("Hangup", Channel="/^.*$/")


@pytest_asyncio.fixture(loop_scope="session")
async def own_asterisk() -> AsyncIterator[AsteriskServer]:
    """An Asterisk for this test alone, which it may kill."""
    async with running_asterisk() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def ami(asterisk: AsteriskServer) -> AsyncIterator[AmiClient]:
    """An AMI link of this test alone: its `events` begin with the test."""
    async with AmiClient(asterisk.ports.ami, LAB_USER, LAB_SECRET) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def phones(asterisk: AsteriskServer) -> AsyncIterator[Phones]:
    """Telephones of this test, on the shared Asterisk."""
    async with contextlib.AsyncExitStack() as stack:
        yield Phones(asterisk, stack)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A known recording for a telephone to speak."""
    return audio.write_wav(tmp_path / "known.wav", audio.known_recording(seed=1))
