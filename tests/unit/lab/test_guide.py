"""The guided call tells what the journal has, and fails by name when a step does not come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.agi_script import Call, ScriptServer
from vmq.asterisk.dialplan import dialplan_text
from vmq.domain import records
from vmq.lab import guide
from vmq.lab.calls import Outgoing, originate
from vmq.lab.channels import Location
from vmq.lab.demo import demo_pbx
from vmq.lab.events import LabError
from vmq.lab.exchange import Lamp, Pace
from vmq.lab.pbx import LabPbx


class LittleVmq:
    """Just enough of vmq, over real AGI, for one queue call and one message."""

    def __init__(self) -> None:
        self.journal: asyncio.Queue[records.Record] = asyncio.Queue()
        self.pbx: LabPbx

    async def follow(self) -> AsyncIterator[records.Record]:
        while True:
            yield await self.journal.get()

    async def queue(self, call: Call) -> None:
        note, exchange = self.journal.put_nowait, self.pbx.exchange
        await call.command("ANSWER")
        await call.command("SET MUSIC ON default")
        note(records.CallerEntered("c", "support", call.variables["callerid"], "", 0, 1, 0.0))
        await exchange.bus.wait(lambda: exchange.device_states()["PJSIP/1001"] == "NOT_INUSE", "an agent is free")
        note(records.OfferMade("o", "c", "support", "ann", 1.0))
        leg = Outgoing("PJSIP/1001", 5, channel_id="vmq-o", place=Location("vmq-agent", "s"))
        exchange.spawn(originate(exchange, leg, None, ""), "leg")
        await self.pbx.phone("1001").wait_ringing()
        note(records.OfferRang("o", "ann"))
        await exchange.bus.wait(lambda: any(bridge.is_holding for bridge in exchange.bridges()), "the leg is parked")
        parked = exchange.channel("vmq-o")
        assert parked is not None
        assert await call.command(f"GOSUB vmq-connect s 1 {parked.name}") == "100 result=0 Trying..."
        note(records.CallConnected("o", "c", "support", "ann", 1.0, 0.5))
        while not (await call.line()).startswith("200"):
            pass
        note(records.CallCompleted("o", "c", "support", "ann", 1.0, 2.0, "caller"))
        note(records.AgentStatusChanged("ann", "wrap_up"))

    async def agent(self, call: Call) -> None:
        await call.command("SET VARIABLE VMQ_GO 1")

    async def leave(self, call: Call) -> None:
        await call.command("ANSWER")
        await call.command('STREAM FILE vm-intro "#"')
        await call.command('STREAM FILE beep ""')
        await call.command("WAIT FOR DIGIT -1")
        number = call.variables["network_script"].partition("/")[2]
        self.journal.put_nowait(records.MessageStored("m", number, call.variables["callerid"], 2.0))
        self.pbx.exchange.set_lamp(f"{number}@vmq", Lamp(1))


async def test_story_is_told_from_records() -> None:
    vmq, told = LittleVmq(), list[str]()
    async with ScriptServer(queue=vmq.queue, agent=vmq.agent, leave=vmq.leave) as server:
        vmq.pbx = demo_pbx(dialplan_text(server.address), users={}, pace=Pace(playback=0.0))
        async with vmq.pbx:
            await guide.run_guided_call(vmq.pbx, vmq.follow, told.append, talk_s=0.0)
    assert [line.split()[0] for line in told[:2]] == ["All", "Eve"]
    assert any("offers the call to ann" in line for line in told)
    assert told[-1].startswith("The lamp of Bob (1002) is lit: 1 new.")


async def test_step_that_does_not_come_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide, "_STEP_S", 0.1)
    vmq = LittleVmq()
    vmq.pbx = demo_pbx(dialplan_text("127.0.0.1:1"), users={}, pace=Pace(playback=0.0))
    async with vmq.pbx:
        with pytest.raises(LabError, match="a caller enters the queue did not happen"):
            await guide.run_guided_call(vmq.pbx, vmq.follow, lambda _: None)
