"""What was done in a call and can be undone: the last things, newest first. Bounded: older ones are done for good."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping

from vmq.dialogue.vocabulary import Action
from vmq.domain.line import Act, Done

MAX_UNDO = 50


class Deeds:
    """The deeds of one call."""

    __slots__ = ("_acts",)

    def __init__(self) -> None:
        self._acts: deque[Act] = deque(maxlen=MAX_UNDO)

    def __bool__(self) -> bool:
        return bool(self._acts)

    @property
    def mark(self) -> Hashable:
        """Equal for the same deeds."""
        return tuple((act.action, tuple(act.arguments.items())) for act in self._acts)

    def copy(self) -> Deeds:
        """The same deeds, to go on with by themselves."""
        other = Deeds()
        other._acts.extend(self._acts)
        return other

    def note(self, act: Act, outcome: Done, actions: Mapping[str, Action]) -> None:
        """Something was done; it is remembered when an action undoes it."""
        action = actions.get(act.action)
        if action and action.undo:
            self._acts.append(Act(action.undo, act.arguments if outcome.undo is None else outcome.undo))

    def take(self) -> Act:
        """What undoes the last deed."""
        return self._acts.pop()
