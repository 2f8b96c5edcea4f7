"""A waiting caller's AGI session: holds him with music until there is something to do, and does it.

In: the session and the commands given to it (connect, talk, release). Out: CallerJoined, ConnectEnded, DialogueEnded,
CallerKeyed, CallerSessionEnded.

Nothing polls. Asterisk sits in WAIT FOR DIGIT without an end, and a key of our own, sent by AMI, ends it; the same key
cuts what is being said. Such a key is lost when it comes between two commands, so the session looks at its to-do list
after every reply, and the key is sent again until a reply comes.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.dialplan import CONNECT_CONTEXT, next_stop
from vmq.asterisk.exits import ExitDigits
from vmq.asterisk.wakeful import WAKE_KEY, Cut, Interest, WakefulSession
from vmq.domain.commands import ConnectCaller, ReleaseCaller, RunDialogue
from vmq.domain.events import CallerJoined, CallerKeyed, ConnectEnded, DialogueEnded
from vmq.engine.ports import EventSink, Line, Voices
from vmq.errors import HungUp, PackError

log = structlog.get_logger(__name__)

_UNIQUE_ID = re.compile(r"(?:.+-)?([0-9]{9,11})\.[0-9]+")

WAKE_AGAIN_S = 0.1
WAKE_SELDOM_S = 1.0
QUICK_WAKES = 10
VERDICT_S = 5.0
"""How long a caller whose talk is over is kept without music, waiting to be released or given to somebody else."""

Wake = Callable[[str], None]
"""Sends the key D to a channel (AMI PlayDTMF), by its name. Returns at once; failures are logged by whoever sends."""
LineFor = Callable[[AgiSession], Line]
Command = ConnectCaller | ReleaseCaller | RunDialogue
ANNOUNCE = "announce"
"""The one flow in which the caller's keys are the queue's: all others listen to them themselves."""


@dataclass(frozen=True, slots=True)
class Hold:
    """How a queue holds its callers: whether it answers them, the music class (empty: none), the keys that mean
    something to it, and a context of the dialplan that callers may leave to by dialling (empty: none)."""

    answer: bool = True
    music: str = "default"
    keys: frozenset[str] = frozenset()
    exit_context: str = ""

    @property
    def cutting(self) -> str:
        """The digits that cut an announcement: those that may begin something."""
        return "0123456789*#" if self.exit_context else "".join(sorted({key[0] for key in self.keys if key}))


class CallerSession:
    """One caller in one queue. `give` hands it work; `run` returns when he was released and raises HungUp otherwise."""

    def __init__(
        self, session: AgiSession, hold: Hold, events: EventSink, wake: Wake, *, voices: Voices, line_for: LineFor
    ) -> None:
        self.call_id = session.call_id
        self._session = session
        self._hold = hold
        self._events = events
        self._wake_channel = wake
        self._voices = voices
        self._line_for = line_for
        self._exits = ExitDigits(session, hold.exit_context)
        self._todo: deque[Command] = deque()
        self._work = asyncio.Event()
        self._is_waiting = False
        self._is_after_talk = False
        self._wakes = 0
        self._next_wake: asyncio.TimerHandle | None = None

    def give(self, command: Command) -> None:
        """Have the session carry out a command after those it already has; what is being said ends for it."""
        self._todo.append(command)
        self._work.set()
        if self._is_waiting and self._next_wake is None:
            self._wake()

    async def run(self) -> None:
        """Hold the caller and do what is given, until he is released."""
        if self._hold.answer:
            await self._session.command("ANSWER")
        await self._session.set_variable("VMQ_TRIES", "0")
        await self._music_on()
        while True:
            while self._todo:
                match self._todo.popleft():
                    case ReleaseCaller() as command:
                        await self._release(command)
                        return
                    case RunDialogue() as command:
                        await self._talk(command)
                    case ConnectCaller() as command:
                        await self._connect(command)
            self._work.clear()
            await self._wait()

    async def _wait(self) -> None:
        """Hold the line until a key comes: one of ours, or one that the caller presses."""
        self._is_waiting = True
        try:
            reply = await self._session.command("WAIT FOR DIGIT", "-1", timeout_s=None)
        finally:
            self._stop_waking()
        if reply.has_failed:
            raise HungUp("Asterisk can't hold the caller any more")
        if reply.key and reply.key != WAKE_KEY:
            await self._pressed(reply.key)

    async def _pressed(self, key: str) -> None:
        """A key of the caller's, which nothing asked for."""
        self._events.post(CallerKeyed(self.call_id, key))
        is_ours = any(known.startswith(key) for known in self._hold.keys)
        if self._hold.exit_context and not is_ours and (extension := await self._exits.add(key)):
            self._events.post(CallerKeyed(self.call_id, extension, self._hold.exit_context))

    def _wake(self) -> None:
        delay_s = WAKE_AGAIN_S if self._wakes < QUICK_WAKES else WAKE_SELDOM_S
        self._wakes += 1
        self._next_wake = asyncio.get_running_loop().call_later(delay_s, self._wake)
        self._wake_channel(self._session.channel)

    def _stop_waking(self) -> None:
        self._is_waiting = False
        self._wakes = 0
        if self._next_wake is not None:
            self._next_wake.cancel()
            self._next_wake = None

    async def _talk(self, command: RunDialogue) -> None:
        """Run a dialogue instead of the music, unless there is more to do already; the next command cuts it."""
        answers: dict[str, str] = {}
        pressed: list[str] = []
        keys = self._hold.cutting if command.flow == ANNOUNCE else ""
        wakeful = WakefulSession(self._session, Interest(lambda: bool(self._todo), keys, pressed.append))
        is_cut = True
        self._is_waiting = True
        try:
            if not self._todo:
                await self._music_off()
                line = self._line_for(cast(AgiSession, wakeful))
                await self._voices.talk(line, command.flow, command.voice, dict(command.facts), answers)
                is_cut = False
        except Cut as cut:
            log.debug("caller.talk_cut", flow=command.flow, why=str(cut))
        except PackError as error:
            log.error("caller.talk_broken", flow=command.flow, voice=command.voice, error=str(error))
        finally:
            self._stop_waking()
            self._events.post(DialogueEnded(self.call_id, command.flow, answers, is_cut))
        for key in pressed:
            await self._pressed(key)
        if not (self._todo or (self._is_after_talk and await self._has_work_soon())):
            await self._music_on()

    async def _connect(self, command: ConnectCaller) -> None:
        """Bridge to a parked leg by one command, which returns when the talk is over."""
        reply = await self._session.command("GOSUB", CONNECT_CONTEXT, "s", "1", command.leg_channel, timeout_s=None)
        if reply.has_failed:
            await self._session.raise_if_gone()
            log.error("caller.not_connected", missing=CONNECT_CONTEXT, mend="run `vmq asterisk setup`")
        result = "" if reply.has_failed else await self._session.get_variable("VMQ_BRIDGE")
        is_connected = result == "SUCCESS"
        log.info("caller.bridge_ended", offer_id=command.offer_id, result=result)
        self._events.post(ConnectEnded(self.call_id, command.offer_id, is_connected))
        self._is_after_talk = is_connected
        if not (is_connected and await self._has_work_soon()):
            await self._music_on()

    async def _has_work_soon(self) -> bool:
        """Wait for the next command, which after a talk comes at once, with nothing to be woken from."""
        if self._todo:
            return True
        self._work.clear()
        gone = asyncio.ensure_future(self._session.gone.wait())
        work = asyncio.ensure_future(self._work.wait())
        try:
            await asyncio.wait((gone, work), timeout=VERDICT_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            work.cancel()
        return bool(self._todo)

    async def _release(self, command: ReleaseCaller) -> None:
        variables = (*command.variables, ("QUEUESTATUS", command.status.value), ("VMQ_DONE", "1"))
        for name, value in variables:
            for setting in next_stop(value) if name == "VMQ_NEXT" else ((name, value),):
                await self._session.set_variable(*setting)
        log.info("caller.released", status=command.status.value)

    async def _music_on(self) -> None:
        self._is_after_talk = False
        if self._hold.music:
            await self._session.command("SET MUSIC", "ON", self._hold.music)

    async def _music_off(self) -> None:
        if self._hold.music and not self._is_after_talk:
            await self._session.command("SET MUSIC", "OFF")


def joined_event(session: AgiSession, queue: str, now: float) -> CallerJoined:
    """What the head of `AGI(…/queue/<name>,<entered>,<max wait s>,<priority>)` says of the caller.

    What is no number counts as not said; a time of entry that is not past counts as now (epoch seconds). The call's
    beginning is in its Uniqueid (`[system-]<epoch>.<count>`, main/channel.c), to the second.
    """
    entered_at = _number(session.argument(1))
    priority = _number(session.argument(3))
    max_wait_s = _number(session.argument(2))
    unique = _UNIQUE_ID.fullmatch(session.call_id)
    began_at = float(unique[1]) if unique else 0.0
    return CallerJoined(
        call_id=session.call_id,
        channel=session.channel,
        queue=queue,
        entered_at=entered_at if entered_at is not None and 0 < entered_at <= now else now,
        number=_known(session.headers.get("agi_callerid", "")),
        name=_known(session.headers.get("agi_calleridname", "")),
        priority=int(priority) if priority is not None and abs(priority) < 1_000_000 else 0,
        max_wait_s=max_wait_s if max_wait_s is not None and max_wait_s > 0 else None,
        began_at=began_at if 0 < began_at <= now else 0.0,
        did=_known(session.headers.get("agi_dnid", "")),
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if -1e12 < number < 1e12 else None


def _known(text: str) -> str:
    """Asterisk writes `unknown` for a caller ID that it does not have."""
    return "" if text == "unknown" else text
