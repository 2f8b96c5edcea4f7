"""Publishes device states of vmq's own, a bounded number at a time: after a reconnect there may be thousands to set.

Of a device whose state changes while it waits for its turn only the newest state is sent.
"""

from __future__ import annotations

import asyncio

import structlog

from vmq.asterisk.lamps import Sender
from vmq.asterisk.message import Headers
from vmq.errors import VmqError

MAX_UNANSWERED = 100
"""Most states on their way to Asterisk at once."""

log = structlog.get_logger(__name__)


class Devices:
    """The states that are to be published."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._waiting: dict[str, str] = {}
        self._unanswered = 0

    def publish(self, device: str, state: str) -> None:
        """Let Asterisk know a device's state, now or soon. What can't be sent is lost, as the link is down then."""
        self._waiting.pop(device, None)
        self._waiting[device] = state
        self._send()

    def forget(self) -> None:
        """The link is down: after the next snapshot everything is published anew."""
        self._waiting.clear()

    def _send(self) -> None:
        while self._waiting and self._unanswered < MAX_UNANSWERED:
            device = next(iter(self._waiting))
            variable, value = f"DEVICE_STATE({device})", self._waiting.pop(device)
            try:
                future = self._sender.send_action({"Action": "Setvar", "Variable": variable, "Value": value})
            except VmqError as error:
                log.info("device.not_published", device=device, error=str(error))
            else:
                self._unanswered += 1
                future.add_done_callback(self._answered)

    def _answered(self, future: asyncio.Future[list[Headers]]) -> None:
        self._unanswered -= 1
        error = None if future.cancelled() else future.exception()
        if isinstance(error, VmqError):
            log.info("device.not_published", error=str(error))
        self._send()
