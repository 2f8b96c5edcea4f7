"""A mailbox's messages over HTTP, for its owner and administrators: listed, heard, marked, moved, deleted, restored."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from email.utils import formatdate
from pathlib import Path as FilePath
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field, field_validator, model_validator
from starlette.types import Receive, Scope, Send

from vmq.access.rights import Right
from vmq.domain.mailbox import Folder, Message, Place, may_save_to
from vmq.domain.transcript import TextState
from vmq.http.api import MailboxNumber
from vmq.http.mailbox_ports import MessageDesk
from vmq.http.mailboxes import allow
from vmq.http.models import Shape
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.transcript_ports import Texts

MessageId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,32}$", examples=["6f1d2c3b4a596877"])]
PageMark = Annotated[
    str | None,
    Query(
        description="`next` of the page before.",
        pattern=r"^[0-9]{1,12}\.[0-9]{1,17}-[0-9A-Za-z_-]{1,32}$",
        examples=["1763845200.5-6f1d2c3b4a596877"],
    ),
]
_SOUND: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {}}},
    206: {"description": "The part that `Range` asked for.", "content": {"audio/wav": {}}},
}
_PROBLEMS = ("token-needed", "not-allowed", "foreign-origin", "mailbox-unknown", "invalid", "storage-failed")
_SEARCH = "Only messages in which (or in whose caller's name or number) each of these words is, or begins a word."
_FOLDERS = ", ".join(folder.value for folder in Folder)


class MessageView(Shape):
    """A message. One that is `is_new` is in INBOX or Urgent, and lights the lamp."""

    id: str = Field(description="Stays, whatever becomes of the message.", examples=["6f1d2c3b4a596877"])
    folder: Folder = Field(examples=["INBOX"])
    is_new: bool = Field(examples=[True])
    received_at: float = Field(description="Epoch seconds.", examples=[1763845200.5])
    duration_s: float = Field(description="Without an introduction.", examples=[12.4])
    caller_number: str = Field(examples=["0301234567"])
    caller_name: str = Field(examples=["Carla"])
    is_urgent: bool = Field(examples=[False])
    is_private: bool = Field(description="Nobody can forward it.", examples=[False])
    is_broadcast: bool = Field(description="It went to everybody.", examples=[False])
    wants_receipt: bool = Field(description="Its sender is told when it is heard.", examples=[False])
    category: str = Field(description="What the dialplan calls it (VM_CATEGORY).", examples=["night-shift"])
    sender: str = Field(description="The mailbox that sent it; empty = a call left it.", examples=["1002"])
    recipients: list[str] = Field(description="All mailboxes that it was sent to.", examples=[["1001", "1003"]])
    forwarder: str = Field(description="The mailbox that forwarded it; empty = none did.", examples=[""])
    has_introduction: bool = Field(description="Who forwarded it says something first.", examples=[False])
    has_recording: bool = Field(description="False for a notice.", examples=[True])
    transcript: str | None = Field(
        description="What is said in it; null = that is not written down (yet). More at …/transcript.",
        examples=["Hello, this is Carla."],
    )
    notice: str = Field(
        description="heard, unheard or undelivered: it tells of a message that was sent to `sender` from this mailbox; "
        "empty = it is no notice.",
        examples=[""],
    )
    heard_at: float | None = Field(description="Epoch seconds; null = not heard, or not known when.", examples=[None])


class MessageList(Shape):
    """A page of messages, newest first."""

    items: list[MessageView]
    next: str | None = Field(
        description="Ask with cursor= this for older ones; null = that was all.",
        examples=["1763845200.5-6f1d2c3b4a596877"],
    )


class Peaks(Shape):
    """A picture of a recording: how far it swings in each of equal parts of it."""

    peaks: list[int] = Field(description="0 to 100.", examples=[[0, 31, 54, 12]])


class MessageChange(Shape):
    """What is to become of a message; what is left out stays. With both, it is moved first, then marked."""

    is_new: bool | None = Field(
        None,
        description="false = it was heard: a new one goes to Old, its sender gets the receipt that he asked for. "
        "true = back to where it arrived, as if nobody had heard it; without `folder`.",
        examples=[False],
    )
    folder: Folder | None = Field(None, description="Any but Urgent and Deleted.", examples=["Family"])

    @field_validator("folder")
    @classmethod
    def _is_one_to_save_to(cls, folder: Folder | None) -> Folder | None:
        if folder is not None and not may_save_to(folder):
            raise ValueError(f"nothing is put into {folder.value} by hand; choose another folder")
        return folder

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        if self.is_new and self.folder is not None:
            raise ValueError("a message that is new again goes to where it arrived; leave folder out")
        return self


class _LentFile(FileResponse):
    """A file, whole or in part, that is given back once it was sent."""

    def __init__(self, path: FilePath, lent: AsyncExitStack, headers: dict[str, str]) -> None:
        super().__init__(path, media_type="audio/wav", headers=headers)
        self._lent = lent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._lent:
            await super().__call__(scope, receive, send)


def message_routes(desk: MessageDesk | None, texts: Texts | None = None) -> APIRouter:
    """All of …/messages; without a desk there are none."""
    router = APIRouter(
        prefix="/mailboxes/{number}/messages",
        tags=["messages"],
        dependencies=[needs(Right.AGENT)],  # and it must be his own
        responses=_said(),
    )
    if desk is not None:
        view = _Views(texts)
        _add_reading(router, desk, view)
        _add_changing(router, desk, view)
    return router


def _add_reading(router: APIRouter, desk: MessageDesk, view: _Views) -> None:
    @router.get("", summary="A mailbox's messages, newest first", operation_id="list_messages")
    async def page(
        http: Request,
        number: MailboxNumber,
        *,
        folder: Annotated[Folder | None, Query(description=f"{_FOLDERS}; left out = all but Deleted.")] = None,
        search: Annotated[str, Query(description=_SEARCH, max_length=200, examples=["invoice carla"])] = "",
        cursor: PageMark = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> MessageList:
        await allow(http, desk, number)
        found = await desk.page(number, folder, _place(cursor), limit + 1, search)
        shown = found[:limit]
        following = f"{shown[-1].received_at!r}-{shown[-1].id}" if len(found) > limit else None
        return MessageList(items=await view.all(shown), next=following)

    missing = _said("message-unknown")

    @router.get("/{message_id}", summary="A message", operation_id="get_message", responses=missing)
    async def one(http: Request, number: MailboxNumber, message_id: MessageId) -> MessageView:
        return await view.one(await find_message(http, desk, number, message_id))

    @router.get(
        "/{message_id}/audio",
        summary="A message as a WAV file",
        description="The introduction of who forwarded it comes first. `Range` gives a part. It stays new.",
        operation_id="hear_message",
        response_class=Response,
        responses={**_SOUND, **_said("message-unknown", "recording-unknown")},
    )
    async def audio(http: Request, number: MailboxNumber, message_id: MessageId) -> Response:
        message = await find_message(http, desk, number, message_id)
        async with AsyncExitStack() as stack:
            path = await stack.enter_async_context(desk.sound(message))
            if path is None:
                raise ProblemError("recording-unknown", message_id)
            return _LentFile(path, stack.pop_all(), _sound_headers(message))

    @router.get(
        "/{message_id}/peaks",
        summary="How loud a message is along its length, for a picture of it",
        operation_id="see_message",
        responses=_said("message-unknown", "recording-unknown"),
    )
    async def picture(
        http: Request,
        response: Response,
        number: MailboxNumber,
        message_id: MessageId,
        parts: Annotated[int, Query(ge=1, le=2000, description="Equal ones, of its whole length.")] = 240,
    ) -> Peaks:
        message = await find_message(http, desk, number, message_id)
        found = await desk.peaks(message, parts)
        if found is None:
            raise ProblemError("recording-unknown", message_id)
        response.headers["cache-control"] = "private, max-age=86400"
        return Peaks(peaks=list(found))


def _add_changing(router: APIRouter, desk: MessageDesk, view: _Views) -> None:
    missing = _said("message-unknown")

    @router.patch(
        "/{message_id}",
        summary="Mark a message as heard or new, put it into a folder",
        operation_id="change_message",
        responses=_said("message-unknown", "folder-full"),
    )
    async def change(http: Request, number: MailboxNumber, message_id: MessageId, body: MessageChange) -> MessageView:
        message = await find_message(http, desk, number, message_id)
        if body.folder is not None:
            moved = await desk.move(message, body.folder)
            if moved is None and await desk.find(number, message_id):
                raise ProblemError("folder-full", body.folder.value)
            message = _still_there(moved, message_id)
        if body.is_new is not None:
            marked = await (desk.mark_new(message) if body.is_new else desk.mark_heard(message))
            message = _still_there(marked, message_id)
        return await view.one(message)

    @router.delete(
        "/{message_id}",
        summary="Put a message into Deleted",
        operation_id="delete_message",
        status_code=204,
        responses=missing,
    )
    async def delete(http: Request, number: MailboxNumber, message_id: MessageId) -> None:
        message = await find_message(http, desk, number, message_id)
        await desk.delete(message)

    @router.post(
        "/{message_id}/restore",
        summary="Put a deleted message back to where it was",
        operation_id="restore_message",
        responses=missing,
    )
    async def restore(http: Request, number: MailboxNumber, message_id: MessageId) -> MessageView:
        message = await find_message(http, desk, number, message_id)
        return await view.one(_still_there(await desk.restore(message), message_id))


def _said(*more: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a route's problems, beside those of all."""
    return documented(*_PROBLEMS, *more)


