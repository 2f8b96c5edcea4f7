"""`vmq mailbox messages` on a running server: a line for each message, newest first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.support.house import open_house
from tests.support.shop import Shop, serving
from tests.support.vmq_command import vmq
from vmq.domain.mailbox import Folder, Message
from vmq.http.ports import HttpPorts, Probe
from vmq.voicemail.messages import Messages


class ShopWithMessages(Shop):
    """A shop whose server has these messages."""

    messages: Messages

    def ports(self, probes: tuple[Probe, ...] = ()) -> HttpPorts:
        """All of the shop's, and these."""
        return replace(super().ports(probes), messages=self.messages)


async def test_messages_are_listed_a_line_each(tmp_path: Path) -> None:
    shop = ShopWithMessages()
    async with open_house(tmp_path) as house:
        shop.messages = Messages(house.outside, house.voicemail)
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
