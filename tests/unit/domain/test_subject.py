"""Whose an agent, queue, caller, offer or call is."""

from __future__ import annotations

from tests.support.shop import Shop
from vmq.domain.lookup import subject_of
from vmq.domain.subject import Subject


def subject(shop: Shop, kind: str, name: str) -> tuple[set[str], set[str]]:
    found: Subject = subject_of(shop.floor, kind, name)
    return set(found.agents), set(found.queues)


def test_an_agent_is_of_his_queues_and_a_queue_of_its_agents() -> None:
    shop = Shop()
    assert subject(shop, "agent", "bob") == ({"bob"}, {"sales", "support"})
    assert subject(shop, "queue", "sales") == ({"ann", "bob"}, {"sales"})


def test_a_caller_is_of_his_queue_and_an_offer_of_its_agent() -> None:
    shop = Shop()
    shop.call("c1", "sales")
    (offer,) = shop.floor.offers.values()
    assert subject(shop, "caller", "c1") == (set(), {"sales"})
    assert subject(shop, "call", "c1") == (set(), {"sales"}), "ringing for him makes nobody his agent"
    assert subject(shop, "offer", offer.offer_id) == ({offer.agent}, {"sales"})


def test_what_is_not_there_is_nobodys() -> None:
    shop = Shop()
    assert subject(shop, "agent", "eve") == ({"eve"}, set())
    assert [subject(shop, kind, "x") for kind in ("caller", "call", "offer")] == [(set(), set())] * 3
