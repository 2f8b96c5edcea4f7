"""Runs an owner again and again who forwards a message, killed a step later each time: `python -m … FOLDER`.

What he forwards was forwarded to him with an introduction, so that all that sending does with files is done. In each
run's folder is a file `asked` once he has asked to send, `told` once he was told that it is sent. See killed_calls.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.support.house import open_house
from tests.support.killed_calls import OS_CALLS, Killer, run_all
from tests.support.owner import owner
from tests.support.scripted_line import Speech
from vmq.domain import line
from vmq.voicemail.wanted import WantedMailbox

TARGETS = ("1002", "1003")


async def forward(folder: Path, killer: Killer) -> None:
    """2002 left it for 1004, who sent it on to 1001, who sends it on to two."""
    async with open_house(folder) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox(number) for number in ("1001", "1004", *TARGETS)])
        await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP), mailbox="1004")
        for number, to in (("1004", ("1001",)), ("1001", TARGETS)):
            sender = await owner(house, number)
            await sender.opens()
            await sender.does("begin_message", kind="forward")
            for target in to:
                await sender.does("add_recipient", address=target)
            await sender.speaks(2.0)
            if number == "1001":
                for name in (*OS_CALLS, "link"):
                    killer.guard(os, name)
                killer.guard(house.outside.sendings, "deliver")
                killer.guard(house.journal, "append")
                killer.guard(house.journal, "flush")
                killer.guard(house.sink, "post")
                (folder / "asked").touch()
            assert await sender.does("send_message")
            if number == "1001":
                (folder / "told").touch()
            await sender.hangs_up()
        killer.step()


if __name__ == "__main__":
    run_all(Path(sys.argv[1]), forward)
