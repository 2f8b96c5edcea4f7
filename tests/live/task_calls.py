"""Does tasks on a real Asterisk: telephones call in, keys go as RTP events, effects are looked up at the end.

In: the tasks in their personalities, and a running server. Out: what is wrong with each ("" = nothing), keys, seconds.
A key is pressed once Asterisk listens for it, so that the seconds are those of somebody who knows the keys by heart.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.live.ami import Message
from tests.live.phones import SipPhone
from tests.live.server import AsteriskServer, free_port
from tests.live.vmq_hooks import introduce
from tests.live.vmq_hooks import sections as asterisk_sections
from tests.support.call_world import VOICE_S, write_voice
from tests.support.house import House, open_house
from tests.support.vmq_process import VmqProcess
from tests.tasks.effects import Call, wrong
from tests.tasks.seeds import CALL_CONTEXT, MESSAGE_FILE, dialled, prepare, sections
from tests.tasks.tasks import Deed, Doing, Step, key_count, personalities
from vmq.domain.records import MessageChanged

TELEPHONES = tuple(str(number) for number in range(1001, 1013))
DEADLINE_S = 30.0
SPOKEN_S = VOICE_S + 0.3
_LISTENS = re.compile(
    r'(?:STREAM FILE|CONTROL STREAM FILE) "?[^" ]+"? "?[0-9*#A-D]|WAIT FOR DIGIT|GET DATA|RECORD FILE'
)

DIALPLAN = f"""
[phones](+)
exten => _6XXX,1,Gosub(vmq-check,s,1(${{EXTEN}},s))
 same => n,Hangup()
exten => _86XXX,1,Gosub(vmq-leave,s,1(${{EXTEN:1}},u))
 same => n,Hangup()
exten => _*9X,1,Gosub(vmq-check,s,1())
 same => n,Hangup()
