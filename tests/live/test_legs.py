"""No leg outlives what it is for, also when vmq is killed at any step: ring, answer, parked, talk, hold, supervision.

Who is left is Asterisk's word: CoreShowChannels, and Hangup events.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.live.call_centre import CallCentre, agent, call_centre
from tests.live.calls import QUEUE_EXTENSION
from tests.live.scripted import NO_ANSWER
from tests.live.server import AsteriskServer
from vmq.asterisk.dialplan import dialplan_text

BOTH = [agent("ann", "1001", device="PJSIP/1001&PJSIP/1002", logged_in=True)]
BESIDE = ("vmqs-", "vmqr-", "vmqm-")
"""How the legs beside a talk begin: supervisor, recorder, music."""


async def nobody_is_left(centre: CallCentre, start: int) -> None:
    """Wait for the hang-up of every leg of ours, until none is in Asterisk's list."""
    while ours := [name for name in await centre.calls.channels() if name.startswith("vmq")]:
        await centre.server.ami.wait_named("Hangup", start, Uniqueid=ours[0])


async def test_killed_while_two_telephones_ring(own_asterisk: AsteriskServer, tmp_path: Path) -> None:
    async with call_centre(own_asterisk, tmp_path, BOTH) as centre:
        vmq, calls = centre.vmq, centre.calls
        await centre.phones.scripted("1001", NO_ANSWER)
        bob = await centre.phones.person("1002")
        caller = await calls.enter_queue()
        await vmq.wait_record("OfferRang", agent="ann")
        await bob.wait_ringing()
        old = set(await calls.legs())
        assert len(old) == 2
        await vmq.kill()
        start, seen = len(own_asterisk.ami.events), len(vmq.entries)
        await vmq.start()
        for leg in old:
            await own_asterisk.ami.wait_named("Hangup", start, Uniqueid=leg)
        again = await vmq.wait_record("OfferMade", seen, agent="ann")
        assert again.fields["call_id"] == caller
        await bob.wait_ringing()
        await bob.answer()
        await vmq.wait_record("CallConnected", seen, agent="ann")
        start = len(own_asterisk.ami.events)
        await calls.hang_up(caller)
        await nobody_is_left(centre, start)


async def test_answered_while_vmq_is_away(own_asterisk: AsteriskServer, tmp_path: Path) -> None:
    async with call_centre(own_asterisk, tmp_path, BOTH) as centre:
        await centre.phones.scripted("1001", NO_ANSWER)
        bob = await centre.phones.person("1002")
        await centre.calls.enter_queue()
        await bob.wait_ringing()
        await centre.vmq.kill()
        start = len(own_asterisk.ami.events)
        await bob.accept()
        gone = await own_asterisk.ami.wait_event(
            lambda e: e["Event"] == "Hangup" and e["Channel"].startswith("PJSIP/1002-"), start
        )
        assert gone["Uniqueid"].startswith("vmq-")
        await bob.wait_ended()


async def test_parked_leg_without_an_owner_ends_when_vmq_is_back_and_by_itself_when_it_stays_away(
    own_asterisk: AsteriskServer, tmp_path: Path
) -> None:
    async with call_centre(own_asterisk, tmp_path, [agent("ann", "1001")]) as centre:
        ann = await centre.phones.person("1001")
        text = dialplan_text(f"127.0.0.1:{centre.vmq.agi_port}")
        parked = next(line for line in text.splitlines() if "BridgeWait(vmq" in line).partition(",")[2]
        contexts = "".join(
            f"[{name}]\nexten => s,1,{re.sub(r'S[(][0-9]+[)]', f'S({seconds})', parked)}\n same => n,Hangup()\n"
            for name, seconds in (("short", 2), ("orphan", 600))
        )
        await own_asterisk.apply_hook("extensions.conf", contexts, owner="parked")
        await centre.vmq.kill()

        async def park(leg: str, **place: str) -> int:
            start = len(own_asterisk.ami.events)
            await own_asterisk.ami.action(
                "Originate", {"VMQ_LEG": "ann|sales|5.5", "VMQ_OFFER": "x"}, Channel="PJSIP/1001", ChannelId=leg,
                Priority=1, Async="true", **place,
            )  # fmt: skip
            await ann.wait_ringing()
            await ann.answer()
            await own_asterisk.ami.wait_named("BridgeEnter", start, Uniqueid=leg, BridgeTechnology="holding_bridge")
            return start

        start = await park("vmq-00000000000000aa", Context="short", Exten="s")
        await own_asterisk.ami.wait_named("Hangup", start, Uniqueid="vmq-00000000000000aa")
        await ann.wait_ended()
        start = await park("vmq-00000000000000bb", Context="orphan", Exten="s")
        await centre.vmq.start()
        await own_asterisk.ami.wait_named("Hangup", start, Uniqueid="vmq-00000000000000bb")


@pytest.mark.parametrize("who", ["caller", "agent"])
@pytest.mark.parametrize("is_away", [False, True], ids=["vmq alive", "vmq killed"])
async def test_all_legs_beside_a_talk_go_with_it(
    own_asterisk: AsteriskServer, tmp_path: Path, who: str, is_away: bool
) -> None:
    async with call_centre(own_asterisk, tmp_path, [agent("ann", "1001")]) as centre:
        vmq, ami = centre.vmq, own_asterisk.ami
        caller, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
        sue = await centre.phones.person("1002")
        call_id = (await centre.talk(caller, "ann", ann, QUEUE_EXTENSION)).fields["call_id"]
        await vmq.call(call_id, "supervise", supervisor="sue", mode="listen", telephone="PJSIP/1002")
        await sue.wait_ringing()
        await sue.answer()
        await vmq.wait_record("CallSupervised", supervisor="sue")
        await vmq.call(call_id, "record", change="start")
        await vmq.wait_record("CallRecorded", change="started")
        await vmq.call(call_id, "hold")
        for spyer in ("vmqs-", "vmqrx-", "vmqmx-"):
            await ami.wait_event(lambda e, spyer=spyer: e.get("SpyerUniqueid", "").startswith(spyer))
        assert {name[:5] for name in await centre.calls.channels() if name.startswith(BESIDE)} == set(BESIDE)
        if is_away:
            await vmq.kill()
        start = len(ami.events)
        await (caller if who == "caller" else ann).hang_up()
        await ann.wait_ended()
        await sue.wait_ended()
        # When his agent has hung up, he goes on in the dialplan, which hangs him up; with him the music ends.
        await caller.wait_ended()
        await nobody_is_left(centre, start)


async def test_supervisor_whose_telephone_is_answered_after_the_talk_is_hung_up(
    own_asterisk: AsteriskServer, tmp_path: Path
) -> None:
    async with call_centre(own_asterisk, tmp_path, [agent("ann", "1001")]) as centre:
        vmq = centre.vmq
        caller, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
        sue = await centre.phones.person("1002")
        call_id = (await centre.talk(caller, "ann", ann, QUEUE_EXTENSION)).fields["call_id"]
        await vmq.call(call_id, "supervise", supervisor="sue", mode="listen", telephone="PJSIP/1002")
        await sue.wait_ringing()
        await vmq.kill()
        await caller.hang_up()
        await ann.wait_ended()
        start = len(own_asterisk.ami.events)
        await sue.accept()
        await sue.wait_ended()
        await nobody_is_left(centre, start)
