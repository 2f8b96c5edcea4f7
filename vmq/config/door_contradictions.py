"""What settings of doors and doorbells allow alone and the whole does not (see vmq.config.contradictions)."""

from __future__ import annotations

from collections.abc import Iterator

from vmq.config.doors import DoorConfig
from vmq.config.model import Config


def door_contradictions(config: Config) -> Iterator[str]:
    """All of them."""
    for door in config.door:
        yield from _door(config, door)
    for bell in config.doorbell:
        if bell.nobody == "message" and not bell.mailbox:
            yield f"doorbell {bell.name}: mailbox: is needed for messages; write whose they are"
        if bell.mailbox and bell.nobody != "message":
            yield f'doorbell {bell.name}: mailbox: takes no messages; write nobody = "message", or remove it'


def _door(config: Config, door: DoorConfig) -> Iterator[str]:
    where = f"door {door.name}"
    if door.schedule and door.schedule not in [schedule.name for schedule in config.schedule]:
        yield f"{where}: schedule: there is no schedule {door.schedule!r}; add it as [[schedule]] or remove it here"
    if door.closed_to and not door.schedule:
        yield f"{where}: closed_to: the door is always open; name a schedule, or remove it"
    if (door.extensions or door.operator) and not door.context:
        yield f"{where}: context: is needed to reach extensions; write the dialplan's context that has them"
    if door.friends and not (door.friends_to or door.operator):
        yield f"{where}: friends_to: nobody is rung for friends; write e.g. extension:1001@phones, or an operator"
    if door.friends_to and not door.friends:
        yield f"{where}: friends: there are none; write their numbers, or remove friends_to"
    targets = {f"keys.{keys}": to for keys, to in door.keys.items()}
    targets |= {"closed_to": door.closed_to, "friends_to": door.friends_to}
    queues = [queue.name for queue in config.queue]
    for key, to in targets.items():
        kind, _, name = to.partition(":")
        if kind == "queue" and name not in queues:
            yield f"{where}: {key}: there is no queue {name!r}; add it as [[queue]] or name another"
