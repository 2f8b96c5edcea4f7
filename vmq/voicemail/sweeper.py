"""Finishes recordings that nobody has in hand any more, whenever something tells that there may be such.

Comes in: who is on the telephone at a start and after a reconnect, hang-ups, and calls that left something unfinished.
Goes out: what vmq.voicemail.recover makes of each draft, one sweep at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import structlog

from vmq.errors import StorageError
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.office import Office
from vmq.voicemail.ports import Outside
from vmq.voicemail.recover import Recovered, audit, recover_drafts

log = structlog.get_logger(__name__)


class Sweeper:
    """One for the house. `busy` are the ids of drafts that somebody has in hand, which no sweep touches; `lock` keeps
    sweeps and the office's worker apart."""

    def __init__(self, outside: Outside, office: Office, lock: asyncio.Lock) -> None:
        self.busy: set[str] = set()
        self._outside = outside
        self._office = office
        self._lock = lock
        self._waiting: set[str] = set()
        self._has_failed = False

    async def recover(self, alive: Collection[str]) -> None:
        """Finish what earlier runs left, once at start. `alive` are the call ids of the channels that Asterisk has.

        Raises StorageError when folder or database can't be read.
        """
        self._waiting = set(alive)
        await self._sweep()
        await self._office.upkeep.do_due()
        async with self._lock:
            await audit(self._outside)

    def waits_for(self, call_id: str) -> bool:
        """True while a recording that an earlier run began waits for this channel's hang-up."""
        return call_id in self._waiting

    async def on_hang_up(self, call_id: str) -> None:
        """A channel is gone, or has left the recording that an earlier run began: finish that. Free for others."""
        if call_id in self._waiting:
            self._waiting.discard(call_id)
            await self._sweep()

    async def on_reconnect(self, alive: Collection[str]) -> None:
        """Asterisk is back with these channels: nobody saw the hang-ups of the others, which count now."""
        if not self._waiting <= set(alive):
            self._waiting &= set(alive)
            await self._sweep()

    def wait_for(self, call_id: str) -> None:
        """The program stops in the middle of this call: its recording goes on, and is finished when it is over."""
        self._waiting.add(call_id)

    async def after(self, drafts: Drafts) -> None:
        """A call is over: try again what could not be stored, in this one or before."""
        if self._has_failed or drafts.has_unfinished:
            try:
                await self._sweep()
            except StorageError as error:
                self._has_failed = True
                log.error("sweep_failed", error=str(error), advice="the recordings stay in incoming/ for the next try")

    @asynccontextmanager
    async def clearing_up(self, call_id: str, drafts: Drafts) -> AsyncIterator[None]:
        """Around a call's dialogue. A recording is thrown away only when the dialogue came to its end: after an error
        and when the program stops it stays for the sweep."""
        try:
            yield
        except Exception:
            drafts.hand_over()
            raise
        except asyncio.CancelledError:
            drafts.hand_over()
            self.wait_for(call_id)
            raise
        finally:
            await drafts.close()
            await self.after(drafts)

    async def _sweep(self) -> None:
        """Finish all drafts that no call has in hand, one sweep at a time."""
        async with self._lock:
            recovered = await recover_drafts(self._outside, self._office.limit, self._waiting, self.busy)
            self._waiting &= set(recovered.waiting)
            self._has_failed = bool(recovered.failed)
        if recovered != Recovered():
            log.info("drafts_recovered", stored=recovered.stored, waiting=recovered.waiting, failed=recovered.failed)
            self._office.look_again()
