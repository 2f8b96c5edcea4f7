"""The house as the deliveries ask it: its settings, mailboxes, recordings and links; and what a new message needs.

In: the running configuration, the mailboxes, the recordings. Out: implements vmq.mail.ports.House and what
vmq.voicemail.ports.Outgoing asks; nothing is sent here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from vmq.app.links import Links
from vmq.app.profiles import time_zone_of
from vmq.app.texts import Texts
from vmq.audio.formats import MEDIA_TYPES, SUFFIXES, as_one, can_make, encoded
from vmq.audio.store import RecordingStore
from vmq.config.delivery import SoundFormat
from vmq.config.model import Config, MailboxConfig
from vmq.db.feeds import FeedRepository
from vmq.domain.delivery import Delivery, Notice, Way, Wish, deliveries_of
from vmq.domain.mailbox import Message
from vmq.engine.ports import Clock
from vmq.errors import DeliveryError, DeliveryRefused
from vmq.mail.ports import Attaching, Box, CommandSettings, MailSettings, Sound, WebhookSettings
from vmq.mail.texts import Texts as Templates
from vmq.voicemail.ports import Mailboxes

DAY_S = 86400.0
HOOK = "hook"
"""The name of the command as a recipient."""


class ConfiguredHouse:
    """`config` gives the configuration in effect."""

    def __init__(
        self,
        config: Callable[[], Config],
        *,
        mailboxes: Mailboxes,
        feeds: FeedRepository,
        store: RecordingStore,
        links: Links,
        clock: Clock,
        texts: Texts | None = None,
    ) -> None:
        self._config = config
        self._mailboxes = mailboxes
        self._feeds = feeds
        self._store = store
        self._links = links
        self._clock = clock
        self._texts = texts

    def deliveries(self, message: Message) -> Sequence[Delivery]:
        """What a new message needs, to be stored with it."""
        config = self._config()
        domain = config.mail.sender.rpartition("@")[2]
        wishes = wishes_of(config, message.mailbox)
        wait_s = self._texts.wait_s(message) if self._texts else 0.0
        now, give_up_s = self._clock.now(), config.mail.give_up_days * DAY_S
        caller = _owner_of(config, message.caller_number)
        named = replace(message, caller_name=message.caller_name or (caller.name if caller else ""))
        return deliveries_of(named, wishes, domain, now, give_up_s, text_wait_s=wait_s)

    def mail(self) -> MailSettings:
        """How mail goes out."""
        return mail_settings(self._config())

    def webhook(self, name: str) -> WebhookSettings | None:
        """A webhook by its name."""
        found = (hook for hook in self._config().webhook if hook.name == name)
        return next((WebhookSettings(hook.url, hook.secret.get_secret_value(), hook.timeout_s) for hook in found), None)

    def command(self) -> CommandSettings:
        """The command hook."""
        hook = self._config().hook
        return CommandSettings(hook.command, hook.timeout_s)

    def reply_to(self, notice: Notice) -> str:
        """The caller's own address, where his number is that of a mailbox; else ""."""
        caller = _owner_of(self._config(), notice.caller_number)
        return next(iter(caller.email), "") if caller else ""

    def attaching(self, notice: Notice) -> Attaching:
        """What the owner of the mailbox wants; a format that can't be made is WAV instead. A mail could be forwarded,
        which a private message must not be: it goes without its sound."""
        wanted = _mailbox(self._config(), notice.mailbox)
        if not wanted.attach or notice.is_private:
            return Attaching("")
        return Attaching(wanted.attach_format if can_make(wanted.attach_format) else "wav", wanted.delete_after_mail)

    async def box(self, mailbox: str) -> Box:
        """The mailbox as it is now."""
        found = (await self._mailboxes.find(mailbox)).get(mailbox)
        zone = time_zone_of(self._config(), mailbox)
        return Box(found.name, found.counts, zone) if found else Box(zone=zone)

    async def require_sound(self, notice: Notice) -> None:
        """Raises DeliveryError where the recording can't be found, DeliveryRefused where its message is gone too."""
        if await self._store.missing([notice.ref]):
            if await self._feeds.message(notice.message_id) is None:
                raise DeliveryRefused("the message was deleted before it could go out, and its recording is gone")
            raise DeliveryError(f"the recording {notice.ref} can't be found; restore it from a backup")

    async def sound(self, notice: Notice, form: str, max_bytes: int) -> Sound | None:
        """A message's sound in a format, with the introduction of who forwarded it before; None when it is larger."""
        paths = [self._store.path(ref) for ref in (notice.introduction, notice.ref) if ref]

        def made() -> bytes | None:
            if form == "wav" and sum(path.stat().st_size for path in paths) > max_bytes:
                return None
            with as_one(paths) as path:
                data = encoded(path, form)
            return data if len(data) <= max_bytes else None

        data = await asyncio.to_thread(made)
        return Sound(data, MEDIA_TYPES[form], SUFFIXES[form]) if data is not None else None

    async def transcript(self, notice: Notice) -> str:
        """What is said in a message, as far as that is known. A private one's stays in its mailbox, like its sound."""
        return "" if self._texts is None or notice.is_private else await self._texts.text(notice.message_id)

    def sound_file(self, notice: Notice) -> str:
        """Where the recording is, as vmq sees it."""
        return str(self._store.path(notice.ref))

    async def link(self, notice: Notice) -> str:
        """Where the message can be heard for some days; "" when there is no public address, or it is private."""
        mail = self._config().mail
        if not mail.public_url or notice.is_private:
            return ""
        return await self._links.signed(mail.public_url, notice.message_id, self._clock.now() + mail.link_days * DAY_S)


