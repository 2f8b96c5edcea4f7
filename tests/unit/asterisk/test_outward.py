"""The out-door: what each command becomes on the wire, and what becomes of one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from vmq.asterisk.auto_answer import AUTO_ANSWER
from vmq.asterisk.forks import Forks
from vmq.asterisk.lamps import MAX_UNDER_WAY, lamp_action
from vmq.asterisk.message import Headers, check_headers
from vmq.asterisk.outward import Outward
from vmq.asterisk.ringing import caller_id, ring_action
from vmq.domain.commands import (
    ConnectCaller,
    DismissLeg,
    HangUpCaller,
    HangUpLeg,
    ParkLeg,
    PublishDevice,
    QueueStatus,
    ReleaseCaller,
    RingAgent,
    RingCaller,
    RunDialogue,
    SetLamp,
)
from vmq.domain.events import ChannelHungUp, Event, LegEnd, LegFailed
from vmq.errors import ActionFailed, LinkLost

RING = RingAgent("00000000000000ab", "1.5", "ann", "support", "PJSIP/1001", 12.5, "5550100", "José", must_confirm=True)


class FakeLink:
    """Keeps what is sent; answers when told to."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, str | list[str]]] = []
        self.futures: list[asyncio.Future[list[Headers]]] = []
        self.is_down = False

    def send_action(self, fields: Mapping[str, str | list[str]]) -> asyncio.Future[list[Headers]]:
        if self.is_down:
            raise LinkLost("down")
        check_headers(fields)
        self.sent.append(fields)
        self.futures.append(asyncio.get_running_loop().create_future())
        return self.futures[-1]

    def names(self) -> list[str | list[str]]:
        return [fields["Action"] for fields in self.sent]


class FakeSessions:
    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def park(self, offer_id: str) -> None:
        self.told.append(("park", offer_id))

    def dismiss(self, offer_id: str) -> None:
        self.told.append(("dismiss", offer_id))

    def connect(self, call_id: str, offer_id: str, leg_channel: str) -> None:
        self.told.append(("connect", call_id, offer_id, leg_channel))

    def release(self, call_id: str, status: str, variables: tuple[tuple[str, str], ...]) -> None:
        self.told.append(("release", call_id, status, variables))

    def talk(self, command: RunDialogue) -> None:
        self.told.append(("talk", command))

    def expect(self, command: RingAgent | RingCaller) -> None:
        self.told.append(("expect", command))

    def unexpect(self, leg: str) -> None:
        self.told.append(("unexpect", leg))


class Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def post(self, event: Event) -> None:
        self.events.append(event)


def make() -> tuple[Outward, FakeLink, FakeSessions, Sink]:
    link, sessions, sink = FakeLink(), FakeSessions(), Sink()
    return Outward(link, sessions, Forks(sink), "vmq"), link, sessions, sink


