"""What the journal keeps of callers at a front door, or at a doorbell. `party` is the caller's number in one form."""

from __future__ import annotations

from dataclasses import dataclass

from vmq.domain.record import Record


@dataclass(frozen=True, slots=True)
class DoorCalled(Record):
    """A call at a door is over, or was put through. `outcome` is one of vmq.domain.door.Outcome; `to` is where it was
    put through to. A withheld number's `party` is empty; `number` and `name` are as they came in. `is_person` when the
    caller showed in this call that he is one."""

    party: str
    door: str
    call_id: str
    outcome: str
    number: str = ""
    name: str = ""
    to: str = ""
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class DoorForgiven(Record):
    """What is remembered of a number counts no longer: it is asked again as if it had never called."""

    party: str
    by: str = ""
