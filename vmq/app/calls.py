"""The AGI routes: an AGI session's head and arguments → a request to a service, its result → channel variables."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.fastagi import FastAgiServer
from vmq.asterisk.line import AgiLine
from vmq.asterisk.sessions import Sessions
from vmq.errors import HungUp, PackError, VmqError
from vmq.queue_voice.service import QueueVoices
from vmq.studio.service import EditRequest, Studio
from vmq.voicemail.calling import CALL_EXIT, Onward
from vmq.voicemail.dialling import DiallingLine
from vmq.voicemail.options import Options, mailboxes_of
from vmq.voicemail.requests import CheckRequest, LeaveRequest, VmStatus, VoicemailResult
from vmq.voicemail.service import Voicemail

log = structlog.get_logger(__name__)

_CONTEXT = re.compile(r"[A-Za-z0-9_-]{1,79}")

MAX_CATEGORY = 200
"""Longest category of a message, in characters: what the dialplan says more is cut."""

LineFor = Callable[[AgiSession], AgiLine]


def add_routes(
    server: FastAgiServer, sessions: Sessions, voicemail: Voicemail, voices: QueueVoices, line_for: LineFor
) -> None:
    """Serve all scripts that vmq's dialplan asks for (see vmq.asterisk.dialplan)."""

    async def leave(session: AgiSession, mailbox: str) -> None:
        request = leave_request(session, mailbox)
        is_early = "e" in request.options

        async def run() -> VoicemailResult:
            party = line_for(session)
            if is_early:
                party.is_answered_late = True
            if "t" in request.options:
                party.beep = request.options.value("t")
            context = await _dialled_context(session, request.options)
            if not _CONTEXT.fullmatch(context):
                return await voicemail.leave(party, request)
            return await _leave_or_dial(session, voicemail, party, request, context)

        await _run(session, run, answers=not is_early)

    async def check(session: AgiSession, mailbox: str) -> None:
        await _run(session, lambda: voicemail.check(line_for(session), check_request(session, mailbox)))

    async def desk(session: AgiSession, wish: str) -> None:
        await session.command("ANSWER")
        try:
            await voices.serve_desk(line_for(session), wish, session.channel)
        except PackError as error:
            log.error("desk_call_failed", call_id=session.call_id, error=str(error))

    server.add_route("queue", sessions.serve_caller, needs_name=True)
    server.add_route("agent", sessions.serve_leg, needs_name=True)
    server.add_route("callback", sessions.serve_callback, needs_name=True)
    server.add_route("desk", desk)
    server.add_route("leave", leave, may_finish=True)
    server.add_route("check", check, may_finish=True)


def add_studio_route(server: FastAgiServer, studio: Studio, line_for: LineFor) -> None:
    """Serve administrators who record prompts: AGI(…/prompts/<set>)."""

    async def edit(session: AgiSession, set_name: str) -> None:
        await session.command("ANSWER")
        caller = known_field(session, "agi_callerid")
        await studio.edit(line_for(session), EditRequest(session.call_id, set_name, session.language, caller))

    server.add_route("prompts", edit, may_finish=True)


async def _dialled_context(session: AgiSession, options: Options) -> str:
    """The context of option d, the one that called where it names none; "" without it."""
    if "d" not in options:
        return ""
    return options.value("d") or await session.get_variable("VMQ_AT")


async def _leave_or_dial(
    session: AgiSession, voicemail: Voicemail, party: AgiLine, request: LeaveRequest, context: str
) -> VoicemailResult:
    """A message, or an extension of this context that he dialled instead."""

    async def exists(number: str) -> bool:
        return await session.has_extension(context, number)

    dialling = DiallingLine(party, exists)
    result = await voicemail.leave(dialling, request)
    if not dialling.dialled:
        return result
    return VoicemailResult(VmStatus.USEREXIT, exit=CALL_EXIT, to=Onward(dialling.dialled, context))


def leave_request(session: AgiSession, mailbox: str) -> LeaveRequest:
    """AGI(…/leave/<mailboxes>,<options>,<dialled extension>,<x, and the exits there are>,<category>): see `_exits`."""
    options = Options.of(session.argument(1))
    first, *others = mailboxes_of(mailbox) or ("",)
    return LeaveRequest(
        call_id=session.call_id,
        mailbox=first,
        also=tuple(others),
        dialled=session.argument(2) or known_field(session, "agi_dnid"),
        redirecting=known_field(session, "agi_rdnis"),
        caller_number=known_field(session, "agi_callerid"),
        caller_name=known_field(session, "agi_calleridname"),
        options=options,
        exits=_exits(session, options),
        language=session.language,
        category=session.argument(4)[:MAX_CATEGORY],
    )


def check_request(session: AgiSession, mailbox: str) -> CheckRequest:
    """AGI(…/check/<mailbox>,<options>,<dialled extension>,<x, and the exits there are>): see `_exits`."""
    options = Options.of(session.argument(1))
    number = next(iter(mailboxes_of(mailbox)), "")
    return CheckRequest(
        call_id=session.call_id,
        mailbox="" if "p" in options else number,
        prefix=number if "p" in options else "",
        dialled=session.argument(2) or known_field(session, "agi_dnid"),
        caller_number=known_field(session, "agi_callerid"),
        caller_name=known_field(session, "agi_calleridname"),
        options=options,
        exits=_exits(session, options),
        language=session.language,
    )


def _exits(session: AgiSession, options: Options) -> str:
    """Which extensions the dialplan has for whom presses 0 or *. vmq's own contexts are told by the letters o and a;
    those for Asterisk's applications look themselves, since there a(…) is a folder, and say x before it."""
    found = session.argument(3)
    return found.removeprefix("x") if found else "".join(letter for letter in "oa" if letter in options)


async def _run(session: AgiSession, call: Callable[[], Awaitable[VoicemailResult]], *, answers: bool = True) -> None:
    """Answer (unless that is the line's to do), run the dialogue, and tell the dialplan how it ended; a failure too, so
    that it does not try again.

    While Asterisk answers, the dialogue reads what it needs.
    """
    if answers:
        session.begin("ANSWER")
    result = VoicemailResult(VmStatus.FAILED)
    try:
        result = await call()
    except HungUp:
        raise
    except VmqError as error:
        log.error("voicemail_call_failed", call_id=session.call_id, error=str(error))
    except Exception:  # a mistake of ours: without a status the dialplan would try ten times
        log.exception("voicemail_call_failed", call_id=session.call_id)
    for name, value in result.variables:
        await session.set_variable(name, value)


def known_field(session: AgiSession, field: str) -> str:
    """A head field; res_agi.c writes `unknown` for what it doesn't know."""
    value = str(session.headers.get(field, ""))
    return "" if value == "unknown" else value
