"""The event filters of one manager session, as manager_add_filter() of main/manager.c reads them.

In: match criteria (`name(Hangup),header(Uniqueid),method(starts_with)`, or none) and a pattern. Out: whether an event
passes: some include filter must match, if there is any, and no exclude filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vmq.lab.events import LabError, ManagerEvent

Matcher = Callable[[ManagerEvent, str], bool]
_CRITERION = re.compile(r"(\w+)\(([^)]*)\)")
_METHODS: dict[str, Callable[[str, str], bool]] = {
    "none": lambda value, pattern: True,  # noqa: ARG005
    "exact": lambda value, pattern: value == pattern,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
    "regex": lambda value, pattern: re.search(pattern, value) is not None,
}


class EventFilter:
    """All filters of a session."""

    def __init__(self) -> None:
        self._include: list[Matcher] = []
        self._exclude: list[Matcher] = []

    def add(self, criteria: str, pattern: str) -> None:
        """Add one. Raises LabError with Asterisk's words when it can't be read."""
        if not criteria and not pattern:
            raise LabError("Filter format is invalid")
        if not criteria:
            expression = re.compile(pattern.removeprefix("!"))
            into = self._exclude if pattern.startswith("!") else self._include
            into.append(lambda _, text: expression.search(text) is not None)
            return
        given = dict(_CRITERION.findall(criteria))
        method = _METHODS.get(given.get("method", "regex" if pattern else "none"))
        if method is None or not given.keys() <= {"action", "name", "header", "method"}:
            raise LabError("Filter format is invalid")
        name, header = given.get("name", ""), given.get("header", "")

        def matches(event: ManagerEvent, text: str) -> bool:
            value = event.get(header) if header else text
            return (not name or event.name == name) and method(value, pattern)

        (self._exclude if given.get("action") == "exclude" else self._include).append(matches)

    def passes(self, event: ManagerEvent, text: str) -> bool:
        """True when this session is to be sent the event; `text` is all of it."""
        is_in = not self._include or any(matcher(event, text) for matcher in self._include)
        return is_in and not any(matcher(event, text) for matcher in self._exclude)
