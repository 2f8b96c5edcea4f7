"""A house with voicemail for tests: real database, real files, the real comedian pack; a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.scripted_line import ScriptedLine, Step
from tests.support.wav import write_wav
from vmq.app.profiles import voicemail_profiles
from vmq.app.settings import house_book, wanted_mailboxes
from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.db.engine import Database, sqlite_url
from vmq.db.journal import DatabaseJournal
from vmq.db.lists import ListRepository
from vmq.db.mailboxes import MailboxRepository
from vmq.db.migrate import upgrade
from vmq.db.owners import OwnerRepository
from vmq.db.register import MailboxRegister
from vmq.db.sendings import SendingRepository
from vmq.db.upkeep import UpkeepRepository
from vmq.dialogue.compile import CompiledPack, compile_pack
from vmq.dialogue.load import load_pack
from vmq.domain.events import Event, MailboxChanged
from vmq.domain.mailbox import Folder, Message
from vmq.domain.records import Record
from vmq.voicemail.options import Options, mailboxes_of
from vmq.voicemail.ports import Outside
from vmq.voicemail.requests import CheckRequest, LeaveRequest, VoicemailResult
from vmq.voicemail.service import Voicemail
from vmq.voicemail.vocabulary import VOICEMAIL

ROOT = Path(__file__).parents[2]


@cache
def personality(name: str) -> CompiledPack:
    """A shipped pack, compiled once."""
    loaded = load_pack(ROOT / "personalities" / name)
    assert loaded.pack and not loaded.findings, loaded.findings
    return compile_pack(loaded.pack, VOICEMAIL)


@dataclass
class StillClock:
    """A Clock that goes only when told to."""

    at: float = 1_800_000_000.0

    def now(self) -> float:
        """Epoch seconds."""
        return self.at


@dataclass
class Sink:
    """An EventSink that keeps what it gets."""

    events: list[Event] = field(default_factory=list)

    def post(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)

    def lamp(self, mailbox: str) -> MailboxChanged | None:
        """What the lamp of a mailbox was last told."""
        told = [event for event in self.events if isinstance(event, MailboxChanged) and event.mailbox == mailbox]
        return told[-1] if told else None


@dataclass
class House:
    """Everything voicemail needs, and short ways to call it."""

    mailboxes: MailboxRepository
    files: RecordingStore
    journal: DatabaseJournal
    sink: Sink
    clock: StillClock
    voicemail: Voicemail
    outside: Outside
    register: MailboxRegister
    calls: int = 0

    def line(self, *script: Step) -> ScriptedLine:
        """Somebody on the telephone. What he says is on the disk when his recording ends."""
        self.calls += 1
        return ScriptedLine(
            *script,
            call_id=f"call-{self.calls}",
            on_record=lambda ref, seconds: write_wav(self.files.path(ref), seconds),
        )

    async def leave(self, *script: Step, **request: str) -> VoicemailResult:
        """Call and leave a message for 1001, or as the request says."""
        party = self.line(*script)
        return await self.leave_on(party, **request)

    async def leave_on(self, party: ScriptedLine, **request: str) -> VoicemailResult:
        """As `leave`, on this line."""
        wanted = {"mailbox": "1001", "caller_number": "2002", "options": "u", **request}
        return await self.voicemail.leave(party, LeaveRequest(party.call_id, **_with_options(wanted)))

    async def check_on(self, party: ScriptedLine, **request: str) -> VoicemailResult:
        """Check 1001 from its own extension, or as the request says."""
        wanted = {"mailbox": "1001", "caller_number": "1001", **request}
        return await self.voicemail.check(party, CheckRequest(party.call_id, **_with_options(wanted)))

    async def inbox(self, mailbox: str = "1001") -> tuple[Message, ...]:
        """The new messages of a mailbox."""
        return await self.mailboxes.messages(mailbox, Folder.INBOX)

    async def records(self, kind: type[Record]) -> list[Any]:
        """What the journal has of a kind."""
        await self.journal.flush()
        return [entry.record for entry in await self.journal.read() if isinstance(entry.record, kind)]


def _with_options(request: Mapping[str, str]) -> dict[str, Any]:
    """The letters of a request as the program reads them; o and a are exits, as in vmq's own contexts."""
    letters = request.get("options", "")
    exits = "".join(letter for letter in "oa" if letter in Options.of(letters))
    also = {"also": mailboxes_of(request["also"])} if "also" in request else {}
    return {"exits": exits, **request, "options": Options.of(letters), **also}


@asynccontextmanager
async def open_house(
    folder: Path, tables: Mapping[str, Any] | None = None, *, packs: Sequence[str] = ("comedian",), **settings: Any
) -> AsyncIterator[House]:
    """A house whose files and database are in `folder`; again on the same folder, it is the same house restarted.

    `packs` are the personalities there are, `settings` [voicemail]'s, `tables` other parts of the configuration:
    mailbox, class_of_service, schedule.
    """
    database = Database(sqlite_url(folder / "vmq.db"))
    await upgrade(database)
    files = RecordingStore(folder / "recordings", "/asterisk/recordings")
    await files.open()
    mailboxes, journal, sink, clock = MailboxRepository(database), DatabaseJournal(database), Sink(), StillClock()
    await journal.start()
    sendings, lists, upkeep = SendingRepository(database), ListRepository(database), UpkeepRepository(database)
    outside = Outside(mailboxes, OwnerRepository(database), files, journal, sink, clock, sendings, lists, upkeep)
    config = Config.model_validate({"voicemail": settings, **(tables or {})})
    voicemail = Voicemail(outside, voicemail_profiles(config), {name: personality(name) for name in packs})
    voicemail.office.book = house_book(config)
    await voicemail.ensure_mailboxes(wanted_mailboxes(config))
    try:
        yield House(mailboxes, files, journal, sink, clock, voicemail, outside, MailboxRegister(database))
    finally:
        await journal.close()
        await database.close()
