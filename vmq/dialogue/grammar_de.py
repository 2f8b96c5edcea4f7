"""German: numbers, ordinals, plurals, digits, dates, times and durations as Asterisk's clips.

Numbers are joined as ast_say_number_full_de and ast_say_enumeration_full_de of Asterisk's main/say.c do it: `1-and`
is "einund", `1N` "ein", `1F` "eine", `h-3F` "dritte". Ours beside those: `h-3D` ("dritten", after "am"), `on` and
`on-the`.
"""

from __future__ import annotations

from datetime import datetime

from vmq.dialogue.grammar_parts import LARGEST, Day, day_of, spell, units, weekday, words
from vmq.domain.line import Clip

_ONES = words(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn"
    " achtzehn neunzehn"
)
_TENS = words("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_STEMS = words(
    "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt vierzehnt fünfzehnt sechzehnt"
    " siebzehnt achtzehnt neunzehnt"
)
_ENDINGS = {"": "er", "m": "er", "f": "e", "n": "es", "D": "en"}
_DAYS = words("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag")
_MONTHS = words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
_UNITS = {
    "hour": ("Stunde", "Stunden"),
    "minute": ("Minute", "Minuten"),
    "second": ("Sekunde", "Sekunden"),
}
_SIGNS = {
    "*": Clip("digits/star", "Stern"),
    "#": Clip("digits/pound", "Raute"),
    "+": Clip("letters/plus", "plus"),
    "-": Clip("letters/dash", "Strich"),
}
_LETTERS = {letter: letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_HUNDRED = Clip("digits/hundred", "hundert")
_THOUSAND = Clip("digits/thousand", "tausend")
_ONE = {"m": Clip("digits/1N", "ein"), "n": Clip("digits/1N", "ein"), "f": Clip("digits/1F", "eine")}
_EIN = _ONE["n"]
_ON = Clip("digits/on", "am")


def _word(n: int) -> Clip:
    return Clip(f"digits/{n}", _ONES[n] if n < 20 else _TENS[n // 10 - 2])


_DIGITS = tuple(_word(n) for n in range(10))


def _and(n: int) -> Clip:
    return Clip(f"digits/{n}-and", "einund" if n == 1 else f"{_ONES[n]}und")


class German:
    """The German Grammar."""

    categories: tuple[str, ...] = ("one", "other")
    genders: tuple[str, ...] = ("m", "f", "n")

    def number(self, n: int, gender: str = "") -> list[Clip]:
        """A cardinal: 125 is `ein hundert fünfund zwanzig`. Only 1 has a gender: `eins`, `ein`, `eine`."""
        if n < 0:
            return [Clip("digits/minus", "minus"), *self.number(-n, gender)]
        if n > LARGEST:
            return self.digits(str(n))
        if n in (100, 1000):
            return [_HUNDRED if n == 100 else _THOUSAND]
        if n == 1 and gender in _ONE:
            return [_ONE[gender]]
        return self._below_million(n)

    def _below_million(self, n: int) -> list[Clip]:
        """Any number but a lone 100 or 1000, which have no `ein` before them."""
        clips: list[Clip] = []
        if n >= 1000:
            clips += self._below_million(n // 1000)
            if clips[-1] == _word(1):
                clips[-1] = _EIN
            clips.append(_THOUSAND)
            n %= 1000
        if n >= 100:
            clips += [_EIN if n < 200 else _word(n // 100), _HUNDRED]
            n %= 100
        if n >= 20 and n % 10:
            clips.append(_and(n % 10))
            n -= n % 10
        if n or not clips:
            clips.append(_word(n))
        return clips

    def ordinal(self, n: int, gender: str = "") -> list[Clip]:
        """An ordinal: `dritter`, `dritte` (f), `drittes` (n), and `dritten` (D: after "am")."""
        ending = _ENDINGS.get(gender, "er")
        mark = "" if gender in ("", "m") else gender.upper()
        if n in (100, 1000):
            name, word = ("hundred", "hundert") if n == 100 else ("thousand", "tausend")
            return [Clip(f"digits/h-{name}{mark}", f"{word}st{ending}")]
        small = n % 100
        head = self._below_million(n - small) if n > small else []
        if small == 0:
            last = head.pop() if head else _word(0)
            return [*head, Clip(last.id.replace("digits/", "digits/h-") + mark, f"{last.text}st{ending}")]
        if small < 20:
            return [*head, Clip(f"digits/h-{small}{mark}", f"{_STEMS[small - 1]}{ending}")]
        if small % 10:
            head.append(_and(small % 10))
        tens = small - small % 10
        return [*head, Clip(f"digits/h-{tens}{mark}", f"{_TENS[tens // 10 - 2]}st{ending}")]

    def plural(self, n: int) -> str:
        """CLDR: one for 1, other for all else."""
        return "one" if n == 1 else "other"

    def digits(self, text: str) -> list[Clip]:
        """Digits, Stern, Raute, plus, Strich and letters, one by one."""
        return spell(text, _DIGITS, _LETTERS, _SIGNS)

    def date(self, at: datetime, now: datetime) -> list[Clip]:
        """Nothing for today, `gestern`, `am Dienstag`, then `am Dienstag dem dritten März`, `am dritten März`, and the
        date with its year."""
        name = Clip(f"digits/day-{weekday(at)}", _DAYS[weekday(at)])
        date = [*self.ordinal(at.day, "D"), Clip(f"digits/mon-{at.month - 1}", _MONTHS[at.month - 1])]
        match day_of(at, now):
            case Day.TODAY:
                return []
            case Day.YESTERDAY:
                return [Clip("digits/yesterday", "gestern")]
            case Day.THIS_WEEK:
                return [_ON, name]
            case Day.THIS_MONTH:
                return [_ON, name, Clip("digits/on-the", "dem"), *date]
            case Day.THIS_HALF_YEAR:
                return [_ON, *date]
        return [_ON, *date, *self._year(at.year)]

    def _year(self, year: int) -> list[Clip]:
        """1999 is `neunzehn hundert neunund neunzig`."""
        if not 1100 <= year < 2000:
            return self.number(year)
        rest = self.number(year % 100) if year % 100 else []
        return [_word(year // 100), _HUNDRED, *rest]

    def time(self, at: datetime) -> list[Clip]:
        """`um fünfzehn Uhr dreißig`, `um ein Uhr`."""
        minute = self.number(at.minute) if at.minute else []
        return [Clip("digits/at", "um"), *self.number(at.hour, "n"), Clip("digits/oclock", "Uhr"), *minute]

    def duration(self, seconds: float) -> list[Clip]:
        """Hours, minutes and seconds, those that are not nought; `null Sekunden` when all are."""
        clips: list[Clip] = []
        for unit, count in units(seconds):
            one, many = _UNITS[unit]
            clips += [*self.number(count, "f"), Clip(unit, one) if count == 1 else Clip(f"{unit}s", many)]
        return clips
