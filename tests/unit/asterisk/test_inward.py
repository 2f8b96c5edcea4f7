"""The in-door on what a real Asterisk 22 said (transcripts/*.ami): what each way of ending a leg comes out as."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.asterisk.inward import WANTED, LegMade, leg_end, to_event
from vmq.asterisk.message import event_name
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    ChannelHungUp,
    DeviceStateChanged,
    Event,
    LegEnd,
    LegFailed,
    LegRang,
    leg_id,
    offer_of_leg,
)

TRANSCRIPTS = Path(__file__).parent / "transcripts"


def events_of(transcript: str) -> list[Event]:
    messages = (TRANSCRIPTS / f"{transcript}.ami").read_bytes().split(b"\r\n\r\n")
    return [event for message in messages if (event := to_event(event_name(message), message)) is not None]


def of_the_leg(events: list[Event]) -> list[Event]:
    """Without devices, and without what other channels do."""
    return [
        event
        for event in events
        if not isinstance(event, DeviceStateChanged) and offer_of_leg(getattr(event, "channel_id", "vmq-")) is not None
    ]


@pytest.mark.parametrize(
    ("transcript", "number", "cause", "end"),
    [
        ("busy", 3, 17, LegEnd.BUSY),
        ("declined", 4, 21, LegEnd.REFUSED),
        ("redirected", 5, 23, LegEnd.REDIRECTED),
        ("ring_timeout", 6, 19, LegEnd.NO_ANSWER),
        ("cancelled", 7, 26, LegEnd.HUNG_UP),
    ],
)
def test_a_leg_that_rang_and_was_not_answered(transcript: str, number: int, cause: int, end: LegEnd) -> None:
    offer = f"{number:016x}"
    events = of_the_leg(events_of(transcript))
    assert events[:2] == [LegMade(offer), LegRang(offer)]
    assert ChannelHungUp(leg_id(offer), cause, end) in events


@pytest.mark.parametrize(("transcript", "number"), [("unregistered", 1), ("no_endpoint", 2)])
def test_a_leg_that_was_never_made_has_only_failed(transcript: str, number: int) -> None:
    assert events_of(transcript) == [LegFailed(f"{number:016x}", LegEnd.UNREACHABLE)]


def test_a_leg_that_was_answered_is_hung_up_not_refused() -> None:
    leg = leg_id(f"{9:016x}")
    assert of_the_leg(events_of("answered_then_gone"))[-1] == ChannelHungUp(leg, 16, LegEnd.HUNG_UP)


def test_the_other_half_of_a_local_leg_is_not_taken_for_the_leg() -> None:
    hung_up = [event for event in events_of("local_leg") if isinstance(event, ChannelHungUp)]
    assert [event for event in hung_up if offer_of_leg(event.channel_id)] == [ChannelHungUp(leg_id(f"{10:016x}"), 16)]


def test_a_telephone_that_rings_one_call_is_busy_for_the_next() -> None:
    devices = [event.state for event in events_of("busy") if isinstance(event, DeviceStateChanged)]
    assert devices[:2] == [DeviceState.BUSY, DeviceState.NOT_INUSE]


def make(name: str, **headers: str) -> Event | None:
    lines = "".join(f"\r\n{key}: {value}" for key, value in headers.items())
    return to_event(name.encode(), f"Event: {name}{lines}".encode())


def test_the_holding_bridge_is_told_by_its_technology() -> None:
    held = make("BridgeEnter", Uniqueid="vmq-1", BridgeUniqueid="b", BridgeTechnology="holding_bridge")
    talking = make("BridgeEnter", Uniqueid="c", BridgeUniqueid="b", BridgeTechnology="simple_bridge")
    assert held == BridgeEntered("vmq-1", "b", is_holding=True)
    assert talking == BridgeEntered("c", "b", is_holding=False)
    assert make("BridgeLeave", Uniqueid="c", BridgeUniqueid="b") == BridgeLeft("c", "b")


def test_a_dial_that_ends_by_a_redirect_is_a_refusal_and_any_other_is_left_to_its_hang_up() -> None:
    redirected = {"DestUniqueid": "vmq-00ab", "DialStatus": "CANCEL", "Forward": "1002"}
    assert make("DialEnd", **redirected) == LegFailed("00ab", LegEnd.REDIRECTED)
    assert make("DialEnd", DestUniqueid="vmq-00ab", DialStatus="BUSY") is None
    assert make("DialEnd", **redirected | {"DestUniqueid": "1795382590.4"}) is None


def test_our_own_device_states_do_not_come_back_in() -> None:
    assert make("DeviceStateChange", Device="Custom:vmq_ann", State="INUSE") is None
    assert make("DeviceStateChange", Device="Custom:ann", State="INUSE") == DeviceStateChanged(
        "Custom:ann", DeviceState.INUSE
    )


def test_a_device_state_of_a_newer_asterisk_counts_as_unknown() -> None:
    assert make("DeviceStateChange", Device="X/1", State="SINGING") == DeviceStateChanged("X/1", DeviceState.UNKNOWN)


@pytest.mark.parametrize("name", sorted(name.decode() for name in WANTED))
def test_an_event_without_its_headers_breaks_nothing(name: str) -> None:
    make(name)
    make(name, Uniqueid="vmq-1")


def test_other_peoples_channels_ring_without_a_word() -> None:
    assert make("Newstate", Uniqueid="1795382590.4", ChannelState="5") is None
    assert make("Newchannel", Uniqueid="1795382590.4") is None
    assert make("OriginateResponse", Uniqueid="<unknown>", Response="Failure") is None


@pytest.mark.parametrize(
    ("cause", "state", "end"),
    [
        (0, "5", LegEnd.NO_ANSWER),
        (16, "5", LegEnd.NO_ANSWER),
        (0, "0", LegEnd.UNREACHABLE),
        (18, "0", LegEnd.NO_ANSWER),
        (1, "0", LegEnd.UNREACHABLE),
        (3, "0", LegEnd.UNREACHABLE),
        (20, "0", LegEnd.UNREACHABLE),
        (27, "0", LegEnd.UNREACHABLE),
        (17, "6", LegEnd.HUNG_UP),
    ],
)
def test_causes(cause: int, state: str, end: LegEnd) -> None:
    assert leg_end(cause, state) is end


def test_a_cause_that_is_no_number_counts_as_none() -> None:
    assert make("Hangup", Uniqueid="1.1", Cause="²") == ChannelHungUp("1.1", 0)
