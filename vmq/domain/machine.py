"""One `transitions` machine for each type of thing, used as a pure table: state and trigger in, new state out.

The machine is built once and knows no models: agents, callers and offers are small objects with a `state` attribute,
and a trigger is fired through the machine's event (`add_model` costs O(n) a model, and a model's own method with the
name of a trigger would silently win). A trigger that the table does not have for a state is ignored, and the state
stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from transitions import Machine


class Stateful(Protocol):
    """Anything with a state that a Table can change."""

    @property
    def state(self) -> StrEnum:
        """The present state."""
        ...


class Table:
    """The transitions of one type: rows of (trigger, the states it works in, the state it leads to)."""

    def __init__(self, states: type[StrEnum], rows: Iterable[tuple[str, Iterable[StrEnum], StrEnum]]) -> None:
        self.states = states
        self._machine = Machine(
            model=None,
            states=states,
            initial=next(iter(states)),
            transitions=[[trigger, list(sources), target] for trigger, sources, target in rows],
            auto_transitions=False,
        )

    @property
    def triggers(self) -> tuple[str, ...]:
        """All triggers, in the table's order."""
        return tuple(self._machine.events)

    def allows(self, model: Stateful, trigger: str) -> bool:
        """True when the trigger leads somewhere from the model's state. KeyError when no row has the trigger."""
        return model.state.name in self._machine.events[trigger].transitions

    def fire(self, model: Stateful, trigger: str) -> bool:
        """Change the model's state; False, and no change, when the trigger means nothing in this state."""
        return self.allows(model, trigger) and self._machine.events[trigger].trigger(model)
