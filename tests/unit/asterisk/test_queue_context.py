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


ASKS = """
[lab]
exten => 600,1,Set(QUEUE_PRIO=3)
 same => n,Set(QUEUE_MAX_PENALTY=4)
 same => n,Set(VMQ_NEEDS=german>=5,technic)
 same => n,Set(VMQ_URL=https://crm/?a=1,2)
 same => n,Set(VMQ_RULE=unused)
 same => n,Set(VMQ_POSITION=2)
 same => n,Gosub(vmq-queue,s,1(sales,,,later))
 same => n,Hangup()
"""


async def test_what_the_channel_asks_for_is_told_and_a_place_in_the_line_only_of_the_first_queue() -> None:
    told: list[dict[str, str]] = []

    async def queue(call: Call) -> None:
        pairs = [value.partition("=") for name, value in call.variables.items() if name.startswith("arg_")]
        told.append({name: value for name, _, value in reversed(pairs) if value})
        where = "queue" if len(told) == 1 else ""
        for name, value in (("VMQ_NEXT", where), ("VMQ_TO", "support"), ("VMQ_DONE", "1")):
            await call.command(f'SET VARIABLE "{name}" "{value}"')

    async with ScriptServer(queue=queue) as vmq, LabPbx([ASKS]) as pbx:
        pbx.exchange.dialplan.add(dialplan_text(vmq.address))
        telephone = pbx.add_phone("1001")
        telephone.dial("600")
        await telephone.wait_ended()
    first = {
        "priority": "3", "max_penalty": "4", "needs": "german>=5,technic", "url": "https://crm/?a=1,2", "rule": "later",
        "position": "2",
    }  # fmt: skip
    assert told == [first, {name: value for name, value in first.items() if name != "position"}]
