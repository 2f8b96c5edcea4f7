"""A flow under way: where it stands, how often its party has missed, and which menus led here."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from vmq.dialogue.compile import CompiledFlow, Place
from vmq.dialogue.schema import Kind, State


@dataclass(slots=True)
class Frame:
    """The model that a flow's machine moves. `outer` are the facts that its arguments hide while it runs."""

    flow: CompiledFlow
    state: str
    misses: int = 0
    no_keys: int = 0
    bad_keys: int = 0
    missed_in: str = ""
    menus: list[str] = field(default_factory=list)
    outer: Mapping[str, object] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.flow.places[self.state]

    @property
    def mark(self) -> Hashable:
        """Equal for two frames that go on in the same way."""
        misses = (self.misses, self.no_keys, self.bad_keys, self.missed_in)
        return (self.flow.flow.name, self.state, misses, tuple(self.menus), tuple(self.outer.items()))

    @property
    def miss_facts(self) -> Mapping[str, object]:
        """The misses of the state at hand, as facts."""
        return {"misses": self.misses, "no_keys": self.no_keys, "bad_keys": self.bad_keys}

    def miss(self, outcome: str) -> None:
        """Count a miss of the state at hand."""
        self.misses += 1
        self.no_keys += outcome == "no_key"
        self.bad_keys += outcome == "bad_key"
        self.missed_in = self.state

    def forget_misses(self) -> None:
        """Start the count anew."""
        self.misses = self.no_keys = self.bad_keys = 0
        self.missed_in = self.state

    def pass_menu(self, state: State) -> None:
        """Remember a menu that waits, for the way back. Coming to it again takes back what came after it, so there are
        never more than the flow has menus."""
        if state.kind not in (Kind.MENU, Kind.ASK) or state.timeout_s == 0:
            return
        if state.name in self.menus:
            del self.menus[self.menus.index(state.name) :]
        self.menus.append(state.name)

    def menu_before(self, state: State, default: str) -> str:
        """The menu that led to this state."""
        before = [name for name in self.menus if name != state.name]
        return before[-1] if before else default
