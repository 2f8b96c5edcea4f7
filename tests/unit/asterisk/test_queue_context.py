"""The context vmq-queue, run by the stand-in: what a caller tells vmq of himself, at first and when he is back."""

from __future__ import annotations

from tests.support.agi_script import Call, ScriptServer
from vmq.asterisk.dialplan import dialplan_text
from vmq.lab.pbx import LabPbx

CALLED_BEFORE = """
[lab]
exten => 600,1,Set(VMQ_ENTERED=1000000000.000)
 same => n,Gosub(vmq-queue,s,1(sales,60,2))
 same => n,Hangup()
"""


async def test_a_caller_who_was_in_a_queue_before_enters_anew_and_keeps_that_time_while_vmq_is_away() -> None:
    told: list[list[str]] = []

    async def queue(call: Call) -> None:
        told.append([call.variables[f"arg_{number}"] for number in (1, 2, 3)])
        if len(told) == 2:
            await call.command('SET VARIABLE "VMQ_DONE" "1"')

    async with ScriptServer(queue=queue) as vmq, LabPbx([CALLED_BEFORE]) as pbx:
        pbx.exchange.dialplan.add(dialplan_text(vmq.address))
        telephone = pbx.add_phone("1001")
        telephone.dial("600")
        await telephone.wait_ended()
    first, second = told
    assert first == second
    assert float(first[0]) > 1_000_000_000
    assert first[1:] == ["60", "2"]
