"""A small call centre on the live Asterisk: vmq as a process of its own, one queue, telephones, and calls into it.

In: an AsteriskServer of the test's own, a folder, the agents and whatever else is to be configured. Out: everything a
test of a whole system needs, and short words for what such tests look at.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.calls import EXTENSIONS, QUEUE, Calls
from tests.live.conftest import Phones
from tests.live.phones import SipPhone
from tests.live.server import AsteriskServer
from tests.live.vmq_hooks import introduce, sections
from tests.support.vmq_client import Entry, Fields
from tests.support.vmq_process import VmqProcess
from vmq.asterisk.facade.users import FacadeUser

RING_S = 60.0
WRAP_UP_S = 60.0


def agent(name: str, number: str, **more: Any) -> dict[str, Any]:
    """An agent of the queue with a telephone; not logged in."""
    return {"name": name, "device": f"PJSIP/{number}", "queues": [QUEUE], "logged_in": False, **more}


@dataclass
class CallCentre:
    """All of it, running."""

    server: AsteriskServer
    vmq: VmqProcess
    calls: Calls
    phones: Phones

    async def agent(self, name: str) -> Fields:
        """An agent as the floor shows him."""
        return next(agent for agent in (await self.vmq.floor())["agents"] if agent["name"] == name)

    async def callers(self, group: str = "callers") -> list[Fields]:
        """The queue's callers in their order, as the floor shows them (`talking`: those who talk)."""
        found: list[Fields] = (await self.vmq.floor())["queues"][0][group]
        return found

    async def talk(self, caller: SipPhone, name: str, telephone: SipPhone, extension: str) -> Entry:
        """The agent starts work, a telephone calls, and the two talk; gives the record of the connection."""
        seen = len(self.vmq.entries)
        await self.vmq.agent(name, "login")
        await caller.dial(extension)
        await telephone.wait_ringing()
        await telephone.answer()
        return await self.vmq.wait_record("CallConnected", seen, agent=name)

    async def wait_floor(self, is_so: Callable[[Fields], bool], start: int) -> Fields:
        """The floor once it is so; looked at anew after each record from the `start`th on."""
        floor = await self.vmq.floor()
        if is_so(floor):
            return floor
        async for _ in self.vmq.follow(start):
            floor = await self.vmq.floor()
            if is_so(floor):
                return floor
        raise AssertionError(f"vmq is gone, and its floor was {floor}")


@contextlib.asynccontextmanager
async def call_centre(
    server: AsteriskServer, folder: Path, agents: list[dict[str, Any]], **more: dict[str, Any]
) -> AsyncIterator[CallCentre]:
    """A call centre for as long as the block lasts. `more` goes into the configuration's sections."""
    await server.apply_hook("extensions.conf", EXTENSIONS, owner="calls")
    settings: dict[str, Any] = sections(server)
    for name, section in more.items():
        settings[name] = settings.get(name, {}) | section
    queue = {"name": QUEUE, "ring_s": RING_S, "wrap_up_s": WRAP_UP_S}
    vmq = VmqProcess(folder, queue=[queue], agent=agents, **settings)
    users = [FacadeUser(**user) for user in settings.get("facade", {}).get("user", [])]
    await introduce(server, vmq.agi_port, users)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(vmq)
        yield CallCentre(server, vmq, Calls(server), Phones(server, stack))
