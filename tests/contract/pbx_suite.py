"""The contract of a PBX with vmq: what its AMI and AGI do, as vmq's adapters take for granted.

One suite for two PBXes: `class TestX(PbxContract)` with a `pbx_world` fixture runs it on the stand-in, or on the real
Asterisk. Nothing here knows which of them it talks to.
"""

from __future__ import annotations

import wave

import pytest

from tests.live.ami import Message
from tests.support.agi_script import Call, ScriptServer
from tests.support.world import PbxWorld

LEG = "vmq-0000000000000001"

_DIALPLAN = """
[contract-leg]
exten => park,1,BridgeWait(contract,participant,e(n)S(30))
 same => n,Hangup()
exten => named,1,Set(WHO=${VMQ_OFFER})
 same => n,BridgeWait(contract,participant,e(n)S(30))
[contract-forwarded]
exten => _X!,1,Hangup(21)
[contract-connect]
exten => s,1,StopMusicOnHold()
 same => n,Bridge(${ARG1},x)
 same => n,Set(CONTRACT_BRIDGE=${BRIDGERESULT})
 same => n,Return()
[contract-sub]
exten => s,1,Set(SEEN=${ARG1}/${STACK_PEEK(1,e,1)}/${LEN(${STRFTIME(,,%s.%3q)})})
 same => n,Return(done)
[contract-elsewhere]
exten => s,1,Answer()
 same => n,AGI(agi://ADDRESS/elsewhere)
 same => n,Hangup()
[contract-lamp]
exten => _X.,1,MinivmMWI(${EXTEN}@vmq,0,${NEW},0)
 same => n,Hangup()
[PHONES](+)
exten => 7001,1,AGI(agi://ADDRESS/script,one,,three)
 same => n,Set(AFTER=${AGISTATUS})
 same => n,AGI(agi://ADDRESS/after,${AFTER},${CONTRACT_BRIDGE})
 same => n,Hangup()
exten => 7002,1,Gosub(contract-sub,s,1(word))
 same => n,AGI(agi://ADDRESS/script,${SEEN},${GOSUB_RETVAL},${ARG1})
 same => n,Hangup()
"""


async def _load(world: PbxWorld, address: str = "127.0.0.1:1") -> None:
    await world.load_dialplan(_DIALPLAN.replace("ADDRESS", address).replace("PHONES", world.phones_context))


async def _originate(world: PbxWorld, exten: str = "park", **headers: object) -> Message:
    return await world.ami.action(
        "Originate",
        {"VMQ_OFFER": "o1", "FORWARD_CONTEXT": "contract-forwarded"},
        **{
            "Channel": "PJSIP/1001",
            "ChannelId": LEG,
            "Context": "contract-leg",
            "Exten": exten,
            "Priority": 1,
            "Async": "true",
            "Timeout": 5000,
            **headers,
        },
    )


async def _dial_and_wait(world: PbxWorld, wait: str) -> None:
    """1001 dials the script and is up in the AGI command `wait`."""
    start = len(world.ami.events)
    await world.dial("1001", "7001")
    await world.ami.wait_named("AGIExecStart", start, Command=wait)
    await world.wait_established("1001")


async def _channel_of(world: PbxWorld, telephone: str) -> str:
    channels = await world.ami.list("CoreShowChannels")
    return next(c["Channel"] for c in channels if c["Channel"].startswith(f"PJSIP/{telephone}-"))


