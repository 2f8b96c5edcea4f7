"""Which telephone numbers may be called: patterns as Asterisk's dialplan writes extensions.

`_` begins a pattern: X is 0-9, Z 1-9, N 2-9, `[15-7]` one of these, `.` one or more of anything, `!` none or more; `-`
is for the eye (main/pbx.c). Without `_` it is the number itself. Nothing but digits, `+`, `*` and `#` is ever a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from vmq.errors import ConfigError

_NUMBER = re.compile(r"\+?[0-9*#]{1,40}")
_SIGNS = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*", "-": "", " ": ""}
_SET = re.compile(r"\[[0-9*#+-]+\]")


def is_number(text: str) -> bool:
    """True for what can be dialled without meaning anything else to Asterisk."""
    return _NUMBER.fullmatch(text) is not None


def may_call(number: str, allow: Iterable[str]) -> bool:
    """True when the number is one, and one of the patterns allows it. A pattern that can't be read allows nothing."""
    return is_number(number) and any(_matches(pattern, number) for pattern in allow)


@lru_cache(maxsize=1024)
def pattern_of(text: str) -> re.Pattern[str]:
    """The pattern as a regular expression. Raises ConfigError with what can't be read."""
    if not text.startswith("_"):
        return re.compile(re.escape(text))
    rest, parts = text[1:], []
    while rest:
        found = _SET.match(rest)
        sign = found[0] if found else rest[0]
        if not found and not re.fullmatch(r"[0-9*#+XZNxzn.! -]", sign):
            raise ConfigError(f"{text!r}: {sign!r} can't stand in a pattern; write e.g. _0[1-9]X. for numbers")
        parts.append(_as_set(sign) if found else _SIGNS.get(sign.upper(), re.escape(sign)))
        rest = rest[len(sign) :]
    return re.compile("".join(parts))


def _as_set(text: str) -> str:
    """A set of digits; a range from high to low is no range."""
    try:
        return re.compile(text).pattern
    except re.error:
        raise ConfigError(f"{text!r} is no set of digits; write e.g. [1-5]") from None


def _matches(pattern: str, number: str) -> bool:
    try:
        return pattern_of(pattern).fullmatch(number) is not None
    except ConfigError:
        return False
