"""What a caller's flow may do: find the mailbox, throw the draft away, store it (its marks: vmq.voicemail.marks)."""

from __future__ import annotations

from collections.abc import Callable

from vmq.domain import line
from vmq.domain.greeting_choice import choose_greeting, sort_of_call
from vmq.domain.mailbox import Greeting, Mailbox
from vmq.voicemail.actions import Actions, Answer, Arguments, greeting_facts, limit_facts
from vmq.voicemail.deliver import deliver
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.marks import mark_facts
from vmq.voicemail.ports import Outside
from vmq.voicemail.settings import Settings


class LeaveActions:
    """One caller's actions. `mailbox` is the one found for him (it may only come to be with his message), if any;
    `look_again` is called when a message is stored whose caller wants to know if it is not heard."""

    def __init__(
        self,
        outside: Outside,
        config: Settings,
        mailbox: Mailbox | None,
        drafts: Drafts,
        look_again: Callable[[], None],
        *,
        is_busy: bool = False,
        is_internal: bool = False,
    ) -> None:
        self.message_ref = ""
        self._outside = outside
        self._config = config
        self._mailbox = mailbox
        self._drafts = drafts
        self._look_again = look_again
        self._is_internal = is_internal
        self._greeting = self._choose(is_busy) if mailbox else None

    def _choose(self, is_busy: bool) -> Greeting | None:
        now = self._outside.clock.now()
        call = sort_of_call(self._config.schedule, now, is_busy=is_busy, is_internal=self._is_internal)
        return choose_greeting(self._mailbox, call, now) if self._mailbox else None

    @property
    def has_greeting(self) -> bool:
        """True when he hears something that was recorded."""
        return self._greeting is not None

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "find_mailbox": self._find_mailbox,
            "drop_draft": self._drop_draft,
            "store_message": self._store_message,
        }

    @property
    def is_greeting_only(self) -> bool:
        """True when the mailbox takes no messages at all, or its greeting says so."""
        return self._config.quota.is_greeting_only or (self._greeting is not None and self._greeting.is_blocking)

    async def _find_mailbox(self, _: Arguments) -> Answer:
        if self._mailbox is None:
            return line.Failed()
        return line.Done(
            {
                **limit_facts(self._config),
                **greeting_facts(self._mailbox, self._outside.clock.now()),
                "caller_greeting": self._greeting.ref if self._greeting else "",
                "caller_greeting_kind": self._greeting.kind.value if self._greeting else "",
                "is_internal": self._is_internal,
                "is_full": self._config.quota.is_full(self._mailbox) and not self.is_greeting_only,
                "is_greeting_only": self.is_greeting_only,
                "has_review": self._config.review,
                "may_mark_urgent": self._config.leave_urgent,
            }
        )

    async def _drop_draft(self, _: Arguments) -> Answer:
        await self._drafts.drop()
        return line.Done()

    async def _store_message(self, _: Arguments) -> Answer:
        """A message that was recorded is stored, even when the mailbox has become full meanwhile."""
        draft = self._drafts.hand_over()
        facts = {"draft": self._drafts.current.ref, **mark_facts(self._drafts.current)}
        if draft is None:
            return line.Failed(facts)
        await deliver(self._outside, draft)
        self._drafts.delivered(draft, draft.message_ref)
        self.message_ref = draft.message_ref
        if draft.wants_nonreceipt:
            self._look_again()
        return line.Done(facts)
