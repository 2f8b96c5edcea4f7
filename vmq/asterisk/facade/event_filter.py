"""The action Filter for the events that vmq adds: which of them a session is to be sent.

Criteria and patterns are those of manager_add_filter() in main/manager.c. A regular expression is taken only in a form
that can't take long: a client must not be able to hold up everybody else's calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Matcher = Callable[[str, str], bool]
"""Whether an event, by its name and its whole text, fits."""

NOT_COMPILED = "Filter did not compile.  Check the syntax of the filter given."
BAD_FORMAT = "Filter was formatted incorrectly.  Check the syntax of the filter given."
MAX_FILTERS, MAX_PATTERN = 64, 256
_MAX_REPEATS = 2

_CRITERION = re.compile(r"(\w+)\(([^)]*)\)")
_CRITERIA = re.compile(r"\w+\([^)]*\)([ ,]+\w+\([^)]*\))*")
_CLASS = re.compile(r"\[\^?\]?[^]]*\]|\\.")
_METHODS: dict[str, Callable[[str, str], bool]] = {
    "none": lambda _value, _pattern: True,
    "exact": str.__eq__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
}


class EventFilter:
    """The filters of one session."""

    def __init__(self) -> None:
        self._include: list[Matcher] = []
        self._exclude: list[Matcher] = []

    def add(self, criteria: str, pattern: str) -> str:
        """Add one. Gives what manager.c says when it can't be used, else nothing."""
        plain = pattern.removeprefix("!")
        given = dict(_CRITERION.findall(criteria))
        method = given.get("method", "none" if criteria else "regex")
        if len(self._include) + len(self._exclude) >= MAX_FILTERS or not _is_formed(criteria, given, method, plain):
            return BAD_FORMAT
        test = _tester(method, plain)
        if isinstance(test, str):
            return test
        action = given.get("action", "exclude" if pattern.startswith("!") else "include")
        into = self._exclude if action == "exclude" else self._include
        into.append(_matcher(given.get("name", ""), given.get("header", ""), test))
        return ""

    def passes(self, name: str, text: str) -> bool:
        """True when the session is to be sent this event; `text` is all of it."""
        is_in = not self._include or any(matches(name, text) for matches in self._include)
        return is_in and not any(matches(name, text) for matches in self._exclude)


def _is_formed(criteria: str, given: Mapping[str, str], method: str, pattern: str) -> bool:
    """True when criteria and pattern fit together."""
    if not criteria:
        return 0 < len(pattern) <= MAX_PATTERN
    return (
        _CRITERIA.fullmatch(criteria) is not None
        and given.keys() <= {"action", "name", "header", "method"}
        and given.get("action", "include") in ("include", "exclude")
        and (method == "none") == (not pattern)
        and (method != "none" or bool({"name", "header"} & given.keys()))
        and len(pattern) <= MAX_PATTERN
    )


def _tester(method: str, pattern: str) -> Callable[[str], bool] | str:
    if method != "regex":
        compare = _METHODS.get(method)
        return BAD_FORMAT if compare is None else lambda value: compare(value, pattern)
    plain = _CLASS.sub("c", pattern)
    repeats = len(re.findall(r"[*+{?]", plain))
    if (
        repeats > _MAX_REPEATS
        or re.search(r"[)*+?}][*+?{]", plain)
        or "(?" in pattern
        or re.search(r"\\[0-9]", pattern)
    ):
        return NOT_COMPILED
    try:
        expression = re.compile(pattern)
    except re.error:
        return NOT_COMPILED
    return lambda value: expression.search(value) is not None


def _matcher(event: str, header: str, test: Callable[[str], bool]) -> Matcher:
    begin = f"{header.rstrip(':')}:"

    def matches(name: str, text: str) -> bool:
        if event and name != event:
            return False
        if not header:
            return test(text)
        values = (line.removeprefix(begin).lstrip() for line in text.split("\r\n") if line.startswith(begin))
        return any(value and test(value) for value in values)

    return matches
