"""What holds for each door and doorbell. One value, swapped whole when the configuration changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmq.domain.dialling import NumberRules
from vmq.domain.door import DoorRules
from vmq.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Door:
    """A front door. `keys`, `closed_to` and `friends_to` name where a call goes on: `queue:<name>`, `mailbox:<number>`
    or `extension:<number>@<context>`; `extensions` are patterns of what may be dialled in `context`."""

    name: str
    rules: DoorRules
    personality: str
    language: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    schedule: Schedule | None = None
    context: str = ""
    extensions: tuple[str, ...] = ()
    operator: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    has_directory: bool = False
    spells_names: bool = True
    closed_to: str = ""
    friends_to: str = ""
    tells_refused: bool = False
    code_digits: int = 2
    guard_tries: int = 2


@dataclass(frozen=True, slots=True)
class Bell:
    """A doorbell. `ring` are Asterisk's `Tech/resource`; `nobody` what is done when none answers: say, message,
    nothing."""

    name: str
    ring: tuple[str, ...]
    ring_s: float
    nobody: str
    mailbox: str
    personality: str
    language: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doors:
    """All of them by name, and how numbers are written here."""

    doors: Mapping[str, Door] = field(default_factory=dict)
    bells: Mapping[str, Bell] = field(default_factory=dict)
    numbers: NumberRules = field(default_factory=NumberRules)
