"""What one administrator may do in one call. Before the PIN is right every action fails, whatever the flow says."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

import structlog

from vmq.domain import line
from vmq.domain.pin import LoginState, count_attempt
from vmq.engine.ports import Clock
from vmq.studio.ports import Desk
from vmq.voice.run import Actions, Answer, Arguments

log = structlog.get_logger(__name__)

LOCK_AFTER = 10
LOCK_S = 900.0
MAX_TRIES = 3


class Gate:
    """The PIN that all administrators share, and the wrong ones of all calls. Without a PIN nobody gets in."""

    def __init__(self, pin: str, clock: Clock) -> None:
        self._pin = pin
        self._clock = clock
        self._state = LoginState()

    @property
    def is_open(self) -> bool:
        """True when there is a PIN to get in with."""
        return bool(self._pin)

    def admits(self, pin: str) -> bool:
        """True for the right PIN, unless there were too many wrong ones of late. Counts before it looks."""
        now = self._clock.now()
        if self._state.is_locked(now):
            return False
        self._state = count_attempt(self._state, now, LOCK_AFTER, LOCK_S)
        if not self._pin or not hmac.compare_digest(self._pin.encode(), pin.encode()):
            return False
        self._state = LoginState()
        return True


class EditActions:
    """One call's way through one set."""

    def __init__(self, desk: Desk, gate: Gate, *, set_name: str, call_id: str, caller: str) -> None:
        self._desk = desk
        self._gate = gate
        self._language = desk.language_of(set_name)
        self._clips: Mapping[str, str] = desk.clips_of(set_name)
        self._ids = tuple(self._clips)
        self._call_id = call_id
        self._caller = caller
        self._take = ""
        self._tries = 0
        self._number = 0

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "log_in": self._log_in,
            "open_clip": self._open_clip,
            "next_clip": self._next_clip,
            "keep_take": self._keep_take,
            "activate": self._activate,
            "withdraw": self._withdraw,
        }

    async def close(self) -> None:
        """The call is over: throw away what it recorded and did not keep. Raises StorageError."""
        if self._take:
            await self._desk.drop(self._take)

    async def _log_in(self, arguments: Arguments) -> Answer:
        self._tries += 1
        if not self._gate.admits(arguments["pin"]):
            log.warning("studio_refused", call_id=self._call_id, caller=self._caller)
            return line.Failed({"may_try_again": self._tries < MAX_TRIES})
        self._take = await self._desk.take(self._call_id)
        return line.Done({"count": len(self._ids), "take": self._take})

    async def _open_clip(self, arguments: Arguments) -> Answer:
        return await self._turn_to(int(arguments["number"] or 0))

    async def _next_clip(self, _: Arguments) -> Answer:
        return await self._turn_to(self._number + 1)

    async def _turn_to(self, number: int) -> Answer:
        if not self._take or not 1 <= number <= len(self._ids):
            return line.Failed()
        self._number = number
        return line.Done(await self._facts())

    async def _keep_take(self, _: Arguments) -> Answer:
        if not self._number:
            return line.Failed()
        if not await self._desk.keep(self._take, self._language, self._clip):
            return line.Failed({"is_too_quiet": True})
        return line.Done(await self._facts())

    async def _activate(self, _: Arguments) -> Answer:
        if not self._number:
            return line.Failed()
        text, voice = self._clips[self._clip], f"telephone {self._caller}".strip()
        await self._desk.activate(self._language, self._clip, text, voice)
        log.info("prompt_activated", call_id=self._call_id, clip=self._clip, language=self._language, by=self._caller)
        return line.Done(await self._facts())

    async def _withdraw(self, _: Arguments) -> Answer:
        if not self._number:
            return line.Failed()
        await self._desk.withdraw(self._language, self._clip)
        log.info("prompt_withdrawn", call_id=self._call_id, clip=self._clip, language=self._language, by=self._caller)
        return line.Done(await self._facts())

    @property
    def _clip(self) -> str:
        return self._ids[self._number - 1]

    async def _facts(self) -> Mapping[str, object]:
        return {
            "number": self._number,
            "live": self._desk.live(self._language, self._clip),
            "edited": await self._desk.edited(self._language, self._clip),
            "is_own": await self._desk.is_own(self._language, self._clip),
            "has_next": self._number < len(self._ids),
            "take": self._take,
            "is_too_quiet": False,
        }
