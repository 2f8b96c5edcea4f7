"""The AMI facade of a program: its users and settings from the configuration, and the parts it is given."""

from __future__ import annotations

from vmq.app.rules import link_settings
from vmq.asterisk.facade.facade import Facade, FacadePorts, FacadeSettings
from vmq.asterisk.facade.users import FacadeUser
from vmq.config.model import Config


def facade_users(config: Config) -> tuple[FacadeUser, ...]:
    """Who may log in."""
    return tuple(
        FacadeUser(user.name, user.secret.get_secret_value(), user.read, user.write) for user in config.facade.user
    )


def facade_for(config: Config, ports: FacadePorts) -> Facade | None:
    """The facade, not open yet; None when the configuration names no users for it. Raises ConfigError."""
    users = facade_users(config)
    if not users:
        return None
    facade = config.facade
    settings = FacadeSettings(
        facade.host, facade.port, users, link_settings(config), allow=facade.allow, max_clients=facade.max_clients
    )
    return Facade(settings, ports)