async def turn() -> None:
    """Let done-callbacks run."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def test_an_agents_leg_has_our_id_and_goes_where_it_is_asked_and_nowhere_else() -> None:
    action = ring_action(RING)
    assert action["Channel"] == "PJSIP/1001"
    assert action["ChannelId"] == "vmq-00000000000000ab"
    assert (action["Context"], action["Exten"], action["Priority"]) == ("vmq-agent", "s", "1")
    assert action["Timeout"] == "12500"
    assert action["Async"] == "true"
    assert action["Variable"] == [
        "VMQ_OFFER=00000000000000ab",
        "VMQ_LEG=ann|support|1.5|",
        "VMQ_CONFIRM=1",
        "FORWARD_CONTEXT=vmq-forwarded",
        "DIALEDPEERNUMBER=1001",
        "VMQ_PEER=1001",
    ]


def test_a_leg_remembers_the_outside_line_it_is_on() -> None:
    assert "VMQ_LEG=ann|support|1.5|north" in ring_action(replace(RING, line="north"))["Variable"]


def test_the_caller_is_not_shown_a_number_behind_a_line() -> None:
    assert "VMQ_PEER=" in ring_action(replace(RING, dial="PJSIP/0170123@trunk"))["Variable"]


def test_a_leg_has_what_the_caller_leaves_to_it_but_never_in_place_of_our_own() -> None:
    command = replace(RING, variables=(("QUEUENAME", "support"), ("VMQ_URL", 'https://crm/?a="1",(2)')))
    variables = ring_action(command, [("ORDER", "a,b"), ("__DEEP", "x"), ("VMQ_OFFER", "evil")])["Variable"]
    assert variables[6:] == [
        "QUEUENAME=support", r"VMQ_URL=https://crm/?a=\"1\"\,\(2\)", r"ORDER=a\,b", "__DEEP=x",
    ]  # fmt: skip


def test_a_telephone_that_is_to_answer_by_itself_is_told_so_as_its_make_wants_it() -> None:
    variables = ring_action(replace(RING, auto_answer="polycom"))["Variable"]
    assert variables[-1] == "PJSIP_HEADER(add,Alert-Info)=Ring Answer"
    other = ring_action(replace(RING, auto_answer="polycom", dial="Local/1@x"))["Variable"]
    assert not any("PJSIP_HEADER" in variable for variable in other)
    assert all(
        ring_action(replace(RING, auto_answer=make))["Variable"][-1].startswith("PJSIP_") for make in AUTO_ANSWER
    )


def test_a_callers_name_can_not_end_its_quotes_or_its_line() -> None:
    assert caller_id('O"Hara\r\nAction: Logoff <1>', "555\n0100") == '"OHaraAction: Logoff 1" <5550100>'
    assert caller_id("", "5550100") == "<5550100>"
    assert caller_id("", "") == ""


async def test_sessions_are_told_what_is_theirs() -> None:
    out, link, sessions, _ = make()
    for command in (
        ParkLeg("o"),
        DismissLeg("o"),
        ConnectCaller("c", "o", "PJSIP/1001-1"),
        ReleaseCaller("c", QueueStatus.TIMEOUT, (("A", "1"),)),
    ):
        out.send(command)
    assert sessions.told == [
        ("park", "o"),
        ("dismiss", "o"),
        ("connect", "c", "o", "PJSIP/1001-1"),
        ("release", "c", "TIMEOUT", (("A", "1"),)),
    ]
    assert not link.sent


async def test_commands_leave_in_their_order() -> None:
    out, link, _, _ = make()
    out.send(RING)
    out.send(HangUpLeg(RING.offer_id))
    out.wake("PJSIP/trunk-1")
    out.send(PublishDevice("Custom:vmq_ann", "INUSE"))
    assert link.names() == ["Originate", "Hangup", "PlayDTMF", "Setvar"]
    assert link.sent[1] == {"Action": "Hangup", "Channel": "vmq-00000000000000ab", "Cause": "26"}
    assert link.sent[2] == {"Action": "PlayDTMF", "Channel": "PJSIP/trunk-1", "Digit": "D", "Receive": "true"}
    assert link.sent[3] == {"Action": "Setvar", "Variable": "DEVICE_STATE(Custom:vmq_ann)", "Value": "INUSE"}


async def test_a_hang_up_before_the_channel_exists_is_said_again_when_it_does() -> None:
    out, link, _, _ = make()
    out.send(RING)
    out.send(HangUpLeg(RING.offer_id, 26))
    out.ringing.leg_made(RING.offer_id)
    assert link.names() == ["Originate", "Hangup", "Hangup"]
    out.ringing.leg_made(RING.offer_id)
    assert len(link.sent) == 3


async def test_a_leg_that_rings_is_hung_up_once() -> None:
    out, link, _, _ = make()
    out.send(RING)
    out.ringing.leg_made(RING.offer_id)
    out.send(HangUpLeg(RING.offer_id))
    assert link.names() == ["Originate", "Hangup"]


async def test_an_originate_that_asterisk_refuses_is_a_failed_leg() -> None:
    out, link, _, sink = make()
    out.send(RING)
    link.futures[0].set_exception(ActionFailed("Extension does not exist."))
    await turn()
    assert sink.events == [LegFailed(RING.offer_id, LegEnd.UNREACHABLE)]


async def test_an_originate_while_the_link_is_down_is_a_failed_leg_but_not_inside_the_decision() -> None:
    out, link, _, sink = make()
    link.is_down = True
    out.send(RING)
    assert not sink.events
    await turn()
    assert sink.events == [LegFailed(RING.offer_id, LegEnd.UNREACHABLE)]


async def test_an_originate_without_an_answer_is_hung_up_in_case_it_was_made() -> None:
    out, link, _, sink = make()
    out.send(RING)
    link.futures[0].set_exception(LinkLost("no answer within 5 s"))
    await turn()
    out.ringing.leg_made(RING.offer_id)
    assert link.names() == ["Originate", "Hangup", "Hangup"]
    assert sink.events == [LegFailed(RING.offer_id, LegEnd.UNREACHABLE)]


async def test_a_line_break_in_a_device_fails_that_leg_only() -> None:
    out, _, _, sink = make()
    out.send(RingAgent("00000000000000ac", "1.5", "ann", "support", "PJSIP/1\r\nAction: Logoff", 10))
    await turn()
    assert sink.events == [LegFailed("00000000000000ac", LegEnd.UNREACHABLE)]


def test_a_lamp_by_mwi_update_and_by_the_dialplan() -> None:
    command = SetLamp("1001", new=3, old=2, urgent=1)
    assert lamp_action(command, "vmq", None) == {
        "Action": "MWIUpdate",
        "Mailbox": "1001@vmq",
        "NewMessages": "4",
        "OldMessages": "2",
    }
    variables = lamp_action(command, "vmq", "vmqlamp-1")["Variable"]
    assert variables == ["VMQ_BOX=1001@vmq", "VMQ_URGENT=1", "VMQ_NEW=3", "VMQ_OLD=2"]


def test_both_halves_of_a_local_leg_get_ids_and_only_one_is_the_legs() -> None:
    action = ring_action(RingAgent("00000000000000ab", "1.5", "ann", "support", "Local/1@x/n", 10))
    assert action["OtherChannelId"] == "vmqx-00000000000000ab"


async def test_many_lamps_leave_a_few_at_a_time_and_only_the_last_counts_of_each() -> None:
    out, link, _, _ = make()
    for new in (1, 2):
        for mailbox in range(100):
            out.send(SetLamp(str(mailbox), new=new, old=0))
    assert len(link.sent) == MAX_UNDER_WAY
    for number in range(100 + MAX_UNDER_WAY):
        out.lamps.gone(str(link.sent[number]["ChannelId"]))
    news = [fields["Variable"][2] for fields in link.sent]
    assert news == ["VMQ_NEW=1"] * MAX_UNDER_WAY + ["VMQ_NEW=2"] * 100
    out.forget()


async def test_one_mailbox_has_one_lamp_on_its_way_so_that_none_overtakes() -> None:
    out, link, _, _ = make()
    for new in (1, 2, 0):
        out.send(SetLamp("1001", new=new, old=0))
    assert len(link.sent) == 1
    link.futures[0].set_result([])
    await turn()
    assert len(link.sent) == 1
    out.lamps.gone(str(link.sent[0]["ChannelId"]))
    assert [fields["Variable"][2] for fields in link.sent] == ["VMQ_NEW=1", "VMQ_NEW=0"]
    out.forget()


async def test_mwi_updates_of_one_mailbox_wait_for_their_answers() -> None:
    out, link, _, _ = make()
    out.lamps.has_mwi_update = True
    for new in (1, 2):
        out.send(SetLamp("1001", new=new, old=0))
    assert len(link.sent) == 1
    link.futures[0].set_result([])
    await turn()
    assert [fields["NewMessages"] for fields in link.sent] == ["1", "2"]
    out.forget()


async def test_a_lamp_that_fails_makes_way_for_the_next() -> None:
    out, link, _, _ = make()
    link.is_down = True
    out.send(SetLamp("1001", new=1, old=0))
    await turn()
    link.is_down = False
    out.send(SetLamp("1001", new=2, old=0))
    assert link.sent[0]["Variable"][2] == "VMQ_NEW=2"
    link.futures[0].set_exception(ActionFailed("Extension does not exist."))
    await turn()
    out.send(SetLamp("1001", new=3, old=0))
    assert len(link.sent) == 2
    out.forget()


async def test_lamps_are_forgotten_with_the_link() -> None:
    out, link, _, _ = make()
    for mailbox in range(20):
        out.send(SetLamp(str(mailbox), new=1, old=0))
    out.forget()
    for future in list(link.futures):
        future.set_exception(LinkLost("down"))
    await turn()
    assert len(link.sent) == MAX_UNDER_WAY


async def test_a_call_back_is_originated_under_its_own_id() -> None:
    out, link, sessions, _ = make()
    command = RingCaller("vmqc-1", "sales", "Local/0555@out/n", 20.0, "0555")
    out.send(command)
    (fields,) = link.sent
    assert fields["ChannelId"] == "vmqc-1"
    assert fields["OtherChannelId"] == "vmqx-vmqc-1"
    assert (fields["Context"], fields["Timeout"], fields["Async"]) == ("vmq-callback", "20000", "true")
    assert "VMQ_CALLBACK=vmqc-1" in fields["Variable"]
    assert sessions.told == [("expect", command)]
    out.ringing.callback_gone("vmqc-1")
    assert sessions.told[1:] == [("unexpect", "vmqc-1")]


async def test_a_call_back_that_cannot_be_made_is_told_as_its_end() -> None:
    out, link, _, sink = make()
    out.send(RingCaller("vmqc-1", "sales", "PJSIP/0555@trunk", 20.0))
    link.futures[0].set_exception(ActionFailed("Channel not specified"))
    await asyncio.sleep(0)
    assert sink.events == [ChannelHungUp("vmqc-1", 0, LegEnd.UNREACHABLE)]


async def test_what_is_said_and_hung_up() -> None:
    out, link, sessions, _ = make()
    talk = RunDialogue("1.1", "announce")
    out.send(talk)
    out.send(HangUpCaller("vmqc-1"))
    assert sessions.told == [("talk", talk)]
    assert link.sent == [{"Action": "Hangup", "Channel": "vmqc-1", "Cause": "26"}]
