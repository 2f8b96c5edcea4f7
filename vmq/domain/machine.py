"""One `transitions` machine for each type of thing, used as a pure table: state and trigger in, new state out.

The machine is built once and checks the rows (unknown states, doubled triggers); then its table is read off, and a
trigger is a lookup. It knows no models: agents, callers and offers are small objects with a `state` attribute
(`add_model` costs O(n) a model, a model's own method with the name of a trigger would silently win, and an event of the
library's takes ten times as long as the rest of a decision). A trigger that the table does not have for a state is
ignored, and the state stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Protocol

from transitions import Machine


class Stateful(Protocol):
    """Anything with a state that a Table can change."""

    state: Any


class Table:
    """The transitions of one type: rows of (trigger, the states it works in, the state it leads to)."""

    def __init__(self, states: type[StrEnum], rows: Iterable[tuple[str, Iterable[StrEnum], StrEnum]]) -> None:
        self.states = states
        machine = Machine(
            model=None,
            states=states,
            initial=next(iter(states)),
            transitions=[[trigger, list(sources), target] for trigger, sources, target in rows],
            auto_transitions=False,
        )
        self._targets: dict[str, dict[Any, StrEnum]] = {
            trigger: {states[source]: states[str(found[0].dest)] for source, found in event.transitions.items()}
            for trigger, event in machine.events.items()
        }

    @property
    def triggers(self) -> tuple[str, ...]:
        """All triggers, in the table's order."""
        return tuple(self._targets)

    def allows(self, model: Stateful, trigger: str) -> bool:
        """True when the trigger leads somewhere from the model's state. KeyError when no row has the trigger."""
        return model.state in self._targets[trigger]

    def fire(self, model: Stateful, trigger: str) -> bool:
        """Change the model's state; False, and no change, when the trigger means nothing in this state."""
        target = self._targets[trigger].get(model.state)
        if target is None:
            return False
        model.state = target
        return True
