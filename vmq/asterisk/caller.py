"""A waiting caller's AGI session: holds him with music until there is something to do, and does it.

In: the session and the commands given to it (connect, release). Out: CallerJoined, ConnectEnded, CallerSessionEnded.

Nothing polls. Asterisk sits in WAIT FOR DIGIT without an end, and a key of our own, sent by AMI, ends it. Such a key is
lost when it comes between two commands, so the session looks at its to-do list after every reply, and the key is sent
again until a reply comes.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.dialplan import CONNECT_CONTEXT
from vmq.domain.commands import ConnectCaller, ReleaseCaller
from vmq.domain.events import CallerJoined, ConnectEnded
from vmq.engine.ports import EventSink
from vmq.errors import HungUp

log = structlog.get_logger(__name__)

_UNIQUE_ID = re.compile(r"(?:.+-)?([0-9]{9,11})\.[0-9]+")

WAKE_AGAIN_S = 0.1
WAKE_SELDOM_S = 1.0
QUICK_WAKES = 10
VERDICT_S = 5.0
"""How long a caller whose talk is over is kept without music, waiting to be released or given to somebody else."""

Wake = Callable[[str], None]
"""Sends the key D to a channel (AMI PlayDTMF), by its name. Returns at once; failures are logged by whoever sends."""


@dataclass(frozen=True, slots=True)
class Hold:
    """How a queue holds its callers: whether it answers them, and the music class (empty: none)."""

    answer: bool = True
    music: str = "default"


class CallerSession:
    """One caller in one queue. `give` hands it work; `run` returns when he was released and raises HungUp otherwise."""

    def __init__(self, session: AgiSession, hold: Hold, events: EventSink, wake: Wake) -> None:
        self.call_id = session.call_id
        self._session = session
        self._hold = hold
        self._events = events
        self._wake_channel = wake
        self._todo: deque[ConnectCaller | ReleaseCaller] = deque()
        self._work = asyncio.Event()
        self._is_waiting = False
        self._wakes = 0
        self._next_wake: asyncio.TimerHandle | None = None

    def give(self, command: ConnectCaller | ReleaseCaller) -> None:
        """Have the session carry out a command after those it already has."""
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
                command = self._todo.popleft()
                if isinstance(command, ReleaseCaller):
                    await self._release(command)
                    return
                await self._connect(command)
            self._work.clear()
            await self._wait()

    async def _wait(self) -> None:
        """Hold the line until a key comes: one of ours, or one that the caller presses, which means nothing yet."""
        self._is_waiting = True
        try:
            reply = await self._session.command("WAIT FOR DIGIT", "-1", timeout_s=None)
        finally:
            self._is_waiting = False
            self._wakes = 0
            if self._next_wake is not None:
                self._next_wake.cancel()
                self._next_wake = None
        if reply.has_failed:
            raise HungUp("Asterisk can't hold the caller any more")

    def _wake(self) -> None:
        delay_s = WAKE_AGAIN_S if self._wakes < QUICK_WAKES else WAKE_SELDOM_S
        self._wakes += 1
        self._next_wake = asyncio.get_running_loop().call_later(delay_s, self._wake)
        self._wake_channel(self._session.channel)

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
        if is_connected and await self._has_work_soon():
            return
        await self._music_on()

    async def _has_work_soon(self) -> bool:
        """Wait for the next command, which after a talk comes at once, with nothing to be woken from."""
        gone = asyncio.ensure_future(self._session.gone.wait())
        work = asyncio.ensure_future(self._work.wait())
        try:
            await asyncio.wait((gone, work), timeout=VERDICT_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            work.cancel()
        return bool(self._todo)

    async def _release(self, command: ReleaseCaller) -> None:
        for name, value in (*command.variables, ("QUEUESTATUS", command.status.value), ("VMQ_DONE", "1")):
            await self._session.set_variable(name, value)
        log.info("caller.released", status=command.status.value)

    async def _music_on(self) -> None:
        if self._hold.music:
            await self._session.command("SET MUSIC", "ON", self._hold.music)


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
