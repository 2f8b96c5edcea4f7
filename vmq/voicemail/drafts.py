"""The recording in the making of one call: written down before it starts, handed over or thrown away in the end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

import structlog

from vmq.domain.draft import Draft, DraftKind
from vmq.errors import StorageError
from vmq.voicemail.deliver import settle
from vmq.voicemail.ports import Outside

log = structlog.get_logger(__name__)

NO_MARKS = {"is_urgent": False, "is_private": False, "wants_receipt": False, "wants_nonreceipt": False}


def new_id() -> str:
    """A random id: 16 hex digits."""
    return secrets.token_hex(8)


class Drafts:
    """The drafts of one call, one after the other. `busy` gets their ids for as long as this call has them in hand;
    `number_now` says what the number of a mailbox has become since the call found it."""

    def __init__(self, outside: Outside, first: Draft, busy: set[str], number_now: Callable[[str], str] = str) -> None:
        self.current = first
        self._number_now = number_now
        self._outside = outside
        self._busy = busy
        self._mine = {first.id}
        self._is_begun = False
        self._handed_over = 0
        self._delivered: dict[str, Draft] = {}
        busy.add(first.id)

    async def begin(self) -> None:
        """Write the draft down unless it is. Raises StorageError: then nothing may be recorded."""
        if not self._is_begun:
            self.current = replace(self._addressed(), started_at=self._outside.clock.now())
            await self._outside.files.begin(self.current)
            self._is_begun = True

    async def change(self, **fields: object) -> None:
        """Change what the draft says, also where it is written down. Raises StorageError."""
        changed = replace(self.current, **fields)  # type: ignore[arg-type]
        if self._is_begun:
            await self._outside.files.begin(changed)
        self.current = changed

    async def drop(self) -> None:
        """Throw the recording away. The next one goes to the same place."""
        if self._is_begun:
            self._is_begun = False
            await self._outside.files.discard(self.current)

    def hand_over(self) -> Draft | None:
        """Give the draft to whoever makes something of it, and start another; None when nothing was recorded.

        From now on nobody throws it away: when storing it fails, recovery finds it.
        """
        if not self._is_begun:
            return None
        draft = self._addressed()
        self._start_another(draft.kind)
        return draft

    @property
    def is_begun(self) -> bool:
        """True when something has been recorded, or was about to be."""
        return self._is_begun

    async def order(self, order: str) -> Draft:
        """Hand the draft over, recorded or not, with what is to be done; from when this returns it will be done.
        Raises StorageError: then nothing was handed over."""
        kind, draft = self.current.kind, replace(self.current, kind=DraftKind.SENDING, order=order)
        await self._outside.files.begin(draft)
        self._start_another(kind)
        return draft

    def _addressed(self) -> Draft:
        """The current draft, for its mailboxes as they are numbered now."""
        draft = self.current
        also = tuple(self._number_now(number) for number in draft.also)
        return replace(draft, mailbox=self._number_now(draft.mailbox), also=also)

    def _start_another(self, kind: DraftKind) -> None:
        self._is_begun = False
        self._handed_over += 1
        self.current = replace(self.current.without_marks(), id=new_id(), kind=kind, order="")
        self._mine.add(self.current.id)
        self._busy.add(self.current.id)

    @property
    def has_unfinished(self) -> bool:
        """True when something was handed over that never became what it was to become."""
        return self._handed_over > len(self._delivered)

    def delivered(self, draft: Draft, ref: str) -> None:
        """Remember a draft that has become what it was to become, and where that is."""
        self._delivered[ref] = draft

    async def close(self) -> None:
        """The call is over: throw away what nobody kept, forget what was delivered."""
        try:
            await self.drop()
            await settle(self._outside, self._delivered)
        except StorageError as error:
            log.error("draft_not_settled", call_id=self.current.call_id, error=str(error), advice="recovery will")
        finally:
            self._busy -= self._mine
