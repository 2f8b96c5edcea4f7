"""Every command over HTTP: what is asked for with its own examples is taken, what names nothing is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.shop import Shop
from vmq.domain.asked import (
    AgentMoved,
    AgentPaused,
    CallerPriorityChanged,
    CallerWithdrawn,
    DialAsked,
    MemberJoined,
    MemberLeft,
    MemberPauseChanged,
    NoteRead,
    NoteSent,
    OfferRefused,
    PenaltyChanged,
    WrapUpExtended,
)
from vmq.domain.events import Event
from vmq.http.app import build_app
from vmq.http.commands import ALL
from vmq.http.commands.registry import Command, Known
from vmq.http.metrics import Metrics
from vmq.http.stream import Streams

CALL = "1763845200.17"


@pytest.fixture
def shop() -> Shop:
    """Two callers for sales, one of whom rings at ann; a third waits in vain for support."""
    shop = Shop()
    shop.call(CALL, "sales")
    return shop


def client_of(shop: Shop) -> httpx.AsyncClient:
    app = build_app(shop.ports(), Metrics(shop.view), Streams(shop.journal), host="127.0.0.1")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def example(command: Command, shop: Shop) -> dict[str, Any]:
    """A request of the fields' own examples, about what there is in the shop."""
    values = {name: info.examples[0] for name, info in command.request.model_fields.items() if info.examples}
    offers = list(shop.floor.offers)
    return {name: offers[0] if name == "offer" else value for name, value in values.items()}


async def give(shop: Shop, command: Command, values: dict[str, Any]) -> httpx.Response:
    address = "/api/v1" + command.address.format(**values)
    others = {name: value for name, value in values.items() if name in command.other_fields}
    async with client_of(shop) as client:
        if command.method == "DELETE":
            return await client.request("DELETE", address, params=others)
        return await client.request(command.method, address, json=others or None)


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.words)
async def test_a_command_takes_its_own_examples(shop: Shop, command: Command) -> None:
    before = len(shop.posted)
    values = example(command, shop)
    answer = await give(shop, command, values)
    assert answer.status_code == 202, answer.text
    (event,) = shop.posted[before:]
    assert answer.json() == {"command": command.words, "event": type(event).__name__}


def named_by(command: Command) -> set[str]:
    """The fields that name something."""
    fields = command.request.model_fields.items()
    return {name for name, info in fields if any(isinstance(mark, Known) for mark in info.metadata)}


@pytest.mark.parametrize("command", [*filter(named_by, ALL)], ids=lambda command: command.words)
async def test_what_is_not_there_is_refused_and_posts_nothing(shop: Shop, command: Command) -> None:
    nobody = {"agent": "eve", "queue": "nowhere", "call": "1.1", "offer": "0" * 16, "to": "nowhere"}
    before = len(shop.posted)
    values = {
        **example(command, shop),
        **{name: nobody[name] for name in named_by(command) if name in nobody},
    }
    answer = await give(shop, command, values)
    assert answer.status_code == 404, answer.text
    assert answer.json()["id"].endswith("-unknown")
    assert len(shop.posted) == before


WORDS = {"reason", "text", "note", "disposition", "info", "state_device"}
"""Fields that may say anything: words for people, and a device that is watched and never rung."""


@pytest.mark.parametrize("way", ["Local/0900@outbound/n", "local/0900@outbound", "PJSIP/0900@telco", "SIP/telco/0900"])
@pytest.mark.parametrize("command", ALL, ids=lambda command: command.words)
async def test_no_field_of_a_command_leads_through_the_dialplan_or_outside(
    shop: Shop, command: Command, way: str
) -> None:
    texts = [name for name, info in command.other_fields.items() if isinstance(info.annotation, type)]
    for name in texts:
        before = len(shop.posted)
        answer = await give(shop, command, {**example(command, shop), name: way})
        assert answer.status_code >= 400 or name in WORDS, f"{command.words}: {name}"
        assert (len(shop.posted) > before) is (answer.status_code < 400)


