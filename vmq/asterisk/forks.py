"""An offer's several telephones as one leg: each is rung by a leg of its own, the first to answer becomes the offer's.

In: the legs' events, from AMI and from their AGI sessions, under keys `<offer>-<n>` (channel id `vmq-<offer>-<n>`).
Out: events of one leg, `vmq-<offer>`, as the core knows it; and hang-ups of the others, as answered elsewhere. A leg
that fails ends nothing as long as another one rings. Events of everybody else pass through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from vmq.asterisk.partings import HangupAsked
from vmq.domain.events import (
    LEG_PREFIX,
    BridgeEntered,
    BridgeLeft,
    CallTransferred,
    ChannelHeld,
    ChannelHungUp,
    Event,
    LegAnswered,
    LegEnd,
    LegFailed,
    LegRang,
    SeenChannel,
    WorldSeen,
    leg_id,
    offer_of_leg,
)
from vmq.engine.ports import EventSink

_KEY = re.compile(r"([0-9a-f]{16})-[0-9]+")
_ANSWERED_ELSEWHERE = 26
_TELLING = (LegEnd.REFUSED, LegEnd.BUSY, LegEnd.REDIRECTED, LegEnd.NO_ANSWER, LegEnd.HUNG_UP, LegEnd.UNREACHABLE)
"""Of several telephones that failed, whose reason counts: what a person did comes first."""


@dataclass(slots=True)
class _Fork:
    """`alive` are the keys of legs that may still answer or talk, `winner` the one that answered."""

    offer_id: str
    alive: dict[str, None]
    winner: str = ""
    has_rung: bool = False
    ends: list[LegEnd] = field(default_factory=list)


class Forks:
    """An EventSink before the engine's. `dismiss` tells an answered leg's session that it is not wanted, `hang_up` ends
    a leg by its key; both are set by whoever carries commands out."""

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self._forks: dict[str, _Fork] = {}
        self.dismiss: Callable[[str], None] = _nothing
        self.hang_up: Callable[[str, int], None] = _nothing

    def begin(self, offer_id: str, count: int) -> tuple[str, ...]:
        """Several telephones are about to be rung for an offer: the keys of their legs."""
        # All of one width: Asterisk refuses a channel's id that is the beginning of another's (main/channel.c).
        keys = tuple(f"{offer_id}-{number:03d}" for number in range(1, count + 1))
        self._forks[offer_id] = _Fork(offer_id, dict.fromkeys(keys))
        return keys

    def key_of(self, offer_id: str) -> str:
        """The leg that answered for an offer; the offer's id itself when it has only one leg."""
        fork = self._forks.get(offer_id)
        return fork.winner or offer_id if fork is not None else offer_id

    def keys_of(self, offer_id: str) -> tuple[str, ...]:
        """All legs of an offer that may live."""
        fork = self._forks.get(offer_id)
        return tuple(fork.alive) if fork is not None else (offer_id,)

    def post(self, event: Event) -> None:
        """EventSink's method: tell the engine what the event means for the offer's one leg."""
        told = self._fold(event)
        if told is not None:
            self._sink.post(told)

    def see(self, world: WorldSeen) -> WorldSeen:
        """A snapshot with one leg for each offer: the answered one, else any. Others that an answer left behind, as vmq
        was away, are hung up; so is one that the world doesn't have any more forgotten."""
        by_offer: dict[str, list[SeenChannel]] = {}
        channels = []
        for channel in world.channels:
            offer_id = _offer_of_key(offer_of_leg(channel.channel_id))
            if offer_id:
                by_offer.setdefault(offer_id, []).append(channel)
            else:
                channels.append(channel)
        was, self._forks = self._forks, {}
        for offer_id, legs in by_offer.items():
            channels.append(self._see_fork(was.get(offer_id), offer_id, legs))
        return WorldSeen(world.devices, tuple(channels))

    def _see_fork(self, known: _Fork | None, offer_id: str, legs: list[SeenChannel]) -> SeenChannel:
        keys = {channel.channel_id.removeprefix(LEG_PREFIX): channel for channel in legs}
        fork = self._forks[offer_id] = _Fork(offer_id, dict.fromkeys(keys))
        if known is not None:
            fork.has_rung, fork.ends = known.has_rung, known.ends
        best = max(keys, key=lambda key: (known is not None and key == known.winner, bool(keys[key].bridge_id)))
        if keys[best].bridge_id or (known is not None and best == known.winner):
            self._win(fork, best)
        return replace(keys[best], channel_id=leg_id(offer_id))

    def _fold(self, event: Event) -> Event | None:  # noqa: PLR0911 - one for each kind of event
        match event:
            case LegRang(key) if fork := self._of(key):
                was_told, fork.has_rung = fork.has_rung or bool(fork.winner), True
                return None if was_told else LegRang(fork.offer_id)
            case LegAnswered(key, channel) if fork := self._of(key):
                return self._answered(fork, key, channel)
            case LegFailed(key, why) if _KEY.fullmatch(key):
                return self._ended(key, why, 0)
            case ChannelHungUp(channel_id, cause, why) if _KEY.fullmatch(offer_of_leg(channel_id) or ""):
                return self._ended(channel_id.removeprefix(LEG_PREFIX), why, cause)
            case BridgeEntered(channel_id) | BridgeLeft(channel_id) | ChannelHeld(channel_id):
                return replace(event, channel_id=self._own(channel_id))
            case HangupAsked(channel_id):
                return HangupAsked(self._own(channel_id))
            case CallTransferred(channel_id, _, _, target_id):
                return replace(event, channel_id=self._own(channel_id), target_id=self._own(target_id))
            case WorldSeen():
                return self.see(event)
        return event

    def _answered(self, fork: _Fork, key: str, channel: str) -> Event | None:
        if key not in fork.alive or fork.winner not in ("", key):
            self.dismiss(key)
            return None
        self._win(fork, key)
        return LegAnswered(fork.offer_id, channel)

    def _win(self, fork: _Fork, key: str) -> None:
        fork.winner = key
        for other in [other for other in fork.alive if other != key]:
            self.hang_up(other, _ANSWERED_ELSEWHERE)

    def _ended(self, key: str, why: LegEnd, cause: int) -> Event | None:
        """A leg is gone. That ends the offer's leg when it is the one that answered, or the last that could."""
        fork = self._of(key)
        if fork is None or key not in fork.alive:
            return None
        del fork.alive[key]
        fork.ends.append(why)
        if key == fork.winner:
            del self._forks[fork.offer_id]
            return ChannelHungUp(leg_id(fork.offer_id), cause, why)
        if fork.winner or fork.alive:
            return None
        del self._forks[fork.offer_id]
        return ChannelHungUp(leg_id(fork.offer_id), cause, min(fork.ends, key=_TELLING.index))

    def _of(self, key: str) -> _Fork | None:
        return self._forks.get(_offer_of_key(key))

    def _own(self, channel_id: str) -> str:
        """The channel id as the core knows it: that of the leg which answered is the offer's."""
        key = offer_of_leg(channel_id)
        fork = self._of(key) if key else None
        return leg_id(fork.offer_id) if fork is not None and key == fork.winner else channel_id


def _offer_of_key(key: str | None) -> str:
    """The offer of a leg that is one of several; empty for anything else."""
    found = _KEY.fullmatch(key or "")
    return found[1] if found else ""


def _nothing(*_: object) -> None:
    """Nobody carries commands out yet."""


def several(dial: str) -> Iterable[str]:
    """The telephones of a dial string, each once, in their order."""
    return dict.fromkeys(part for part in dial.split("&") if part)
