"""The lab itself: what the other live tests take for granted about Asterisk, the telephones and the sound.

The lamp: this build of Asterisk has no MWIUpdate. The way that works without app_voicemail is AMI `Originate` (Async)
of `Local/<box>@<context>/n` with `Application: Wait, Data: 1` and the counts as `Variable:` headers, into an extension
that runs `MinivmMWI(<box>@<mailbox context>,<urgent>,<new>,<old>)`, then `Answer()`, then `Hangup()`. With the Answer
its OriginateResponse says Success; without, always Failure. Urgent messages are added to the new ones. The
`MessageWaiting` event has the right New and Old, but always Waiting: 0. A state is forgotten when Asterisk restarts:
publish it again.

A redirected leg is told by DialEnd's `Forward` header: its Hangup says cause 23 or 0, as the race in dial.c falls.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live import audio
from tests.live.ami import AmiClient, Message
from tests.live.asterisk_config import LAB_USER
from tests.live.conftest import Phones, running_asterisk
from tests.live.lamp import Lamp
from tests.live.phones import SipPhone
from tests.live.scripted import BUSY, DECLINED, NO_ANSWER, Script, redirects_to
from tests.live.server import AsteriskServer

LEG = "lab-0000000000000001"
SAME, OTHER = 0.9, 0.3  # a likeness above the one is the same recording, below the other a different one

DIALPLAN = """
[phones](+)
exten => 700,1,Answer()
 same => n,Record({recordings}/take.wav,0,20,kq)
 same => n,Hangup()
exten => 701,1,Answer()
 same => n,Playback({prompts}/clip)
 same => n,Hangup()
exten => 702,1,Answer()
 same => n,MusicOnHold(default,1)
 same => n,Hangup()
[leg]
exten => park,1,BridgeWait(lab,participant,e(n)S(30))
 same => n,Hangup()
[forwarded]
exten => _X.,1,Hangup(21)
"""


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _dialplan(asterisk: AsteriskServer) -> None:
    await take_in_dialplan(asterisk)


async def take_in_dialplan(server: AsteriskServer) -> None:
    text = DIALPLAN.format(recordings=server.recordings_inside, prompts=server.prompts_inside)
    await server.apply_hook("extensions.conf", text, owner="lab")


async def ring(ami: AmiClient, channel: str, timeout_ms: int = 8000) -> None:
    """Dial one leg as the queue does."""
    reply = await ami.action(
        "Originate", Channel=channel, Context="leg", Exten="park", Priority=1, Async="true", Timeout=timeout_ms,
        ChannelId=LEG, variables={"FORWARD_CONTEXT": "forwarded"},
    )  # fmt: skip
    assert reply["Response"] == "Success", reply


async def light(ami: AmiClient, box: str, urgent: int, new: int, old: int) -> Message:
    """Publish a mailbox's counts and return the OriginateResponse."""
    reply = await ami.action(
        "Originate", Channel=f"Local/{box}@lamp/n", Application="Wait", Data=1, Async="true", Timeout=5000,
        variables={"URGENT": str(urgent), "NEW": str(new), "OLD": str(old)},
    )  # fmt: skip
    return await ami.wait_named("OriginateResponse", ActionID=reply["ActionID"])


async def test_it_boots_without_an_error_in_its_log(own_asterisk: AsteriskServer) -> None:
    assert (await own_asterisk.cli("core show version")).startswith("Asterisk")
    errors = [line for line in own_asterisk.log_text().splitlines() if "] ERROR[" in line]
    assert errors == []


async def test_ami_refuses_a_wrong_secret(asterisk: AsteriskServer) -> None:
    with pytest.raises(PermissionError):
        await AmiClient(asterisk.ports.ami, LAB_USER, "wrong").connect()


async def test_a_telephone_is_free_while_it_is_registered(asterisk: AsteriskServer, ami: AmiClient) -> None:
    async with SipPhone(asterisk, "1001"):
        await ami.wait_named("DeviceStateChange", Device="PJSIP/1001", State="NOT_INUSE")
    await ami.wait_named("DeviceStateChange", Device="PJSIP/1001", State="UNAVAILABLE")


