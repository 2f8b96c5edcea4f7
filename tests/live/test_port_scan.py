"""The FastAGI and the HTTP port are scanned while calls run: no call notices, and memory stays as it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.live import audio
from tests.live.call_centre import agent, call_centre
from tests.live.calls import QUEUE_EXTENSION, recorded
from tests.live.server import AsteriskServer
from tests.support.agi_peer import head
from tests.support.port_scan import SlowPeers, scan

ALIKE = 0.9
SLOW_PEERS = 150
MAY_GROW_BYTES = 8_000_000
HTTP_START = b"GET /api/v1/floor HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: "


async def test_calls_go_on_while_the_ports_are_scanned(
    own_asterisk: AsteriskServer, tmp_path: Path, recording: Path
) -> None:
    async with call_centre(own_asterisk, tmp_path, [agent("ann", "1001"), agent("bob", "1002")]) as centre:
        vmq, calls = centre.vmq, centre.calls
        doors = {vmq.agi_port: head()[:-1], vmq.http_port: HTTP_START}
        for port, start in doors.items():  # what a first scan makes Python keep for good is no growth
            await scan(port, start)
        talker, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
        speaker, bob = await centre.phones.person("1006"), await centre.phones.person("1002")
        talk = await centre.talk(talker, "ann", ann, QUEUE_EXTENSION)
        waiting = await calls.enter_queue()
        file = await calls.reach_tone(speaker, "1004")
        before, people = vmq.rss_bytes(), set(await calls.channels())
        seen, events = len(vmq.entries), len(own_asterisk.ami.events)
        await talker.say(recording)
        await speaker.say(recording)

        async with SlowPeers(vmq.agi_port, head(), SLOW_PEERS), SlowPeers(vmq.http_port, HTTP_START, SLOW_PEERS):
            await asyncio.gather(*(scan(port, start) for port, start in doors.items()))
            assert (await centre.callers())[0]["call_id"] == waiting
        assert vmq.rss_bytes() - before < MAY_GROW_BYTES
        assert people <= set(await calls.channels())
        assert vmq.entries[seen:] == []
        assert not [e for e in own_asterisk.ami.events[events:] if e.get("Variable") == "VMQ_TRIES"]

        await recorded(file, 2.5)
        await speaker.hang_up()
        await vmq.wait_record("MessageStored", seen, mailbox="1004")
        (message,) = (Path(vmq.sections["paths"]["recordings"]) / "1004").glob("*.wav")
        assert audio.similarity(recording, message) > ALIKE
        await talker.hang_up()
        await vmq.wait_record("CallCompleted", seen, offer_id=talk.fields["offer_id"])
        await ann.wait_ended()
        assert audio.likeness(audio.read_wav(recording), ann.heard()) > ALIKE
        await vmq.agent("bob", "login")
        await bob.wait_ringing()
        await bob.answer()
        await vmq.wait_record("CallConnected", seen, call_id=waiting)
