"""The PBX contract on the real Asterisk: what the stand-in imitates is what Asterisk does."""

from __future__ import annotations

import pytest_asyncio

from tests.contract.pbx_suite import PbxContract
from tests.contract.talk_suite import TalkContract
from tests.live.ami import AmiClient
from tests.live.conftest import Phones
from tests.live.pbx_world import AsteriskWorld
from tests.live.server import AsteriskServer


@pytest_asyncio.fixture(loop_scope="session")
async def pbx_world(asterisk: AsteriskServer, phones: Phones, ami: AmiClient) -> AsteriskWorld:
    """The shared Asterisk with telephones 1001 and 1002 on."""
    world = AsteriskWorld(asterisk, phones, ami)
    await world.switch_on("1001", "1002")
    return world


class TestAsterisk(PbxContract):
    """See PbxContract."""


class TestAsteriskTalks(TalkContract):
    """See TalkContract."""