async def find_message(http: Request, desk: MessageDesk, number: str, message_id: str) -> Message:
    """The message, if who asks may have it. Raises ProblemError."""
    await allow(http, desk, number)
    return _still_there(await desk.find(number, message_id), message_id)


def _still_there(message: Message | None, message_id: str) -> Message:
    if message is None:
        raise ProblemError("message-unknown", message_id)
    return message


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    received_at, _, message_id = cursor.partition("-")
    return float(received_at), message_id


def _sound_headers(message: Message) -> dict[str, str]:
    """A message's sound never changes, so that a part of it fits those that were asked for before."""
    return {
        "cache-control": "private, no-cache",
        "etag": f'"{message.id}"',
        "last-modified": formatdate(message.received_at, usegmt=True),
    }


class _Views:
    """Messages as they are shown, with their texts."""

    def __init__(self, texts: Texts | None) -> None:
        self._texts = texts

    async def one(self, message: Message) -> MessageView:
        """A message. Raises StorageError."""
        return (await self.all([message]))[0]

    async def all(self, messages: Sequence[Message]) -> list[MessageView]:
        """Messages. Raises StorageError."""
        found = await self._texts.of([message.id for message in messages]) if self._texts and messages else {}
        done = {name: each.transcript.text for name, each in found.items() if each.state is TextState.DONE}
        return [_view(message, done.get(message.id)) for message in messages]


def _view(message: Message, transcript: str | None) -> MessageView:
    return MessageView(
        id=message.id,
        folder=message.folder,
        is_new=message.folder.is_unheard,
        received_at=message.received_at,
        duration_s=round(message.duration_s, 3),
        caller_number=message.caller_number,
        caller_name=message.caller_name,
        is_urgent=message.is_urgent,
        is_private=message.is_private,
        is_broadcast=message.is_broadcast,
        wants_receipt=message.wants_receipt,
        category=message.category,
        sender=message.sender,
        recipients=list(message.recipients),
        forwarder=message.forwarder,
        has_introduction=bool(message.introduction),
        has_recording=bool(message.ref),
        transcript=transcript,
        notice=message.notice,
        heard_at=message.heard_at or None,
    )
