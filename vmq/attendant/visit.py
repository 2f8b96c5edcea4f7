"""What a caller's flow may do at a front door: show that he is a person, and be put through. One object a call.

A number that is dialled must fit one of the door's patterns and be an extension of its context: what a caller types
never leads elsewhere, and never out of the house unless the administrator's patterns say so.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from vmq.attendant.ports import Entrance, Outside
from vmq.attendant.profiles import Door
from vmq.dialogue.vocabulary import Item
from vmq.domain import line
from vmq.domain.directory import MOST, find_names
from vmq.domain.door import Guard, Verdict
from vmq.domain.numbers import is_number, may_call
from vmq.errors import HungUp
from vmq.voice.run import Actions, Answer, Arguments

WRONG_NUMBERS = 6
"""So many extensions and names that are none may a caller try: a person asks for the operator before that."""


class Visit:
    """One call. `to` is where it goes on; `is_person` when the caller has shown that he is one, `is_robot` when he was
    let go as one."""

    def __init__(self, door: Door, outside: Outside, entrance: Entrance, verdict: Verdict, code: str) -> None:
        self.to = ""
        self.is_person = False
        self.is_robot = False
        self._door = door
        self._outside = outside
        self._entrance = entrance
        self._is_asked = verdict is Verdict.STRANGER
        self._code = code
        self._codes = 0
        self._wrong = 0
        self._found: frozenset[str] = frozenset()

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "check_code": self._check_code,
            "let_go": self._let_go,
            "find_extension": self._find_extension,
            "find_names": self._find_names,
            "call_match": self._call_match,
            "call_operator": self._call_operator,
            "go_on_closed": self._go_on_closed,
        }

    def facts(self, greeting: str) -> Mapping[str, object]:
        """What is known at the beginning of the call."""
        door, now = self._door, self._outside.clock.now()
        return {
            "is_open": door.schedule is None or door.schedule.is_open(now),
            "is_holiday": door.schedule is not None and door.schedule.is_holiday(now),
            "greeting": greeting,
            "must_prove": self._is_asked and door.rules.guard is Guard.CODE,
            "is_unproven": self._is_asked and door.rules.guard is Guard.KEY,
            "code": self._code,
            "code_digits": len(self._code),
            "guard_tries": door.guard_tries,
            "may_try_again": True,
            "has_operator": bool(door.operator),
            "has_directory": door.has_directory,
            "goes_on_closed": bool(door.closed_to),
        }

    async def _check_code(self, arguments: Arguments) -> Answer:
        self._codes += 1
        if hmac.compare_digest(arguments["code"].encode(), self._code.encode()):
            self.is_person = True
            return line.Done({"must_prove": False, "may_try_again": True})
        return line.Failed({"may_try_again": self._codes < self._door.guard_tries})

    async def _let_go(self, _: Arguments) -> Answer:
        self.is_robot = True
        return line.Done()

    async def _find_extension(self, arguments: Arguments) -> Answer:
        number = arguments["number"]
        if number in self._door.keys:
            return self._go_on(self._door.keys[number])
        if may_call(number, self._door.extensions) and await self._exists(number):
            return self._go_on(self._extension(number))
        return self._missed({})

    async def _find_names(self, arguments: Arguments) -> Answer:
        found = find_names(await self._outside.people.listed(), arguments["letters"])
        found = tuple(person for person in found if is_number(person.number))
        self._found = frozenset(person.number for person in found)
        if not found:
            return self._missed({"matches": (), "is_many": False})
        if len(found) > MOST:
            return line.Failed({"matches": (), "is_many": True, "may_try_again": True})
        names = await self._outside.people.spoken_names([person.number for person in found])
        says = (person.name if self._door.spells_names else person.number for person in found)
        items = tuple(
            Item(person.number, names.get(person.number, ""), said) for person, said in zip(found, says, strict=True)
        )
        return line.Done({"matches": items, "is_many": False})

    async def _call_match(self, arguments: Arguments) -> Answer:
        """The directory is the house's own list, so no pattern is asked of those that were found in it last; in its
        context the number has to be."""
        number = arguments["number"]
        is_there = number in self._found and await self._exists(number)
        return self._go_on(self._extension(number)) if is_there else line.Failed()

    async def _call_operator(self, _: Arguments) -> Answer:
        number = self._door.operator
        return self._go_on(self._extension(number)) if number and await self._exists(number) else line.Failed()

    async def _go_on_closed(self, _: Arguments) -> Answer:
        self.to = self._door.closed_to
        return line.Done() if self.to else line.Failed()

    async def _exists(self, number: str) -> bool:
        """An action asks the line here: who has hung up meanwhile is met by the next effect."""
        try:
            return bool(self._door.context) and await self._entrance.exists(self._door.context, number)
        except HungUp:
            return False

    def _extension(self, number: str) -> str:
        return f"extension:{number}@{self._door.context}"

    def _go_on(self, to: str) -> Answer:
        """Whoever dials something that is there is no machine that plays a tape: where only keys are asked, that shows
        a person."""
        self.to = to
        self.is_person |= self._is_asked and self._door.rules.guard is Guard.KEY
        return line.Done({"is_unproven": False})

    def _missed(self, facts: Mapping[str, object]) -> Answer:
        self._wrong += 1
        return line.Failed({**facts, "may_try_again": self._wrong < WRONG_NUMBERS})
