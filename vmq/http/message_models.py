"""The shapes of a mailbox's messages over HTTP: what is shown of one, and what may be asked of it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from vmq.domain.mailbox import Folder, Message, may_save_to
from vmq.http.models import Shape


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


def message_view(message: Message, transcript: str | None) -> MessageView:
    """A message as it is shown; `transcript` None = its text is not written down."""
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
