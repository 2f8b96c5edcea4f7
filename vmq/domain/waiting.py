"""Callers of one queue who can be offered, grouped so that a free agent finds the first one who may have him.

Callers with equal needs stand in one list, in their order. Those who wait for one agent alone stand in a list of his.
"""

from __future__ import annotations

from collections.abc import Iterator

from sortedcontainers import SortedList

from vmq.domain.caller import Caller, Place
from vmq.domain.membership import Membership
from vmq.domain.need import Need


class Waiting:
    """The lists. What decides a caller's list (`need`, `prefers`) must not change while he stands in it."""

    def __init__(self) -> None:
        self.groups: dict[Need, SortedList[Place]] = {}
        self.reserved: dict[str, SortedList[Place]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Place]:
        """All places, in no order."""
        for places in (*self.groups.values(), *self.reserved.values()):
            yield from places

    def __contains__(self, caller: Caller) -> bool:
        places = self._list_of(caller)
        return places is not None and caller.place in places

    def add(self, caller: Caller) -> None:
        """He can be offered. Nothing happens when he stands here already."""
        if caller in self:
            return
        if caller.prefers:
            self.reserved.setdefault(caller.prefers, SortedList()).add(caller.place)
        else:
            places = self.groups.get(caller.need)
            if places is None:
                places = self.groups[caller.need] = SortedList()
            places.add(caller.place)
        self._count += 1

    def discard(self, caller: Caller) -> bool:
        """He can't be offered; False when he could not before either."""
        places = self._list_of(caller)
        if places is None or caller.place not in places:
            return False
        places.remove(caller.place)
        self._count -= 1
        if not places:
            if caller.prefers:
                del self.reserved[caller.prefers]
            else:
                del self.groups[caller.need]
        return True

    def first_for(self, member: Membership) -> Place | None:
        """The first place whose caller may be offered to this agent."""
        if not self._count:
            return None
        best: Place | None = None
        for need, places in self.groups.items():
            if (best is None or places[0] < best) and member.queue.tier(member.kind, need) is not None:
                best = places[0]
        if self.reserved:
            reserved = self.reserved.get(member.agent.name)
            if reserved and (best is None or reserved[0] < best):
                best = reserved[0]
        return best

    def _list_of(self, caller: Caller) -> SortedList[Place] | None:
        return self.reserved.get(caller.prefers) if caller.prefers else self.groups.get(caller.need)
