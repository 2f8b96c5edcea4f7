"""vmq, Asterisk or the link between them ends at the worst moment: nobody is dropped, nobody is forgotten.

What became of the calls is Asterisk's word (CoreShowChannels) and the telephones' own recordings; what vmq knows of
them is its floor and its journal.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.live import audio
from tests.live.call_centre import CallCentre, agent, call_centre
from tests.live.calls import QUEUE_EXTENSION, recorded
from tests.live.link_breaker import LinkBreaker
from tests.live.scripted import ANSWERS, NO_ANSWER, Script
from tests.live.server import AsteriskServer
from tests.live.vmq_hooks import OWNER
from tests.support.vmq_client import Fields
from vmq.asterisk.dialplan import dialplan_text

ALIKE = 0.9
SHORT_CALL = Script(talk_s=0.2)


def whereabouts(callers: list[Fields]) -> list[tuple[str, float]]:
    """Who stands where, and since when."""
    return [(caller["call_id"], caller["entered_at"]) for caller in callers]


@pytest.mark.parametrize("is_crash", [True, False], ids=["kill -9", "SIGTERM"])
async def test_vmq_ends_with_callers_waiting_ringing_and_talking(
    own_asterisk: AsteriskServer, tmp_path: Path, recording: Path, is_crash: bool
) -> None:
    agents = [agent("ann", "1001"), agent("bob", "1002"), agent("cora", "1004"), agent("dave", "1005", logged_in=True)]
    async with call_centre(own_asterisk, tmp_path, agents) as centre:
        vmq, calls = centre.vmq, centre.calls
        caller, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
        await centre.phones.scripted("1002", NO_ANSWER)
        await centre.phones.scripted("1004", SHORT_CALL)
        await centre.phones.scripted("1005", NO_ANSWER)
        await vmq.agent("dave", "pause", reason="lunch")
        await into_wrap_up(centre, "cora")
        talk = await centre.talk(caller, "ann", ann, QUEUE_EXTENSION)
        await vmq.agent("bob", "login")
        waiting = [await calls.enter_queue() for _ in range(6)]
        await vmq.wait_record("OfferRang", agent="bob")
        (old_leg,) = set(await calls.legs()) - {f"vmq-{talk.fields['offer_id']}"}
        before, places = set(await calls.channels()) - {old_leg}, whereabouts(await centre.callers())
        wrap_up_until = (await centre.agent("cora"))["until"]
        assert [call_id for call_id, _ in places] == waiting
        await vmq.flushed()

        await (vmq.kill() if is_crash else vmq.stop())
        await caller.say(recording)
        assert before <= set(await calls.channels())
        seen = len(vmq.entries)
        await vmq.start()

        # Everybody is there: the six in their places since the same time, the two who talk, nobody of before besides.
        await centre.wait_floor(lambda floor: len(floor["queues"][0]["callers"]) == len(waiting), seen)
        assert whereabouts(await centre.callers()) == places
        assert all(entry.fields["is_return"] for entry in vmq.entries[seen:] if entry.kind == "CallerEntered")
        assert [talking["agent"] for talking in await centre.callers("talking")] == ["ann"]
        assert before <= set(await calls.channels())
        assert not (await centre.agent("ann"))["is_free"]
        for name, facts in {
            "dave": {"status": "paused", "reason": "lunch"},
            "cora": {"status": "wrap_up", "until": wrap_up_until},
        }.items():
            assert facts.items() <= (await centre.agent(name)).items()
        # The telephone that rang is rung anew for the same caller, and its old leg is gone.
        await vmq.wait_record("OfferRang", seen, agent="bob")
        assert (await vmq.wait_record("OfferMade", seen, agent="bob")).fields["call_id"] == waiting[0]
        assert old_leg not in await calls.legs()
        assert len(await calls.legs()) == 2

        # The talk ends: its whole length counts. Then every agent gets a call, the longest waiting caller first.
        await caller.hang_up()
        over = await vmq.wait_record("CallCompleted", seen, agent="ann")
        assert over.fields["talk_s"] == pytest.approx(over.at - talk.at, abs=0.05)
        assert over.fields["wait_s"] == pytest.approx(talk.fields["wait_s"])
        await ann.wait_ended()
        assert audio.likeness(audio.read_wav(recording), ann.heard()) > ALIKE
        assert (await centre.agent("ann"))["status"] == "wrap_up"
        for name, command, call_id in (
            ("ann", "wrap-up-end", waiting[1]), ("cora", "wrap-up-end", waiting[2]), ("dave", "unpause", waiting[3]),
        ):  # fmt: skip
            await vmq.agent(name, command)
            offer = await vmq.wait_record("OfferMade", seen, agent=name)
            assert offer.fields["call_id"] == call_id
            assert offer.fields["wait_s"] == pytest.approx(offer.at - dict(places)[call_id], abs=0.05)
        assert {entry.kind for entry in vmq.entries[seen:]}.isdisjoint({"CallerAbandoned", "CallerLeft"})


async def into_wrap_up(centre: CallCentre, name: str) -> None:
    """A short call, after which the agent does his paperwork."""
    await centre.vmq.agent(name, "login")
    await centre.calls.enter_queue()
    await centre.vmq.wait_record("AgentStatusChanged", agent=name, status="wrap_up")


async def test_vmq_stays_away_and_the_dialplan_goes_on(own_asterisk: AsteriskServer, tmp_path: Path) -> None:
    async with call_centre(own_asterisk, tmp_path, []) as centre:
        patient = dialplan_text(f"127.0.0.1:{centre.vmq.agi_port}")
        impatient = patient.replace("${VMQ_TRIES} > 120", "${VMQ_TRIES} > 3")
        assert impatient != patient
        await own_asterisk.apply_hook("extensions.conf", impatient, owner=OWNER)
        await centre.calls.enter_queue()
        await centre.vmq.wait_record("CallerEntered")
        await centre.vmq.flushed()
        start = len(own_asterisk.ami.events)
        await centre.vmq.kill()
        assert await centre.calls.back(start) == "UNAVAILABLE"
        seen = len(centre.vmq.entries)
        await centre.vmq.start()
        assert await centre.callers() == []
        assert {entry.kind for entry in centre.vmq.entries[seen:]} >= {"CallerAbandoned"}


async def test_asterisk_ends_and_is_back(own_asterisk: AsteriskServer, tmp_path: Path) -> None:
    async with call_centre(own_asterisk, tmp_path, [agent("ann", "1001"), agent("bob", "1002")]) as centre:
        vmq, calls = centre.vmq, centre.calls
        caller, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
        lamp = await centre.phones.lamp("1001")
        await leave_message(centre, "1001", tmp_path)
        await lamp.wait_counts(1, 0)
        await centre.talk(caller, "ann", ann, QUEUE_EXTENSION)
        waiting = await calls.enter_queue()
        await vmq.wait_record("CallerEntered", call_id=waiting)

        seen = len(vmq.entries)
        await own_asterisk.kill_9()
        await vmq.wait_record("LinkDown", seen)
        assert not (await vmq.floor())["is_linked"]
        await own_asterisk.start()
        await vmq.wait_record("WorldRebuilt", seen, waiting=0, talking=0)
        kinds = {entry.kind for entry in vmq.entries[seen:]}
        assert {"CallerAbandoned", "CallCompleted"} <= kinds
        assert await centre.callers() == await centre.callers("talking") == []
        told = {device["Device"]: device["State"] for device in await own_asterisk.ami.list("DeviceStateList")}
        for name in ("ann", "bob"):
            state = await centre.agent(name)
            assert state["device_state"] == told[state["device"]]
        await lamp.subscribe()
        await lamp.wait_counts(1, 0)

        for telephone in (caller, ann):
            await telephone.register_again()
        await vmq.wait_record("AgentDeviceChanged", seen, agent="ann", state="NOT_INUSE")
        await vmq.agent("ann", "wrap-up-end")
        await centre.talk(caller, "ann", ann, QUEUE_EXTENSION)


async def leave_message(centre: CallCentre, mailbox: str, folder: Path) -> Path:
    """A caller leaves a message: what he said."""
    spoken = audio.write_wav(folder / "spoken.wav", audio.known_recording(seed=11))
    async with asyncio.timeout(30):
        caller = await centre.phones.person("1006")
        seen = len(centre.vmq.entries)
        file = await centre.calls.reach_tone(caller, mailbox)
        await caller.say(spoken)
        await recorded(file, 2.5)
        await caller.hang_up()
        await centre.vmq.wait_record("MessageStored", seen, mailbox=mailbox)
    return spoken


async def test_the_link_breaks_and_what_changed_meanwhile_is_seen(own_asterisk: AsteriskServer, tmp_path: Path) -> None:
    agents = [agent("ann", "1001"), agent("bob", "1002")]
    async with (
        LinkBreaker(own_asterisk.ports.ami) as breaker,
        call_centre(own_asterisk, tmp_path, agents, asterisk={"port": breaker.port}) as centre,
    ):
        vmq, calls = centre.vmq, centre.calls
        caller, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
        talk = await centre.talk(caller, "ann", ann, QUEUE_EXTENSION)
        first, second, third = [await calls.enter_queue() for _ in range(3)]
        await vmq.wait_record("CallerEntered", call_id=third)
        before = set(await calls.channels())

        seen = len(vmq.entries)
        breaker.break_link()
        await vmq.wait_record("LinkDown", seen)
        assert before <= set(await calls.channels())
        # All of this happens unseen: one caller gives up, one comes, a talk ends, a telephone is switched on.
        await calls.hang_up(second)
        fourth = await calls.enter_queue()
        await caller.hang_up()
        await centre.phones.scripted("1002", ANSWERS)
        await vmq.agent("bob", "login")
        breaker.mend()

        await vmq.wait_record("WorldRebuilt", seen)
        await vmq.wait_record("CallerAbandoned", seen, call_id=second)
        await vmq.wait_record("CallCompleted", seen, offer_id=talk.fields["offer_id"], by="caller")
        await vmq.wait_record("CallConnected", seen, agent="bob", call_id=first)
        assert [waiting["call_id"] for waiting in await centre.callers()] == [third, fourth]
        assert (await centre.agent("ann"))["status"] == "wrap_up"
        await vmq.agent("ann", "wrap-up-end")
        assert (await vmq.wait_record("OfferMade", seen, agent="ann")).fields["call_id"] == third
