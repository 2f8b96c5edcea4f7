"""Ports of a server where nothing is: no delivery, feed, text, door, telephone, pack or prompt; nobody is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vmq.access.users import User
from vmq.domain.delivery import Delivery, State
from vmq.domain.mailbox import Message
from vmq.domain.transcript import TextState, WrittenText
from vmq.errors import AccessRefused, PackError
from vmq.http.delivery_ports import FeedView
from vmq.http.telephone_ports import Line, SipAccount, StandInTelephone
from vmq.http.voice_ports import PackFacts, PromptClip, PromptSet, TakeDone


class NoDeliveries:
    """An OutboxPort."""

    async def page(self, _state: State | None, _after: int, _limit: int) -> Sequence[Delivery]:
        return ()

    async def retry(self, _delivery_id: int) -> bool:
        return False

    async def drop(self, _delivery_id: int) -> bool:
        return False


class NoTelephones:
    """Telephones of a house that has none."""

    server = ""
    what_to_dial: Mapping[str, str] = {}

    def all(self) -> Sequence[StandInTelephone]:
        return ()

    def sit_down(self, number: str) -> Line:
        raise LookupError(number)

    def account(self, _agent: str) -> SipAccount | None:
        return None


class NoFeeds:
    """A FeedPort."""

    public_url = ""

    async def make(self, _number: str, *, is_list: bool = False) -> str | None:
        return None

    async def revoke(self, _number: str, *, is_list: bool = False) -> bool:
        return False

    async def made_at(self, _number: str, *, is_list: bool = False) -> float | None:
        return None

    async def open(self, _token: str) -> FeedView | None:
        return None

    async def audio(self, _token: str, _message_id: str) -> Path | None:
        return None

    async def linked(self, _message_id: str, _until: int, _signature: str) -> Path | None:
        return None


class NoTexts:
    """Texts of messages: nobody wrote any down."""

    absent = ""

    async def of(self, _ids: Sequence[str]) -> Mapping[str, WrittenText]:
        return {}

    async def ask(self, _message: Message) -> bool:
        return True

    async def counts(self) -> Mapping[TextState, int]:
        return {}

    async def dead(self, _limit: int) -> Sequence[WrittenText]:
        return ()


class NoDoors:
    """A DoorPort."""

    async def report(self, _begin: object, _end: object, _door: str) -> Sequence[dict[str, Any]]:
        return ()

    async def calls(
        self, _begin: object, _end: object, _door: str, *, after: int, limit: int
    ) -> tuple[Sequence[dict[str, Any]], int | None]:
        return (), None

    def forgive(self, _number: str, _by: str) -> bool:
        return False


class NoPacks:
    """A PackDesk."""

    async def all(self) -> Sequence[PackFacts]:
        return ()

    async def reload(self) -> tuple[Sequence[str], Mapping[str, str]]:
        return (), {}

    async def install(self, _archive: bytes) -> str:
        raise PackError("pack.zip: can't be read")

    async def card(self, _pack_id: str) -> Mapping[str, Any]:
        return {}

    async def diagrams(self, _pack_id: str) -> Sequence[tuple[str, str]]:
        return ()

    async def cues(self, _pack_id: str, _language: str) -> Mapping[str, str]:
        return {}

    async def hear(self, _pack_id: str, _cue: str, _language: str, _facts: Sequence[str]) -> bytes:
        return b""


class NoPrompts:
    """A PromptDesk."""

    def sets(self) -> Sequence[PromptSet]:
        return ()

    async def clips(self, _name: str) -> Sequence[PromptClip] | None:
        return None

    async def sound(self, _name: str, _clip_id: str) -> bytes | None:
        return None

    async def record(self, _name: str, _clip_id: str, _wav: bytes, _by: str) -> bool:
        return False

    async def withdraw(self, _name: str, _clip_id: str) -> None:
        return

    async def take(self, _name: str, _wav: bytes, _by: str, *, takes_all: bool) -> TakeDone:
        del takes_all
        return TakeDone(())


async def nobody_looks() -> Sequence[Any]:
    """An Examine."""
    return ()


class NoProvider:
    """A Provider."""

    label = "Example Ltd"

    async def begin(self, _request: Request, _came_back_at: str) -> Response:
        raise AccessRefused("provider-failed", "")

    async def end(self, _request: Request) -> User:
        raise AccessRefused("login-refused", "")
