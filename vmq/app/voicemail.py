"""Puts voicemail together, and into effect what a changed configuration says of it."""

from __future__ import annotations

from collections.abc import Mapping

from vmq.app.profiles import voicemail_profiles
from vmq.app.settings import house_book, wanted_mailboxes
from vmq.config.model import Config
from vmq.db.engine import Database
from vmq.db.lists import ListRepository
from vmq.db.owners import OwnerRepository
from vmq.db.sendings import SendingRepository
from vmq.db.upkeep import UpkeepRepository
from vmq.dialogue.compile import CompiledPack
from vmq.engine.ports import Clock, EventSink, Journal
from vmq.voicemail.ports import Mailboxes, Outgoing, Outside, RecordingFiles
from vmq.voicemail.service import Voicemail


def outside_of(
    database: Database,
    *,
    mailboxes: Mailboxes,
    files: RecordingFiles,
    journal: Journal,
    sink: EventSink,
    clock: Clock,
    outgoing: Outgoing,
) -> Outside:
    """Everything that voicemail reaches, over the open database."""
    return Outside(
        mailboxes,
        OwnerRepository(database),
        files,
        journal,
        sink,
        clock,
        SendingRepository(database),
        ListRepository(database),
        UpkeepRepository(database),
        outgoing,
    )


async def open_voicemail(config: Config, outside: Outside, packs: Mapping[str, CompiledPack]) -> Voicemail:
    """The service, with the mailboxes that are written down. Raises PackError, StorageError."""
    voicemail = Voicemail(outside, voicemail_profiles(config), packs)
    voicemail.office.book = house_book(config)
    await voicemail.ensure_mailboxes(wanted_mailboxes(config))
    return voicemail


async def use_in_voicemail(voicemail: Voicemail, config: Config) -> None:
    """Put a changed configuration into effect; what can fail comes first. Raises PackError, StorageError."""
    await voicemail.ensure_mailboxes(wanted_mailboxes(config))
    lamps = voicemail.profiles.lamps
    voicemail.use(voicemail_profiles(config))
    voicemail.office.book = house_book(config)
    if voicemail.profiles.lamps != lamps:
        await voicemail.republish_lamps()
    voicemail.office.look_again()
