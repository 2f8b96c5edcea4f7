"""How many wrong log-ins an address may make before it has to wait."""

from __future__ import annotations

MAX_FAILURES = 5
WINDOW_S = 60.0
_MAX_ADDRESSES = 1000


class Throttle:
    """Counts wrong log-ins by address. Times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._failures: dict[str, list[float]] = {}

    def failed(self, address: str, now: float) -> None:
        """A wrong log-in came from there."""
        recent = [*self._recent(address, now), now][-MAX_FAILURES:]
        self._failures.pop(address, None)
        self._failures[address] = recent
        if len(self._failures) > _MAX_ADDRESSES:
            del self._failures[next(iter(self._failures))]

    def is_blocked(self, address: str, now: float) -> bool:
        """True when too many came from there lately: not even a right one is taken now."""
        return len(self._recent(address, now)) >= MAX_FAILURES

    def _recent(self, address: str, now: float) -> list[float]:
        return [at for at in self._failures.get(address, ()) if now - at < WINDOW_S]
