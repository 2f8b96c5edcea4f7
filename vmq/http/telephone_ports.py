"""What the HTTP server is given of telephones in the browser: the stand-in's, or accounts on a real Asterisk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Message = str | bytes


@dataclass(frozen=True, slots=True)
class StandInTelephone:
    """A telephone of the stand-in: where which agents work, and its mailbox (empty = none)."""

    number: str
    name: str
    agents: tuple[str, ...] = ()
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class SipAccount:
    """Who a browser registers as, at an Asterisk's WebSocket."""

    server: str
    uri: str
    user: str
    secret: str = field(repr=False)
    display_name: str = ""
    ice_servers: tuple[str, ...] = ()


class Line(Protocol):
    """A person at a telephone of the stand-in. Messages are those of vmq.lab.handset."""

    async def take(self, message: Message) -> None:
        """Something from the person."""
        ...

    async def next(self) -> Message | None:
        """Something for him; None when he isn't at it any more."""
        ...

    def close(self) -> None:
        """He has gone."""
        ...


class Telephones(Protocol):
    """All that there are."""

    @property
    def server(self) -> str:
        """The WebSocket of the Asterisk where browsers register; empty = none."""
        ...

    @property
    def what_to_dial(self) -> Mapping[str, str]:
        """Numbers that can be dialled on the stand-in, and what is there."""
        ...

    def all(self) -> Sequence[StandInTelephone]:
        """The stand-in's; none where there is a real Asterisk."""
        ...

    def sit_down(self, number: str) -> Line:
        """Use one of them. Who was at it is sent away."""
        ...

    def account(self, agent: str) -> SipAccount | None:
        """An agent's account on the real Asterisk, with its password; None when he has none."""
        ...
