"""The scenarios of calls on a real Asterisk with real SIP telephones. The same files as in
tests/scenario/test_calls.py.

One Asterisk and one set of telephones serve them all; each scenario has a vmq of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.conftest import running_asterisk
from tests.live.live_calls import AsteriskCalls, Telephones
from tests.live.server import AsteriskServer
from tests.scenario.play import play_scenario
from tests.scenario.story import CALLS, HOUSE_DIALPLAN, read_scenario

pytestmark = pytest.mark.live


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house() -> AsyncIterator[tuple[AsteriskServer, Telephones]]:
    """The Asterisk of the scenarios, and the telephones that persons play."""
    async with running_asterisk() as server:
        telephones = Telephones(server)
        try:
            yield server, telephones
        finally:
            await telephones.stop()


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
async def test_scenario(path: Path, house: tuple[AsteriskServer, Telephones], tmp_path: Path) -> None:
    world = AsteriskCalls(*house, tmp_path, HOUSE_DIALPLAN.read_text())
    try:
        await play_scenario(read_scenario(path), world, tmp_path)
    except AssertionError as error:
        error.add_note(house[0].log_tail(80))
        raise


async def test_with_asterisks_own_sounds(house: tuple[AsteriskServer, Telephones], tmp_path: Path) -> None:
    """Clips are given by name, and Asterisk has them."""
    world = AsteriskCalls(*house, tmp_path, HOUSE_DIALPLAN.read_text(), has_own_sounds=True)
    (path,) = [path for path in CALLS if path.stem == "voicemail_leave_and_hear"]
    await play_scenario(read_scenario(path), world, tmp_path)
