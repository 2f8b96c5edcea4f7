"""Asterisk's end of an AGI session, for tests: sends the head, answers commands as res_agi.c does, and hangs up.

A `Party` on the channel presses keys, speaks and hangs up; tests may also do so from outside (`wake`, `hang_up`).
Everything Asterisk would have been told is kept: commands as Asterisk parses them, files played, variables set.
"""

from __future__ import annotations

import asyncio
import contextlib
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tests.support.scripted_line import HEARD_S, Party, Speech
from vmq.domain.line import RecordEnd
from vmq.errors import HungUp

USAGE = (
    "520-Invalid command syntax.  Proper usage follows:\n"
    " Usage: WAIT FOR DIGIT <timeout>\n\n"
    "200 result=1 is what it may look like inside\n"
    "520 End of proper usage.\n"
)
MISSING = "missing"
"""A file whose name holds this can't be played."""


def parse_arguments(line: str) -> list[str]:
    """A command line cut into words, by the rules of parse_args of res_agi.c."""
    words: list[str] = []
    word: str | None = None
    is_quoted = is_escaped = False
    for character in line:
        if is_escaped:
            word, is_escaped = (word or "") + character, False
        elif character == "\\":
            is_escaped = True
        elif character == '"':
            is_quoted = not is_quoted
            word = word or ""
        elif character in " \t" and not is_quoted:
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + character
    return words if word is None else [*words, word]


