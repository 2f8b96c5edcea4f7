"""The line to the outside: one device with many numbers behind it, and no device state for any of them."""

from __future__ import annotations

from collections.abc import Sequence

from vmq.lab.channels import Party, State
from vmq.lab.telephones import Telephone


class Trunk:
    """A line to the outside: `PJSIP/<number>@<name>` reaches the outside telephone of that number."""

    def __init__(self, name: str) -> None:
        self.name, self.device = name, f"PJSIP/{name}"
        self.numbers: dict[str, Telephone] = {}

    def state_words(self, states: Sequence[State]) -> str:
        """A trunk shows only that it is in use."""
        return "INUSE" if any(state != State.DOWN for state in states) else "NOT_INUSE"

    def party_for(self, number: str) -> Party | None:
        """The outside telephone of this number."""
        telephone = self.numbers.get(number)
        return telephone.party_for(number) if telephone else None
