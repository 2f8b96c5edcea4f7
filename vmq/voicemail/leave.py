"""What a caller's flow may do: find the mailbox, throw the draft away, store it (its marks: vmq.voicemail.marks)."""

from __future__ import annotations

from vmq.domain import line
from vmq.domain.mailbox import Mailbox, has_room
from vmq.voicemail.actions import Actions, Answer, Arguments, greeting_facts, limit_facts
from vmq.voicemail.deliver import deliver
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.marks import mark_facts
from vmq.voicemail.ports import Outside
from vmq.voicemail.settings import Settings


class LeaveActions:
    """One caller's actions. `mailbox` is the one found for him (it may only come to be with his message), if any."""

    def __init__(self, outside: Outside, config: Settings, mailbox: Mailbox | None, drafts: Drafts) -> None:
        self.message_ref = ""
        self._outside = outside
        self._config = config
        self._mailbox = mailbox
        self._drafts = drafts

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
        """True when the mailbox takes no messages at all."""
        return self._config.max_messages == 0

    async def _find_mailbox(self, _: Arguments) -> Answer:
        if self._mailbox is None:
            return line.Failed()
        is_full = not has_room(self._mailbox.counts.unheard, self._config.max_messages)
        return line.Done(
            {
                **limit_facts(self._config),
                **greeting_facts(self._mailbox, self._outside.clock.now()),
                "is_full": is_full and not self.is_greeting_only,
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
        return line.Done(facts)
