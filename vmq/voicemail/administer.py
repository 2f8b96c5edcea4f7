"""What an administrator does with mailboxes: look at them, give PINs, put greetings in order, rename and erase.

All methods raise StorageError; those that take a mailbox's number expect one that is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import structlog

from vmq.domain.draft import Draft, DraftKind
from vmq.domain.mailbox import Counts, Greeting, GreetingKind, Mailbox
from vmq.domain.pin import LoginState
from vmq.voicemail.deliver import announce
from vmq.voicemail.drafts import new_id
from vmq.voicemail.greetings import recorded_again
from vmq.voicemail.new_pin import new_pin_fault
from vmq.voicemail.owner_ports import Register
from vmq.voicemail.pins import hash_pin
from vmq.voicemail.ports import Outside
from vmq.voicemail.service import Voicemail

log = structlog.get_logger(__name__)


class Administration:
    """The administrator's way to all mailboxes. `service` tells what holds for them, and who is in them now."""

    def __init__(self, outside: Outside, register: Register, service: Voicemail) -> None:
        self._outside = outside
        self._register = register
        self._service = service

    async def knows(self, number: str) -> bool:
        """True when there is such a mailbox, by its own number."""
        return await self._find(number) is not None

    async def everybody(self) -> Sequence[Mapping[str, object]]:
        """All mailboxes, those too that calls have made: the head of each."""
        return [
            {
                "number": mailbox.number,
                "name": mailbox.name,
                "new": mailbox.counts.new,
                "urgent": mailbox.counts.urgent,
                "old": mailbox.counts.old,
                "has_pin": mailbox.is_set_up,
                "is_locked": mailbox.login.is_locked(self._now),
            }
            for mailbox in await self._register.everybody()
        ]

    async def unlock(self, number: str, by: str) -> None:
        """Forget the wrong PINs that were tried: its owner gets in again."""
        await self._outside.mailboxes.change_login(number, lambda _: LoginState())
        log.info("mailbox_unlocked", mailbox=number, by=by)

    async def is_in_use(self, number: str) -> bool:
        """True while its owner is in it, who would act for its old number, or a recording for it is under way."""
        drafts = await self._outside.files.drafts()
        return self._service.has_visitor(number) or any(number in (each.mailbox, *each.also) for each in drafts)

    async def rename(self, number: str, to: str, by: str) -> bool:
        """Give a mailbox another number, with all that is in it; False when that is taken."""
        if not await self._register.rename(number, to):
            return False
        self._service.renames.note(number, to)
        announce(self._outside, number, Counts())
        announce(self._outside, to, (await self._read(to)).counts)
        log.info("mailbox_renamed", mailbox=number, to=to, by=by)
        return True

    async def erase(self, number: str, by: str) -> None:
        """Take a mailbox away with its messages, greetings and lists: rows, then files."""
        refs = await self._register.erase(number)
        await self._outside.files.remove(refs)
        announce(self._outside, number, Counts())
        log.info("mailbox_erased", mailbox=number, by=by, recordings=len(refs))

    async def profile(self, number: str) -> Mapping[str, object]:
        """What holds for a mailbox: its state, and every setting after its class and the house had their say."""
        mailbox, profiles = await self._read(number), self._service.profiles
        settings = asdict(profiles.of(number))
        for name in ("zone", "schedule"):
            settings.pop(name)
        return {
            **settings,
            "number": number,
            "name": mailbox.name,
            "time_zone": str(profiles.of(number).zone or ""),
            "personality": profiles.personality_of(mailbox, ""),
            "language": profiles.language_of(mailbox),
            "aliases": sorted(alias for alias, own in profiles.aliases.items() if own == number),
            "readers": sorted(profiles.of(number).readers),
            "chosen": dict(mailbox.choices),
            "has_pin": mailbox.is_set_up,
            "must_change_pin": profiles.of(number).pin_rules.must_change(mailbox.pin_set_at, self._now),
            "is_locked": mailbox.login.is_locked(self._now),
            "is_full": profiles.of(number).quota.is_full(mailbox),
            "used_s": round(mailbox.used_s, 1),
            "is_listed": mailbox.is_listed,
            "is_notified": mailbox.is_notified,
            "own_operator": mailbox.operator,
        }

    async def give_pin(self, number: str, pin: str, by: str) -> str:
        """Give the mailbox a PIN, which its owner may have to change; "", or why it can't be one. Who was locked out
        gets in again."""
        mailbox = await self._read(number)
        settings = self._service.profiles.of(number)
        fault = await new_pin_fault(pin, mailbox, settings)
        if fault:
            return fault.value
        await self._outside.owners.set_pin(number, await hash_pin(pin), 0.0, settings.pin_history)
        await self._outside.mailboxes.change_login(number, lambda _: LoginState())
        log.info("pin_given", mailbox=number, by=by)
        return ""

    async def greetings(self, number: str) -> Sequence[Greeting]:
        """Its recordings, in the order of their kinds."""
        found = (await self._read(number)).greetings
        return [found[kind] for kind in GreetingKind if kind in found]

    async def sound(self, number: str, kind: GreetingKind) -> bytes | None:
        """A greeting as a WAV file; None when it is not recorded."""
        greeting = (await self._read(number)).greetings.get(kind)
        return await self._outside.files.read(greeting.ref) if greeting else None

    async def keep_greeting(self, number: str, kind: GreetingKind, wav: bytes) -> None:
        """Make a WAV file the greeting of this kind. Raises BrokenRecordingError when it is none."""
        draft = Draft(new_id(), DraftKind.GREETING, number, "", self._now)
        self._service.sweeper.busy.add(draft.id)
        try:
            await self._keep(draft, kind, wav)
        finally:
            self._service.sweeper.busy.discard(draft.id)

    async def _keep(self, draft: Draft, kind: GreetingKind, wav: bytes) -> None:
        number = draft.mailbox
        ref, files = draft.greeting_ref(kind), self._outside.files
        await files.begin(draft)
        try:
            await files.fill(draft, wav)
            new = Greeting(kind, ref, await files.keep(draft, ref), self._now)
        except BaseException:
            await files.discard(draft)
            raise
        before = (await self._read(number)).greetings.get(kind)
        replaced = await self._outside.mailboxes.set_greeting(number, recorded_again(before, new))
        await files.forget(draft, ref)
        await files.remove([replaced] if replaced else [])

    async def remove_greeting(self, number: str, kind: GreetingKind) -> bool:
        """Take a greeting away; False when it is not recorded."""
        ref = await self._outside.mailboxes.remove_greeting(number, kind)
        await self._outside.files.remove([ref] if ref else [])
        return bool(ref)

    async def change_greeting(
        self, number: str, kind: GreetingKind, *, is_on: bool | None, ends_at: float | None, is_blocking: bool | None
    ) -> bool:
        """Change what is not None (`ends_at` 0 = no end); False when it is not recorded."""
        return await self._outside.owners.change_greeting(
            number, kind, is_on=is_on, expires_at=ends_at, is_blocking=is_blocking
        )

    @property
    def _now(self) -> float:
        return self._outside.clock.now()

    async def _find(self, number: str) -> Mailbox | None:
        return (await self._outside.mailboxes.find(number)).get(number)

    async def _read(self, number: str) -> Mailbox:
        return await self._find(number) or Mailbox(number)
