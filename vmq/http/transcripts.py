"""The texts of messages over HTTP: of one with its words, asked for again; and how the work on all of them goes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import Field

from vmq.access.rights import Right
from vmq.domain.transcript import TextState, WrittenText
from vmq.http.api import MailboxNumber
from vmq.http.mailbox_ports import MessageDesk
from vmq.http.messages import MessageId, find_message
from vmq.http.models import Shape
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter
from vmq.http.transcript_ports import Texts

MOST_DEAD = 100


class WordView(Shape):
    """A word, and when it is heard."""

    text: str = Field(examples=["hello"])
    start_s: float = Field(description="From the beginning, the introduction included.", examples=[0.4])
    end_s: float = Field(examples=[0.7])
    confidence: float = Field(description="How sure the recogniser is, 0 to 1.", examples=[0.93])


class TranscriptView(Shape):
    """The text of a message."""

    state: TextState = Field(
        description="pending, done, dead (it failed too often), or left_out (`error` says why).", examples=["done"]
    )
    text: str = Field(description="Empty when nobody speaks.", examples=["Hello, this is Carla."])
    language: str = Field(examples=["en"])
    confidence: float = Field(description="Mean of all words, 0 to 1.", examples=[0.91])
    recogniser: str = Field(examples=["whisper base"])
    words: list[WordView] = Field(examples=[[]])
    attempts: int = Field(examples=[1])
    error: str = Field(description="What went wrong at last.", examples=[""])


class DeadText(Shape):
    """A message whose text was given up."""

    message_id: str = Field(examples=["6f1d2c3b4a596877"])
    mailbox: str = Field(examples=["1001"])
    attempts: int = Field(examples=[4])
    error: str = Field(examples=["the recogniser's process ended (-11)"])


class TranscriptionState(Shape):
    """How the work on texts goes."""

    is_on: bool = Field(examples=[True])
    why_not: str = Field(description="Why there are none; empty = there are.", examples=[""])
    pending: int = Field(examples=[2])
    done: int = Field(examples=[140])
    left_out: int = Field(examples=[3])
    dead: list[DeadText] = Field(description=f"The newest {MOST_DEAD}.", examples=[[]])


def transcript_routes(desk: MessageDesk | None, texts: Texts | None) -> APIRouter:
    """…/transcript of each message, and /transcription; without a desk or texts there are none."""
    router = ApiRouter(
        tags=["messages"],
        responses=documented("token-needed", "not-allowed", "invalid", "storage-failed"),
    )
    if desk is None or texts is None:
        return router
    one = "/mailboxes/{number}/messages/{message_id}/transcript"
    missing = documented("mailbox-unknown", "message-unknown")
    owners = [needs(Right.AGENT)]  # and it must be his own

    @router.get(
        one, summary="What is said in a message", operation_id="get_transcript", dependencies=owners, responses=missing
    )
    async def get(http: Request, number: MailboxNumber, message_id: MessageId) -> TranscriptView:
        await find_message(http, desk, number, message_id)
        written = (await texts.of([message_id])).get(message_id)
        if written is None:
            raise ProblemError("message-unknown", f"{message_id} has no recording")
        return _view(written)

    @router.post(
        one,
        summary="Have a message's text written down again",
        operation_id="ask_transcript",
        status_code=202,
        dependencies=owners,
        responses={**missing, **documented("foreign-origin", "transcription-absent")},
    )
    async def ask(http: Request, number: MailboxNumber, message_id: MessageId) -> None:
        message = await find_message(http, desk, number, message_id)
        if texts.absent:
            raise ProblemError("transcription-absent", texts.absent)
        if not await texts.ask(message):
            raise ProblemError("message-unknown", f"{message_id} has no recording")

    @router.get(
        "/transcription",
        summary="How the work on texts goes",
        operation_id="get_transcription",
        dependencies=[needs(Right.ADMINISTER)],
    )
    async def state() -> TranscriptionState:
        counts, dead = await texts.counts(), await texts.dead(MOST_DEAD)
        return TranscriptionState(
            is_on=not texts.absent,
            why_not=texts.absent,
            pending=counts.get(TextState.PENDING, 0),
            done=counts.get(TextState.DONE, 0),
            left_out=counts.get(TextState.LEFT_OUT, 0),
            dead=[
                DeadText(message_id=each.message_id, mailbox=each.mailbox, attempts=each.attempts, error=each.error)
                for each in dead
            ],
        )

    return router


def _view(written: WrittenText) -> TranscriptView:
    transcript = written.transcript
    return TranscriptView(
        state=written.state,
        text=transcript.text,
        language=transcript.language,
        confidence=transcript.confidence,
        recogniser=transcript.recogniser,
        words=[
            WordView(text=word.text, start_s=word.start_s, end_s=word.end_s, confidence=word.confidence)
            for word in transcript.words
        ],
        attempts=written.attempts,
        error=written.error,
    )