@pytest.mark.parametrize(
    ("words", "values", "says"),
    [
        ("agent move", {"dial": "PJSIP/1001&Local/0900@outbound/n"}, "add its context to contexts in [devices]"),
        ("queue add-member", {"queue": "support", "agent": "eve", "dial": "Local/1@x"}, "contexts in [devices]"),
        ("call supervise", {"telephone": "PJSIP/0900@telco"}, "write the device alone, e.g. PJSIP/1001"),
        ("call dial", {"telephone": "Console/dsp", "to": "1002"}, "add Console to technologies in [devices]"),
        ("call transfer", {"to": "0900", "context": "outbound"}, "outbound: no such context may be named"),
    ],
)
async def test_a_device_that_may_not_be_named_is_refused_with_what_to_write(
    shop: Shop, words: str, values: dict[str, Any], says: str
) -> None:
    (command,) = (each for each in ALL if each.words == words)
    before = len(shop.posted)
    answer = await give(shop, command, {**example(command, shop), **values})
    assert (answer.status_code, answer.json()["id"]) == (422, "device-refused")
    assert says in answer.json()["detail"]
    assert len(shop.posted) == before


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.words)
def test_a_command_describes_itself(command: Command) -> None:
    assert command.summary and len(command.summary) < 80
    for name, info in command.request.model_fields.items():
        assert info.examples or info.description or info.annotation is bool, f"{command.words}: {name}"


def test_no_two_commands_have_one_name_or_address() -> None:
    assert len({command.words for command in ALL}) == len(ALL)
    assert len({(command.method, command.address) for command in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("words", "values", "event"),
    [
        ("agent pause", {"reason": "lunch"}, AgentPaused("ann", "lunch")),
        ("agent pause", {"queue": "sales", "reason": "x"}, MemberPauseChanged("ann", "sales", True, "x")),
        ("agent unpause", {"queue": "sales"}, MemberPauseChanged("ann", "sales", False)),
        ("agent wrap-up-extend", {"by_s": 30}, WrapUpExtended("ann", 30.0)),
        ("agent move", {"dial": "PJSIP/7&PJSIP/8"}, AgentMoved("ann", ("PJSIP/7", "PJSIP/8"))),
        ("agent move", {}, AgentMoved("ann")),
        ("agent penalty", {"penalty": 2, "queue": "sales"}, PenaltyChanged("ann", "sales", 2)),
        ("queue add-member", {"queue": "support"}, MemberJoined("ann", "support", by="api")),
        (
            "queue add-member",
            {"queue": "support", "agent": "eve", "dial": "PJSIP/9", "penalty": 3, "paused": True, "reason": "x"},
            MemberJoined("eve", "support", 3, "PJSIP/9", "", True, "x", "api"),
        ),
        ("queue remove-member", {"queue": "sales"}, MemberLeft("ann", "sales", "api")),
        ("agent dial", {"to": "030 1234567"}, DialAsked("030 1234567", "ann", by="api")),
        ("agent note", {"text": "at four?"}, NoteSent("ann", "at four?", "api")),
        ("agent note-read", {"note": "0" * 16}, NoteRead("ann", "0" * 16, "api")),
        ("call dial", {"telephone": "PJSIP/9", "to": "1002"}, DialAsked("1002", telephone="PJSIP/9", by="api")),
        ("caller priority", {"priority": 5}, CallerPriorityChanged(CALL, 5, by="api")),
        ("caller position", {"position": 1}, CallerPriorityChanged(CALL, None, 1, "api")),
        ("caller move", {"to": "support"}, CallerWithdrawn(CALL, to="support")),
        ("caller withdraw", {"info": "call 5"}, CallerWithdrawn(CALL, info="call 5")),
    ],
)
async def test_a_command_says_all_that_was_asked_for(
    shop: Shop, words: str, values: dict[str, Any], event: Event
) -> None:
    (command,) = [command for command in ALL if command.words == words]
    about = {
        name: value for name, value in {"agent": "ann", "call": CALL}.items() if name in command.request.model_fields
    }
    answer = await give(shop, command, {**about, **values})
    assert answer.status_code == 202, answer.text
    assert shop.posted[-1] == event


async def test_an_offer_that_rings_can_be_refused(shop: Shop) -> None:
    (offer_id,) = shop.floor.offers
    async with client_of(shop) as client:
        assert (await client.post(f"/api/v1/offers/{offer_id}/refuse")).status_code == 202
    assert shop.posted[-1] == OfferRefused(offer_id)


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("agents/ann/penalty", {"penalty": -1}),
        ("agents/ann/penalty", None),
        ("agents/ann/wrap-up-extend", {"by_s": 0}),
        ("agents/ann/move", {"dial": "PJSIP/1,Local/2"}),
        ("agents/ann/move", {"dial": "PJSIP/1\r\nAction: Logoff"}),
        ("agents/ann/pause", {"queue": "a b"}),
        (f"callers/{CALL}/position", {"position": 0}),
        ("queues/sales/members", {"agent": "-"}),
    ],
)
async def test_a_bad_value_is_refused_and_posts_nothing(shop: Shop, address: str, body: object) -> None:
    before = len(shop.posted)
    async with client_of(shop) as client:
        answer = await client.post(f"/api/v1/{address}", json=body)
    assert (answer.status_code, answer.json()["id"]) == (422, "invalid")
    assert len(shop.posted) == before
