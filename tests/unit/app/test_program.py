"""The whole program on its stand-in: what goes wrong beside the calls ends no call."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from vmq.app.program import running
from vmq.config.model import AgiConfig, Config, HttpConfig, PathsConfig
from vmq.domain.asked import AgentPaused
from vmq.domain.records import AgentStatusChanged
from vmq.voicemail.service import Voicemail


def config_in(folder: Path) -> Config:
    return Config(agi=AgiConfig(port=0), http=HttpConfig(port=0), paths=PathsConfig(data=folder))


async def test_a_mistake_beside_the_engine_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = asyncio.Event()

    async def mistaken(_: Voicemail) -> None:
        called.set()
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(Voicemail, "republish_lamps", mistaken)
    async with asyncio.timeout(20), running(config_in(tmp_path)) as program:
        news = program.journal.follow()
        await called.wait()
        program.engine.post(AgentPaused("ann", "lunch"))
        async for entry in news:
            if isinstance(entry.record, AgentStatusChanged):
                assert entry.record.reason == "lunch"
                return
    pytest.fail("the program ended")
