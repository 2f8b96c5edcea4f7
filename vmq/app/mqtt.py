"""The configured MQTT broker, and what publishes to it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from vmq.config.model import Config
from vmq.db.mailboxes import MailboxRepository
from vmq.engine.ports import Journal
from vmq.errors import ConfigError

if TYPE_CHECKING:
    from vmq.mqtt.publisher import Publisher


def open_mqtt(config: Config, journal: Journal, mailboxes: MailboxRepository) -> Publisher | None:
    """What publishes; None where no broker is configured. Raises ConfigError when it can't be."""
    wanted = config.mqtt
    if not wanted.host:
        return None
    try:
        from vmq.mqtt.publisher import Broker, Publisher  # noqa: PLC0415  not everybody has the library
    except ImportError:
        raise ConfigError("mqtt.host: needs a library that is not installed; pip install 'vmq[mqtt]'") from None
    broker = Broker(
        wanted.host, wanted.port, wanted.user, wanted.password.get_secret_value(), wanted.topic, _tls(config)
    )
    return Publisher(broker, journal, mailboxes.all_counts)


def _tls(config: Config) -> ssl.SSLContext | None:
    if not config.mqtt.tls:
        return None
    try:
        return ssl.create_default_context(cafile=config.mqtt.tls_ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"mqtt.tls_ca: {config.mqtt.tls_ca} can't be used ({error})") from None
