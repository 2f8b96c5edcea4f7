"""Russian: numbers with gender, ordinals, three plural forms, digits, dates, times and durations as Asterisk's clips.

Numbers are joined as ast_say_number_full_ru of Asterisk's main/say.c does it: `1f` is «одна», `1n` «одно», `200`
«двести», `thousands-i` «тысячи». Ours beside those: ordinals by gender (`h-3f`, `h-3n`) and in the genitive (`h-3g`),
weekdays with their preposition (`on-day-2`), and `hash`, since `pound` of Asterisk's Russian sounds is «фунтов», money.
"""

from __future__ import annotations

from datetime import datetime

from vmq.dialogue.grammar_parts import LARGEST, Day, day_of, spell, units, weekday, words
from vmq.domain.line import Clip

_ONES = words(
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать"
    " пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
_TENS = words("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_HUNDREDS = words("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
_ORDINALS = dict(
    zip(
        (*range(1, 20), *range(20, 100, 10), *range(100, 1001, 100), 2000),
        words(
            "первый второй третий четвёртый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый"
            " тринадцатый четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый"
            " двадцатый тридцатый сороковой пятидесятый шестидесятый семидесятый восьмидесятый девяностый"
            " сотый двухсотый трёхсотый четырёхсотый пятисотый шестисотый семисотый восьмисотый девятисотый"
            " тысячный двухтысячный"
        ),
        strict=True,
    )
)
_YEAR_ONLY = 2000  # no other ordinal of it has a clip
_ENDINGS = {"f": "ая", "n": "ое", "g": "ого"}
_THIRD = {"f": "третья", "n": "третье", "g": "третьего"}
_SPECIAL = {(1, "f"): "одна", (1, "n"): "одно", (2, "f"): "две"}
_ON_DAYS = words("в.воскресенье в.понедельник во.вторник в.среду в.четверг в.пятницу в.субботу")
_MONTHS = words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря")
_UNITS = {
    "hour": ("m", "час", "часа", "часов"),
    "minute": ("f", "минута", "минуты", "минут"),
    "second": ("f", "секунда", "секунды", "секунд"),
}
_IDS = {"one": "{}", "few": "{}s-few", "many": "{}s"}
_SIGNS = {
    "*": Clip("digits/star", "звёздочка"),
    "#": Clip("digits/hash", "решётка"),
    "+": Clip("letters/plus", "плюс"),
    "-": Clip("letters/dash", "дефис"),
}
_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        words("эй би си ди и эф джи эйч ай джей кей эл эм эн оу пи кью ар эс ти ю ви дабл-ю икс уай зет"),
        strict=True,
    )
)
_THOUSANDS = {
    "one": Clip("digits/thousand", "тысяча"),
    "few": Clip("digits/thousands-i", "тысячи"),
    "many": Clip("digits/thousands", "тысяч"),
}
_ONE_ACCUSATIVE = Clip("digits/1f-acc", "одну")


