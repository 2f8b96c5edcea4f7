"""The contract of a PBX with vmq during a talk: transfers, hold, recording, spying, variables, as vmq counts on them.

One suite for two PBXes, as pbx_suite.
"""

from __future__ import annotations

from tests.contract.pbx_suite import LEG
from tests.live.ami import Message
from tests.support.world import PbxWorld
from vmq.asterisk.variables import assignment, assignments

AWKWARD = 'a,b="c" (d]; \\e & $f é'
_DIALPLAN = """
[talk-leg]
exten => park,1,BridgeWait(talk,participant,e(n)S(30))
 same => n,Hangup()
exten => record,1,MixMonitor(RECORDINGS/deep/talk.wav)
 same => n,BridgeWait(talk,participant,e(n)S(30))
 same => n,StopMixMonitor()
 same => n,Hangup()
exten => spy,1,ChanSpy(LEG,uqESd)
 same => n,Hangup()
[PHONES](+)
exten => 7104,1,Answer()
 same => n,Bridge(${TALK_LEG},x)
 same => n,Wait(10)
 same => n,Hangup()
exten => 7105,1,Answer()
 same => n,Wait(10)
 same => n,Hangup()
exten => 7106,1,Set(_GIVEN=a"b)
 same => n,Set(__ALL=1)
 same => n,Set(KEPT=1)
 same => n,Hangup()
exten => 7107,1,Answer()
 same => n,Wait(1)
 same => n,MSet(${TALK_SET})
 same => n,Wait(10)
 same => n,Hangup()
"""


async def _load(world: PbxWorld) -> None:
    text = _DIALPLAN.replace("PHONES", world.phones_context).replace("LEG,", f"{LEG},")
    await world.load_dialplan(text.replace("RECORDINGS", world.recordings_inside))


async def _ring(
    world: PbxWorld,
    exten: str = "park",
    telephone: str = "1001",
    channel_id: str = LEG,
    given: dict[str, str] | None = None,
) -> None:
    quoted = {name: assignment(name, value).partition("=")[2] for name, value in (given or {}).items()}
    await world.ami.action(
        "Originate", quoted, Channel=f"PJSIP/{telephone}", ChannelId=channel_id, Context="talk-leg", Exten=exten,
        Priority=1, Async="true", Timeout=10000,
    )  # fmt: skip
    await world.wait_ringing(telephone)
    await world.answer(telephone)


async def _talk(world: PbxWorld) -> Message:
    """1001 is the leg, 1002 talks with it; gives the event of 1002's entering their bridge."""
    await _load(world)
    await _ring(world)
    parked = await world.ami.wait_named("BridgeEnter", Uniqueid=LEG)
    await world.ami.action("Setvar", Variable="TALK_LEG", Value=parked["Channel"])
    start = len(world.ami.events)
    await world.dial("1002", "7104")
    return await world.ami.wait_event(
        lambda e: e["Event"] == "BridgeEnter" and e["Channel"].startswith("PJSIP/1002-"), start
    )


