"""The service: one call at a front door, one at a doorbell, from who it is to what became of it.

`answer` runs a door's call, `bell` and `nobody_came` a doorbell's two halves: the dialplan rings the telephones in
between. Each call at a door leaves one record in the journal, which is all that is remembered of its number.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from vmq.attendant.ports import Dictation, Entrance, Outside, Ringer
from vmq.attendant.profiles import Bell, Door, Doors
from vmq.attendant.visit import Visit
from vmq.attendant.vocabulary import ATTEND, ATTENDANT, DOORBELL, TURN_AWAY
from vmq.dialogue.schema import GONE
from vmq.dialogue.session import Session
from vmq.dialogue.shelf import Shelf
from vmq.domain import line
from vmq.domain.door import REFUSED, Guard, Outcome, Remembered, Verdict, judge, party_of, remember
from vmq.domain.door_records import DoorCalled, DoorForgiven
from vmq.engine.ports import Line
from vmq.errors import StorageError
from vmq.voice.language import Voice
from vmq.voice.run import Actions, Answer, Arguments, DialogueRun, NoRecorder, Recorder

log = structlog.get_logger(__name__)

PACK = "frontdoor"
GREETINGS = "door"
"""Where doors' own greetings are: door/<name>/open.wav, closed.wav, holiday.wav in the folder of recordings."""


@dataclass(frozen=True, slots=True)
class DoorRequest:
    """A call at a door, or a doorbell, of this name."""

    call_id: str
    door: str
    number: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class DoorResult:
    """What became of it; `to` is where it goes on: empty = nowhere."""

    outcome: Outcome
    to: str = ""


def draw_code(digits: int) -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice("123456789") for _ in range(digits))


