"""Puts the front door together: its profiles from the configuration, its memory from the journal, its messages from
voicemail, and its AGI routes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog

from vmq.app.calls import LineFor, known_field
from vmq.app.rules import number_rules
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.dialplan import next_stop
from vmq.asterisk.entrance import AgiEntrance
from vmq.asterisk.fastagi import FastAgiServer
from vmq.attendant.ports import Dictation, Outside, Ringer
from vmq.attendant.profiles import Bell, Door, Doors
from vmq.attendant.service import Attendant, DoorRequest
from vmq.config.doors import DoorbellConfig, DoorConfig
from vmq.config.model import Config
from vmq.db.engine import Database
from vmq.db.reading import JournalHistory
from vmq.dialogue.shelf import Shelf
from vmq.domain.dialling import NumberRules
from vmq.domain.directory import Listed
from vmq.domain.door import DoorRules, numbers_in
from vmq.domain.door_records import DoorCalled, DoorForgiven
from vmq.domain.record import Record
from vmq.domain.schedule import Schedule
from vmq.engine.ports import Clock, Journal
from vmq.errors import HungUp, VmqError
from vmq.voicemail.message_facts import spoken_name
from vmq.voicemail.ports import Mailboxes
from vmq.voicemail.ports import Outside as VoicemailOutside
from vmq.voicemail.requests import LeaveRequest
from vmq.voicemail.service import Voicemail

log = structlog.get_logger(__name__)

REMEMBERED = 1000
"""So many of a number's newest calls at doors are looked at: as many as `rate_calls` may be, and more than a robot that
is refused again and again, or a person who is trusted, soon makes."""
_DAY_S = 86400.0


def doors_of(config: Config) -> Doors:
    """All doors and doorbells as they are configured."""
    schedules = {schedule.name: schedule.schedule() for schedule in config.schedule}
    numbers = number_rules(config.numbers)
    return Doors(
        doors={door.name: _door(door, schedules, numbers) for door in config.door},
        bells={bell.name: _bell(bell) for bell in config.doorbell},
        numbers=numbers,
    )


def _door(door: DoorConfig, schedules: Mapping[str, Schedule], numbers: NumberRules) -> Door:
    rules = DoorRules(
        friends=numbers_in(door.friends, numbers),
        blocked=numbers_in(door.blocked, numbers),
        guard=door.guard,
        wants_number=door.wants_number,
        refuse_after=door.refuse_after,
        forget_s=door.forget_days * _DAY_S,
        trust_s=door.trust_days * _DAY_S,
        rate_calls=door.rate_calls,
        rate_s=door.rate_s,
    )
    return Door(
        name=door.name,
        rules=rules,
        personality=door.personality,
        language=door.language,
        settings=door.settings,
        schedule=schedules.get(door.schedule),
        context=door.context,
        extensions=door.extensions,
        operator=door.operator,
        keys=door.keys,
        has_directory=door.directory and bool(door.context),
        spells_names=door.directory_says == "name",
        closed_to=door.closed_to,
        friends_to=door.friends_to or f"extension:{door.operator}@{door.context}",
        tells_refused=door.refused_hear == "tones",
        code_digits=door.code_digits,
        guard_tries=door.guard_tries,
    )


def _bell(bell: DoorbellConfig) -> Bell:
    return Bell(
        bell.name, bell.ring, bell.ring_s, bell.nobody, bell.mailbox, bell.personality, bell.language, bell.settings
    )


class DoorPeople:
    """The directory of those mailbox owners who are listed."""

    def __init__(self, mailboxes: Mailboxes, clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._clock = clock

    async def listed(self) -> Sequence[Listed]:
        """All of them."""
        return await self._mailboxes.listed()

    async def spoken_names(self, numbers: Collection[str]) -> Mapping[str, str]:
        """The refs of their recorded names."""
        known, now = await self._mailboxes.find(*numbers), self._clock.now()
        return {number: ref for number in numbers if (ref := spoken_name(known, number, now))}


class DoorMemory:
    """What the journal says of a number, that included which is just being written."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._history = JournalHistory(database)
        self._journal = journal

    async def of(self, party: str) -> Sequence[tuple[float, Record]]:
        """Its newest records, oldest first."""
        await self._journal.flush()
        found = await self._history.about([party], (DoorCalled, DoorForgiven), newest=REMEMBERED)
        return [(entry.at, entry.record) for entry in found]


class DoorMessages:
    """Messages from doorbells, as voicemail takes them."""

    def __init__(self, voicemail: Voicemail) -> None:
        self._voicemail = voicemail

    @asynccontextmanager
    async def take(self, mailbox: str, ringer: Ringer) -> AsyncIterator[Dictation]:
        """A message, while the block lasts."""
        request = LeaveRequest(
            ringer.call_id, mailbox, caller_number=ringer.number, caller_name=ringer.name, language=ringer.language
        )
        async with self._voicemail.dictation(request) as dictation:
            yield dictation


def open_attendant(
    config: Config, outside: VoicemailOutside, database: Database, voicemail: Voicemail, packs: Shelf
) -> Attendant:
    """All doors, over what voicemail reaches too."""
    people = DoorPeople(outside.mailboxes, outside.clock)
    memory = DoorMemory(database, outside.journal)
    reached = Outside(people, memory, DoorMessages(voicemail), outside.journal, outside.files, outside.clock)
    return Attendant(reached, doors_of(config), packs)


def add_door_routes(server: FastAgiServer, attendant: Attendant, line_for: LineFor) -> None:
    """Serve AGI(…/door/<name>) and AGI(…/doorbell/<name>,<ring or nobody>); see vmq.asterisk.dialplan."""

    async def door(session: AgiSession, name: str) -> None:
        """Without VMQ_DOOR the dialplan would try again: a door that fails says so at once."""
        status, to = "UNAVAILABLE", ""
        try:
            result = await attendant.answer(line_for(session), AgiEntrance(session), _request(session, name))
            if result is not None:
                status, to = result.outcome.value.upper(), result.to
        except HungUp:
            raise
        except VmqError as error:
            log.error("door_call_failed", call_id=session.call_id, door=name, error=str(error))
        except Exception:  # a mistake of ours
            log.exception("door_call_failed", door=name)
        for variable, value in (*next_stop(to), ("VMQ_DOOR", status)):
            await session.set_variable(variable, value)

    async def doorbell(session: AgiSession, name: str) -> None:
        if session.argument(1) != "nobody":
            bell = attendant.bell(name)
            dial = (("VMQ_DIAL", "&".join(bell.ring)), ("VMQ_RING_S", f"{bell.ring_s:g}")) if bell else ()
            for variable, value in (*dial, ("VMQ_BELL", "ring" if bell else "unknown")):
                await session.set_variable(variable, value)
            return
        try:
            await attendant.nobody_came(line_for(session), AgiEntrance(session), _request(session, name))
        except HungUp:
            raise
        except VmqError as error:
            log.error("doorbell_call_failed", call_id=session.call_id, doorbell=name, error=str(error))

    server.add_route("door", door, needs_name=True, may_finish=True)
    server.add_route("doorbell", doorbell, needs_name=True, may_finish=True)


def _request(session: AgiSession, name: str) -> DoorRequest:
    number, caller = known_field(session, "agi_callerid"), known_field(session, "agi_calleridname")
    return DoorRequest(session.call_id, name, number, caller, session.language)
