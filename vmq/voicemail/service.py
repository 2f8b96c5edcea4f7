"""The voicemail service: one method for each thing that the rest of the program asks of it.

`leave` and `check` run one call each, `post` sends without one; `republish_lamps` follows Asterisk's restarts;
`ensure_mailboxes` makes those that the administrator has written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session
from vmq.domain import line
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.letter import Letter, Posted
from vmq.domain.mailbox import Mailbox, choose_mailbox, mailbox_candidates
from vmq.engine.ports import Line
from vmq.errors import PackError, StorageError
from vmq.voice.language import Voice
from vmq.voice.run import DialogueRun
from vmq.voicemail import choices, deliver
from vmq.voicemail.actions import Actions, local_time
from vmq.voicemail.asking import Questions
from vmq.voicemail.calling import CALL_EXIT, CallActions
from vmq.voicemail.check import CheckActions
from vmq.voicemail.dictation import Dictation
from vmq.voicemail.drafts import Drafts, new_id
from vmq.voicemail.greetings import GreetingActions
from vmq.voicemail.leave import LeaveActions
from vmq.voicemail.letters import draft_of, post_letter
from vmq.voicemail.login import Login
from vmq.voicemail.marks import MarkActions
from vmq.voicemail.new_pin import PinActions
from vmq.voicemail.office import Office
from vmq.voicemail.options import Options
from vmq.voicemail.ports import Outside
from vmq.voicemail.profiles import Profiles
from vmq.voicemail.renames import Renames
from vmq.voicemail.requests import CheckRequest, LeaveRequest, VmStatus, VoicemailResult
from vmq.voicemail.settings import Settings
from vmq.voicemail.strangers import Strangers
from vmq.voicemail.sweeper import Sweeper
from vmq.voicemail.visit import Visit
from vmq.voicemail.vocabulary import VOICEMAIL
from vmq.voicemail.voice import at_home
from vmq.voicemail.wanted import WantedMailbox, ensure_mailboxes
from vmq.voicemail.wishes import WishActions

log = structlog.get_logger(__name__)

LOGIN_EXIT = "login"
"""A caller goes on to an owner's log-in, in the same call."""