def _word(n: int, gender: str = "") -> Clip:
    if (n, gender) in _SPECIAL:
        return Clip(f"digits/{n}{gender}", _SPECIAL[n, gender])
    if n >= 100:
        return Clip(f"digits/{n}", _HUNDREDS[n // 100 - 1])
    return Clip(f"digits/{n}", _ONES[n] if n < 20 else _TENS[n // 10 - 2])


_DIGITS = tuple(_word(n) for n in range(10))


def _ordinal_word(n: int, gender: str) -> Clip:
    word = _ORDINALS[n]
    if gender in _ENDINGS:
        word = _THIRD[gender] if n == 3 else word[:-2] + _ENDINGS[gender]
        return Clip(f"digits/h-{n}{gender}", word)
    return Clip(f"digits/h-{n}", word)


class Russian:
    """The Russian Grammar. A whole number is one, few or many; CLDR's `other` is for fractions."""

    categories: tuple[str, ...] = ("one", "few", "many")
    genders: tuple[str, ...] = ("m", "f", "n")

    def number(self, n: int, gender: str = "") -> list[Clip]:
        """A cardinal: 21 is `двадцать один`, `двадцать одна` (f), `двадцать одно` (n)."""
        if n < 0:
            return [Clip("digits/minus", "минус"), *self.number(-n, gender)]
        if n > LARGEST:
            return self.digits(str(n))
        clips: list[Clip] = []
        if n >= 1000:
            thousands, n = divmod(n, 1000)
            clips += self.number(thousands, "f") if thousands > 1 else []
            clips.append(_THOUSANDS[self.plural(thousands)])
        if n >= 100:
            clips.append(_word(n - n % 100))
            n %= 100
        if n >= 20:
            clips.append(_word(n - n % 10))
            n %= 10
        if n or not clips:
            clips.append(_word(n, gender))
        return clips

    def ordinal(self, n: int, gender: str = "") -> list[Clip]:
        """An ordinal: `третий`, `третья` (f), `третье` (n), `третьего` (g, the genitive).

        What has no ordinal here (3000; 2000 but as a year, in the genitive) is said as a cardinal.
        """
        small = n % 100
        parts = (n % 10 if small > 20 else 0, small, n % 1000, n)
        last = next((part for part in parts if part), 0)
        if last not in _ORDINALS or (last == _YEAR_ONLY and gender != "g"):
            return self.number(n, gender)
        return [*(self.number(n - last) if n > last else ()), _ordinal_word(last, gender)]

    def plural(self, n: int) -> str:
        """CLDR: one for 1, 21, 31 …, few for 2-4, 22-24 …, many for all other whole numbers."""
        last, last_two = abs(n) % 10, abs(n) % 100
        if last == 1 and last_two != 11:
            return "one"
        return "few" if 2 <= last <= 4 and not 12 <= last_two <= 14 else "many"

    def digits(self, text: str) -> list[Clip]:
        """Digits, звёздочка, решётка, плюс, дефис and Latin letters, one by one."""
        return spell(text, _DIGITS, _LETTERS, _SIGNS)

    def date(self, at: datetime, now: datetime) -> list[Clip]:
        """Nothing for today, `вчера`, `во вторник`, `во вторник третьего марта`, `третьего марта`, with a year."""
        name = Clip(f"digits/on-day-{weekday(at)}", _ON_DAYS[weekday(at)].replace(".", " "))
        date = [*self.ordinal(at.day, "g"), Clip(f"digits/mon-{at.month - 1}", _MONTHS[at.month - 1])]
        match day_of(at, now):
            case Day.TODAY:
                return []
            case Day.YESTERDAY:
                return [Clip("digits/yesterday", "вчера")]
            case Day.THIS_WEEK:
                return [name]
            case Day.THIS_MONTH:
                return [name, *date]
            case Day.THIS_HALF_YEAR:
                return date
        return [*date, *self.ordinal(at.year, "g"), Clip("digits/of-year", "года")]

    def time(self, at: datetime) -> list[Clip]:
        """`в пятнадцать часов тридцать минут`, `в один час одну минуту`, `в ноль часов ровно`."""
        clips = [Clip("digits/at", "в"), *self._counted(at.hour, "hour")]
        if at.minute == 0:
            return [*clips, Clip("digits/sharp", "ровно")]
        minute = self._counted(at.minute, "minute")
        if self.plural(at.minute) == "one":
            minute[-2:] = [_ONE_ACCUSATIVE, Clip("minute-acc", "минуту")]
        return [*clips, *minute]

    def duration(self, seconds: float) -> list[Clip]:
        """Hours, minutes and seconds, those that are not nought; `ноль секунд` when all are."""
        return [clip for unit, count in units(seconds) for clip in self._counted(count, unit)]

    def _counted(self, count: int, unit: str) -> list[Clip]:
        gender, *forms = _UNITS[unit]
        form = self.plural(count)
        word = forms[("one", "few", "many").index(form)]
        return [*self.number(count, gender), Clip(_IDS[form].format(unit), word)]
