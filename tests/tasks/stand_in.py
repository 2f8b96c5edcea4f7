"""Does tasks in a house without a telephone network, one after the other, and looks at what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.support.house import House, open_house
from tests.support.wav import write_wav
from tests.tasks.effects import Call, wrong
from tests.tasks.party import TaskParty
from tests.tasks.seeds import dialled, prepare, sections
from tests.tasks.tasks import Doing, key_count, personalities
from vmq.domain.records import MessageChanged


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task: what is `wrong` ("" = nothing), keys, and seconds of prompts when all are heard out."""

    doing: Doing
    wrong: str
    keys: int
    heard_s: float


async def do_all(doings: Sequence[Doing], folder: Path) -> list[Done]:
    """Do them all in one house."""
    names = sorted({doing.personality for doing in doings})
    told = sections(doings, personalities())
    voicemail = told.pop("voicemail") | {"called": {}, "personality": names[0]}
    async with open_house(folder, told, packs=names, **voicemail) as house:
        for doing in doings:
            await prepare(house.outside, house.voicemail, doing)
        return [await _do(house, doing) for doing in doings]


async def _do(house: House, doing: Doing) -> Done:
    now = datetime.fromtimestamp(house.clock.now()).astimezone()
    steps = doing.steps(now)
    party = TaskParty(steps, f"call-{doing.mailbox}", lambda ref, seconds: write_wav(house.files.path(ref), seconds))
    place = dialled(personalities().index(doing.personality))
    if doing.task.is_caller:
        result = await house.leave_on(party, mailbox=doing.mailbox, options="u")
    else:
        mailbox, options = ("", "") if doing.task.logs_in else (doing.mailbox, "s")
        asked = {"mailbox": mailbox, "dialled": place, "personality": doing.personality, "options": options}
        result = await house.check_on(party, caller_number="2002", **asked)
    deleted = [
        each.message_id for each in await house.records(MessageChanged)
        if each.mailbox == doing.mailbox and each.change == "deleted"
    ]  # fmt: skip
    call = Call(result.to.number if result.to else "", deleted)
    fault = await wrong(house.outside, doing, call, now)
    left = "" if party.is_done else f"not all keys were asked for; it heard {party.clips[-5:]}"
    return Done(doing, fault or left, key_count(steps), party.heard_s)