[{CALL_CONTEXT}]
exten => _X.,1,UserEvent(TaskCalls,Number: ${{EXTEN}})
 same => n,Hangup()
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task. `seconds` is from the first sound to its end."""

    doing: Doing
    wrong: str
    keys: int
    seconds: float


@dataclass(slots=True)
class _Made:
    """A call as it was made."""

    doing: Doing
    at: datetime
    fault: str = ""
    seconds: float = 0.0
    called: str = ""


async def do_all(server: AsteriskServer, doings: Sequence[Doing], telephones: Sequence[str]) -> list[Done]:
    """Do them, as many at once as there are telephones."""
    with tempfile.TemporaryDirectory(prefix="vmq-tasks-", dir=server.recordings_outside) as folder:
        return await _do_in(Path(folder), server, doings, telephones)


async def _do_in(
    folder: Path, server: AsteriskServer, doings: Sequence[Doing], telephones: Sequence[str]
) -> list[Done]:
    packs = sorted({doing.personality for doing in doings})
    told = sections(doings, personalities(), are_brief=True)
    voicemail = told.pop("voicemail")
    async with open_house(folder, told, packs=packs, **_of_house(voicemail, packs)) as house:
        house.clock.at = time.time()
        for doing in doings:
            await prepare(house.outside, house.voicemail, doing)
    agi_port = free_port()
    await server.apply_hook("extensions.conf", DIALPLAN, owner="tasks")
    await introduce(server, agi_port)
    found = asterisk_sections(server)
    inside = str(server.recordings_inside / folder.name / "recordings")
    paths = found["paths"] | {
        "data": str(folder),
        "recordings": str(folder / "recordings"),
        "recordings_asterisk": inside,
    }
    vmq = VmqProcess(
        folder / "vmq", agi_port=agi_port, asterisk=found["asterisk"], paths=paths, voicemail=voicemail, **told
    )
    async with vmq:
        made = await _call_all(server, doings, telephones, folder)
    async with open_house(folder, told, packs=packs, **_of_house(voicemail, packs)) as house:
        house.clock.at = time.time()
        return [await _judge(house, each) for each in made]


def _of_house(voicemail: dict[str, object], packs: Sequence[str]) -> dict[str, object]:
    return voicemail | {"called": {}, "personality": packs[0]}


async def _judge(house: House, made: _Made) -> Done:
    deleted = [
        record.message_id for record in await house.records(MessageChanged)
        if record.mailbox == made.doing.mailbox and record.change == "deleted"
    ]  # fmt: skip
    fault = made.fault or await wrong(house.outside, made.doing, Call(made.called, deleted), made.at)
    return Done(made.doing, fault, key_count(made.doing.steps(made.at)), made.seconds)


async def _call_all(
    server: AsteriskServer, doings: Sequence[Doing], telephones: Sequence[str], folder: Path
) -> list[_Made]:
    left = deque(doings)
    made: list[_Made] = []
    async with AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(SipPhone(server, number)) for number in telephones]
        voice = write_voice(folder, "task")

        async def work(phone: SipPhone) -> None:
            while left:
                call = TaskCall(server, phone, left.popleft(), voice)
                made.append(await call.make())

        await asyncio.gather(*map(work, phones))
    return made


class TaskCall:
    """One task's call. `make` does it."""

    def __init__(self, server: AsteriskServer, phone: SipPhone, doing: Doing, voice: Path) -> None:
        self._ami, self._phone, self._doing, self._voice = server.ami, phone, doing, voice
        self._channel = ""
        self._cursor = self._start = len(self._ami.events)
        self._last: Message = {}

    async def make(self) -> _Made:
        """Dial, do the steps, hang up."""
        made = _Made(self._doing, datetime.now().astimezone())
        try:
            await self._dial()
            for step in self._doing.steps(made.at):
                await self._take(step)
            made.seconds = await self._end() - await self._began()
        except (TimeoutError, RuntimeError, ConnectionError) as error:
            made.fault = f"the call broke off: {error}"
        finally:
            await self._hang_up()
        made.called = next((e["Number"] for e in self._ami.events[self._start :] if self._goes_on(e)), "")
        return made

    async def _dial(self) -> None:
        doing = self._doing
        number = f"8{doing.mailbox}" if doing.task.is_caller else doing.mailbox
        if doing.task.logs_in:
            number = dialled(personalities().index(doing.personality))
        await self._phone.be_silent()
        await self._phone.dial(number)
        prefix = f"PJSIP/{self._phone.number}-"
        event = await self._wait(lambda e: e["Event"] == "Newchannel" and e["Channel"].startswith(prefix))
        self._channel = event["Channel"]

    async def _take(self, step: Step) -> None:
        if step.deed is Deed.PRESS:
            for key in step.keys:
                await self._wait_listens()
                await self._press(key)
        elif step.deed is Deed.LISTEN:
            await self._wait(lambda e: self._runs(e) and MESSAGE_FILE in e["Command"], moves_past=False)
        elif step.deed is Deed.PAUSE:
            await self._wait(lambda e: self._is_on(e) and e["Event"] == "AGIExecEnd" and "WAIT FOR" in e["Command"])
        else:
            await self._record(step)

    async def _press(self, key: str) -> None:
        while True:
            await self._phone.press(key)
            await self._wait(lambda e: self._is_on(e) and e["Event"] == "DTMFEnd" and e["Digit"] == key)
            if self._was_heard():
                return

    def _was_heard(self) -> bool:
        """False when the key came between two commands: Asterisk throws it away, and a person presses it again."""
        before = self._ami.events[self._start : self._cursor]
        commands = [e["Event"] for e in before if self._is_on(e) and e["Event"] in ("AGIExecStart", "AGIExecEnd")]
        return commands[-1] == "AGIExecStart"

    async def _record(self, step: Step) -> None:
        await self._wait(lambda e: self._runs(e) and e["Command"].startswith("RECORD FILE"))
        if step.deed is Deed.SPEAK:
            await self._phone.say(self._voice)
            await asyncio.sleep(SPOKEN_S)
        for key in step.keys:
            await self._press(key)
        await self._phone.be_silent()

    async def _wait_listens(self) -> None:
        """Until Asterisk listens for a key: it forgets those that come between two commands."""
        await self._wait(lambda e: self._runs(e) and _LISTENS.match(e["Command"]) is not None, moves_past=False)

    async def _end(self) -> float:
        """When it was done: the last key led on, or the message plays, or he has spoken."""
        if self._doing.task.effect.called:
            await self._wait(self._goes_on)
        elif self._last["Event"] == "DTMFEnd":
            await self._wait(lambda e: self._runs(e) or (self._is_on(e) and e["Event"] == "Hangup"))
        spoken_s = SPOKEN_S if self._last.get("Command", "").startswith("RECORD FILE") else 0.0
        return float(self._last["Timestamp"]) + spoken_s

    async def _began(self) -> float:
        first = await self._ami.wait_event(lambda e: self._runs(e) and "FILE" in e["Command"], self._start)
        return float(first["Timestamp"])

    async def _hang_up(self) -> None:
        if self._phone.state != "idle":
            await self._phone.hang_up()
        await self._phone.wait_ended()
        if self._channel:
            await self._ami.wait_event(lambda e: self._is_on(e) and e["Event"] == "Hangup", self._start, DEADLINE_S)

    async def _wait(self, is_it: Callable[[Message], bool], *, moves_past: bool = True) -> Message:
        """The next event that is it. It is looked for from here on; later ones behind it (or with it)."""
        event = await self._ami.wait_event(is_it, self._cursor, DEADLINE_S)
        at = next(at for at in range(self._cursor, len(self._ami.events)) if self._ami.events[at] is event)
        self._cursor, self._last = (at + 1 if moves_past else at), event
        return event

    def _runs(self, event: Message) -> bool:
        return self._is_on(event) and event["Event"] == "AGIExecStart"

    def _is_on(self, event: Message) -> bool:
        return event.get("Channel") == self._channel

    def _goes_on(self, event: Message) -> bool:
        return self._is_on(event) and event.get("UserEvent") == "TaskCalls"
