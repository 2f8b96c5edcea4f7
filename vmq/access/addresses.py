"""How many wrong passwords may come from one address: counted in bounded memory. Pure; time is an argument.

The users' own counts (kept in the database) stop whoever guesses at one user; this one stops who tries all of them.
"""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

MAX_FAILURES = 100  # a whole office may be behind one address
WINDOW_S = 600.0
MAX_ADDRESSES = 10_000


class AddressLimit:
    """Attempts by address; each counts as wrong until it is `forgiven`."""

    def __init__(self, max_failures: int = MAX_FAILURES, window_s: float = WINDOW_S) -> None:
        self._max_failures = max_failures
        self._window_s = window_s
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def attempt(self, address: str, now: float) -> float:
        """Count an attempt; the seconds to wait when there were too many, else 0."""
        key = _network(address)
        count, since = self._counts.pop(key, (0, now))
        if now - since >= self._window_s:
            count, since = 0, now
        is_refused = count >= self._max_failures
        self._counts[key] = (count if is_refused else count + 1, since)
        while len(self._counts) > MAX_ADDRESSES:
            self._counts.popitem(last=False)
        return since + self._window_s - now if is_refused else 0.0

    def forgive(self, address: str) -> None:
        """The attempt was right."""
        key = _network(address)
        if key in self._counts:
            count, since = self._counts[key]
            self._counts[key] = (max(0, count - 1), since)


def _network(address: str) -> str:
    """Who has one IPv6 address has its whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return found.exploded[:19] if isinstance(found, IPv6Address) else str(found)
