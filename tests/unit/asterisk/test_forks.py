"""Several telephones of one offer: one leg to the core, whichever of them answers, fails or is left over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.asterisk.test_outward import FakeLink, FakeSessions, Sink, turn
from vmq.asterisk.forks import Forks, several
from vmq.asterisk.outward import Outward
from vmq.domain.commands import HangUpLeg, ParkLeg, RingAgent
from vmq.domain.events import (
    BridgeEntered,
    CallTransferred,
    ChannelHeld,
    ChannelHungUp,
    Event,
    LegAnswered,
    LegEnd,
    LegFailed,
    LegRang,
    SeenChannel,
    WorldSeen,
    leg_id,
)

OFFER = "00000000000000ab"
ONE, TWO = f"{OFFER}-001", f"{OFFER}-002"


class Told:
    """Forks with what came out: events for the core, dismissed sessions, legs hung up."""

    def __init__(self, count: int = 2) -> None:
        self.sink = Sink()
        self.forks = Forks(self.sink)
        self.dismissed: list[str] = []
        self.hung_up: list[tuple[str, int]] = []
        self.forks.dismiss = self.dismissed.append
        self.forks.hang_up = lambda key, cause: self.hung_up.append((key, cause))
        self.keys = self.forks.begin(OFFER, count) if count else ()

    def post(self, *events: Event) -> list[Event]:
        """What the core is told of these."""
        start = len(self.sink.events)
        for event in events:
            self.forks.post(event)
        return self.sink.events[start:]


def gone(key: str, why: LegEnd = LegEnd.HUNG_UP, cause: int = 16) -> ChannelHungUp:
    return ChannelHungUp(leg_id(key), cause, why)


def test_no_leg_has_an_id_that_begins_anothers() -> None:
    keys = Told(40).keys
    assert not [(one, other) for one in keys for other in keys if one != other and other.startswith(one)]


def test_first_to_answer_is_the_offers_leg_and_the_others_are_told_that_it_was_taken_elsewhere() -> None:
    told = Told()
    assert told.post(LegRang(ONE), LegRang(TWO)) == [LegRang(OFFER)]
    assert told.post(LegAnswered(TWO, "PJSIP/2")) == [LegAnswered(OFFER, "PJSIP/2")]
    assert told.hung_up == [(ONE, 26)]
    assert told.post(LegAnswered(ONE, "PJSIP/1")) == []
    assert told.dismissed == [ONE]
    assert told.post(gone(ONE)) == []
    assert told.post(BridgeEntered(leg_id(TWO), "b", is_holding=True), ChannelHeld(leg_id(TWO), True)) == [
        BridgeEntered(leg_id(OFFER), "b", is_holding=True),
        ChannelHeld(leg_id(OFFER), True),
    ]
    assert told.post(CallTransferred("c", "attended", "", leg_id(TWO))) == [
        CallTransferred("c", "attended", "", leg_id(OFFER))
    ]
    assert told.post(gone(TWO)) == [ChannelHungUp(leg_id(OFFER), 16, LegEnd.HUNG_UP)]


def test_one_that_fails_ends_nothing_while_another_rings() -> None:
    told = Told()
    assert told.post(LegFailed(ONE, LegEnd.REDIRECTED), gone(ONE, LegEnd.UNREACHABLE)) == []
    assert told.post(gone(TWO, LegEnd.NO_ANSWER, 19)) == [ChannelHungUp(leg_id(OFFER), 19, LegEnd.REDIRECTED)]


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        (LegEnd.REFUSED, LegEnd.NO_ANSWER, LegEnd.REFUSED),
        (LegEnd.UNREACHABLE, LegEnd.BUSY, LegEnd.BUSY),
        (LegEnd.UNREACHABLE, LegEnd.NO_ANSWER, LegEnd.NO_ANSWER),
    ],
)
def test_of_several_that_failed_the_most_telling_reason_counts(first: LegEnd, second: LegEnd, counts: LegEnd) -> None:
    told = Told()
    told.post(gone(ONE, first))
    assert told.post(gone(TWO, second, 19)) == [ChannelHungUp(leg_id(OFFER), 19, counts)]


def test_events_of_others_pass_through() -> None:
    told = Told(0)
    events: list[Event] = [
        LegRang("a" * 16),
        LegAnswered(ONE, "x"),
        ChannelHungUp("5.5", 16),
        LegFailed("a" * 16, LegEnd.BUSY),
    ]
    assert told.post(*events) == events


def test_dial_string_has_each_telephone_once() -> None:
    assert tuple(several("PJSIP/1&PJSIP/2&&PJSIP/1")) == ("PJSIP/1", "PJSIP/2")


async def test_commands_for_the_offer_reach_its_legs() -> None:
    link, sessions, sink = FakeLink(), FakeSessions(), Sink()
    forks = Forks(sink)
    out = Outward(link, sessions, forks, "vmq")
    out.send(RingAgent(OFFER, "1.5", "ann", "sales", "PJSIP/1&PJSIP/2", 10))
    assert [(each["Channel"], each["ChannelId"]) for each in link.sent] == [
        ("PJSIP/1", f"vmq-{ONE}"),
        ("PJSIP/2", f"vmq-{TWO}"),
    ]
    forks.post(LegAnswered(TWO, "PJSIP/2"))
    out.send(ParkLeg(OFFER))
    assert sessions.told[2:] == [("park", TWO)]
    out.send(HangUpLeg(OFFER, 16))
    assert [each["Channel"] for each in link.sent if each["Action"] == "Hangup"] == [
        f"vmq-{ONE}",
        f"vmq-{ONE}",
        f"vmq-{TWO}",
    ]


async def test_every_telephone_that_registered_as_an_endpoint_is_rung() -> None:
    link, sink = FakeLink(), Sink()
    out = Outward(link, FakeSessions(), Forks(sink), "vmq")
    out.send(RingAgent(OFFER, "1.5", "ann", "sales", "PJSIP/1/*&PJSIP/2", 10))
    assert link.sent == [{"Action": "Getvar", "Variable": "PJSIP_DIAL_CONTACTS(1)"}]
    link.futures[0].set_result([{"Response": "Success", "Value": "PJSIP/1/sip:a&PJSIP/1/sip:b"}])
    await turn()
    assert [each["Channel"] for each in link.sent[1:]] == ["PJSIP/1/sip:a", "PJSIP/1/sip:b", "PJSIP/2"]


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_endpoint_nobody_registered_as_or_whose_ring_was_cancelled_is_not_rung(is_cancelled: bool) -> None:
    link, sink = FakeLink(), Sink()
    out = Outward(link, FakeSessions(), Forks(sink), "vmq")
    out.send(RingAgent(OFFER, "1.5", "ann", "sales", "PJSIP/1/*", 10))
    if is_cancelled:
        out.send(HangUpLeg(OFFER))
    link.futures[0].set_result([{"Response": "Success", "Value": "PJSIP/1/sip:a" if is_cancelled else ""}])
    await turn()
    await turn()
    assert not [each for each in link.sent if each["Action"] == "Originate"]
    assert sink.events == [LegFailed(OFFER, LegEnd.UNREACHABLE)]


async def test_offer_with_nothing_to_dial_fails() -> None:
    sink = Sink()
    Outward(FakeLink(), FakeSessions(), Forks(sink), "vmq").send(RingAgent(OFFER, "1.5", "ann", "sales", "", 10))
    await turn()
    assert sink.events == [LegFailed(OFFER, LegEnd.UNREACHABLE)]


def leg(key: str, bridge_id: str = "", *, is_holding: bool = False) -> SeenChannel:
    return SeenChannel(leg_id(key), f"PJSIP/{key}", bridge_id, is_holding=is_holding, is_up=bool(bridge_id))


def test_after_a_restart_the_leg_that_talks_is_the_offers_and_others_are_hung_up() -> None:
    told = Told(0)
    (world,) = told.post(WorldSeen({}, (leg(ONE), SeenChannel("c", "PJSIP/c", "b"), leg(TWO, "b"))))
    assert isinstance(world, WorldSeen)
    assert {each.channel_id: each.channel for each in world.channels} == {"c": "PJSIP/c", leg_id(OFFER): f"PJSIP/{TWO}"}
    assert told.hung_up == [(ONE, 26)]
    assert told.post(gone(ONE)) == []
    assert told.post(gone(TWO)) == [ChannelHungUp(leg_id(OFFER), 16, LegEnd.HUNG_UP)]


def test_after_a_reconnect_telephones_that_ring_are_one_leg_still() -> None:
    told = Told()
    (world,) = told.post(WorldSeen({}, (leg(ONE), leg(TWO))))
    assert isinstance(world, WorldSeen)
    assert [each.channel_id for each in world.channels] == [leg_id(OFFER)]
    assert told.forks.keys_of(OFFER) == (ONE, TWO)
    assert told.post(LegAnswered(ONE, "PJSIP/1")) == [LegAnswered(OFFER, "PJSIP/1")]


ANYTHING = st.builds(
    lambda make, key: make(key),
    st.sampled_from([
        LegRang, gone, lambda key: LegAnswered(key, key), lambda key: LegFailed(key, LegEnd.NO_ANSWER),
        lambda key: BridgeEntered(leg_id(key), "b", is_holding=True),
    ]),
    st.sampled_from([f"{OFFER}-{number}" for number in (1, 2, 3)]),
)  # fmt: skip


@given(st.lists(ANYTHING, max_size=20))
def test_in_any_order_one_leg_rings_once_answers_at_most_by_one_telephone_and_ends_once(events: list[Event]) -> None:
    told = Told(3)
    told.post(*events)
    told.post(*(gone(key) for key in told.keys))
    out = [event for event in told.sink.events if "-" not in getattr(event, "offer_id", "")]
    (end,) = [event for event in out if isinstance(event, ChannelHungUp | LegFailed)]
    before = out[: out.index(end)]
    assert len([event for event in before if isinstance(event, LegRang)]) <= 1
    assert len({event.channel for event in before if isinstance(event, LegAnswered)}) <= 1
