"""Telling the outside of messages: the mail server, webhooks, a command, and what each mailbox wants of them."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from vmq.config.base import Name, Number, Port, Section

MAX_RECIPIENTS = 20
HOOK_FIELDS = (
    "mailbox", "message_id", "caller_number", "caller_name", "duration_s", "received_at", "is_urgent", "file", "new",
    "old", "urgent",
)  # fmt: skip
"""What the words of a command hook may name."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


def _address(text: str) -> str:
    if text and not _ADDRESS.fullmatch(text):
        raise ValueError("is no mail address; write one like ann@example.org (a domain with other letters as xn--…)")
    return text


def _web_address(text: str) -> str:
    if text and not re.fullmatch(r"https?://[A-Za-z0-9\[][^\s\x00-\x1f#]{0,2000}", text):
        raise ValueError("is no web address; write one like https://example.org/vmq")
    return text.rstrip("/")


def _argument(word: str) -> str:
    try:
        fields = [field for field in Formatter().parse(word) if field[1] is not None]
    except ValueError:
        fields = [("", None, None, None)]
    if not all(name in HOOK_FIELDS and not form and not conversion for _, name, form, conversion in fields):
        raise ValueError(f"{word!r}: in braces there may be {', '.join(HOOK_FIELDS)}; write other braces twice")
    return word


Address = Annotated[str, Field(max_length=320), AfterValidator(_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Argument = Annotated[str, Field(max_length=1000), AfterValidator(_argument)]


class Tls(StrEnum):
    """How the link to the mail server is kept secret: begun in the clear, from the first byte, or not at all."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SoundFormat(StrEnum):
    """What a message is attached as. All but WAV need the package `vmq[formats]`."""

    WAV = "wav"
    MP3 = "mp3"
    OPUS = "opus"


class MailConfig(Section):
    """The mail server. Without a `host` there is no mail. `public_url` is where the outside reaches the HTTP server,
    for links; without it there are none. `templates` is a folder whose files are taken instead of the shipped ones."""

    host: str = ""
    port: Port = 587
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: Address = "vmq@localhost"
    sender_name: str = Field("Voicemail", max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
    timeout_s: float = Field(30.0, ge=1, le=300)
    at_once: int = Field(4, ge=1, le=50)
    give_up_days: float = Field(5.0, gt=0, le=60)
    keep_days: float = Field(30.0, gt=0, le=3650)
    max_attachment_mb: float = Field(10.0, gt=0, le=200)
    public_url: WebAddress = ""
    link_days: float = Field(30.0, gt=0, le=3650)
    templates: Path | None = None
    date_format: str = "%A, %B %d, %Y at %H:%M"


class WebhookConfig(Section):
    """A web address that is told of messages: of these mailboxes, or of all when none is named."""

    name: Name
    url: Annotated[str, Field(min_length=8), AfterValidator(_web_address)]
    secret: SecretStr = SecretStr("")
    mailboxes: tuple[Number, ...] = ()
    timeout_s: float = Field(10.0, ge=1, le=60)


class HookConfig(Section):
    """A command that is run for every message: its words, without a shell. Empty = none."""

    command: tuple[Argument, ...] = Field((), max_length=50)
    timeout_s: float = Field(30.0, ge=1, le=300)


class ToldSection(Section):
    """What the owner of a mailbox is told by mail; the base of its section."""

    email: tuple[Address, ...] = Field((), max_length=MAX_RECIPIENTS)
    pager: Address = ""
    attach: bool = True
    attach_format: SoundFormat = SoundFormat.WAV
    delete_after_mail: bool = False
