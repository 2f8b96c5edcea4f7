"""Having written down what is said: which recogniser, in which language, and how much of the machine it may have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from vmq.config.base import Section
from vmq.config.mailboxes import LanguageTag

RecogniserName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,100}(:[A-Za-z0-9_]{1,100})?$")]


class TranscriptionConfig(Section):
    """Texts of messages, and spoken commands. Without an installed recogniser, or with an empty name, there are none.

    `model` is a folder; without it the recogniser's own is taken. `language` is that of mailboxes that have none. Mail
    and others who are told of a message wait for its text, at most `mail_wait_s`. Longer messages than `max_message_s`
    have no text, nor private ones unless `private`.
    """

    recogniser: RecogniserName = "whisper"
    model: Path | None = None
    language: LanguageTag = "en"
    threads: int = Field(1, ge=1, le=64)
    nice: int = Field(10, ge=0, le=19)
    mail_wait_s: float = Field(60.0, ge=0, le=3600)
    max_message_s: float = Field(1800.0, ge=1, le=3600)
    private: bool = False
    spoken_commands: bool = True
    idle_s: float = Field(600.0, ge=1, le=86400)
