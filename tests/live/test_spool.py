"""Moving over from a real app_voicemail, and back to it. `python -m bench.spool` does it with 500 messages."""

from __future__ import annotations

from pathlib import Path

import pytest_asyncio

from tests.live import spool_maker
from tests.live.install import find_asterisk
from tests.live.server import AsteriskServer
from vmq.config.load import load

COUNT = 30


@pytest_asyncio.fixture(loop_scope="session")
async def own_asterisk():
    installation = find_asterisk()
    assert installation is not None
    server = AsteriskServer(installation, extra_modules=("app_voicemail",))
    for name, text in spool_maker.hooks(server).items():
        server.write_hook(name, text)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        server.remove()


async def test_every_sound_date_caller_and_folder_comes_over_and_goes_back(
    own_asterisk: AsteriskServer, tmp_path: Path
) -> None:
    await spool_maker.prove(own_asterisk, COUNT, load(None, {"VMQ_PATHS__DATA": str(tmp_path / "data")}))
