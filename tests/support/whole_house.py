"""A server with everything that administrators and owners of mailboxes have: users, files, messages, packs, prompts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.support.access import PASSWORD, House, open_house
from tests.support.house import House as Voicemail
from tests.support.house import open_house as open_voicemail
from tests.support.wav import write_wav
from vmq.app.changes import Change
from vmq.app.live import LiveConfig
from vmq.app.pack_desk import PackDesk
from vmq.app.pack_tools import shipped_prompts
from vmq.app.packs import Packs
from vmq.app.prompt_desk import PromptDesk, PromptRecordings
from vmq.app.prompt_room import PromptRoom
from vmq.app.settings_port import SettingsPort
from vmq.app.web import mailbox_counts
from vmq.asterisk.doctor import Finding
from vmq.audio.own import OwnPrompts
from vmq.audio.sounds import Prompts
from vmq.config.file import ConfigFile
from vmq.config.load import load
from vmq.config.model import Config
from vmq.domain.dialling import NumberRules
from vmq.domain.mailbox import Message, arrival_folder
from vmq.domain.records import MessageStored
from vmq.http.server import HttpServer
from vmq.http.stream import Streams
from vmq.resources import shipped
from vmq.voicemail.administer import Administration
from vmq.voicemail.messages import Messages
from vmq.voicemail.own_lists import OwnLists

CONFIG = """\
# our house
[[queue]]
name = "sales"   # the shop
ring_s = 15

[[queue]]
name = "support"

[[agent]]
name = "ann"
full_name = "Ann Miller"
device = "PJSIP/1001"
queues = ["sales"]
skills = { german = 5 }

[[agent]]
name = "bob"
device = "PJSIP/1002"
queues = ["sales", "support"]

[[mailbox]]
number = "1001"
name = "Ann"
pin = "2468"

[[class_of_service]]
name = "staff"
"""


@dataclass
class Whole:
    """The server, and what is behind it."""

    house: House
    voicemail: Voicemail
    server: HttpServer
    path: Path

    async def store(self, name: str, at: float, **more: Any) -> None:
        """A message of two seconds in mailbox 1001, told in the stream."""
        more = {"caller_number": "2002", "caller_name": "Carla", **more}
        message = Message(name, "1001", arrival_folder(more.get("is_urgent", False)), at, 2.0, f"1001/{name}", **more)
        self.voicemail.files.path(message.ref).parent.mkdir(exist_ok=True)
        write_wav(self.voicemail.files.path(message.ref), 2.0)
        await self.voicemail.mailboxes.add_message(message)
        self.house.shop.journal.append(MessageStored(name, "1001", "2002", 2.0), at)

    async def folder_of(self, name: str) -> str:
        """Where a message is."""
        message = await self.voicemail.mailboxes.message("1001", name)
        assert message is not None
        return message.folder.value


@cache
def shipped_packs() -> tuple[Packs, Prompts]:
    """The shipped personalities and the sets that they speak from: opened once, since it takes seconds."""
    prompts = shipped_prompts()
    return Packs((), prompts, {}), prompts


async def examined() -> Sequence[Finding]:
    """What a doctor might find."""
    return [
        Finding("manager login", True, "logged in as vmq"),
        Finding(
            "module bridge_simple", False, "not loaded; caller and agent talk in a bridge", "load bridge_simple.so"
        ),
    ]


async def _nothing(_config: Config, _change: Change, _by: str) -> None:
    return


@asynccontextmanager
async def whole_house(folder: Path, *, token: str = "", **more: Any) -> AsyncIterator[Whole]:
    """All of it, while the block lasts; with a `token` programs may do everything. `more` are further ports."""
    path = folder / "vmq.toml"
    path.write_text(CONFIG, encoding="utf-8")
    live = LiveConfig(ConfigFile(path, {}), load(path, {}), _nothing)
    sets = shipped_prompts()
    tables = {"mailbox": [{"number": "1001", "name": "Ann"}, {"number": "1002", "name": "Bob"}]}
    async with open_house(folder) as house, open_voicemail(folder, tables) as voicemail:
        house.shop.floor.numbers = NumberRules(context="phones")
        house.shop.journal = voicemail.journal
        recordings = PromptRecordings(folder / "prompt-recordings", "", sets)
        await recordings.open()
        ports = replace(
            house.ports(),
            settings=SettingsPort(live),
            mailbox_counts=lambda number: mailbox_counts(voicemail.mailboxes, number),
            messages=Messages(voicemail.outside, voicemail.voicemail),
            desk=Administration(voicemail.outside, voicemail.register, voicemail.voicemail),
            own_lists=OwnLists(voicemail.outside, lambda: voicemail.voicemail.office.posting().addressing),
            packs=PackDesk(*shipped_packs(), folder / "personalities"),
            prompts=PromptRoom(PromptDesk(sets, OwnPrompts(recordings)), recordings, sets, shipped("prompts")),
            examine=examined,
            **more,
        )
        house.streams = Streams(house.shop.journal, heartbeat_s=0.2)
        server = HttpServer(house.app(ports, token=token), house.streams, "127.0.0.1", 0)
        async with asyncio.TaskGroup() as group:
            group.create_task(server.run())
            try:
                yield Whole(house, voicemail, server, path)
            finally:
                server.stop()


async def log_in(page: Page, whole: Whole, name: str, room: str) -> None:
    """Open a room as this user."""
    await page.goto(f"{whole.server.url}/#/{room}")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button").click()
    await page.wait_for_url(f"{whole.server.url}/#/{room}")
