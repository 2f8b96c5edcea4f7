"""Outside lines: which of a group is free, and how many calls of ours each carries.

A line is taken when a leg is made on it, and given back when that leg is seen to be gone. Calls of others on the same
line are not known: `capacity` is what vmq may use of it. A group is the lines of an agent, in his order.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmq.domain.dialling import NumberRules, dialled
from vmq.domain.numbers import is_number
from vmq.domain.rules import TrunkRules

Group = tuple[str, ...]


class Lines:
    """All outside lines, their legs, and the groups that agents are reached by. `full` has the groups without a free
    line; it is kept up to date, as every decision asks for it."""

    def __init__(self, trunks: Iterable[TrunkRules] = ()) -> None:
        self.full: set[Group] = set()
        self._rules: dict[str, TrunkRules] = {trunk.name: trunk for trunk in trunks}
        self._legs: dict[str, set[str]] = {}
        self._of_leg: dict[str, str] = {}
        self._groups: dict[Group, set[str]] = {}

    def know(self, group: Group, agent: str) -> None:
        """An agent is reached by this group (and by no other). A group of no line is none."""
        for agents in self._groups.values():
            agents.discard(agent)
        if group:
            self._groups.setdefault(group, set()).add(agent)
            self._judge(group)

    def agents_of(self, groups: Iterable[Group]) -> set[str]:
        """The names of those who are reached by these groups."""
        return {name for group in groups for name in self._groups.get(group, ())}

    def change(self, trunks: Iterable[TrunkRules]) -> set[Group]:
        """The lines are these from now on; calls under way stay counted. Gives the groups that are full no more."""
        self._rules = {trunk.name: trunk for trunk in trunks}
        was_full = set(self.full)
        for group in self._groups:
            self._judge(group)
        return was_full - self.full

    def first_free(self, group: Group) -> TrunkRules | None:
        """The first line of the group that carries one more call."""
        return next((trunk for name in group if (trunk := self._rules.get(name)) and self._is_free(trunk)), None)

    def take(self, leg: str, group: Group, line: str = "") -> None:
        """A leg is made on the group's first free line; on none when all are taken. One that is there already says
        itself which `line` it is on, also one that is full or in no group."""
        if leg in self._of_leg or not (line or group):
            return
        trunk = self.first_free(group) if not line else None
        name = trunk.name if trunk is not None else line
        if not name:
            return
        self._of_leg[leg] = name
        self._legs.setdefault(name, set()).add(leg)
        self._judge_all_of(name)

    def give(self, leg: str) -> set[Group]:
        """A leg is gone. Gives the groups that were full and are not any more."""
        name = self._of_leg.pop(leg, None)
        if name is None:
            return set()
        self._legs[name].discard(leg)
        was_full = set(self.full)
        self._judge_all_of(name)
        return was_full - self.full

    def line_of(self, leg: str) -> str:
        """The line that a leg is on; empty for a leg that is on none."""
        return self._of_leg.get(leg, "")

    def why_not(self, group: Group) -> str:
        """Why nobody can be reached by this group now, in words; empty when somebody can, or needs no line."""
        if group not in self.full:
            return ""
        loads = [
            f"{name} carries {len(self._legs.get(name, ()))} of {self._rules[name].capacity}"
            for name in group
            if name in self._rules
        ]
        return f"no outside line is free: {', '.join(loads)}" if loads else f"there is no outside line {group[0]}"

    def _is_free(self, trunk: TrunkRules) -> bool:
        return not trunk.capacity or len(self._legs.get(trunk.name, ())) < trunk.capacity

    def _judge_all_of(self, name: str) -> None:
        for group in self._groups:
            if name in group:
                self._judge(group)

    def _judge(self, group: Group) -> None:
        if self.first_free(group) is None:
            self.full.add(group)
        else:
            self.full.discard(group)


def dial_through(trunk: TrunkRules, numbers: NumberRules, text: str) -> str:
    """The line's dial string for a number as somebody wrote it. Empty when that is no number: it must not be able to
    name another line, or several."""
    number = dialled(numbers, text)
    return trunk.dial.replace("{number}", number) if is_number(number) else ""
