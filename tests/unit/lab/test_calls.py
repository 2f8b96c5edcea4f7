"""Calls between lab telephones: Dial, transfers of state, keys, audio in recordings, seeking in playback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.agi_script import Call, ScriptServer
from vmq.lab.events import LabError
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.voices import Voice, write_wav

DIALPLAN = """
[lab]
exten => _1XXX,1,Dial(PJSIP/${EXTEN},1)
 same => n,Set(WAS=${DIALSTATUS})
 same => n,Playback(was-${DIALSTATUS})
 same => n,Hangup()
exten => 800,1,Dial(PJSIP/1002&PJSIP/1003,5)
exten => 802,1,Dial(PJSIP/1002&PJSIP/1003,5,i)
 same => n,Set(WAS=${DIALSTATUS})
 same => n,Playback(was-${DIALSTATUS})
exten => 801,1,Dial(Local/1002@lab/n,5)
exten => _9X.,1,Dial(PJSIP/${EXTEN:1}@trunk,5)
exten => 700,1,AGI(agi://ADDRESS/script)
 same => n,Hangup()
"""


@pytest.fixture
async def pbx() -> AsyncIterator[LabPbx]:
    """Telephones 1001 to 1003 and one outside, on a stand-in where sounds take no time."""
    lab = LabPbx([DIALPLAN], pace=Pace(playback=0.0))
    for number in ("1001", "1002", "1003"):
        lab.add_phone(number)
    lab.add_outside("5550101")
    async with lab:
        yield lab


async def _script(pbx: LabPbx, script: object) -> None:
    async with ScriptServer(script=script) as server:  # type: ignore[arg-type]
        pbx.exchange.dialplan.add(DIALPLAN.replace("ADDRESS", server.address))
        pbx.phone("1001").dial("700")
        await pbx.phone("1001").wait_ended()


async def test_both_sides_talk_and_both_end(pbx: LabPbx) -> None:
    one, two = pbx.phone("1001"), pbx.phone("1002")
    one.dial("1002")
    await two.wait_ringing()
    two.answer()
    await one.wait_heard("peer")
    await two.press("5")
    await one.wait_heard("key")
    two.hang_up()
    await one.wait_ended()
    assert one.causes == two.causes == [16]
    assert pbx.exchange.channels == {}
    assert set(pbx.exchange.device_states().values()) == {"NOT_INUSE"}


@pytest.mark.parametrize(
    ("behaviour", "status"), [("busy", "BUSY"), ("refuse", "NOANSWER"), ("unregistered", "CHANUNAVAIL")]
)
async def test_dial_says_why_there_is_no_answer(pbx: LabPbx, behaviour: str, status: str) -> None:
    pbx.phone("1002").behave(behaviour)
    pbx.phone("1001").dial("1002")
    await pbx.phone("1001").wait_heard(f"was-{status}")


async def test_first_to_answer_gets_the_call_and_the_other_stops_ringing(pbx: LabPbx) -> None:
    one, two, three = (pbx.phone(number) for number in ("1001", "1002", "1003"))
    one.dial("800")
    await two.wait_ringing()
    await three.wait_ringing()
    three.answer()
    await three.wait_heard("peer")
    await two.wait_ended()
    assert two.causes == [26]


async def test_caller_who_gives_up_stops_the_ringing(pbx: LabPbx) -> None:
    one, two = pbx.phone("1001"), pbx.phone("1002")
    one.dial("1002")
    await two.wait_ringing()
    one.hang_up()
    await two.wait_ended()
    await one.wait_ended()
    assert pbx.exchange.channels == {}


async def test_local_channel_carries_the_call_on(pbx: LabPbx) -> None:
    one, two = pbx.phone("1001"), pbx.phone("1002")
    one.dial("801")
    await two.wait_ringing()
    two.answer()
    await one.wait_established()
    await two.wait_heard("peer")
    one.hang_up()
    await two.wait_ended()
    await pbx.exchange.bus.wait(lambda: not pbx.exchange.channels, "all channels end")


async def test_outside_line_reaches_the_number(pbx: LabPbx) -> None:
    outside = pbx.phone("5550101")
    outside.behave("answer")
    pbx.phone("1001").dial("95550101")
    await outside.wait_established()
    assert next(c for c in pbx.exchange.channels.values() if c.party is outside).name.startswith("PJSIP/trunk-")


async def test_wrong_number_and_unknown_telephone_are_named(pbx: LabPbx) -> None:
    with pytest.raises(LabError, match="no such extension"):
        pbx.phone("1001").dial("4711")
    with pytest.raises(LabError, match="there is no telephone 9999"):
        pbx.phone("9999")


async def test_key_that_nobody_listens_for_is_lost(pbx: LabPbx) -> None:
    async def script(call: Call) -> None:
        await call.command("ANSWER")
        await call.command("EXEC Wait 0.3")
        assert await call.command("WAIT FOR DIGIT 50") == "200 result=0"

    async with ScriptServer(script=script) as server:
        pbx.exchange.dialplan.add(DIALPLAN.replace("ADDRESS", server.address))
        pbx.phone("1001").dial("700")
        await pbx.phone("1001").wait_established()
        assert not await pbx.phone("1001").type_key("1")
        await pbx.phone("1001").wait_ended()


async def test_recording_holds_what_was_said_also_after_a_hang_up(pbx: LabPbx, tmp_path: Path) -> None:
    said = Voice.tone(500, 2)
    pbx.phone("1001").speak(said)

    async def script(call: Call) -> None:
        await call.command("ANSWER")
        assert (await call.command(f'RECORD FILE {tmp_path}/take wav "#" 60000')).startswith("200 result=-1 (hangup)")

    async with ScriptServer(script=script) as server:
        pbx.exchange.dialplan.add(DIALPLAN.replace("ADDRESS", server.address))
        pbx.phone("1001").dial("700")
        await pbx.exchange.bus.wait(lambda: pbx.phone("1001").calls[0].is_listening, "the recording begins")
        pbx.phone("1001").hang_up()
        await pbx.phone("1001").wait_ended()
    assert Voice.from_wav(tmp_path / "take.wav").pcm[: len(said.pcm)] == said.pcm


async def test_recording_ends_after_silence(pbx: LabPbx, tmp_path: Path) -> None:
    pbx.phone("1001").speak(Voice.tone(500, 0.5))

    async def script(call: Call) -> None:
        await call.command("ANSWER")
        reply = await call.command(f'RECORD FILE {tmp_path}/take wav "#" 60000 s=1')
        assert reply.startswith("200 result=0 (timeout) endpos=")

    await _script(pbx, script)
    assert 0.5 <= Voice.from_wav(tmp_path / "take.wav").length_s <= 1.6


async def test_seek_keys_move_and_other_keys_stop(tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", Voice.tone(300, 20).pcm)
    pbx = LabPbx([DIALPLAN], pace=Pace(playback=1.0))
    telephone = pbx.add_phone("1001")
    ends: list[str] = []

    async def script(call: Call) -> None:
        await call.command("ANSWER")
        ends.append(await call.command(f'CONTROL STREAM FILE {tmp_path}/long "2" 3000 "6" "4" "5" 1000'))

    async with pbx, ScriptServer(script=script) as server:
        pbx.exchange.dialplan.add(DIALPLAN.replace("ADDRESS", server.address))
        telephone.dial("700")
        await telephone.press("66455" + "2")
        await telephone.wait_ended()
    code, end = ends[0].removeprefix("200 result=").split(" endpos=")
    assert code == str(ord("2"))
    assert 4000 <= int(end) <= 6000


async def test_two_lines_at_once_end_the_wait(pbx: LabPbx) -> None:
    async def script(call: Call) -> None:
        await call.command("ANSWER")
        call.send("WAIT FOR DIGIT -1")
        await asyncio.sleep(0)
        call.send("NOOP")
        assert await call.reply() == "200 result=1"
        assert await call.reply() == "200 result=0"

    await _script(pbx, script)


async def test_a_party_that_redirects_is_left_out_where_the_dialplan_says_so(pbx: LabPbx) -> None:
    pbx.phone("1002").behave("redirect", target="5550101")
    pbx.phone("1001").dial("802")
    await pbx.phone("1003").wait_ringing()
    pbx.phone("1003").answer()
    await pbx.phone("1001").wait_heard("peer")
    pbx.phone("1003").hang_up()
    await pbx.phone("1001").wait_ended()
    pbx.phone("1003").behave("redirect", target="5550101")
    statuses: list[str] = []
    pbx.exchange.bus.subscribe(
        lambda event: statuses.append(event.get("DialStatus")) if event.name == "DialEnd" else None
    )
    channel = pbx.phone("1001").dial("802")
    await pbx.phone("1001").wait_ended()
    assert channel.variables["DIALSTATUS"] == "BUSY"
    assert statuses == ["CANCEL", "CANCEL"]
    assert pbx.phone("5550101").calls == []
