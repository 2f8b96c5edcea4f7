"""The manager interface for panels of app_queue's, and its users, as they are configured."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from vmq.config.base import Port, Section

Right = Literal[
    "all", "system", "call", "log", "verbose", "command", "agent", "user", "config", "dtmf", "reporting", "cdr",
    "dialplan", "originate", "agi", "cc", "aoc", "test", "security", "message",
]  # fmt: skip


class FacadeUserConfig(Section):
    """Who may log in to the facade. `secret` is plain, or its hash (then only a plain Login is possible)."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    secret: SecretStr = Field(min_length=1)
    read: tuple[Right, ...] = ("system", "call", "agent", "user", "reporting")
    write: tuple[Right, ...] = ()


class FacadeConfig(Section):
    """A manager interface that shows vmq's queues as app_queue's. It is there when it has users."""

    host: str = "127.0.0.1"
    port: Port = 5138
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1")
    max_clients: int = Field(100, ge=1, le=10_000)
    user: tuple[FacadeUserConfig, ...] = ()

    @field_validator("user")
    @classmethod
    def _is_one_of_a_name(cls, users: tuple[FacadeUserConfig, ...]) -> tuple[FacadeUserConfig, ...]:
        names = [user.name for user in users]
        if len(set(names)) < len(names) or "watch" in names:
            raise ValueError("each name once, and not watch, which is vmq's own")
        return users
