"""The AGI routes of what a dialplan asks of mailboxes (vmq.voicemail.asking); variables say what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.fastagi import FastAgiServer
from vmq.asterisk.line import AgiLine
from vmq.errors import StorageError
from vmq.voicemail.asking import Questions
from vmq.voicemail.options import mailboxes_of

log = structlog.get_logger(__name__)


def add_question_routes(server: FastAgiServer, questions: Questions, line_for: Callable[[AgiSession], AgiLine]) -> None:
    """Serve AGI(…/info/<mailboxes>,<attribute>,<folder>), …/name/<mailbox> and …/message/<mailbox>,<id>."""

    async def info(session: AgiSession, mailbox: str) -> None:
        told = ""
        try:
            told = await questions.info(mailboxes_of(mailbox), session.argument(1), session.argument(2))
        except StorageError as error:
            log.error("mailbox_not_told", call_id=session.call_id, error=str(error))
        await session.set_variable("VM_INFO", told)

    async def say_name(session: AgiSession, mailbox: str) -> None:
        await spoken(session, "VMSTATUS", lambda: questions.say_name(line_for(session), one(mailbox), session.language))

    async def play(session: AgiSession, mailbox: str) -> None:
        message_id = session.argument(1)
        await spoken(
            session, "VOICEMAIL_PLAYBACKSTATUS", lambda: questions.play(line_for(session), one(mailbox), message_id)
        )

    async def spoken(session: AgiSession, variable: str, say: Callable[[], Awaitable[bool]]) -> None:
        await session.command("ANSWER")
        is_said = False
        try:
            is_said = await say()
        except StorageError as error:
            log.error("mailbox_not_told", call_id=session.call_id, error=str(error))
        await session.set_variable(variable, "SUCCESS" if is_said else "FAILED")

    server.add_route("info", info)
    server.add_route("name", say_name)
    server.add_route("message", play)


def one(mailboxes: str) -> str:
    """The first of `1001@default&1002`."""
    return next(iter(mailboxes_of(mailboxes)), "")
