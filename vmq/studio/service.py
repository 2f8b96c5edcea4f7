"""The service: one call of an administrator who records prompts."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from vmq.dialogue.session import Session
from vmq.dialogue.shelf import Shelf
from vmq.engine.ports import Clock, Line
from vmq.errors import StorageError
from vmq.studio.edit import EditActions, Gate
from vmq.studio.ports import Desk
from vmq.studio.vocabulary import ENTRY, STUDIO
from vmq.voice.language import Voice
from vmq.voice.run import DialogueRun, NoRecorder

log = structlog.get_logger(__name__)

PACK = "studio"


@dataclass(frozen=True, slots=True)
class EditRequest:
    """A call. Without a set it is the one that speaks the channel's language."""

    call_id: str
    set_name: str
    language: str
    caller: str


class Studio:
    """Recording prompts by telephone. Without a PIN the door stays shut."""

    def __init__(self, desk: Desk, packs: Shelf, pin: str, clock: Clock) -> None:
        self._desk = desk
        self._packs = packs
        self._gate = Gate(pin, clock)

    async def edit(self, party: Line, request: EditRequest) -> None:
        """Serve one call to its end. Raises PackError when there is no flow for it."""
        set_name = (
            request.set_name if self._desk.language_of(request.set_name) else self._desk.set_for(request.language)
        )
        if request.set_name not in ("", set_name):
            log.error("studio_set_unknown", wanted=request.set_name, taken=set_name)
        if not self._gate.is_open:
            log.error("studio_has_no_pin", advice="write a pin under [studio]; until then nobody can record prompts")
        actions = EditActions(self._desk, self._gate, set_name=set_name, call_id=request.call_id, caller=request.caller)
        session = Session(self._packs.for_entry(PACK, ENTRY), ENTRY, {})
        voice = Voice(session, party, request.language)
        with structlog.contextvars.bound_contextvars(call_id=request.call_id):
            await voice.speak("")
            try:
                await DialogueRun(session, party, STUDIO, actions.table, NoRecorder()).to_end()
            finally:
                await self._close(actions)
            await voice.restore()

    async def _close(self, actions: EditActions) -> None:
        try:
            await actions.close()
        except StorageError as error:
            log.error("studio_take_left", error=str(error))