class TalkContract:
    """The tests. A subclass's module gives the `pbx_world` fixture."""

    async def test_hold_names_the_channel_that_holds(self, pbx_world: PbxWorld) -> None:
        await _talk(pbx_world)
        await pbx_world.hold("1001", True)
        await pbx_world.ami.wait_named("Hold", Uniqueid=LEG)
        await pbx_world.hold("1001", False)
        await pbx_world.ami.wait_named("Unhold", Uniqueid=LEG)

    async def test_transfer_by_action_is_told_before_the_bridge_is_left(self, pbx_world: PbxWorld) -> None:
        caller = await _talk(pbx_world)
        start = len(pbx_world.ami.events)
        reply = await pbx_world.ami.action("BlindTransfer", Channel=LEG, Exten="7105", Context=pbx_world.phones_context)
        assert (reply["Response"], reply["Message"]) == ("Success", "Transfer succeeded")
        told = await pbx_world.ami.wait_named("BlindTransfer", start)
        assert told["Result"] == "Success"
        assert (told["TransfererUniqueid"], told["TransfereeUniqueid"]) == (LEG, caller["Uniqueid"])
        assert (told["Extension"], told["Context"]) == ("7105", pbx_world.phones_context)
        gone = await pbx_world.ami.wait_named("Hangup", start, Uniqueid=LEG)
        left = await pbx_world.ami.wait_named("BridgeLeave", start, Uniqueid=caller["Uniqueid"])
        events = pbx_world.ami.events
        assert events.index(told) < min(events.index(left), events.index(gone))
        await pbx_world.hang_up("1002")

    async def test_transfer_by_telephone_is_told_likewise(self, pbx_world: PbxWorld) -> None:
        caller = await _talk(pbx_world)
        start = len(pbx_world.ami.events)
        await pbx_world.transfer("1001", "7105")
        told = await pbx_world.ami.wait_named("BlindTransfer", start, Result="Success")
        assert (told["TransfererUniqueid"], told["TransfereeUniqueid"]) == (LEG, caller["Uniqueid"])
        assert (told["Extension"], told["Context"]) == ("7105", pbx_world.phones_context)
        await pbx_world.ami.wait_named("Hangup", start, Uniqueid=LEG)
        await pbx_world.hang_up("1002")

    async def test_recording_is_told_when_it_starts_pauses_goes_on_and_stops(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        await _ring(pbx_world, "record")
        await pbx_world.ami.wait_named("MixMonitorStart", Uniqueid=LEG)
        for state in ("1", "0"):
            reply = await pbx_world.ami.action("MixMonitorMute", Channel=LEG, Direction="both", State=state)
            assert reply["Response"] == "Success"
            await pbx_world.ami.wait_named("MixMonitorMute", Uniqueid=LEG, State=state)
        assert (await pbx_world.ami.action("StopMixMonitor", Channel=LEG))["Response"] == "Success"
        await pbx_world.ami.wait_named("MixMonitorStop", Uniqueid=LEG)
        assert (pbx_world.recordings / "deep/talk.wav").exists()
        await pbx_world.hang_up("1001")

    async def test_spy_switches_by_key_and_goes_with_the_channel_that_it_hears(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        await _ring(pbx_world)
        await pbx_world.ami.wait_named("BridgeEnter", Uniqueid=LEG)
        await _ring(pbx_world, "spy", "1002", "vmqs-1")
        spying = await pbx_world.ami.wait_named("ChanSpyStart", SpyerUniqueid="vmqs-1")
        assert spying["SpyeeChannel"].startswith("PJSIP/1001-")
        reply = await pbx_world.ami.action("PlayDTMF", Channel="vmqs-1", Digit="5", Receive="true")
        assert reply["Response"] == "Success"
        await pbx_world.ami.wait_named("DTMFEnd", Uniqueid="vmqs-1", Digit="5", Direction="Received")
        await pbx_world.hang_up("1001")
        await pbx_world.ami.wait_named("Hangup", Uniqueid="vmqs-1")

    async def test_channel_can_be_silenced(self, pbx_world: PbxWorld) -> None:
        await _talk(pbx_world)
        for value in ("on", "off"):
            reply = await pbx_world.ami.action("Setvar", Channel=LEG, Variable="MUTEAUDIO(all)", Value=value)
            assert reply["Response"] == "Success"
        await pbx_world.hang_up("1001")

    async def test_inheritable_variables_are_told_by_their_whole_names(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        await pbx_world.dial("1001", "7106")
        given = await pbx_world.ami.wait_named("VarSet", Variable="_GIVEN")
        assert given["Value"] == 'a\\"b'
        everywhere = await pbx_world.ami.wait_named("VarSet", Variable="__ALL")
        assert everywhere["Uniqueid"] == given["Uniqueid"]
        await pbx_world.wait_ended("1001")

    async def test_awkward_values_arrive_by_originate_and_by_mset(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        await _ring(pbx_world, given={"AWKWARD": AWKWARD, "__DEEP": "2"})
        await pbx_world.ami.wait_named("BridgeEnter", Uniqueid=LEG)
        assert await _value(pbx_world, LEG, "AWKWARD") == AWKWARD
        assert await _value(pbx_world, LEG, "DEEP") == "2"
        line, rest = assignments([("AWKWARD", AWKWARD), ("PLAIN", "x"), ("EMPTY", "")])
        assert not rest
        start = len(pbx_world.ami.events)
        await pbx_world.dial("1002", "7107")
        up = await pbx_world.ami.wait_event(
            lambda e: e["Event"] == "Newstate" and e["Channel"].startswith("PJSIP/1002-") and e["ChannelState"] == "6",
            start,
        )
        await pbx_world.ami.action("Setvar", Channel=up["Channel"], Variable="TALK_SET", Value=line)
        await pbx_world.ami.wait_event(
            lambda e: e["Event"] == "Newexten" and e.get("AppData") == "10" and e["Channel"] == up["Channel"], start
        )
        assert await _value(pbx_world, up["Channel"], "AWKWARD") == AWKWARD
        assert await _value(pbx_world, up["Channel"], "PLAIN") == "x"
        await pbx_world.hang_up("1002")
        await pbx_world.hang_up("1001")


async def _value(world: PbxWorld, channel: str, name: str) -> str:
    return (await world.ami.action("Getvar", Channel=channel, Variable=name))["Value"]
