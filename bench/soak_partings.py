"""How long one of two who talked stayed on the line after the other had hung up: no leg may outlive its partner.

In: the journal, and when Asterisk hung up which channel. Out: a gap in seconds for each talk that no transfer ended;
who is transferred, and who then talks with somebody else, stays on the line as long as he likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bench.driver import at
from tests.support.vmq_client import Entry
from vmq.asterisk.message import Headers
from vmq.domain.events import leg_id

LONGEST_S = 1.0


class Hangups:
    """When each channel was hung up, in Asterisk's time."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}

    def take(self, event: Headers) -> None:
        """Any event of Asterisk's."""
        if event.get("Event") == "Hangup":
            self.times[event["Uniqueid"]] = at(event)


def gaps(entries: Iterable[Entry], times: Mapping[str, float]) -> list[float]:
    """One figure a talk, in the order of the talks' ends. A leg that was never seen to end is not measured here: it is
    found among what is left."""
    found = []
    for entry in entries:
        if entry.kind != "CallCompleted" or entry.fields["by"] == "transfer":
            continue
        one, other = times.get(leg_id(entry.fields["offer_id"])), times.get(entry.fields["call_id"])
        if one is not None and other is not None:
            found.append(abs(one - other))
    return found