def head(
    script: str = "queue/sales",
    arguments: Sequence[str] = (),
    *,
    uniqueid: str = "1700000000.1",
    channel: str = "PJSIP/caller-00000001",
    fields: Mapping[str, str] | None = None,
) -> bytes:
    """An AGI head as Asterisk 22 sends it; `fields` replace or add lines."""
    lines = {
        "agi_network": "yes",
        "agi_network_script": script,
        "agi_request": f"agi://127.0.0.1:4573/{script}",
        "agi_channel": channel,
        "agi_language": "en",
        "agi_type": "PJSIP",
        "agi_uniqueid": uniqueid,
        "agi_version": "22.10.1",
        "agi_callerid": "5551234",
        "agi_calleridname": "unknown",
        "agi_context": "vmq-queue",
        "agi_extension": "s",
        "agi_priority": "5",
        "agi_enhanced": "0.0",
        "agi_threadid": "140000000000000",
        **{f"agi_arg_{number}": value for number, value in enumerate(arguments, start=1)},
        **(fields or {}),
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode() + b"\n"


class AgiPeer:
    """One channel in AGI(). When the party's script is over, waits for keys last until `wake` or `hang_up`.
    `bridge_result` is what a GOSUB to the connect context leaves in VMQ_BRIDGE; with `plays_on` what can be stopped by
    a key plays until one comes."""

    running: ClassVar[set[asyncio.Task[None]]] = set()

    def __init__(self, party: Party | None = None) -> None:
        self.party = party or Party()
        self.commands: list[list[str]] = []
        self.heard: list[str] = []
        self.seeks: list[str] = []
        self.variables: dict[str, str] = {}
        self.bridge_result = "SUCCESS"
        self.plays_on = False
        self.said = ""
        self.answers: dict[str, str] = {}
        self.waiting = asyncio.Event()
        self.talking = asyncio.Event()
        self.hung_up_talk = asyncio.Event()
        self._digit: asyncio.Future[str] | None = None
        self._reading: asyncio.Future[bytes] | None = None
        self._is_dead = False
        self._running: asyncio.Task[None] | None = None

    async def dial(self, port: int, first: bytes) -> None:
        """Connect, send the head and answer commands until the server closes."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.writer.write(first)
        self._running = asyncio.create_task(self._run())
        self.running.add(self._running)
        self._running.add_done_callback(self.running.discard)

    async def ended(self) -> None:
        """Return once the server has closed the session."""
        assert self._running is not None
        await asyncio.wait([self._running], timeout=10)
        assert self._running.done(), "the server has not closed the session"

    async def close(self) -> None:
        """Break the connection off, whatever is under way."""
        assert self._running is not None
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running

    def wake(self) -> bool:
        """A key D arrives. Lost (False) when no command waits for keys."""
        return self.press("D")

    def press(self, key: str) -> bool:
        """A key arrives. Lost (False) when no command waits for keys."""
        if self._digit is None or self._digit.done():
            return False
        self._digit.set_result(key)
        return True

    def hang_up(self) -> None:
        """The party hangs up: a waiting command fails and HANGUP follows; between commands HANGUP comes alone."""
        self._is_dead = True
        if self._digit is not None and not self._digit.done():
            self._digit.set_exception(HungUp("hung up"))
        elif self.talking.is_set():
            self.hung_up_talk.set()
        else:
            self.say("HANGUP\n")

    def say(self, text: str) -> None:
        """Send raw text to the server."""
        self.writer.write(text.encode())

    async def _run(self) -> None:
        try:
            while line := await self._next_line():
                words = parse_arguments(line.decode().rstrip("\n"))
                self.commands.append(words)
                was_dead = self._is_dead
                self.say(await self._answer(words))
                if self._is_dead and not was_dead:
                    self.say("HANGUP\n")
        except ConnectionError:
            pass
        finally:
            if self._reading is not None:
                self._reading.cancel()
            self.writer.close()
            with contextlib.suppress(ConnectionError):
                await self.writer.wait_closed()

    async def _next_line(self) -> bytes:
        self._reading = self._reading or asyncio.ensure_future(self.reader.readline())
        line = await self._reading
        self._reading = None
        return line

    async def _answer(self, words: list[str]) -> str:
        line = " ".join(words)
        answer = next((answer for start, answer in self.answers.items() if line.startswith(start)), "")
        if answer:
            return answer
        match words:
            case ["SET", "VARIABLE", name, value]:
                self.variables[name] = value
                answer = "200 result=1\n"
            case ["GET", "VARIABLE", name]:
                answer = f"200 result=1 ({self.variables[name]})\n" if name in self.variables else "200 result=0\n"
            case ["NOOP" | "VERBOSE", *_]:
                answer = "200 result=0\n"
            case _ if self._is_dead:
                answer = "511 Command Not Permitted on a dead channel or intercept routine\n"
        try:
            return answer or await self._act(words)
        except HungUp:
            self._is_dead = True
            return "200 result=-1\n"

    async def _act(self, words: list[str]) -> str:
        answer = "510 Invalid or unknown command\n"
        match words:
            case ["ANSWER"] | ["SET", "MUSIC", *_] | ["EXEC", "Wait", _]:
                answer = "200 result=0\n"
            case ["STREAM", "FILE", file, keys, *_] if self.plays_on and keys:
                self.heard.append(file)
                answer = (await self._wait_for_digit()).replace("\n", " endpos=800\n")
            case ["STREAM", "FILE", file, keys, *offset]:
                answer = self._stream(file, keys, *offset)
            case ["CONTROL", "STREAM", "FILE", file, stop, _, forward, rewind, pause, offset]:
                moves = {forward: "forward", rewind: "rewind", pause: "pause"}
                answer = self._control_stream(file, stop, moves, offset)
            case ["WAIT", "FOR", "DIGIT", timeout] if timeout == "-1" or self.party.has_nothing_left:
                answer = await self._wait_for_digit()
            case ["WAIT", "FOR", "DIGIT", _]:
                digit = self.party.press()
                answer = f"200 result={ord(digit) if digit else 0}\n"
            case ["RECORD", "FILE", file, *_] if "/said-" in file:
                answer = self._listen()
            case ["RECORD", "FILE", file, "wav", keys, *_]:
                answer = self._record(file, keys, self.party.speak())
            case ["GOSUB", "vmq-connect", "s", "1", _]:
                answer = await self._bridge()
        return answer

    async def _wait_for_digit(self) -> str:
        """Until a key, a hang-up, or anything at all from the server, its closing included."""
        self._digit = asyncio.get_running_loop().create_future()
        self._reading = self._reading or asyncio.ensure_future(self.reader.readline())
        self.waiting.set()
        await asyncio.wait((self._digit, self._reading), return_when=asyncio.FIRST_COMPLETED)
        self.waiting.clear()
        return f"200 result={ord(self._digit.result())}\n" if self._digit.done() else "200 result=1\n"

    def _stream(self, file: str, keys: str, offset: str = "") -> str:
        if MISSING in file:
            return "200 result=-1 endpos=0\n"
        if self.party.is_gone:
            raise HungUp("hung up while it played")
        self.heard.append(f"{file}@{offset}" if offset else file)
        while keys and (digit := self.party.barge()):
            if digit in keys:
                return f"200 result={ord(digit)} endpos=800\n"
        return "200 result=0 endpos=16000\n"

    def _control_stream(self, file: str, stop: str, moves: dict[str, str], offset: str) -> str:
        if MISSING in file:
            return "200 result=-1 endpos=0\n"
        if self.party.is_gone:
            raise HungUp("hung up while it played")
        self.heard.append(f"{file}@{offset}" if offset != "0" else file)
        while digit := self.party.barge():
            if digit in moves:
                self.seeks.append(moves[digit])
            elif digit in stop:
                return f"200 result={ord(digit)} endpos={int(offset) + round(HEARD_S * 1000)}\n"
        return "200 result=0 endpos=-1\n"

    def _listen(self) -> str:
        """A recording that ends with a key, with what is said, or (here: long) silence."""
        self.said = self.party.say()
        if self.said:
            return "200 result=0 (timeout) endpos=16000\n"
        digit = self.party.press()
        return f"200 result={ord(digit)} (dtmf) endpos=4000\n" if digit else "200 result=0 (timeout) endpos=800000\n"

    def _record(self, file: str, keys: str, speech: Speech) -> str:
        with wave.open(str(Path(f"{file}.wav")), "wb") as out:
            out.setparams((1, 2, 8000, 0, "NONE", ""))
            out.writeframes(b"\0\0" * round(speech.seconds * 8000))
        endpos = f"endpos={round(speech.seconds * 8000)}"
        match speech.ended_by:
            case RecordEnd.KEY:
                assert speech.key in keys
                return f"200 result={ord(speech.key)} (dtmf) {endpos}\n"
            case RecordEnd.HANG_UP:
                self._is_dead = True
                return f"200 result=-1 (hangup) {endpos}\n"
            case RecordEnd.SILENCE:  # of which handle_recordfile leaves a second
                return f"200 result=0 (timeout) endpos={round((speech.seconds + 1) * 8000)}\n"
            case _:
                return f"200 result=0 (timeout) {endpos}\n"

    async def _bridge(self) -> str:
        """[vmq-connect]: talks until `hung_up_talk` when the leg is there."""
        self.say("100 result=0 Trying...\n")
        if self.bridge_result == "SUCCESS":
            self.talking.set()
            await self.hung_up_talk.wait()
            self.talking.clear()
        self.variables["VMQ_BRIDGE"] = self.bridge_result
        return "200 result=0 Gosub complete\n"
