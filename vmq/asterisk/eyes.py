"""What Asterisk itself sees: its files, and whether it reaches vmq. AMI may not ask for these, the dialplan may.

In: a path or folder as Asterisk sees it. Out: what a short call into the dialplan's context vmq-doctor found.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets

from vmq.asterisk.dialplan import DOCTOR_CONTEXT
from vmq.asterisk.lamps import Fields
from vmq.asterisk.link import AmiLink, LinkSettings
from vmq.asterisk.ringing import OTHER_PREFIX
from vmq.domain.events import leg_id

WAIT_S = 3.0
"""How long something that should take milliseconds may take."""


class Eyes:
    """A link, the events it hears, and Asterisk's eyes. Use `link` to connect and to close."""

    def __init__(self, settings: LinkSettings) -> None:
        async def nothing() -> None:
            return

        wanted = frozenset({b"DeviceStateChange", b"OriginateResponse"})
        self.link = AmiLink(settings, wanted, self._hear, nothing, lambda: None)
        self._events: asyncio.Queue[bytes] = asyncio.Queue(1000)

    def _hear(self, _name: bytes, message: bytes) -> None:
        if not self._events.full():
            self._events.put_nowait(message)

    async def heard(self, text: str) -> bool:
        """True when an event with this text comes in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                while text.encode() not in await self._events.get():
                    pass
                return True
        return False

    async def run(self, extension: str, **variables: str) -> None:
        """Run an extension of vmq-doctor to its end, or for a few seconds. Raises LinkError."""
        channel_id = leg_id(f"doctor-{secrets.token_hex(8)}")
        action: Fields = {
            "Action": "Originate",
            "Channel": f"Local/{extension}@{DOCTOR_CONTEXT}/n",
            "ChannelId": channel_id,
            "OtherChannelId": f"{OTHER_PREFIX}{channel_id}",
            "Application": "NoOp",
            "Async": "true",
            "Timeout": str(round(WAIT_S * 1000)),
            "Variable": [f"{name}={value}" for name, value in variables.items()],
        }
        await self.link.send_action(action)
        await self.heard(f"Uniqueid: {channel_id}")

    async def value(self, variable: str) -> str:
        """A global variable or a function's value. Raises LinkError."""
        return (await self.link.ask("Getvar", Variable=variable)).get("Value", "")

    async def sees(self, path: str) -> bool:
        """True when Asterisk finds this file. Raises LinkError."""
        await self.run("see", VMQ_FILE=path)
        return await self.value("VMQ_SEEN") == "1"
