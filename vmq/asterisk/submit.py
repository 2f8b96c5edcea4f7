"""Sends an AMI action whose answer nobody waits for: what fails is told, or logged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from vmq.asterisk.lamps import Fields, Sender
from vmq.asterisk.message import Headers
from vmq.errors import VmqError

log = structlog.get_logger(__name__)


def submit(sender: Sender, fields: Fields, failed: Callable[[VmqError], None] | None = None) -> None:
    """Send now. `failed` is called, later, when it could not be sent or Asterisk refuses it."""

    def on_error(error: VmqError) -> None:
        if failed is not None:
            failed(error)
        else:
            log.info("ami.action_failed", action=fields["Action"], error=str(error))

    def on_done(future: asyncio.Future[list[Headers]]) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, VmqError):
            on_error(error)

    try:
        future = sender.send_action(fields)
    except VmqError as error:
        asyncio.get_running_loop().call_soon(on_error, error)
    else:
        future.add_done_callback(on_done)