async def test_two_telephones_hear_each_other_and_each_others_keys(phones: Phones, tmp_path: Path) -> None:
    anna, bert = await phones.person("1001"), await phones.person("1002")
    said = {phone: audio.known_recording(seed) for seed, phone in enumerate((anna, bert))}
    for phone, signal_ in said.items():
        await phone.say(audio.write_wav(tmp_path / f"{phone.number}.wav", signal_))
    await anna.dial("1002")
    await bert.wait_ringing()
    await bert.answer()
    await anna.wait_established()
    await asyncio.sleep(2.5)  # the length of what they say
    await anna.press("12#")
    await bert.wait_key("#")
    await bert.hang_up()
    await anna.wait_ended()
    assert audio.likeness(said[anna], bert.heard()) > SAME
    assert audio.likeness(said[bert], anna.heard()) > SAME
    assert audio.likeness(said[bert], bert.heard()) < OTHER


async def test_what_a_caller_says_is_what_is_recorded(
    asterisk: AsteriskServer, ami: AmiClient, phones: Phones, recording: Path
) -> None:
    caller = await phones.person("1001")
    await caller.dial("700")
    await caller.wait_established()
    await ami.wait_named("Newexten", Application="Record")
    await caller.say(recording)
    await asyncio.sleep(2.5)  # the length of the recording
    await caller.press("#")
    await caller.wait_ended()
    assert audio.similarity(recording, asterisk.recordings_outside / "take.wav") > SAME


# feature 78
async def test_a_prompt_put_in_the_prompt_folder_is_heard(asterisk: AsteriskServer, phones: Phones) -> None:
    clip = audio.known_recording(seed=3)
    audio.write_wav(asterisk.prompts_outside / "clip.wav", clip)
    caller = await phones.person("1001")
    await caller.dial("701")
    await caller.wait_established()
    await caller.wait_ended()
    assert audio.likeness(clip, caller.heard()) > SAME


async def test_the_music_on_hold_is_the_labs(phones: Phones) -> None:
    caller = await phones.person("1001")
    await caller.dial("702")
    await caller.wait_established()
    await caller.wait_ended()
    assert audio.likeness(audio.music(length_s=0.5), caller.heard()) > SAME


@pytest.mark.parametrize(
    ("script", "cause"),
    [(BUSY, "17"), (DECLINED, "21"), (Script(answer=480), "19")],
    ids=["busy", "declined", "unavailable"],
)
async def test_a_refusal_has_its_cause(ami: AmiClient, phones: Phones, script: Script, cause: str) -> None:
    await phones.scripted("1001", script)
    await ring(ami, "PJSIP/1001")
    hangup = await ami.wait_named("Hangup", Uniqueid=LEG)
    response = await ami.wait_named("OriginateResponse", Uniqueid=LEG)
    assert (hangup["Cause"], response["Response"]) == (cause, "Failure")


async def test_a_redirected_call_does_not_reach_the_target(ami: AmiClient, phones: Phones) -> None:
    await phones.scripted("1001", redirects_to("1002"))
    target = await phones.scripted("1002", Script())
    await ring(ami, "PJSIP/1001")
    await ami.wait_named("DialEnd", DestUniqueid=LEG, Forward="1002")
    await ami.wait_named("Hangup", Uniqueid=LEG)
    assert (await ami.wait_named("OriginateResponse", Uniqueid=LEG))["Response"] == "Failure"
    assert "INVITE" not in target.messages()


async def test_nobody_answers(ami: AmiClient, phones: Phones) -> None:
    await phones.scripted("1001", NO_ANSWER)
    await ring(ami, "PJSIP/1001", timeout_ms=500)
    assert (await ami.wait_named("Hangup", Uniqueid=LEG))["Cause"] == "19"
    assert (await ami.wait_named("OriginateResponse", Uniqueid=LEG))["Reason"] == "3"


