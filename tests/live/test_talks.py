"""What only the real Asterisk shows of talks: attended transfers, headers of a call, many calls of two telephones.

(Most of what happens during a talk is in tests/scenario/calls.)
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.live.call_centre import agent, call_centre
from tests.live.calls import QUEUE_EXTENSION
from tests.live.scripted import ANSWERS, NO_ANSWER
from tests.live.server import AsteriskServer

CALLS, AGENTS = 200, 4
FEATURES = "[featuremap]\natxfer => *2\nblindxfer => #1\n"


@pytest.mark.parametrize("how", ["by the API", "by keys", "blind by keys"])
async def test_attended_transfer_and_transfers_by_keys(own_asterisk: AsteriskServer, tmp_path: Path, how: str) -> None:
    own_asterisk.write_hook("features.conf", FEATURES)
    await own_asterisk.cli("module reload features")
    devices = {"contexts": ["phones"]}
    async with call_centre(own_asterisk, tmp_path, [agent("ann", "1001")], devices=devices) as centre:
        await own_asterisk.apply_hook(
            "extensions.conf", "[globals]\nVMQ_FEATURES=t\nTRANSFER_CONTEXT=phones\n", owner="features"
        )
        vmq, calls = centre.vmq, centre.calls
        caller, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
        bob = await centre.phones.person("1002")
        talk = await centre.talk(caller, "ann", ann, QUEUE_EXTENSION)
        call_id = talk.fields["call_id"]
        if how == "by the API":
            await vmq.call(call_id, "transfer", to="1002", context="phones", attended=True)
        else:
            await ann.press("*21002" if how == "by keys" else "#11002")
        await bob.wait_ringing()
        await bob.answer()
        if how != "blind by keys":
            assert not [entry for entry in vmq.entries if entry.kind == "CallCompleted"], "ann talks with bob first"
            await ann.hang_up()
        done = await vmq.wait_record("CallCompleted", agent="ann")
        kind = "blind" if how == "blind by keys" else "attended"
        assert (done.fields["by"], done.fields["transfer"]) == ("transfer", kind)
        assert done.fields["transfer_to"].startswith("1002|phones" if kind == "blind" else "BRIDGE|")
        await ann.wait_ended()
        assert call_id in await calls.channels(), "the caller talks with bob"
        start = len(own_asterisk.ami.events)
        await bob.hang_up()
        await own_asterisk.ami.wait_named("Hangup", start, Uniqueid=call_id)


async def test_telephone_is_told_to_answer_by_itself(own_asterisk: AsteriskServer, tmp_path: Path) -> None:
    ann = agent("ann", "1001", logged_in=True, auto_answer=True)
    async with call_centre(own_asterisk, tmp_path, [ann]) as centre:
        phone = await centre.phones.scripted("1001", ANSWERS)
        await centre.calls.enter_queue()
        await centre.vmq.wait_record("CallConnected", agent="ann")
        invite = phone.messages()
        for header in ("Call-Info: <sip:vmq>;answer-after=0", "Alert-Info: <http://vmq>;info=", "Answer-Mode: Auto"):
            assert header in invite


async def test_every_telephone_registered_as_an_endpoint_is_rung(own_asterisk: AsteriskServer, tmp_path: Path) -> None:
    await own_asterisk.apply_hook("pjsip.conf", "[1001](+type=aor)\nmax_contacts=2\nremove_existing=no\n")
    ann = agent("ann", "1001", device="PJSIP/1001/*", logged_in=True)
    async with call_centre(own_asterisk, tmp_path, [ann]) as centre:
        desk = await centre.phones.person("1001")
        mobile = await centre.phones.person("1001")
        await centre.calls.enter_queue()
        await desk.wait_ringing()
        await mobile.wait_ringing()
        await mobile.answer()
        await centre.vmq.wait_record("CallConnected", agent="ann")
        await desk.wait_ended()


async def test_many_calls_of_agents_with_two_telephones_leave_no_channel(
    own_asterisk: AsteriskServer, tmp_path: Path
) -> None:
    names = [("ann", "1001", "1002"), ("bob", "1003", "1004")]
    agents = [
        agent(name, one, device=f"PJSIP/{one}&PJSIP/{other}", logged_in=True, wrap_up_s=0) for name, one, other in names
    ]
    async with call_centre(own_asterisk, tmp_path, agents) as centre:
        for _, one, other in names:
            await centre.phones.scripted(one, ANSWERS)
            await centre.phones.scripted(other, NO_ANSWER)
        ami = own_asterisk.ami

        async def one_call() -> None:
            call_id = await centre.calls.enter_queue()
            await centre.vmq.wait_record("CallConnected", call_id=call_id)
            await centre.calls.hang_up(call_id)

        gate = asyncio.Semaphore(AGENTS)

        async def in_turn() -> None:
            async with gate:
                await one_call()

        await asyncio.gather(*(in_turn() for _ in range(CALLS)))
        while channels := await ami.list("CoreShowChannels"):
            assert not [channel for channel in channels if channel["Channel"].startswith("Surrogate/")]
            await ami.wait_named("Hangup", 0, Uniqueid=channels[0]["Uniqueid"])
        done = [entry for entry in centre.vmq.entries if entry.kind == "CallConnected"]
        assert len(done) == CALLS
