"""Message lamps: the counts of mailboxes → MWIUpdate, or MinivmMWI where Asterisk has no such action.

After a reconnect every mailbox is told anew: so only a few lamps are on their way at a time, and of two counts that
wait for one mailbox only the later is sent. One mailbox has one lamp on its way, since the channels that run MinivmMWI
are threads of Asterisk and would overtake each other.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from typing import Protocol

import structlog

from vmq.asterisk.dialplan import LAMP_CONTEXT
from vmq.asterisk.message import Headers
from vmq.domain.commands import SetLamp
from vmq.errors import VmqError

log = structlog.get_logger(__name__)

LAMP_PREFIX = "vmqlamp-"
"""Begins the ids of the channels that run MinivmMWI, which no decision is to hear of."""
MAX_UNDER_WAY = 2
"""Each costs Asterisk two channels: when many callers hang up at once, what they said is stored first."""
LONGEST_S = 5.0
"""When a lamp's channel counts as gone though its Hangup was not seen (it fell into a snapshot)."""

Fields = dict[str, str | list[str]]
"""An action's headers; a list is a header that stands there several times."""


class Sender(Protocol):
    """The part of AmiLink that commands need."""

    def send_action(self, fields: Mapping[str, str | list[str]]) -> asyncio.Future[list[Headers]]:
        """Send now; raises LinkLost, ProtocolError."""
        ...


class Lamps:
    """Sets lamps. `has_mwi_update` says whether Asterisk has the action MWIUpdate (res_mwi_external_ami)."""

    def __init__(self, sender: Sender, context: str) -> None:
        self._sender, self._context = sender, context
        self._waiting: dict[str, SetLamp] = {}
        self._under_way: dict[str, tuple[str, asyncio.TimerHandle]] = {}
        self._ids = itertools.count(1)
        self.has_mwi_update = False

    def set(self, command: SetLamp) -> None:
        """Publish these counts soon, and after any earlier ones of this mailbox."""
        self._waiting[command.mailbox] = command
        self._send_some()

    def gone(self, channel_id: str) -> None:
        """A lamp's channel has ended, and with it MinivmMWI."""
        if channel_id in self._under_way:
            self._under_way.pop(channel_id)[1].cancel()
            self._send_some()

    def forget(self) -> None:
        """The link is down: whoever has the counts tells them again after WorldSeen."""
        self._waiting.clear()
        for _, timer in self._under_way.values():
            timer.cancel()
        self._under_way.clear()

    def _send_some(self) -> None:
        busy = {mailbox for mailbox, _ in self._under_way.values()}
        for mailbox in [mailbox for mailbox in self._waiting if mailbox not in busy]:
            if len(self._under_way) >= MAX_UNDER_WAY:
                return
            self._send(self._waiting.pop(mailbox))

    def _send(self, command: SetLamp) -> None:
        channel_id = f"{LAMP_PREFIX}{next(self._ids):012d}"
        timer = asyncio.get_running_loop().call_later(LONGEST_S, self.gone, channel_id)
        self._under_way[channel_id] = (command.mailbox, timer)

        def failed(error: BaseException) -> None:
            log.warning("lamp.not_set", mailbox=command.mailbox, error=str(error))
            self.gone(channel_id)

        def done(future: asyncio.Future[list[Headers]]) -> None:
            error = None if future.cancelled() else future.exception()
            if error is not None:
                failed(error)
            elif self.has_mwi_update:
                self.gone(channel_id)

        action = lamp_action(command, self._context, None if self.has_mwi_update else channel_id)
        try:
            self._sender.send_action(action).add_done_callback(done)
        except VmqError as error:
            asyncio.get_running_loop().call_soon(failed, error)


def lamp_action(command: SetLamp, context: str, channel_id: str | None) -> Fields:
    """Publish a mailbox's counts: MWIUpdate, or MinivmMWI run by a Local channel with this id in vmq-lamp.

    MinivmMWI adds the urgent messages to the new ones (app_minivm.c); MWIUpdate doesn't know them.
    """
    box = command.mailbox if "@" in command.mailbox else f"{command.mailbox}@{context}"
    if channel_id is None:
        return {
            "Action": "MWIUpdate",
            "Mailbox": box,
            "NewMessages": str(command.new + command.urgent),
            "OldMessages": str(command.old),
        }
    return {
        "Action": "Originate",
        "Channel": f"Local/s@{LAMP_CONTEXT}/n",
        "ChannelId": channel_id,
        "Application": "NoOp",
        "Async": "true",
        "Timeout": "5000",
        "Variable": [
            f"VMQ_BOX={box}",
            f"VMQ_URGENT={command.urgent}",
            f"VMQ_NEW={command.new}",
            f"VMQ_OLD={command.old}",
        ],
    }
