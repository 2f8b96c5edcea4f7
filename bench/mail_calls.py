"""The calls of bench.live_voicemail: dialplan, mailboxes of both engines, and fifty callers who do the same at once.

A caller is a Local channel. Its near end is the caller's telephone: it plays a tone without a break, as a telephone
sends audio all the time, and its TALK_DETECT tells when it hears the first 20 ms that are not silence. Its far end is
in the engine: `app_voicemail` or `vmq`.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import numpy as np

from bench.driver import DEADLINE_S, Driver, at
from tests.live.audio import RATE_HZ, write_wav
from tests.live.server import AsteriskServer
from vmq.asterisk.message import Headers

TONE_S = 3.0
WANTED = ("Newchannel", "Hangup", "MessageWaiting", "ChannelTalkingStart", "AGIExecStart")
FIRST_MAILBOX = 7001
NEAR, FAR = "bench-near", "bench-far"

DIALPLAN = """
[bench-telephone]
exten => s,1,Set(TALK_DETECT(set)=)
 same => n(on),Playback(${TONE})
 same => n,Goto(on)
[bench-app_voicemail-leave]
exten => _X!,1,Answer()
 same => n,VoiceMail(${EXTEN}@bench,s)
 same => n,Hangup()
[bench-app_voicemail-check]
exten => _X!,1,Answer()
 same => n,VoiceMailMain(${EXTEN}@bench,s)
 same => n,Hangup()
[bench-app_voicemail-login]
exten => _X!,1,Answer()
 same => n,VoiceMailMain()
 same => n,Hangup()
[bench-vmq-leave]
exten => _X!,1,Answer()
 same => n,Gosub(vmq-leave,s,1(${EXTEN},s))
 same => n,Hangup()
[bench-vmq-check]
exten => _X!,1,Answer()
 same => n,Gosub(vmq-check,s,1(${EXTEN},s))
 same => n,Hangup()
[bench-vmq-login]
exten => _X!,1,Answer()
 same => n,Gosub(vmq-check,s,1())
 same => n,Hangup()
"""


def numbers(count: int) -> list[str]:
    """The mailboxes, one a caller."""
    return [str(FIRST_MAILBOX + each) for each in range(count)]


def voicemail_conf(mailboxes: list[str]) -> str:
    """app_voicemail's mailboxes."""
    return "[bench]\n" + "".join(f"{number} => 1234,Bench\n" for number in mailboxes)


def vmq_sections(mailboxes: list[str]) -> dict[str, list[dict[str, str]]]:
    """The same mailboxes for vmq. A name and a PIN: the owner has been here before and is not asked to set it up."""
    return {"mailbox": [{"number": number, "name": "Bench", "pin": "1234"} for number in mailboxes]}


async def give_tone(driver: Driver, server: AsteriskServer) -> None:
    """Write the tone that callers play, and tell the dialplan where it is."""
    seconds = np.arange(round(TONE_S * RATE_HZ)) / RATE_HZ
    write_wav(Path(server.folder_outside) / "tone.wav", 0.3 * np.sin(2 * np.pi * 425 * seconds))
    await driver.set("TONE", str(server.folder_inside / "tone"))


class Crowd:
    """Callers of one engine who start at once, and what Asterisk says about each, by the events' times."""

    def __init__(self, driver: Driver, engine: str, mailboxes: list[str]) -> None:
        self.engine, self.mailboxes = engine, mailboxes
        self._driver = driver
        self._round = 0
        self._seen: dict[tuple[str, str], asyncio.Future[float]] = {}
        driver.on_event(self._take)

    async def start(self, what: str) -> None:
        """All dial `leave`, `check` or `login` at once."""
        self._round += 1
        self._seen.clear()
        calls = []
        for number in self.mailboxes:
            ids = (self._id(NEAR, number), self._id(FAR, number))
            calls.append(self._driver.call(f"Local/{number}@bench-{self.engine}-{what}/n", ids, "bench-telephone"))
        await asyncio.gather(*calls)

    async def times(self, mark: str) -> list[float]:
        """When it was for each caller, once all are past it; marks are those of `_mark`. Raises SystemExit."""
        waiting = [self._time(mark, number) for number in self.mailboxes]
        _, missing = await asyncio.wait(waiting, timeout=DEADLINE_S)
        if missing:
            raise SystemExit(f"{self.engine}: no {mark!r} for {len(missing)} callers within {DEADLINE_S:g} s")
        return [time.result() for time in waiting]

    async def hang_up(self) -> None:
        """All hang up in the same moment."""
        await self._driver.hang_up(f"^Local.*@bench-{self.engine}-.*;1$")

    async def hang_up_each(self, mark: str, after_s: float, within_s: float) -> None:
        """Each caller hangs up at a moment of his own, from `after_s` to `within_s` later after his mark. Back when all
        have."""

        async def hang_up(number: str) -> None:
            await self._time(mark, number)
            await asyncio.sleep(after_s + random.uniform(0, within_s))
            await self._driver.send("Hangup", Channel=self._id(NEAR, number))

        await asyncio.wait_for(asyncio.gather(*map(hang_up, self.mailboxes)), DEADLINE_S)

    def note(self, mark: str, number: str, when: float) -> None:
        """Something that was seen, also elsewhere. Only the first of a mark counts."""
        if not (time := self._time(mark, number)).done():
            time.set_result(when)

    def _time(self, mark: str, number: str) -> asyncio.Future[float]:
        return self._seen.setdefault((mark, number), asyncio.get_running_loop().create_future())

    def _id(self, end: str, number: str) -> str:
        return f"{end}-{self.engine}-{self._round:03d}-{number}"

    def _take(self, event: Headers) -> None:
        who = event.get("Uniqueid", "")
        if event["Event"] == "MessageWaiting":
            self.note("lamp", event.get("Mailbox", "").partition("@")[0], at(event))
        for end in (NEAR, FAR):
            if who.startswith(self._id(end, "")) and (mark := _mark(event, end)):
                self.note(mark, who.rpartition("-")[2], at(event))


def _mark(event: Headers, end: str) -> str:
    """What an event on this end of a call means: dialled, audible, prompt, recording (both by AGI), hung up, gone."""
    if event["Event"] == "AGIExecStart" and end == FAR:
        return _AGI.get(" ".join(event.get("Command", "").split(" ")[:2]), "")
    return _MARKS.get((event["Event"], end), "")


_AGI = {"STREAM FILE": "prompt", "RECORD FILE": "recording"}
_MARKS = {
    ("Newchannel", FAR): "dialled",
    ("ChannelTalkingStart", NEAR): "audible",
    ("Hangup", NEAR): "hung up",
    ("Hangup", FAR): "gone",
}
