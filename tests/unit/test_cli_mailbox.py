"""`vmq mailbox …` on a running server: what it prints, and what it does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.support.house import House, open_house
from tests.support.shop import Shop, serving
from tests.support.vmq_command import vmq
from tests.support.wav import write_wav
from vmq.domain.mailbox import Folder, Message
from vmq.domain.pin import LoginState
from vmq.http.ports import HttpPorts, Probe
from vmq.voicemail.administer import Administration
from vmq.voicemail.messages import Messages
from vmq.voicemail.own_lists import OwnLists


class ShopWithMailboxes(Shop):
    """A shop whose server has a house's mailboxes."""

    house: House

    def ports(self, probes: tuple[Probe, ...] = ()) -> HttpPorts:
        """All of the shop's, and these."""
        house, service = self.house, self.house.voicemail
        return replace(
            super().ports(probes),
            messages=Messages(house.outside, service),
            desk=Administration(house.outside, house.register, service),
            own_lists=OwnLists(house.outside, lambda: service.office.posting().addressing),
        )


async def test_messages_are_listed_a_line_each(tmp_path: Path) -> None:
    shop = ShopWithMailboxes()
    async with open_house(tmp_path) as house:
        shop.house = house
        new = Message("a1", "1001", Folder.URGENT, 1_800_000_000.0, 12.44, "1001/a1", "2002", "Carla", is_urgent=True)
        await house.mailboxes.add_message(new)
        await house.mailboxes.add_message(Message("b2", "1001", Folder.OLD, 1_700_000_000.0, 3.0, "1001/b2"))
        notice = Message("c3", "1001", Folder.OLD, 1_600_000_000.0, 0.0, "", "1003", sender="1003", notice="heard")
        await house.mailboxes.add_message(notice)
        async with serving(shop) as server:
            words = ("mailbox", "messages", "1001", "--url", server.url)
            everything = await asyncio.to_thread(vmq, *words, folder=tmp_path)
            one = await asyncio.to_thread(vmq, *words, "--folder", "Old", "--limit", "1", folder=tmp_path)
            nowhere = await asyncio.to_thread(vmq, *words, "--folder", "Attic", folder=tmp_path)
    assert [line.partition(" ")[2].partition(" ")[2] for line in everything.out] == [
        "Urgent (new): 2002 Carla, 12.4 s, urgent  a1",
        "Old (old): unknown caller, 3.0 s  b2",
        "Old (old): heard by 1003  c3",
    ]
    assert [line.rpartition("  ")[2] for line in one.out] == ["b2", "There are older ones: see --limit."]
    assert (nowhere.status, len(nowhere.errors)) == (1, 1)


async def test_a_message_is_marked_moved_deleted_restored_forwarded_and_fetched(tmp_path: Path) -> None:
    shop = ShopWithMailboxes()
    async with open_house(tmp_path, {"mailbox": [{"number": "1001"}, {"number": "1002"}]}) as house:
        shop.house = house
        path = house.files.path("1001/a1")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, 3.0)
        await house.mailboxes.add_message(Message("a1", "1001", Folder.INBOX, 100.0, 3.0, "1001/a1"))
        async with serving(shop) as server:

            async def folder_after(deed: str, *words: str) -> str:
                said = await asyncio.to_thread(
                    vmq, "message", deed, "1001", "a1", *words, "--url", server.url, folder=tmp_path
                )
                assert said.status == 0, said.errors
                found = await house.mailboxes.message("1001", "a1")
                return found.folder.value if found else ""

            deeds = ["heard", "new", "move Family", "delete", "restore", "forward 1002", "get a.wav"]
            folders = [await folder_after(*deed.split()) for deed in deeds]
            assert len(await house.inbox("1002")) == 1
    assert folders == ["Old", "INBOX", "Family", "Deleted", "Family", "Family", "Family"]
    assert (tmp_path / "a.wav").read_bytes() == path.read_bytes()


async def test_mailboxes_are_unlocked_renamed_and_erased_and_have_lists(tmp_path: Path) -> None:
    shop = ShopWithMailboxes()
    tables = {"mailbox": [{"number": "1001", "name": "Ann", "pin": "4711"}, {"number": "1002"}]}
    async with open_house(tmp_path, tables) as house:
        shop.house = house
        await house.mailboxes.add_message(Message("a1", "1001", Folder.INBOX, 100.0, 3.0, "1001/a1"))
        await house.mailboxes.change_login("1001", lambda _: LoginState(10, house.clock.now() + 900))
        async with serving(shop) as server:

            async def mailbox(*words: str) -> list[str]:
                said = await asyncio.to_thread(vmq, "mailbox", *words, "--url", server.url, folder=tmp_path)
                assert said.status == 0, said.errors
                return said.out

            assert await mailbox("all") == [
                "1001 Ann, 1 new, 0 old, locked",
                "1002, 0 new, 0 old, never set up",
            ]
            for words in (
                ("unlock", "1001"),
                ("list-set", "1001", "12", "1002"),
                ("rename", "1001", "1*1"),
            ):
                assert await mailbox(*words) == ["done"]
            assert await mailbox("lists", "1*1") == ["12: 1002"]
            assert await mailbox("list-remove", "1*1", "12") == ["done"]
            assert await mailbox("erase", "1002", "--yes") == ["done"]
            assert await mailbox("all") == ["1*1 Ann, 1 new, 0 old"]
