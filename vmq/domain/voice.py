"""What a caller has been told while he waits, and what queues say to agents: state and facts, no decisions."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmq.domain.caller import Caller, Place
    from vmq.domain.queue import Queue

Facts = tuple[tuple[str, str], ...]


@dataclass(slots=True, eq=False)
class Voice:
    """One caller's. Times are epoch seconds.

    `talking` is the flow that is being run for him. `said_at` is when the last announcement began, `place_at` when the
    last that said his place did (both -inf before the first), `said_place` that place. `comfort_at` is when the next
    periodic announcement is due, `comfort_next` which of them. `ripe_at` is his place as it stands among those who are
    told at once when it changes (None: he isn't). `keys` are what he has typed so far.
    """

    talking: str = ""
    said_at: float = -inf
    place_at: float = -inf
    said_place: int = 0
    is_wait_said: bool = False
    comfort_at: float = inf
    comfort_next: int = 0
    is_comforting: bool = False
    offer_at: float = inf
    ripe_at: Place | None = None
    keys: str = ""


def minutes_and_seconds(seconds: float, round_s: int) -> tuple[int, int]:
    """A wait as it is said: whole minutes, rounded; or with `round_s` minutes and seconds, rounded to that many (as
    app_queue's announce-round-seconds, but to the nearest)."""
    if round_s <= 0:
        return int(seconds / 60 + 0.5), 0
    return divmod(int(seconds / round_s + 0.5) * round_s, 60)


def offer_facts(caller: Caller, queue: Queue, now: float) -> Facts:
    """What an agent may be told of the call that he has answered. With a whisper, how long the caller has waited."""
    facts: list[tuple[str, str]] = [("queue", queue.name)]
    if queue.rules.whisper:
        minutes, seconds = minutes_and_seconds(caller.wait_s(now), 10)
        facts += [("whispers", "1"), ("wait_minutes", str(minutes)), ("wait_seconds", str(seconds))]
        facts += [("says_wait", "1")] if minutes or seconds else []
    if caller.callback is not None and not caller.has_session:
        facts.append(("is_callback", "1"))
    return tuple(facts)
