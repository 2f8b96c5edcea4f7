"""Messages sent over HTTP, by a mailbox's owner and administrators: new ones, and those that are forwarded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from pydantic import AwareDatetime, Field

from vmq.access.rights import Right
from vmq.domain.letter import Letter
from vmq.domain.mailbox import Message
from vmq.errors import BrokenRecordingError
from vmq.http.api import MailboxNumber
from vmq.http.mailbox_ports import MessageDesk
from vmq.http.mailboxes import allow
from vmq.http.messages import MessageId, find_message
from vmq.http.models import Shape
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

Recipient = Annotated[str, Field(pattern=r"^[0-9*#+A-Za-z_.-]{1,40}$")]
_SOUND = "Any rate, width and number of channels; it is kept as 8 kHz, 16 bit, mono."
_WHOM = "`to` may be there several times. All recipients get it, or none where one of them can't be addressed."
_PROBLEMS = (
    "token-needed", "not-allowed", "foreign-origin", "mailbox-unknown", "nobody-reached", "too-large", "invalid",
    "recipients-refused", "storage-failed",
)  # fmt: skip


class Postage(Shape):
    """Whom a message goes to, how and when."""

    to: list[Recipient] = Field(
        description="Mailboxes, the owner's lists, the house's lists, or the number for everybody.",
        min_length=1,
        max_length=100,
        examples=[["1002", "700"]],
    )
    is_urgent: bool | None = Field(None, description="Left out = as the message that is forwarded.", examples=[False])
    is_private: bool = Field(False, description="Nobody can forward it.", examples=[False])
    wants_receipt: bool = Field(False, description="A notice tells when somebody hears it.", examples=[True])
    wants_nonreceipt: bool = Field(False, description="A notice tells if it is not heard in time.", examples=[False])
    deliver_at: AwareDatetime | None = Field(
        None, description="Left out, or past = at once.", examples=["2027-01-15T09:00:00+01:00"]
    )


class MessageSent(Shape):
    """What became of it."""

    id: str = Field(description="What it is known by among the messages sent.", examples=["6f1d2c3b4a596877"])
    sent: int = Field(description="Mailboxes that have it, or will when its time comes.", examples=[2])
    unsent: int = Field(
        description="Mailboxes without room; or, when storage failed in the middle, where it arrives later.",
        examples=[0],
    )


def sending_routes(desk: MessageDesk | None) -> APIRouter:
    """Both ways; without a desk there are none."""
    router = ApiRouter(
        prefix="/mailboxes/{number}/messages",
        tags=["messages"],
        dependencies=[needs(Right.AGENT)],  # and it must be his own
        responses=documented(*_PROBLEMS),
    )
    if desk is None:
        return router

    @router.post("", summary="Send a message", description=f"{_SOUND} {_WHOM}", operation_id="send_message")
    async def send(
        http: Request,
        number: MailboxNumber,
        postage: Annotated[Postage, Query()],
        wav: Annotated[bytes, Body(media_type="audio/wav", min_length=1)],
    ) -> MessageSent:
        await allow(http, desk, number)
        return await _post(desk, _letter(number, postage, wav))

    @router.post(
        "/{message_id}/forward",
        summary="Send a message on, with or without an introduction",
        description=f"The body is what is said first, or empty. {_SOUND} {_WHOM}",
        operation_id="forward_message",
        responses=documented(*_PROBLEMS, "message-unknown", "recording-unknown", "message-private"),
    )
    async def forward(
        http: Request,
        number: MailboxNumber,
        message_id: MessageId,
        postage: Annotated[Postage, Query()],
        wav: Annotated[bytes, Body(media_type="audio/wav")] = b"",
    ) -> MessageSent:
        original = await find_message(http, desk, number, message_id)
        if original.is_private:
            raise ProblemError("message-private", message_id)
        async with desk.sound(original) as sound:
            if sound is None:
                raise ProblemError("recording-unknown", message_id)
        return await _post(desk, _letter(number, postage, wav, original))

    return router


def _letter(number: str, postage: Postage, wav: bytes, original: Message | None = None) -> Letter:
    is_urgent = postage.is_urgent
    return Letter(
        sender=number,
        recipients=tuple(postage.to),
        wav=wav,
        original=original,
        is_urgent=original is not None and original.is_urgent if is_urgent is None else is_urgent,
        is_private=postage.is_private,
        wants_receipt=postage.wants_receipt,
        wants_nonreceipt=postage.wants_nonreceipt,
        deliver_at=postage.deliver_at.timestamp() if postage.deliver_at else 0.0,
    )


async def _post(desk: MessageDesk, letter: Letter) -> MessageSent:
    """Send it. Raises ProblemError when nothing was sent."""
    try:
        posted = await desk.post(letter)
    except BrokenRecordingError as error:
        raise ProblemError("invalid", str(error)) from None
    if posted.refused:
        errors = [f"to {number}: {fault.value.replace('_', ' ')}" for number, fault in posted.refused.items()]
        raise ProblemError("recipients-refused", "; ".join(errors), errors)
    if posted.is_too_long:
        raise ProblemError("invalid", "the recording is longer than this mailbox's messages may be (max_message_s)")
    if not posted.sending_id:
        raise ProblemError("nobody-reached", f"{posted.unsent} without room")
    return MessageSent(id=posted.sending_id, sent=posted.sent, unsent=posted.unsent)
