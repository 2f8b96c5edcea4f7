"""The inbox: one order, never blocks, says when it is behind."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from vmq.domain.events import LegRang
from vmq.engine.inbox import FIRST_MARK, Inbox


async def test_events_come_out_in_the_order_of_posting() -> None:
    inbox = Inbox()
    for number in range(5):
        inbox.post(LegRang(str(number)))
    assert [await inbox.get() for _ in range(5)] == [LegRang(str(number)) for number in range(5)]


async def test_the_high_water_mark_is_logged_at_each_doubling() -> None:
    inbox = Inbox()
    with capture_logs() as logs:
        for _ in range(4 * FIRST_MARK):
            inbox.post(LegRang("x"))
    assert [entry["waiting"] for entry in logs] == [FIRST_MARK, 2 * FIRST_MARK, 4 * FIRST_MARK]
    assert inbox.high_water == len(inbox) == 4 * FIRST_MARK


async def test_settled_waits_for_what_is_being_dealt_with() -> None:
    inbox = Inbox()
    inbox.post(LegRang("x"))
    settled = asyncio.create_task(inbox.settled())
    await inbox.get()
    await asyncio.sleep(0)
    assert not settled.done()
    inbox.done()
    await settled