class Attendant:
    """All doors and doorbells of this house."""

    def __init__(
        self, outside: Outside, doors: Doors, packs: Shelf, *, draw: Callable[[int], str] | None = None
    ) -> None:
        self._outside = outside
        self._doors = doors
        self._packs = packs
        self._draw = draw or draw_code

    def use(self, doors: Doors) -> None:
        """From the next call on, these."""
        self._doors = doors

    async def answer(self, party: Line, entrance: Entrance, request: DoorRequest) -> DoorResult | None:
        """A call at a door, to its end or until it is put through; None when there is no such door. Raises PackError
        when there is no flow for it. A friend's call, and one refused in silence, is not answered."""
        door = self._doors.doors.get(request.door)
        if door is None:
            log.error("door_unknown", door=request.door, known=sorted(self._doors.doors))
            return None
        caller = party_of(request.number, self._doors.numbers)
        known = await self._remembered(caller)
        verdict = judge(door.rules, request.number, caller, known, self._outside.clock.now())
        log.info("door_call", call_id=request.call_id, door=door.name, number=request.number, verdict=verdict.value)
        if verdict is Verdict.FRIEND:
            return self._note(request, caller, DoorResult(Outcome.FRIEND, door.friends_to))
        if verdict in REFUSED:
            if door.tells_refused:
                entrance.answer()
                session = self._session(door, TURN_AWAY, {})
                await self._run(party, session, request, ({}, NoRecorder()), door.language)
            return self._note(request, caller, DoorResult(Outcome(verdict.value)))
        has_code = verdict is Verdict.STRANGER and door.rules.guard is Guard.CODE
        visit = Visit(door, self._outside, entrance, verdict, self._draw(door.code_digits) if has_code else "")
        entrance.answer()
        session = self._session(door, ATTEND, visit.facts(self._greeting(door)))
        end = await self._run(party, session, request, (visit.table, NoRecorder()), door.language)
        return self._note(request, caller, DoorResult(_outcome(visit, end), visit.to), is_person=visit.is_person)

    def bell(self, name: str) -> Bell | None:
        """What a doorbell rings; None when there is none of this name."""
        bell = self._doors.bells.get(name)
        if bell is None:
            log.error("doorbell_unknown", doorbell=name, known=sorted(self._doors.bells))
        return bell

    async def nobody_came(self, party: Line, entrance: Entrance, request: DoorRequest) -> None:
        """Nobody answered a doorbell: what it is told, and what it may say. Raises PackError, StorageError."""
        bell = self.bell(request.door)
        if bell is None or bell.nobody == "nothing":
            return
        entrance.answer()
        if bell.nobody != "message":
            await self._run(party, self._session(bell, DOORBELL, {}), request, ({}, NoRecorder()), bell.language)
            self._note(request, "", DoorResult(Outcome.TOLD))
            return
        ringer = Ringer(request.call_id, request.number, request.name or bell.name, request.language)
        async with self._outside.messages.take(bell.mailbox, ringer) as dictation:
            keeper = _Keeper(dictation)
            facts = {"takes_message": dictation.is_wanted, "message": dictation.ref, "max_message_s": dictation.max_s}
            session = self._session(bell, DOORBELL, facts)
            await self._run(party, session, request, (keeper.table, dictation), bell.language)
        self._note(request, "", DoorResult(Outcome.MESSAGE if keeper.has_kept else Outcome.TOLD))

    def forgive(self, number: str, by: str) -> bool:
        """Forget what a number did at doors; False for what is no number."""
        party = party_of(number, self._doors.numbers)
        if party:
            self._outside.journal.append(DoorForgiven(party, by), self._outside.clock.now())
        return bool(party)

    async def _remembered(self, caller: str) -> Remembered:
        """A door works without its memory: then everybody is a stranger."""
        if not caller:
            return Remembered()
        try:
            return remember(await self._outside.memory.of(caller))
        except StorageError as error:
            log.error("door_forgets", error=str(error), consequence="every caller is asked as a stranger")
            return Remembered()

    def _session(self, door: Door | Bell, entry: str, facts: Mapping[str, object]) -> Session:
        if door.personality not in self._packs:
            log.error("personality_unknown", door=door.name, personality=door.personality)
        return Session(self._packs.for_entry(door.personality, entry), entry, facts, settings=door.settings)

    async def _run(
        self,
        party: Line,
        session: Session,
        request: DoorRequest,
        doing: tuple[Actions, Recorder],
        language: str,
    ) -> line.End:
        """Carry a session out, with these actions and this recorder."""
        voice = Voice(session, party, request.language)
        with structlog.contextvars.bound_contextvars(call_id=request.call_id):
            await voice.speak(language)
            end = await DialogueRun(session, party, ATTENDANT, *doing).to_end()
            await voice.restore()
        return end

    def _greeting(self, door: Door) -> str:
        """The ref of the house's own greeting for now; empty when nobody has recorded one."""
        now = self._outside.clock.now()
        kind = "open"
        if door.schedule is not None and not door.schedule.is_open(now):
            kind = "holiday" if door.schedule.is_holiday(now) else "closed"
        ref = f"{GREETINGS}/{door.name}/{kind}"
        return ref if self._outside.files.path(ref).exists() else ""

    def _note(self, request: DoorRequest, caller: str, result: DoorResult, *, is_person: bool = False) -> DoorResult:
        record = DoorCalled(
            party=caller,
            door=request.door,
            call_id=request.call_id,
            outcome=result.outcome.value,
            number=request.number,
            name=request.name,
            to=result.to,
            is_person=is_person,
        )
        self._outside.journal.append(record, self._outside.clock.now())
        return result


class _Keeper:
    """Keeps a doorbell's message."""

    def __init__(self, dictation: Dictation) -> None:
        self.has_kept = False
        self._dictation = dictation

    @property
    def table(self) -> Actions:
        return {"keep_message": self._keep}

    async def _keep(self, _: Arguments) -> Answer:
        self.has_kept = await self._dictation.store()
        return line.Done() if self.has_kept else line.Failed()


def _outcome(visit: Visit, end: line.End) -> Outcome:
    if visit.is_robot:
        return Outcome.ROBOT
    if visit.to:
        return Outcome.PUT_THROUGH
    return Outcome.LEFT if end.state == GONE else Outcome.TOLD
