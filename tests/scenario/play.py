"""Plays one scenario in one world: the world opened, vmq started on it, the steps taken one by one, everything closed.

In: a Scenario, a CallWorld, a folder for vmq's data. Out: nothing, or an AssertionError that names the step.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.live.ami import AmiClient
from tests.live.server import free_port
from tests.scenario.steps import Player
from tests.scenario.story import Scenario
from tests.support.call_world import PANEL, CallWorld
from tests.support.packs_once import packs_once
from tests.support.vmq_client import VmqClient
from vmq.app.program import running
from vmq.config.model import Config
from vmq.errors import VmqError

QUEUE_LOG = "queue_log"
CODE = "47"
"""What every front door's code is."""
VOICEMAIL = {"min_message_s": 0.5, "house_mailbox": "1000"}
"""What all scenarios have in common: the voices are short."""


async def play_scenario(scenario: Scenario, world: CallWorld, folder: Path) -> None:
    """Play it to its end."""
    agi_port = free_port()
    sections = await world.open(scenario.telephones, agi_port)
    try:
        config = _config(scenario, sections, folder, agi_port)
        with (
            packs_once(),
            patch("vmq.attendant.service.draw_code", lambda digits: CODE[:digits]),
        ):
            await _play_on(scenario, world, config)
    finally:
        await world.close()


async def _play_on(scenario: Scenario, world: CallWorld, config: Config) -> None:
    async with AsyncExitStack() as run:
        vmq = VmqClient()

        async def start() -> AmiClient | None:
            await run.aclose()
            await run.enter_async_context(_served(config, vmq))
            if not scenario.has_panel:
                return None
            return await run.enter_async_context(AmiClient(config.facade.port, PANEL.name, PANEL.secret))

        player = Player(world, vmq, config.paths.recordings_folder, config.paths.data / QUEUE_LOG, start)
        await player.start_vmq()
        try:
            await _play_steps(scenario, player)
        finally:
            await world.end_calls()


@asynccontextmanager
async def _served(config: Config, vmq: VmqClient) -> AsyncIterator[None]:
    """vmq runs, knows its world, and is watched by this client, which keeps what it saw of an earlier run."""
    seen = len(vmq.entries)
    async with running(config) as program:
        vmq.url = program.addresses.http
        await vmq.open(None if seen else 0)
        try:
            await vmq.wait_record("WorldRebuilt", seen)
            yield
        finally:
            await vmq.close()


async def _play_steps(scenario: Scenario, player: Player) -> None:
    for number, text in scenario.steps:
        try:
            await player.play(text)
        except (AssertionError, TimeoutError, VmqError, OSError, RuntimeError) as error:
            raise AssertionError(f"{scenario.name}, line {number}: {text}: {error}") from error


def _config(scenario: Scenario, sections: dict[str, Any], folder: Path, agi_port: int) -> Config:
    return Config.model_validate(
        {
            **scenario.sections,
            "asterisk": sections["asterisk"],
            "paths": {"data": folder / "data", **sections["paths"]},
            "agi": {"port": agi_port},
            "http": {"port": 0},
            "facade": {"port": free_port(), "user": [asdict(PANEL)] if scenario.has_panel else []},
            "queue_log": {"file": folder / "data" / QUEUE_LOG, "member_names": True},
            "transcription": {"recogniser": "", **scenario.sections.get("transcription", {})},
            "voicemail": {**VOICEMAIL, **scenario.sections.get("voicemail", {})},
        }
    )
