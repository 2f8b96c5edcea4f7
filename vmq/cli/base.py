"""What every command shares: the output, the --config option, loading it, and running until interrupted."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from vmq.config.load import load
from vmq.config.model import Config
from vmq.logs import configure

ConfigOption = Annotated[
    Path | None,
    # Not checked here: vmq.config.load says what is wrong with a file, and what to do about it.
    typer.Option("--config", "-c", readable=False, help="The configuration, a TOML file; without it the demo's."),
]

out = Console(highlight=False, soft_wrap=True)


def settings(path: Path | None) -> Config:
    """The configuration, with logs set up. A demo without a file is quieter: its terminal is for the newcomer."""
    config = load(path, os.environ)
    is_chosen = path is not None or "level" in config.log.model_fields_set
    configure(config.log.level if is_chosen else "warning", config.log.json_lines)
    return config


def run_until_interrupted(work: Coroutine[Any, Any, None]) -> None:
    """Run until done, or until an interrupt or SIGTERM, which end it in good order."""

    async def interruptible() -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("no task runs")
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await work
        except asyncio.CancelledError:
            out.print("vmq: stopped")

    asyncio.run(interruptible())
