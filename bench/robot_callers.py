"""The callers of bench.robot_guard: what each kind does on the telephone, on a clock that `pace` makes faster.

A caller hears what the stand-in plays to him and presses keys as his kind does; he knows nothing of the door.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from vmq.lab.events import LabError
from vmq.lab.telephones import Telephone
from vmq.lab.voices import Voice

ASKED, GREETED = "vmq-fd-person", "vmq-fd-extension"
KEYS = "0123456789*#"
LONGEST_S = 90.0
ROBOT_KEYS = 14


class Kind(StrEnum):
    """Who calls."""

    SILENT = "silent robots"
    TALKING = "talking robots"
    PRESSING = "robots pressing random keys"
    REPEATING = "robots calling again and again"
    PERSON = "people"
    SLOW = "slow people"
    FRIEND = "friends"
    BLOCKED = "blocked numbers"

    @property
    def is_robot(self) -> bool:
        """Is it one?"""
        return self in (Kind.SILENT, Kind.TALKING, Kind.PRESSING, Kind.REPEATING)

    @property
    def is_person(self) -> bool:
        """Somebody who is to ring?"""
        return self in (Kind.PERSON, Kind.SLOW, Kind.FRIEND)


@dataclass(frozen=True, slots=True)
class Caller:
    """One of them. `calls` is how often he calls, one call after the other."""

    kind: Kind
    number: str
    calls: int = 1


class Call:
    """One call by one caller, at a door whose code has so many digits."""

    def __init__(self, caller: Caller, phone: Telephone, dice: Random, pace: float, digits: int) -> None:
        self._caller, self._phone, self._dice, self._pace, self._digits = caller, phone, dice, pace, digits

    async def make(self, number: str) -> None:
        """Dial, do what the kind does, and hang up in the end. Back when the call is over."""
        self._phone.heard.clear()
        self._phone.dial(number)
        deeds = asyncio.create_task(self._do())
        try:
            await self._phone.wait_ended(LONGEST_S * self._pace)
        except LabError:
            self._phone.hang_up()
            await self._phone.wait_ended()
        finally:
            deeds.cancel()
            await asyncio.gather(deeds, return_exceptions=True)

    async def _do(self) -> None:
        match self._caller.kind:
            case Kind.TALKING:
                self._phone.speak(Voice.tone(300, 20))
                await self._sleep(25.0)
                self._phone.hang_up()
            case Kind.PRESSING:
                await self._press_anything()
            case Kind.REPEATING if self._dice.random() < 0.5:
                await self._press_anything()
            case Kind.PERSON:
                await self._be_a_person(before=(0.5, 2.5), between=(0.3, 0.9), slips=0.08)
            case Kind.SLOW:
                await self._be_a_person(before=(4.0, 12.0), between=(1.0, 3.5), slips=0.2)
            case Kind.FRIEND:
                await self._talk()

    async def _press_anything(self) -> None:
        for _ in range(ROBOT_KEYS):
            await self._sleep(self._dice.uniform(0.3, 4.0))
            await self._phone.type_key(self._dice.choice(KEYS))

    async def _be_a_person(self, before: tuple[float, float], between: tuple[float, float], slips: float) -> None:
        """Type the code that is heard, with a slip now and then; go on to somebody; talk."""
        await self._hears(lambda: self._code() is not None or self._has_heard(GREETED))
        if not self._has_heard(GREETED):
            slips_now = self._dice.random() < slips
            while not self._has_heard(GREETED):
                asked = self._times(ASKED)
                code = self._code() or ""
                typed = "".join(self._dice.choice("123456789") for _ in code) if slips_now else code
                slips_now = False
                await self._type(typed, before, between)
                await self._hears(
                    lambda asked=asked: (
                        self._has_heard(GREETED) or (self._times(ASKED) > asked and self._code() is not None)
                    )
                )
        await self._type(self._dice.choice(("0", "0", "1002#", "1003#")), before, between)
        await self._talk()

    async def _talk(self) -> None:
        await self._phone.wait(lambda phone: any(call.bridge for call in phone.calls), "talks", LONGEST_S * self._pace)
        await self._sleep(2.0)
        self._phone.hang_up()

    async def _type(self, keys: str, before: tuple[float, float], between: tuple[float, float]) -> None:
        await self._sleep(self._dice.uniform(*before))
        for place, key in enumerate(keys):
            if place:
                await self._sleep(self._dice.uniform(*between))
            await self._phone.press(key, LONGEST_S * self._pace)

    async def _hears(self, condition: object) -> None:
        await self._phone.wait(lambda _: condition(), "hears what he waits for", LONGEST_S * self._pace)  # type: ignore[operator]

    def _sounds(self) -> list[str]:
        return [sound.removesuffix(".wav") for sound in self._phone.sounds]

    def _times(self, clip: str) -> int:
        return sum(sound.endswith(clip) for sound in self._sounds())

    def _has_heard(self, clip: str) -> bool:
        return self._times(clip) > 0

    def _code(self) -> str | None:
        """The digits after the door last asked for them, once all were heard."""
        sounds = self._sounds()
        last = max((at for at, sound in enumerate(sounds) if sound.endswith(ASKED)), default=len(sounds))
        digits = [sound[-1] for sound in sounds[last + 1 :] if "digits/" in sound]
        return "".join(digits[: self._digits]) if len(digits) >= self._digits else None

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._pace)