async def test_a_leg_to_a_telephone_that_is_off_fails_without_any_channel(ami: AmiClient) -> None:
    await ring(ami, "PJSIP/1006")
    response = await ami.wait_named("OriginateResponse", Uniqueid=LEG)
    assert (response["Response"], response["Reason"]) == ("Failure", "0")
    assert not [event for event in ami.events if event["Event"] in ("Newchannel", "Hangup")]


async def test_a_cancelled_ring_is_no_missed_call(ami: AmiClient, phones: Phones) -> None:
    telephone = await phones.scripted("1001", NO_ANSWER, calls=1)
    await ring(ami, "PJSIP/1001")
    await ami.wait_named("Newstate", Uniqueid=LEG, ChannelStateDesc="Ringing")
    await ami.action("Hangup", Channel=LEG, Cause=26)
    await telephone.wait_done()
    assert 'Reason: SIP;cause=200;text="Call completed elsewhere"' in telephone.messages()
    assert (await ami.wait_named("Hangup", Uniqueid=LEG))["Cause"] == "26"


async def test_a_telephone_hangs_up_when_its_script_says(ami: AmiClient, phones: Phones) -> None:
    telephone = await phones.scripted("1001", Script(ring_s=0.2, talk_s=0.3), calls=1)
    await ring(ami, "PJSIP/1001")
    await ami.wait_named("BridgeEnter", Uniqueid=LEG, BridgeTechnology="holding_bridge")
    assert (await ami.wait_named("Hangup", Uniqueid=LEG))["Cause"] == "16"
    await telephone.wait_done()


async def test_a_telephone_behind_the_trunk_answers(ami: AmiClient, phones: Phones) -> None:
    mobile = await phones.at_trunk("5551234")
    await ring(ami, "PJSIP/5551234@trunk")
    await mobile.wait_ringing()
    await mobile.answer()
    await ami.wait_named("BridgeEnter", Uniqueid=LEG)


async def test_the_lamp_shows_the_counts(ami: AmiClient, phones: Phones) -> None:
    lamp = await phones.lamp("1001")
    assert (await light(ami, "1001", urgent=1, new=2, old=4))["Response"] == "Success"
    assert (await lamp.wait_counts(new=3, old=4)).is_lit
    await light(ami, "1001", urgent=0, new=0, old=7)
    assert not (await lamp.wait_counts(new=0, old=7)).is_lit


async def test_after_a_crash_telephones_and_lamps_work_again(own_asterisk: AsteriskServer) -> None:
    async with SipPhone(own_asterisk, "1001") as telephone, Lamp(own_asterisk, "1001") as lamp:
        await take_in_dialplan(own_asterisk)
        await own_asterisk.kill_9()
        await own_asterisk.start()
        await telephone.register_again()
        await lamp.subscribe()
        await light(own_asterisk.ami, "1001", urgent=0, new=5, old=0)
        await lamp.wait_counts(new=5, old=0)
        await ring(own_asterisk.ami, "PJSIP/1001")
        await telephone.wait_ringing()


async def test_two_sessions_do_not_meet(asterisk: AsteriskServer, own_asterisk: AsteriskServer) -> None:
    assert asterisk.folder_outside != own_asterisk.folder_outside
    async with SipPhone(asterisk, "1003"):
        assert "1003" not in await own_asterisk.cli("pjsip show contacts")
        assert "1003" in await asterisk.cli("pjsip show contacts")


async def test_asterisk_ends_with_the_session_that_started_it() -> None:
    """A killed session leaves no process, and its folder is removed by the next session."""
    session = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.live.test_lab", stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert session.stdout is not None
    async with asyncio.timeout(30):
        pid, folder = (await session.stdout.readline()).decode().split()
        process = os.pidfd_open(int(pid))
        session.send_signal(signal.SIGKILL)
        await session.wait()
        await _ended(process)
        await session.stdout.read()  # its console closes with it
    async with running_asterisk():
        assert not Path(folder).exists()


async def _ended(process: int) -> None:
    """Wait until the process behind this pidfd has ended."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(process, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process)
        os.close(process)


async def _session_to_be_killed() -> None:
    async with running_asterisk() as server:
        print(server.pid, server.folder_outside, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_session_to_be_killed())
