"""An owner on the telephone for tests of actions: does what a flow would ask for, one action after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.house import House, open_house
from tests.support.wav import write_wav
from vmq.domain import line
from vmq.domain.draft import Draft, DraftKind
from vmq.voicemail.calling import CallActions
from vmq.voicemail.check import CheckActions
from vmq.voicemail.drafts import Drafts, new_id
from vmq.voicemail.greetings import GreetingActions
from vmq.voicemail.login import Login
from vmq.voicemail.new_pin import PinActions
from vmq.voicemail.options import Options
from vmq.voicemail.requests import CheckRequest
from vmq.voicemail.strangers import Strangers
from vmq.voicemail.visit import Visit
from vmq.voicemail.wishes import WishActions


class Owner:
    """One visit of a mailbox's owner. `facts` are what the actions told so far."""

    def __init__(self, house: House, mailbox: str, options: str = "s") -> None:
        request = CheckRequest("call-owner", mailbox, mailbox, options=Options.of(options))
        service = house.voicemail
        draft = Draft(new_id(), DraftKind.GREETING, mailbox, "call-owner", house.clock.now(), mailbox)
        self.house = house
        self.mailbox = mailbox
        self.drafts = Drafts(house.outside, draft, set())
        self.facts: dict[str, object] = {}
        login = Login(house.outside, service.profiles, request, Strangers())
        self.visit = Visit(house.outside, login, request.options)
        self.calls = CallActions(
            lambda: login.settings, lambda: login.opened, lambda: self.visit.cursor.message, is_owner=True
        )
        parts = (
            CheckActions(self.visit),
            PinActions(house.outside, login, "call-owner"),
            GreetingActions(house.outside, login, self.drafts),
            WishActions(house.outside, login),
            self.calls,
        )
        self._actions = {name: action for part in parts for name, action in part.table.items()}
        self._actions |= service.office.actions(self.visit, self.drafts)

    async def does(self, action: str, **arguments: str) -> bool:
        """Ask for an action; True when it was done."""
        answer = await self._actions[action](arguments)
        self.facts |= answer.facts
        return isinstance(answer, line.Done)

    async def speaks(self, seconds: float = 3.0) -> None:
        """Record into the draft."""
        await self.drafts.begin()
        write_wav(self.house.files.path(self.drafts.current.ref), seconds)

    async def sends(self, *addresses: str, kind: str = "compose", seconds: float = 3.0, **marks: bool) -> bool:
        """Send a message of so many seconds (0 = nothing recorded) with these marks."""
        assert await self.does("begin_message", kind=kind)
        for mark in marks:
            await self.does("toggle_mark", mark=mark)
        for address in addresses:
            assert await self.does("add_recipient", address=address), self.facts["address_fault"]
        if seconds:
            await self.speaks(seconds)
        return await self.does("send_message")

    async def opens(self, folder: str = "INBOX") -> int:
        """Open a folder, take its first message if it has any; gives how many there are."""
        await self.does("open_folder", folder=folder)
        await self.does("first_message")
        count = self.facts["folder_count"]
        assert isinstance(count, int)
        return count

    async def hangs_up(self) -> None:
        """The call is over."""
        await self.visit.close()
        await self.drafts.close()


async def owner(house: House, mailbox: str = "1001", options: str = "s") -> Owner:
    """An owner who is in."""
    found = Owner(house, mailbox, options)
    assert await found.does("open_mailbox")
    return found


@asynccontextmanager
async def opened_mailbox(folder: Path, mailbox: list[dict[str, Any]], **settings: Any) -> AsyncIterator[Owner]:
    """The owner of the first of these mailboxes, who is in, in a house of theirs with these settings."""
    async with open_house(folder, {"mailbox": mailbox}, **settings) as house:
        yield await owner(house, mailbox[0]["number"])