class Voicemail:
    """Voicemail for all mailboxes of this house. `packs` are the personalities by id; `office` is what all who send
    share, `sweeper` finishes what calls left unfinished, `renames` are told of mailboxes that get another number,
    `questions` answers the dialplan's."""

    def __init__(self, outside: Outside, profiles: Profiles, packs: Mapping[str, CompiledPack]) -> None:
        self._outside = outside
        self._packs = packs
        self.use(profiles)
        self._strangers = Strangers()
        self.questions = Questions(outside, lambda: self._profiles)
        lock = asyncio.Lock()
        self.office = Office(outside, self._settings_of, lock)
        self.sweeper = Sweeper(outside, self.office, lock)
        self.renames = Renames()
        self._logins: set[Login] = set()

    @property
    def personalities(self) -> Collection[str]:
        """The packs there are."""
        return self._packs.keys()

    @property
    def profiles(self) -> Profiles:
        """What holds now for each mailbox."""
        return self._profiles

    def _settings_of(self, mailbox: str) -> Settings:
        return self._profiles.of(mailbox)

    def use(self, profiles: Profiles) -> None:
        """From the next call on, behave like this. Raises PackError when the house's personality is not there."""
        if profiles.personality not in self._packs:
            raise PackError(f"no personality {profiles.personality}: it is missing or was refused at start")
        self._profiles = profiles

    async def leave(self, party: Line, request: LeaveRequest) -> VoicemailResult:
        """A caller leaves a message. Returns when the dialogue is over, also by a hang-up. Raises StorageError when not
        even the mailboxes can be read, PackError when the pack is broken; what was recorded is kept in any case."""
        await self.sweeper.on_hang_up(request.call_id)
        profiles, number_now = self._profiles, self.renames.from_now()
        mailbox, is_internal = await self._mailbox_for(request, profiles)
        number = mailbox.number if mailbox else ""
        settings = profiles.of(number)
        is_urgent = "U" in request.options or "P" in request.options
        first = self._draft(DraftKind.MESSAGE, request, number, settings.min_message_s, is_urgent)
        also = await self._others(request, number, profiles)
        first = replace(first, also=also, category=request.category)
        drafts = Drafts(self._outside, first, self.sweeper.busy, number_now)
        is_busy = "b" in request.options
        look_again = self.office.look_again
        actions = LeaveActions(
            self._outside, settings, mailbox, drafts, look_again, is_busy=is_busy, is_internal=is_internal
        )
        calls = CallActions(lambda: settings, lambda: mailbox, is_owner=False)
        facts = {
            "mailbox": number,
            "draft": drafts.current.ref,
            "is_busy": is_busy,
            "is_unavailable": "u" in request.options,
            "is_internal": is_internal,
            "skips_instructions": "s" in request.options or ("S" in request.options and actions.has_greeting),
            "has_operator": "o" in request.exits,
            "has_star_exit": "a" in request.exits,
            "is_draft_urgent": first.is_urgent,
            "may_log_in": settings.callers_log_in,
        }
        personality = profiles.personality_of(mailbox, request.dialled)
        session = self._session(personality, "leave_message", facts, mailbox, profiles)
        voice = Voice(session, party, request.language)
        await voice.speak(profiles.language_of(mailbox))
        table = {**actions.table, **MarkActions(drafts).table, **calls.table}
        end = await self._run(session, party, table, drafts)
        await voice.restore()
        message_file = self._outside.files.asterisk_path(actions.message_ref) if actions.message_ref else ""
        if end.exit == LOGIN_EXIT and settings.callers_log_in:
            logged_in = await self.check(party, _login_request(request, personality))
            return replace(logged_in, message_file=message_file)
        is_done = bool(message_file) or (mailbox is not None and actions.is_greeting_only)
        return _result(end, is_done, calls, message_file)

    async def check(self, party: Line, request: CheckRequest) -> VoicemailResult:
        """An owner hears messages. As `leave`; FAILED when nobody got in. Without a mailbox it is asked for. Who wants
        to log in again is asked for mailbox and PIN, whoever vouched for him before."""
        while True:
            result, personality = await self._check(party, request)
            if not personality:
                return result
            trusted = Options(tuple(each for each in request.options.values if each[0] != "s"))
            request = replace(request, mailbox="", personality=personality, options=trusted)

    async def _check(self, party: Line, request: CheckRequest) -> tuple[VoicemailResult, str]:
        """One visit; and the personality to log in again with, if that is wanted."""
        profiles = self._profiles
        number = profiles.number_of(request.mailbox)
        known: Mapping[str, Mailbox] = {}
        if number:
            known = await self._outside.mailboxes.find(number, *profiles.of(number).readers)
        mailbox = known.get(number)
        min_s = profiles.of(number).min_message_s
        drafts = Drafts(self._outside, self._draft(DraftKind.GREETING, request, number, min_s), self.sweeper.busy)
        login = Login(self._outside, profiles, request, self._strangers, known=known)
        visit = Visit(self._outside, login, request.options)
        calls = CallActions(lambda: login.settings, lambda: login.opened, lambda: visit.message, is_owner=True)
        facts = {
            "mailbox": number,
            "draft": drafts.current.ref,
            "is_mailbox_given": bool(number),
            "is_trusted": login.is_trusted,
            "has_star_exit": "a" in request.exits,
        }
        personality = request.personality or profiles.personality_of(mailbox, request.dialled)
        session = self._session(personality, "check_messages", facts, mailbox, profiles)
        voice = Voice(session, party, request.language)
        await voice.speak(profiles.language_of(mailbox))
        parts = (
            login,
            PinActions(self._outside, login, request.call_id),
            CheckActions(visit),
            GreetingActions(self._outside, login, drafts),
            WishActions(self._outside, login),
            calls,
        )
        actions = {name: action for part in parts for name, action in part.table.items()}
        actions |= self.office.actions(visit, drafts)
        actions["open_mailbox"] = at_home(actions["open_mailbox"], login, session, voice, profiles)
        self._logins.add(login)
        try:
            end = await self._run(session, party, actions, drafts)
        finally:
            self._logins.discard(login)
            await self._close_visit(visit, request.call_id)
        if login.opened is not None:
            await choices.keep(self._outside, login.opened.number, session.chosen)
        await voice.restore()
        return _result(end, login.opened is not None, calls), personality if end.exit == LOGIN_EXIT else ""

    @asynccontextmanager
    async def dictation(self, request: LeaveRequest) -> AsyncIterator[Dictation]:
        """A message for the request's mailbox that another subject's dialogue records, while the block lasts. Raises
        StorageError when the mailboxes can't be read."""
        await self.sweeper.on_hang_up(request.call_id)
        number_now = self.renames.from_now()
        mailbox, _ = await self._mailbox_for(request, self._profiles)
        number = mailbox.number if mailbox else ""
        settings = self._profiles.of(number)
        first = self._draft(DraftKind.MESSAGE, request, number, settings.min_message_s)
        drafts = Drafts(self._outside, first, self.sweeper.busy, number_now)
        actions = LeaveActions(self._outside, settings, mailbox, drafts, self.office.look_again)
        async with self.sweeper.clearing_up(request.call_id, drafts):
            has_room = mailbox is not None and not settings.quota.is_full(mailbox)
            is_wanted = has_room and not actions.is_greeting_only
            yield Dictation(drafts, actions, settings, is_wanted=is_wanted)

    async def post(self, letter: Letter) -> Posted:
        """An owner sends a message that he made without a telephone. Raises StorageError, BrokenRecordingError for what
        is no WAV file: then nothing was sent."""
        drafts = Drafts(self._outside, draft_of(letter, self._outside.clock.now()), self.sweeper.busy)
        try:
            longest_s = self._settings_of(letter.sender).max_message_s
            return await post_letter(self.office.posting(), letter, drafts, longest_s)
        finally:
            await drafts.close()
            await self.sweeper.after(drafts)

    def has_visitor(self, number: str) -> bool:
        """True while an owner is in this mailbox by telephone."""
        return any(login.opened is not None and login.opened.number == number for login in self._logins)

    async def republish_lamps(self) -> None:
        """Announce the counts of every mailbox, after each (re)connect to Asterisk. Raises StorageError."""
        await deliver.republish_lamps(self._outside)

    async def ensure_mailboxes(self, wanted: Sequence[WantedMailbox]) -> None:
        """Make those of the mailboxes that are not there; see vmq.voicemail.wanted."""
        await ensure_mailboxes(self._outside, wanted)

    async def _mailbox_for(self, request: LeaveRequest, profiles: Profiles) -> tuple[Mailbox | None, bool]:
        """Whose mailbox it is, and whether the caller has one in this house himself."""
        rules, caller = profiles.rules, profiles.number_of(request.caller_number)
        candidates = profiles.numbers_of(
            mailbox_candidates(request.dialled, request.redirecting, request.mailbox, rules)
        )
        known = await self._outside.mailboxes.find(*candidates, *([caller] if caller else ()))
        chosen = choose_mailbox(candidates, known, rules)
        if chosen is None:
            log.warning("no_mailbox", call_id=request.call_id, tried=candidates)
            return None, caller in known
        return known.get(chosen) or Mailbox(chosen), caller in known

    async def _others(self, request: LeaveRequest, mailbox: str, profiles: Profiles) -> tuple[str, ...]:
        """Those of the further mailboxes that are there, and have room."""
        wanted = [number for number in profiles.numbers_of(request.also) if number != mailbox]
        known = await self._outside.mailboxes.find(*wanted) if wanted else {}
        return tuple(number for number in wanted if number in known and self.office.has_room(known[number]))

    def _draft(
        self,
        kind: DraftKind,
        request: LeaveRequest | CheckRequest,
        mailbox: str,
        min_s: float,
        is_urgent: bool = False,
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
            min_s=min_s,
        )

    def _session(
        self,
        personality: str,
        entry: str,
        facts: Mapping[str, object],
        mailbox: Mailbox | None,
        profiles: Profiles,
    ) -> Session:
        if personality not in self._packs:
            log.error("personality_unknown", mailbox=mailbox.number if mailbox else "", personality=personality)
        pack = self._packs.get(personality) or self._packs.get(profiles.personality)
        if pack is None:
            raise PackError(f"no personality {profiles.personality}: it is missing or was refused at start")
        zone = (profiles.of(mailbox.number) if mailbox else profiles.house).zone
        now = local_time(self._outside.clock.now(), zone)
        return Session(pack, entry, {"now": now, **facts}, settings=choices.settings_of(mailbox, profiles))

    async def _run(self, session: Session, party: Line, actions: Actions, drafts: Drafts) -> line.End:
        """Run the dialogue and clear up behind it."""
        with structlog.contextvars.bound_contextvars(call_id=party.call_id):
            async with self.sweeper.clearing_up(party.call_id, drafts):
                try:
                    return await DialogueRun(session, party, VOICEMAIL, actions, drafts).to_end()
                except Exception as error:
                    log.error("call_broken", where=session.where, error=type(error).__name__)
                    raise

    async def _close_visit(self, visit: Visit, call_id: str) -> None:
        try:
            await visit.close()
        except StorageError as error:
            log.error("visit_not_closed", call_id=call_id, error=str(error))


def _login_request(request: LeaveRequest, personality: str) -> CheckRequest:
    """A caller goes on to the log-in: he is asked for his mailbox, in the voice that he heard so far."""
    return CheckRequest(
        call_id=request.call_id,
        dialled=request.dialled,
        personality=personality,
        caller_number=request.caller_number,
        caller_name=request.caller_name,
        language=request.language,
    )


def _result(end: line.End, is_done: bool, calls: CallActions, message_file: str = "") -> VoicemailResult:
    status = VmStatus.SUCCESS if is_done else VmStatus.FAILED
    is_onward = end.exit == CALL_EXIT and calls.chosen is not None
    wanted = "" if end.exit in (CALL_EXIT, LOGIN_EXIT) and not is_onward else end.exit
    to = calls.chosen if is_onward else None
    return VoicemailResult(VmStatus.USEREXIT if wanted else status, message_file, wanted, to)
