"""The voicemail service: one method for each thing that the rest of the program asks of it.

`leave` and `check` run one call each; `recover`, `on_hang_up` and `republish_lamps` follow the program's and Asterisk's
restarts; `ensure_mailboxes` makes those that the administrator has written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session
from vmq.domain import line
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.mailbox import Mailbox, MailboxRules, choose_mailbox, mailbox_candidates
from vmq.domain.records import MailboxMade
from vmq.engine.ports import Line
from vmq.errors import PackError, StorageError
from vmq.voice.language import Voice
from vmq.voice.run import DialogueRun
from vmq.voicemail import deliver
from vmq.voicemail.actions import Actions, local_time
from vmq.voicemail.check import CheckActions
from vmq.voicemail.choices import Choices
from vmq.voicemail.drafts import Drafts, new_id
from vmq.voicemail.greetings import GreetingActions
from vmq.voicemail.leave import LeaveActions
from vmq.voicemail.login import Login
from vmq.voicemail.marks import MarkActions
from vmq.voicemail.office import Office
from vmq.voicemail.pins import hash_pin
from vmq.voicemail.ports import Outside
from vmq.voicemail.recover import Recovered, audit, recover_drafts
from vmq.voicemail.requests import CheckRequest, LeaveRequest, VmStatus, VoicemailResult
from vmq.voicemail.settings import Settings
from vmq.voicemail.strangers import Strangers
from vmq.voicemail.visit import Visit
from vmq.voicemail.vocabulary import VOICEMAIL
from vmq.voicemail.voice import at_home

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WantedMailbox:
    """A mailbox that the administrator wants to be there; `pin` counts only while the mailbox is new."""

    number: str
    name: str = ""
    pin: str = field(default="", repr=False)
    personality: str = ""
    language: str = ""


class Voicemail:
    """Voicemail for all mailboxes of this house. `packs` are the personalities by id, `choices` the values of their
    settings."""

    def __init__(
        self,
        outside: Outside,
        settings: Settings,
        packs: Mapping[str, CompiledPack],
        choices: Choices | None = None,
    ) -> None:
        self._outside = outside
        self._packs = packs
        self._choices = choices or Choices()
        self.use(settings)
        self._busy: set[str] = set()
        self._waiting: set[str] = set()
        self._strangers = Strangers()
        self._sweeping = asyncio.Lock()
        self.office = Office(outside, lambda _: self._settings, self._sweeping)
        self._has_failed = False

    @property
    def personalities(self) -> Collection[str]:
        """The packs there are."""
        return self._packs.keys()

    def use(self, settings: Settings) -> None:
        """From the next call on, behave like this. Raises PackError when its personality is not among the packs."""
        if settings.personality not in self._packs:
            raise PackError(f"no personality {settings.personality}: it is missing or was refused at start")
        self._settings = settings
        self._rules = MailboxRules(
            settings.create_on_message, settings.create_pattern, settings.operator, settings.house_mailbox
        )

    async def leave(self, party: Line, request: LeaveRequest) -> VoicemailResult:
        """A caller leaves a message. Returns when the dialogue is over, also by a hang-up. Raises StorageError when not
        even the mailboxes can be read, PackError when the pack is broken; what was recorded is kept in any case."""
        await self.on_hang_up(request.call_id)
        mailbox = await self._mailbox_for(request)
        number = mailbox.number if mailbox else ""
        first = self._draft(DraftKind.MESSAGE, request, number, is_urgent="U" in request.options)
        drafts = Drafts(self._outside, first, self._busy)
        actions = LeaveActions(self._outside, self._settings, mailbox, drafts)
        facts = {
            "mailbox": number,
            "is_busy": "b" in request.options,
            "is_unavailable": "u" in request.options,
            "skips_instructions": "s" in request.options,
            "has_operator": "o" in request.options,
            "has_star_exit": "a" in request.options,
            "is_draft_urgent": first.is_urgent,
        }
        session = self._session(mailbox, "leave_message", facts, drafts)
        voice = Voice(session, party, request.language)
        await voice.speak(mailbox.language if mailbox else "")
        end = await self._run(session, party, {**actions.table, **MarkActions(drafts).table}, drafts)
        await voice.restore()
        message_file = self._outside.files.asterisk_path(actions.message_ref) if actions.message_ref else ""
        is_done = bool(message_file) or (mailbox is not None and actions.is_greeting_only)
        return _result(end, is_done, message_file)

    async def check(self, party: Line, request: CheckRequest) -> VoicemailResult:
        """An owner hears messages. As `leave`; FAILED when nobody got in. Without a mailbox it is asked for."""
        number = request.mailbox
        mailbox = (await self._outside.mailboxes.find(number)).get(number) if number else None
        drafts = Drafts(self._outside, self._draft(DraftKind.GREETING, request, number), self._busy)
        login = Login(self._outside, self._settings, self._rules, request, self._strangers, known=mailbox)
        visit = Visit(self._outside, self._settings, login)
        facts = {
            "mailbox": number,
            "is_mailbox_given": bool(number),
            "is_trusted": login.is_trusted,
            "has_star_exit": "a" in request.options,
        }
        session = self._session(mailbox, "check_messages", facts, drafts)
        voice = Voice(session, party, request.language)
        await voice.speak(mailbox.language if mailbox else "")
        parts = (login, CheckActions(visit), GreetingActions(self._outside, login, drafts))
        actions = {name: action for part in parts for name, action in part.table.items()}
        actions |= self.office.actions(visit, drafts)
        actions["open_mailbox"] = at_home(actions["open_mailbox"], login, session, voice, self._choices)
        try:
            end = await self._run(session, party, actions, drafts)
        finally:
            await self._close_visit(visit, request.call_id)
        if login.opened is not None:
            self._choices.keep(login.opened.number, session.chosen)
        await voice.restore()
        return _result(end, login.opened is not None)

    async def recover(self, alive: Collection[str]) -> None:
        """Finish what earlier runs left, once at start. `alive` are the call ids of the channels that Asterisk has.

        Raises StorageError when folder or database can't be read.
        """
        self._waiting = set(alive)
        await self._sweep()
        await self.office.upkeep.do_due()
        async with self._sweeping:
            await audit(self._outside)

    def waits_for(self, call_id: str) -> bool:
        """True while a recording that an earlier run began waits for this channel's hang-up."""
        return call_id in self._waiting

    async def on_hang_up(self, call_id: str) -> None:
        """A channel is gone, or has left the recording that an earlier run began: finish that. Free for others."""
        if call_id in self._waiting:
            self._waiting.discard(call_id)
            await self._sweep()

    async def on_reconnect(self, alive: Collection[str]) -> None:
        """Asterisk is back with these channels: nobody saw the hang-ups of the others, which count now."""
        if not self._waiting <= set(alive):
            self._waiting &= set(alive)
            await self._sweep()

    async def _sweep(self) -> None:
        """Finish all drafts that no call has in hand, one sweep at a time."""
        async with self._sweeping:
            recovered = await recover_drafts(self._outside, self.office.limit, self._waiting, self._busy)
            self._waiting &= set(recovered.waiting)
            self._has_failed = bool(recovered.failed)
        if recovered != Recovered():
            log.info("drafts_recovered", stored=recovered.stored, waiting=recovered.waiting, failed=recovered.failed)
            self.office.look_again()

    async def republish_lamps(self) -> None:
        """Announce the counts of every mailbox, after each (re)connect to Asterisk. Raises StorageError."""
        await deliver.republish_lamps(self._outside)

    async def ensure_mailboxes(self, wanted: Sequence[WantedMailbox]) -> None:
        """Make those of the mailboxes that are not there. Existing ones take over name, personality and language where
        those are written, and keep their PIN."""
        known = await self._outside.mailboxes.find(*(mailbox.number for mailbox in wanted))
        for told in (mailbox for mailbox in wanted if mailbox.number in known):
            old = known[told.number]
            new_words = told.name or old.name, told.personality or old.personality, told.language or old.language
            if new_words != (old.name, old.personality, old.language):
                await self._outside.mailboxes.describe(told.number, *new_words)
        for new in (mailbox for mailbox in wanted if mailbox.number not in known):
            pin_hash = await hash_pin(new.pin) if new.pin else ""
            now = self._outside.clock.now()
            made = Mailbox(new.number, new.name, new.personality, new.language, pin_hash)
            if await self._outside.mailboxes.ensure(made, now):
                self._outside.journal.append(MailboxMade(new.number), now)

    async def _mailbox_for(self, request: LeaveRequest) -> Mailbox | None:
        candidates = mailbox_candidates(request.dialled, request.redirecting, request.mailbox, self._rules)
        known = await self._outside.mailboxes.find(*candidates)
        chosen = choose_mailbox(candidates, known, self._rules)
        if chosen is None:
            log.warning("no_mailbox", call_id=request.call_id, tried=candidates)
            return None
        return known.get(chosen) or Mailbox(chosen)

    def _draft(
        self, kind: DraftKind, request: LeaveRequest | CheckRequest, mailbox: str, is_urgent: bool = False
    ) -> Draft:
        return Draft(
            id=new_id(),
            kind=kind,
            mailbox=mailbox,
            call_id=request.call_id,
            started_at=self._outside.clock.now(),
            caller_number=request.caller_number,
            caller_name=request.caller_name,
            is_urgent=is_urgent,
            min_s=self._settings.min_message_s,
        )

    def _session(self, mailbox: Mailbox | None, entry: str, facts: Mapping[str, object], drafts: Drafts) -> Session:
        personality = (mailbox.personality if mailbox else "") or self._settings.personality
        if personality not in self._packs:
            log.error("personality_unknown", mailbox=mailbox.number if mailbox else "", personality=personality)
        pack = self._packs.get(personality) or self._packs.get(self._settings.personality)
        if pack is None:
            raise PackError(f"no personality {self._settings.personality}: it is missing or was refused at start")
        common = {"draft": drafts.current.ref, "now": local_time(self._outside.clock.now())}
        settings = self._choices.of(mailbox.number if mailbox else "")
        return Session(pack, entry, {**common, **facts}, settings=settings)

    async def _run(self, session: Session, party: Line, actions: Actions, drafts: Drafts) -> line.End:
        """Run the dialogue and clear up behind it. A recording is thrown away only when the dialogue came to its end:
        after an error and when the program stops it stays for the sweep."""
        with structlog.contextvars.bound_contextvars(call_id=party.call_id):
            try:
                return await DialogueRun(session, party, VOICEMAIL, actions, drafts).to_end()
            except Exception as error:
                log.error("call_broken", where=session.where, error=type(error).__name__)
                drafts.hand_over()
                raise
            except asyncio.CancelledError:
                drafts.hand_over()
                self._waiting.add(party.call_id)
                raise
            finally:
                await drafts.close()
                await self._sweep_if_needed(drafts)

    async def _sweep_if_needed(self, drafts: Drafts) -> None:
        """Try again what could not be stored, in this call or before."""
        if self._has_failed or drafts.has_unfinished:
            try:
                await self._sweep()
            except StorageError as error:
                self._has_failed = True
                log.error("sweep_failed", error=str(error), advice="the recordings stay in incoming/ for the next try")

    async def _close_visit(self, visit: Visit, call_id: str) -> None:
        try:
            await visit.close()
        except StorageError as error:
            log.error("visit_not_closed", call_id=call_id, error=str(error))


def _result(end: line.End, is_done: bool, message_file: str = "") -> VoicemailResult:
    status = VmStatus.SUCCESS if is_done else VmStatus.FAILED
    return VoicemailResult(VmStatus.USEREXIT if end.exit else status, message_file, end.exit)