def wishes_of(config: Config, number: str) -> Iterator[Wish]:
    """Who is to be told of a message for this mailbox."""
    mailbox = _mailbox(config, number)
    yield from (Wish(Way.MAIL, address) for address in mailbox.email)
    if mailbox.pager:
        yield Wish(Way.PAGER, mailbox.pager)
    for webhook in config.webhook:
        if not webhook.mailboxes or number in webhook.mailboxes:
            yield Wish(Way.WEBHOOK, webhook.name)
    if config.hook.command:
        yield Wish(Way.COMMAND, HOOK)


def mail_settings(config: Config) -> MailSettings:
    """What the deliveries are to know of the section [mail]."""
    mail = config.mail
    return MailSettings(
        host=mail.host,
        port=mail.port,
        tls=mail.tls.value,
        user=mail.user,
        password=mail.password.get_secret_value(),
        sender=mail.sender,
        sender_name=mail.sender_name,
        timeout_s=mail.timeout_s,
        max_attachment_bytes=round(mail.max_attachment_mb * 1_000_000),
        templates=mail.templates,
        date_format=mail.date_format,
        context=config.voicemail.context,
        link_days=mail.link_days,
    )


def mail_problems(config: Config) -> Iterator[str]:
    """What can't be done as the configuration says, one line each: formats that can't be made, broken templates."""
    wanted = {mailbox.attach_format for mailbox in config.mailbox if mailbox.email and mailbox.attach}
    for form in sorted(wanted):
        if not can_make(form):
            yield f"attach_format {form.value}: can't be made here, WAV is attached; run `pip install 'vmq[formats]'`"
    if config.mail.host:
        yield from Templates(config.mail.templates).problems()


def _owner_of(config: Config, number: str) -> MailboxConfig | None:
    """Whose telephone it is, by his mailbox's number or another number of it."""
    return next((each for each in config.mailbox if number and number in (each.number, *each.aliases)), None)


def _mailbox(config: Config, number: str) -> MailboxConfig:
    found = (mailbox for mailbox in config.mailbox if mailbox.number == number)
    return next(found, MailboxConfig(number=number, attach_format=SoundFormat.WAV))
