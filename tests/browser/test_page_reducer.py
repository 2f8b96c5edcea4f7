"""What the page makes of the journal is what the floor is: its reducer against the engine's own view."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import pytest
from playwright.async_api import Page

from tests.support.busy_house import BusyHouse, Pace, house
from tests.support.shop import serving
from vmq.domain.asked import HoldAsked, MemberPauseChanged, PenaltyChanged, RecordingAsked
from vmq.domain.events import DialogueEnded, RecordingChanged
from vmq.domain.rules import CallbackRules
from vmq.domain.view import floor_view
from vmq.engine.memory import MemoryJournal

pytestmark = pytest.mark.browser

HOUR = 3600.0
AGENT = ("name", "status", "reason", "since", "idle_since", "until", "next_status", "device_state", "logged_in_at")
OFFER = ("offer_id", "state", "call_id", "queue", "made_at", "connected_at", "held", "url", "recording")
MEMBER = ("queue", "penalty", "is_paused", "reason", "calls", "last_call_at")
CALLER = ("call_id", "queue", "state", "number", "name", "priority", "entered_at", "agent", "ringing", "is_callback")
FIELDS = {"agent": AGENT, "offer": OFFER, "member": MEMBER, "caller": (*CALLER, "callback_tries")}
COMPARE = """async ([fields, before, after, entries]) => {
  const { floorOf } = await import("/page/live/floor.js");
  const { reduce } = await import("/page/live/reduce.js");
  const pick = (item, names) => Object.fromEntries(names.map((name) => [name, item?.[name] ?? null]));
  const plain = (floor) => ({
    is_linked: floor.is_linked,
    agents: [...floor.agents.values()].map((agent) => ({
      ...pick(agent, fields.agent),
      offer: agent.offer && pick(agent.offer, fields.offer),
      memberships: agent.memberships.map((member) => pick(member, fields.member)),
    })),
    queues: [...floor.queues.values()].map(({ name, line, talking }) => ({ name, line, talking: [...talking].sort() })),
    callers: [...floor.callers.values()]
      .map((caller) => pick(caller, fields.caller))
      .sort((one, other) => (one.call_id < other.call_id ? -1 : 1)),
  });
  const reduced = reduce(floorOf(before), entries);
  return [plain(reduced), plain(floorOf(after)), reduced.is_stale];
}"""


class Watched:
    """A busy house, a snapshot of it, and what its journal says since."""

    def __init__(self, shop: BusyHouse, journal: MemoryJournal) -> None:
        self.shop = shop
        self._journal = journal
        self.before = self.snapshot()

    def snapshot(self) -> dict[str, Any]:
        """As GET /floor gives it."""
        return {**floor_view(self.shop.floor, self.shop.now), "last_id": self._journal.last_id}

    async def entries(self) -> list[dict[str, Any]]:
        """As the stream gives them."""
        return [
            {"id": entry.id, "at": entry.at, "kind": type(entry.record).__name__, "record": asdict(entry.record)}
            for entry in await self._journal.read(self.before["last_id"], limit=100_000)
        ]


async def compared(page: Page, watched: Watched) -> tuple[Any, Any, bool]:
    """What the page has, what is true, and whether the page knows that it should ask anew."""
    async with serving(watched.shop) as server:
        await page.goto(server.url)
        reduced, true, is_stale = await page.evaluate(
            COMPARE, [FIELDS, watched.before, watched.snapshot(), await watched.entries()]
        )
        await page.close()
    return reduced, true, is_stale


def busy(seed: int, *, per_hour: float = 90.0, callback: CallbackRules | None = None) -> Watched:
    queues, agents = house()
    if callback is not None:
        queues = [type(queue)(queue.name, wrap_up_s=20.0, callback=callback) for queue in queues]
    journal, now = MemoryJournal(), time.time()
    shop = BusyHouse(
        rules=(queues, agents), pace=Pace(per_hour=per_hour), began_at=now - 2 * HOUR, journal=journal, seed=seed
    )
    shop.play(now - HOUR)
    return Watched(shop, journal)


@pytest.mark.parametrize("seed", range(2))
async def test_an_hour_of_records_gives_the_floor_that_the_engine_has(page: Page, seed: int) -> None:
    watched = busy(seed, per_hour=90.0 + 60 * seed)
    for _ in range(60):
        watched.shop.play(watched.shop.now + 60)
        watched.shop.shuffle()
    reduced, true, is_stale = await compared(page, watched)
    assert reduced == true
    assert not is_stale


async def test_calls_back_keep_their_place_and_what_is_done_in_talks_is_seen(page: Page) -> None:
    watched = busy(5, per_hour=150.0, callback=CallbackRules(is_on=True, dial="PJSIP/{number}@trunk", allow=("_X.",)))
    shop = watched.shop
    for minute in range(20):
        shop.play(shop.now + 30)
        waiting = [caller for caller in shop.floor.callers.values() if caller.state.value == "waiting"]
        if waiting and minute % 4 == 0:
            shop.post_at(DialogueEnded(waiting[-1].call_id, "callback", {"number": "0305550199"}))
        talks = [offer for offer in shop.floor.offers.values() if offer.connected_at]
        if talks:
            shop.post_at(HoldAsked(talks[0].call_id, is_held=minute % 2 == 0))
            shop.post_at(RecordingAsked(talks[-1].call_id, "start"))
            shop.post_at(RecordingChanged(talks[-1].call_id, "started"))
        shop.post_at(MemberPauseChanged("ada.brandt", "sales", is_paused=minute % 2 == 0, reason="x"))
        shop.post_at(PenaltyChanged("ben.okoro", "", minute))
    assert any(caller["is_callback"] for queue in watched.snapshot()["queues"] for caller in queue["callers"])
    reduced, true, is_stale = await compared(page, watched)
    assert reduced == true
    assert not is_stale
