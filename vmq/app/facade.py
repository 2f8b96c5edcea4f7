"""The AMI facade of a program: its users and settings from the configuration, and the parts it is given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from vmq.app.live import LiveConfig
from vmq.app.settings import link_settings
from vmq.asterisk.facade.facade import Facade, FacadePorts, FacadeSettings
from vmq.asterisk.facade.users import FacadeUser
from vmq.config.model import Config
from vmq.domain.device_rules import DeviceRules
from vmq.domain.floor import Floor
from vmq.domain.view import floor_view
from vmq.engine.ports import Clock, Journal
from vmq.engine.run import Engine


def facade_users(config: Config) -> tuple[FacadeUser, ...]:
    """Who may log in."""
    return tuple(
        FacadeUser(user.name, user.secret.get_secret_value(), user.read, user.write) for user in config.facade.user
    )


async def open_facade(  # noqa: PLR0917  the parts of a program
    stack: AsyncExitStack,
    config: Config,
    floor: Floor,
    engine: Engine,
    journal: Journal,
    clock: Clock,
    live: LiveConfig | None,
    devices: Callable[[], DeviceRules],
) -> Facade | None:
    """The facade with its port open, to be run; None when the configuration names no users for it.

    `live` None: QueueReload has nothing to read. The stack closes it. Raises ConfigError.
    """
    users, section = facade_users(config), config.facade
    if not users:
        return None
    settings = FacadeSettings(
        section.host, section.port, users, link_settings(config), allow=section.allow, max_clients=section.max_clients
    )
    ports = FacadePorts(
        journal=journal,
        floor=lambda: floor_view(floor, clock.now()),
        events=engine,
        settled=engine.inbox.settled,
        clock=clock,
        penalty_rules=lambda: floor.penalty_rules,
        devices=devices,
        reload=(lambda: live.reload("ami")) if live is not None else None,
    )
    facade = Facade(settings, ports)
    await facade.open()
    stack.push_async_callback(facade.close)
    return facade
