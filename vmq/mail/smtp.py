"""Sends mail to the configured server, and tells what can be tried again from what can't.

A refusal of this recipient or of this mail (5xx) is for ever. Anything that would meet another mail too is the house's
own trouble, which somebody will mend: no link, no login, a sender that isn't taken, and every 4xx.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPServerDisconnected,
    SMTPStatus,
)

from vmq.domain.delivery import Delivery, Way
from vmq.errors import DeliveryError, DeliveryRefused
from vmq.mail.facts import facts_of
from vmq.mail.letter import Letter, letter, short_letter
from vmq.mail.ports import House, MailSettings
from vmq.mail.texts import texts_in

LIMIT_S = 1800.0  # for one mail with all its sound
DATA_S = 1200.0  # for the answer to its end (RFC 5321, 4.5.3.2.6): who asks again earlier sends it twice
_QUIT_S = 5.0
_FOR_EVER = 500  # replies from here on


class Mailer:
    """The sender of mail and pager texts."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def send(self, delivery: Delivery) -> bool:
        """Send; True when the message's sound went with it and its owner wants it deleted then. Raises DeliveryError
        (DeliveryRefused: for ever), StorageError."""
        settings = self._house.mail()
        if not settings.host:
            raise DeliveryError("there is no mail server; write one as [mail] host")
        texts = texts_in(settings.templates)
        box = await self._house.box(delivery.notice.mailbox)
        transcript = await self._house.transcript(delivery.notice)
        if delivery.way is Way.PAGER:
            facts = facts_of(delivery.notice, box, settings, transcript=transcript)
            await post(settings, delivery.recipient, short_letter(delivery, facts, texts, settings))
            return False
        await self._house.require_sound(delivery.notice)
        wanted = self._house.attaching(delivery.notice)
        sound = None
        if wanted.form:
            sound = await self._house.sound(delivery.notice, wanted.form, settings.max_attachment_bytes)
        link = await self._house.link(delivery.notice) if sound is None else ""
        facts = facts_of(
            delivery.notice, box, settings, link=link, is_attached=sound is not None, transcript=transcript
        )
        reply_to = self._house.reply_to(delivery.notice)
        written = await asyncio.to_thread(letter, delivery, facts, texts, settings, sound, reply_to=reply_to)
        await post(settings, delivery.recipient, written)
        return sound is not None and wanted.delete_after


async def post(settings: MailSettings, recipient: str, mail: Letter) -> None:
    """Give one mail to the server. Back once it has accepted it. Raises DeliveryError."""
    async with _errors(settings):
        client = await _client(settings)
        try:
            async with asyncio.timeout(LIMIT_S):
                await client.connect()
                await client.mail(settings.sender)
                await client.rcpt(recipient)
                await _give(client, mail)
        except BaseException:
            client.close()
            raise
    await _leave(client)


async def _give(client: SMTP, mail: Letter) -> None:
    """The mail itself, piece by piece, and others' turns in between: the library would take its time for the whole."""
    reply = await client.execute_command(b"DATA")
    if reply.code != SMTPStatus.start_input:
        raise SMTPDataError(reply.code, reply.message)
    for piece in mail.pieces():
        if client.protocol is None:
            raise SMTPServerDisconnected("the link broke in the middle of a mail")
        client.protocol.write(piece)
        await asyncio.sleep(0)
    reply = await client.execute_command(b".", timeout=DATA_S)
    if reply.code != SMTPStatus.completed:
        raise SMTPDataError(reply.code, reply.message)


async def greet(settings: MailSettings) -> None:
    """Connect and log in, as a mail would, and leave. Raises DeliveryError."""
    async with _errors(settings):
        client = await _client(settings)
        try:
            async with asyncio.timeout(settings.timeout_s):
                await client.connect()
        finally:
            await _leave(client)


async def _leave(client: SMTP) -> None:
    """Say good-bye; what comes of it changes nothing."""
    with suppress(SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(_QUIT_S):
            await client.quit()
    client.close()


async def _client(settings: MailSettings) -> SMTP:
    context = await asyncio.to_thread(secure_context) if settings.tls != "none" else None
    return SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.user or None,
        password=settings.password or None,
        local_hostname=socket.gethostname() or "localhost",
        timeout=settings.timeout_s,
        use_tls=settings.tls == "tls",
        start_tls=settings.tls == "starttls",
        tls_context=context,
    )


@cache
def secure_context() -> ssl.SSLContext:
    """What this system trusts. To read it takes long, so that it is read once, in a thread."""
    return ssl.create_default_context()


@asynccontextmanager
async def _errors(settings: MailSettings) -> AsyncIterator[None]:
    """The library's errors as ours."""
    server = f"mail server {settings.host}:{settings.port}"
    try:
        yield
    except SMTPRecipientRefused as error:
        kind = DeliveryRefused if error.code >= _FOR_EVER else DeliveryError
        raise kind(f"{server}: refuses the recipient ({error.code} {error.message})") from None
    except SMTPDataError as error:
        kind = DeliveryRefused if error.code >= _FOR_EVER else DeliveryError
        raise kind(f"{server}: refuses the mail ({error.code} {error.message})") from None
    except TimeoutError:
        raise DeliveryError(f"{server}: no answer in time") from None
    except (SMTPException, OSError, ValueError) as error:
        raise DeliveryError(f"{server}: {error or type(error).__name__}") from None
