"""The MQTT broker that is told of lamps, messages and queues."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from vmq.config.base import Port, Section


class MqttConfig(Section):
    """A broker. Without a `host` there is none. `topic` comes before every topic; `tls_ca` is a file of the authorities
    that are trusted, else those that this machine trusts."""

    host: str = ""
    port: Port = 1883
    tls: bool = False
    tls_ca: Path | None = None
    user: str = ""
    password: SecretStr = SecretStr("")
    topic: str = Field("vmq", pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$")
