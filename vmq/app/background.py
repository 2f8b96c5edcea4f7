"""What the program does beside the engine: a failure there is logged and ends nothing else; calls go on without it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from vmq.errors import VmqError

log = structlog.get_logger(__name__)


class Background:
    """Works in the program's task group, once that `runs_in` one."""

    def __init__(self) -> None:
        self._tasks: asyncio.TaskGroup | None = None

    def runs_in(self, tasks: asyncio.TaskGroup) -> None:
        """From now on work can be started."""
        self._tasks = tasks

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something. Raises RuntimeError while the program does not run."""
        if self._tasks is None:
            raise RuntimeError("the program is not running")
        self._tasks.create_task(_logged(work))


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except VmqError as error:
        log.error("catch_up_failed", error=str(error))
    except Exception:
        log.exception("catch_up_failed")