class PbxContract:
    """The tests. A subclass's module gives the `pbx_world` fixture."""

    # --- AMI: sessions

    async def test_unknown_action_is_refused_by_name(self, pbx_world: PbxWorld) -> None:
        reply = await pbx_world.ami.action("NoSuchThing")
        assert reply["Response"] == "Error"
        assert reply["Message"].startswith("Invalid/unknown command")

    async def test_ping_is_answered(self, pbx_world: PbxWorld) -> None:
        reply = await pbx_world.ami.action("Ping")
        assert (reply["Response"], reply["Ping"]) == ("Success", "Pong")

    async def test_booted_event_comes_after_log_in(self, pbx_world: PbxWorld) -> None:
        event = await pbx_world.ami.wait_named("FullyBooted")
        assert event["Status"] == "Fully Booted"

    # --- AMI: ringing a telephone

    async def test_leg_that_answers_is_told_by_our_id(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        start = len(pbx_world.ami.events)
        reply = await _originate(pbx_world)
        assert reply["Message"] == "Originate successfully queued"
        await pbx_world.wait_ringing("1001")
        await pbx_world.ami.wait_named("DialState", start, DestUniqueid=LEG, DialStatus="RINGING")
        await pbx_world.answer("1001")
        response = await pbx_world.ami.wait_named("OriginateResponse", start, Uniqueid=LEG)
        assert (response["Response"], response["Reason"]) == ("Success", "4")
        entered = await pbx_world.ami.wait_named("BridgeEnter", start, Uniqueid=LEG)
        assert (entered["BridgeTechnology"], entered["BridgeCreator"]) == ("holding_bridge", "BridgeWait")
        await pbx_world.hang_up("1001")
        hangup = await pbx_world.ami.wait_named("Hangup", start, Uniqueid=LEG)
        assert (hangup["Cause"], hangup["Cause-txt"]) == ("16", "Normal Clearing")

    @pytest.mark.parametrize(
        ("behaviour", "cause", "tech_cause", "dial_status"),
        [
            ("busy", "17", "486", "BUSY"),
            ("refuse", "21", "603", "NOANSWER"),
            ("redirect", "23", "302", "CANCEL"),
        ],
    )
    async def test_leg_that_fails_says_why(
        self, pbx_world: PbxWorld, behaviour: str, cause: str, tech_cause: str, dial_status: str
    ) -> None:
        await _load(pbx_world)
        await pbx_world.set_behaviour("1001", behaviour, "1002")
        start = len(pbx_world.ami.events)
        await _originate(pbx_world)
        hangup = await pbx_world.ami.wait_named("Hangup", start, Uniqueid=LEG)
        # Of a redirected leg Asterisk says 0 in a fifth of the cases; its DialEnd below is the sure sign.
        assert hangup["Cause"] in ((cause, "0") if behaviour == "redirect" else (cause,))
        assert hangup.get("TechCause", tech_cause) == tech_cause  # Asterisk leaves it out of some
        response = await pbx_world.ami.wait_named("OriginateResponse", start, Uniqueid=LEG)
        assert (response["Response"], response["Reason"]) == ("Failure", "0")
        end = await pbx_world.ami.wait_named("DialEnd", start, DestUniqueid=LEG)
        assert end["DialStatus"] == dial_status
        assert end.get("Forward") == ("1002" if behaviour == "redirect" else None)

    async def test_leg_that_rings_too_long_ends_with_cause_19(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        await pbx_world.set_behaviour("1001", "no_answer")
        start = len(pbx_world.ami.events)
        await _originate(pbx_world, Timeout=300)
        response = await pbx_world.ami.wait_named("OriginateResponse", start, Uniqueid=LEG)
        assert (response["Response"], response["Reason"]) == ("Failure", "3")
        assert (await pbx_world.ami.wait_named("Hangup", start, Uniqueid=LEG))["Cause"] == "19"

    async def test_unregistered_telephone_makes_no_channel(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        await pbx_world.set_behaviour("1001", "unregistered")
        start = len(pbx_world.ami.events)
        await _originate(pbx_world)
        response = await pbx_world.ami.wait_named("OriginateResponse", start, Uniqueid=LEG)
        assert (response["Response"], response["Reason"], response["Channel"]) == ("Failure", "0", "PJSIP/1001")
        assert not [e for e in pbx_world.ami.events[start:] if e["Event"] == "Newchannel" and e["Uniqueid"] == LEG]

    async def test_ring_is_cancelled_by_our_id_with_a_cause(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        start = len(pbx_world.ami.events)
        await _originate(pbx_world)
        await pbx_world.wait_ringing("1001")
        reply = await pbx_world.ami.action("Hangup", Channel=LEG, Cause=26)
        assert reply["Message"] == "Channel Hungup"
        assert (await pbx_world.ami.wait_named("Hangup", start, Uniqueid=LEG))["Cause"] == "26"
        await pbx_world.wait_ended("1001")

    async def test_hang_up_of_nobody_is_an_error(self, pbx_world: PbxWorld) -> None:
        reply = await pbx_world.ami.action("Hangup", Channel="vmq-ffffffffffffffff")
        assert (reply["Response"], reply["Message"]) == ("Error", "No such channel")

    async def test_leg_to_an_unknown_place_is_refused_at_once(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        reply = await _originate(pbx_world, exten="nowhere")
        assert (reply["Response"], reply["Message"]) == ("Error", "Extension does not exist.")

    async def test_variables_of_the_leg_can_be_read(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        start = len(pbx_world.ami.events)
        await _originate(pbx_world, exten="named")
        await pbx_world.wait_ringing("1001")
        await pbx_world.answer("1001")
        await pbx_world.ami.wait_named("BridgeEnter", start, Uniqueid=LEG)
        for name in ("VMQ_OFFER", "WHO"):
            assert (await pbx_world.ami.action("Getvar", Channel=LEG, Variable=name))["Value"] == "o1"

    # --- AMI: devices, lamps, lists

    async def test_device_state_follows_the_telephone(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        await pbx_world.wait_state("PJSIP/1001", is_free=True)
        await _originate(pbx_world)
        await pbx_world.wait_ringing("1001")
        await pbx_world.wait_state("PJSIP/1001", is_free=False)
        listed = {e["Device"]: e["State"] for e in await pbx_world.ami.list("DeviceStateList")}
        assert listed["PJSIP/1001"] not in ("NOT_INUSE", "UNKNOWN")
        await pbx_world.ami.action("Hangup", Channel=LEG)
        await pbx_world.wait_state("PJSIP/1001", is_free=True)

    async def test_custom_device_state_is_published(self, pbx_world: PbxWorld) -> None:
        start = len(pbx_world.ami.events)
        await pbx_world.ami.action("Setvar", Variable="DEVICE_STATE(Custom:vmq_ann)", Value="INUSE")
        await pbx_world.ami.wait_named("DeviceStateChange", start, Device="Custom:vmq_ann", State="INUSE")
        await pbx_world.ami.action("Setvar", Variable="DEVICE_STATE(Custom:vmq_ann)", Value="NOT_INUSE")

    async def test_lamp_is_set_through_a_local_channel(self, pbx_world: PbxWorld) -> None:
        await _load(pbx_world)
        start = len(pbx_world.ami.events)
        await pbx_world.ami.action(
            "Originate",
            {"NEW": "2"},
            Channel="Local/1001@contract-lamp/n",
            Application="Wait",
            Data="1",
            Async="true",
            Timeout=2000,
        )
        waiting = await pbx_world.ami.wait_named("MessageWaiting", start, Mailbox="1001@vmq")
        assert (waiting["New"], waiting["Old"]) == ("2", "0")

    # --- AGI

    async def test_head_says_who_calls_and_passes_arguments(self, pbx_world: PbxWorld) -> None:
        async with ScriptServer(script=_quiet, after=_quiet) as server:
            await _load(pbx_world, server.address)
            await pbx_world.dial("1001", "7001")
            await pbx_world.wait_ended("1001")
        head = server.calls[0].variables
        assert server.calls[0].head[0] == ("agi_network", "yes")
        assert (head["network_script"], head["request"]) == ("script", f"agi://{server.address}/script")
        assert (head["type"], head["extension"], head["priority"]) == ("PJSIP", "7001", "1")
        assert (head["arg_1"], head["arg_2"], head["arg_3"]) == ("one", "", "three")
        assert server.calls[1].variables["arg_1"] == "SUCCESS"

    async def test_caller_is_woken_bridged_and_keeps_its_session(self, pbx_world: PbxWorld) -> None:
        replies: list[str] = []

        async def script(call: Call) -> None:
            assert await call.command("ANSWER") == "200 result=0"
            assert await call.command("SET MUSIC ON default") == "200 result=0"
            assert await call.command("WAIT FOR DIGIT -1") == "200 result=68"
            leg = await _channel_of(pbx_world, "1002")
            replies.append(await call.command(f'GOSUB contract-connect s 1 "{leg}"'))
            replies.append(await call.reply())
            replies.append(await call.command("GET VARIABLE CONTRACT_BRIDGE"))

        async with ScriptServer(script=script, after=_quiet) as server:
            await _load(pbx_world, server.address)
            start = len(pbx_world.ami.events)
            await _dial_and_wait(pbx_world, "WAIT FOR DIGIT -1")
            await _originate(pbx_world, Channel="PJSIP/1002")
            await pbx_world.wait_ringing("1002")
            await pbx_world.answer("1002")
            await pbx_world.ami.wait_named("BridgeEnter", start, Uniqueid=LEG)
            caller = await _channel_of(pbx_world, "1001")
            await pbx_world.ami.action("PlayDTMF", Channel=caller, Digit="D", Receive="true")
            await pbx_world.ami.wait_named("BridgeEnter", start, Channel=caller, BridgeTechnology="simple_bridge")
            await pbx_world.hang_up("1002")
            await pbx_world.wait_ended("1001")
        assert replies == ["100 result=0 Trying...", "200 result=0 Gosub complete", "200 result=1 (SUCCESS)"]
        assert server.calls[1].variables["arg_2"] == "SUCCESS"

    async def test_bridge_to_nobody_says_nonexistent(self, pbx_world: PbxWorld) -> None:
        async def script(call: Call) -> None:
            await call.command("ANSWER")
            assert await call.command("EXEC Bridge PJSIP/9999-0000ffff") == "200 result=0"
            assert await call.command("GET VARIABLE BRIDGERESULT") == "200 result=1 (NONEXISTENT)"

        await _call(pbx_world, script)

    async def test_hang_up_while_waiting_ends_the_wait_and_says_hangup(self, pbx_world: PbxWorld) -> None:
        lines: list[str] = []

        async def script(call: Call) -> None:
            await call.command("ANSWER")
            call.send("WAIT FOR DIGIT -1")
            lines.extend([await call.line(), await call.line()])
            lines.append(await call.command("WAIT FOR DIGIT 10"))
            lines.append(await call.command("GET VARIABLE NOTHING"))

        async with ScriptServer(script=script) as server:
            await _load(pbx_world, server.address)
            await _dial_and_wait(pbx_world, "WAIT FOR DIGIT -1")
            await pbx_world.hang_up("1001")
            await pbx_world.wait_ended("1001")
        assert sorted(lines[:2]) == ["200 result=-1", "HANGUP"]
        assert lines[2] == "511 Command Not Permitted on a dead channel or intercept routine"
        assert lines[3] == "200 result=0"

    async def test_bad_commands_are_answered_510_and_520(self, pbx_world: PbxWorld) -> None:
        async def script(call: Call) -> None:
            await call.command("ANSWER")
            assert await call.command("FLY AWAY") == "510 Invalid or unknown command"
            assert (await call.command("WAIT FOR DIGIT")).startswith("520-Invalid command syntax.")
            while await call.reply() != "520 End of proper usage.":
                pass
            assert await call.command("NOOP") == "200 result=0"

        await _call(pbx_world, script)

    async def test_variables_keep_blanks_and_quotes(self, pbx_world: PbxWorld) -> None:
        async def script(call: Call) -> None:
            assert await call.command(r'SET VARIABLE GREETING "say \"hi\" now"') == "200 result=1"
            assert await call.command("GET VARIABLE GREETING") == '200 result=1 (say "hi" now)'
            assert await call.command("GET FULL VARIABLE ${GREETING:0:3}") == "200 result=1 (say)"
            assert await call.command("GET VARIABLE NEVERSET") == "200 result=0"

        await _call(pbx_world, script)

    async def test_missing_sound_fails_and_the_session_goes_on(self, pbx_world: PbxWorld) -> None:
        async def script(call: Call) -> None:
            await call.command("ANSWER")
            reply = await call.command(f'STREAM FILE {pbx_world.recordings_inside}/no-such-file "#"')
            assert reply == "200 result=-1 endpos=0"
            assert await call.command("NOOP") == "200 result=0"

        await _call(pbx_world, script)

    async def test_key_ends_a_wait(self, pbx_world: PbxWorld) -> None:
        async def script(call: Call) -> None:
            await call.command("ANSWER")
            assert await call.command("WAIT FOR DIGIT 5000") == f"200 result={ord('7')}"
            assert await call.command("WAIT FOR DIGIT 50") == "200 result=0"

        async with ScriptServer(script=script, after=_quiet) as server:
            await _load(pbx_world, server.address)
            await _dial_and_wait(pbx_world, "WAIT FOR DIGIT 5000")
            await pbx_world.press("1001", "7")
            await pbx_world.wait_ended("1001")

    async def test_recording_ends_by_time_and_is_whole(self, pbx_world: PbxWorld) -> None:
        async def script(call: Call) -> None:
            await call.command("ANSWER")
            reply = await call.command(f'RECORD FILE {pbx_world.recordings_inside}/take wav "#" 400')
            assert reply.startswith("200 result=0 (timeout) endpos=")
            reply = await call.command('RECORD FILE /proc/no/such/take wav "#" 400')
            assert reply == "200 result=-1 (writefile)"

        await _call(pbx_world, script)
        with wave.open(str(pbx_world.recordings / "take.wav")) as file:
            assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
            assert abs(file.getnframes() - 3200) < 1600

    async def test_subroutine_sees_its_arguments_and_where_it_was_called(self, pbx_world: PbxWorld) -> None:
        async with ScriptServer(script=_quiet) as server:
            await _load(pbx_world, server.address)
            await pbx_world.dial("1001", "7002")
            await pbx_world.wait_ended("1001")
        head = server.calls[0].variables
        assert (head["arg_1"], head["arg_2"], head["arg_3"]) == ("word/7002/14", "done", "")

    async def test_redirect_takes_a_caller_out_of_agi(self, pbx_world: PbxWorld) -> None:
        lines: list[str] = []

        async def script(call: Call) -> None:
            await call.command("ANSWER")
            call.send("WAIT FOR DIGIT -1")
            lines.extend([await call.line(), await call.line()])

        async with ScriptServer(script=script, elsewhere=_quiet) as server:
            await _load(pbx_world, server.address)
            await _dial_and_wait(pbx_world, "WAIT FOR DIGIT -1")
            caller = await _channel_of(pbx_world, "1001")
            reply = await pbx_world.ami.action(
                "Redirect", Channel=caller, Context="contract-elsewhere", Exten="s", Priority=1
            )
            assert reply["Message"] == "Redirect successful"
            await pbx_world.wait_ended("1001")
        assert sorted(lines) == ["200 result=-1", "HANGUP"]
        assert [call.variables["network_script"] for call in server.calls] == ["script", "elsewhere"]

    async def test_server_that_is_away_leaves_the_call_in_the_dialplan(self, pbx_world: PbxWorld) -> None:
        async with ScriptServer(after=_quiet) as server:
            text = f"""
[{pbx_world.phones_context}](+)
exten => 7003,1,AGI(agi://127.0.0.1:1/nobody)
 same => n,AGI(agi://{server.address}/after,${{AGISTATUS}})
 same => n,Hangup()
"""
            await pbx_world.load_dialplan(text)
            await pbx_world.dial("1001", "7003")
            await pbx_world.wait_ended("1001")
        assert server.calls[0].variables["arg_1"] == "FAILURE"


async def _quiet(call: Call) -> None:
    """A script that ends at once."""


async def _call(world: PbxWorld, script: object) -> None:
    """One call of 1001 through `script` to its end; what failed in the script fails the test."""
    async with ScriptServer(script=script, after=_quiet) as server:  # type: ignore[arg-type]
        await _load(world, server.address)
        await world.dial("1001", "7001")
        await world.wait_ended("1001")
