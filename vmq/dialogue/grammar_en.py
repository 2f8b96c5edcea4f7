"""English: numbers, ordinals, plurals, digits, dates, times and durations as Asterisk's clips.

The order of clips is that of Asterisk's main/say.c (ast_say_number_full_en, ast_say_date_with_format_en with `q` for
the date and `IMp` for the time).
"""

from __future__ import annotations

from datetime import datetime

from vmq.dialogue.grammar_parts import LARGEST, Day, day_of, spell, units, weekday, words
from vmq.domain.line import Clip

_ONES = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth"
)
_ORDINAL_TENS = words("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
_DAYS = words("Sunday Monday Tuesday Wednesday Thursday Friday Saturday")
_MONTHS = words("January February March April May June July August September October November December")
_SIGNS = {
    "*": Clip("digits/star", "star"),
    "#": Clip("digits/pound", "pound"),
    "+": Clip("letters/plus", "plus"),
    "-": Clip("letters/dash", "dash"),
}
_LETTERS = {letter: letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_AT = Clip("digits/at", "at")


def _word(n: int) -> Clip:
    return Clip(f"digits/{n}", _ONES[n] if n < 20 else _TENS[n // 10 - 2])


_DIGITS = tuple(_word(n) for n in range(10))


class English:
    """The English Grammar."""

    categories: tuple[str, ...] = ("one", "other")
    genders: tuple[str, ...] = ()

    def number(self, n: int, gender: str = "") -> list[Clip]:  # noqa: ARG002 - English has no genders
        """A cardinal: 125 is `one hundred twenty five`. Larger than 999,999 is spoken digit by digit."""
        if n < 0:
            return [Clip("digits/minus", "minus"), *self.number(-n)]
        if n > LARGEST:
            return self.digits(str(n))
        clips: list[Clip] = []
        if n >= 1000:
            clips += [*self.number(n // 1000), Clip("digits/thousand", "thousand")]
            n %= 1000
        if n >= 100:
            clips += [_word(n // 100), Clip("digits/hundred", "hundred")]
            n %= 100
        if n >= 20:
            clips.append(_word(n - n % 10))
            n %= 10
        if n or not clips:
            clips.append(_word(n))
        return clips

    def ordinal(self, n: int, gender: str = "") -> list[Clip]:  # noqa: ARG002 - English has no genders
        """An ordinal: the cardinal with its last word turned into an ordinal."""
        small = n % 100
        if small == 0 and n:
            head = self.number(n)
            last = head.pop().text
            return [*head, Clip(f"digits/h-{last}", f"{last}th")]
        head = self.number(n - small) if n > small else []
        if small >= 20 and small % 10 == 0:
            return [*head, Clip(f"digits/h-{small}", _ORDINAL_TENS[small // 10 - 2])]
        if small > 20:
            head.append(_word(small - small % 10))
            small %= 10
        return [*head, Clip(f"digits/h-{small}", _ORDINALS[small - 1])] if small else self.number(n)

    def plural(self, n: int) -> str:
        """CLDR: one for 1, other for all else."""
        return "one" if n == 1 else "other"

    def digits(self, text: str) -> list[Clip]:
        """Digits, star, pound, plus, dash and letters, one by one."""
        return spell(text, _DIGITS, _LETTERS, _SIGNS)

    def date(self, at: datetime, now: datetime) -> list[Clip]:
        """Nothing for today, then yesterday, the weekday within a week, weekday and date within 30 days, the date
        within half a year, else the date with its year."""
        name = Clip(f"digits/day-{weekday(at)}", _DAYS[weekday(at)])
        date = [Clip(f"digits/mon-{at.month - 1}", _MONTHS[at.month - 1]), *self.ordinal(at.day)]
        match day_of(at, now):
            case Day.TODAY:
                return []
            case Day.YESTERDAY:
                return [Clip("digits/yesterday", "yesterday")]
            case Day.THIS_WEEK:
                return [name]
            case Day.THIS_MONTH:
                return [name, *date]
            case Day.THIS_HALF_YEAR:
                return date
        return [*date, *self.number(at.year)]

    def time(self, at: datetime) -> list[Clip]:
        """`at` and a 12-hour time: three oh five p m, twelve o'clock a m."""
        clips = [_AT, _word(at.hour % 12 or 12)]
        if at.minute == 0:
            clips.append(Clip("digits/oclock", "o'clock"))
        elif at.minute < 10:
            clips += [Clip("digits/oh", "oh"), _word(at.minute)]
        else:
            clips += self.number(at.minute)
        return [*clips, Clip("digits/p-m", "p m") if at.hour >= 12 else Clip("digits/a-m", "a m")]

    def duration(self, seconds: float) -> list[Clip]:
        """Hours, minutes and seconds, those that are not nought; zero seconds when all are."""
        clips: list[Clip] = []
        for unit, count in units(seconds):
            name = unit if count == 1 else f"{unit}s"
            clips += [*self.number(count), Clip(name, name)]
        return clips
