"""How much a mailbox takes: so many unheard messages, and so many seconds of sound. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from vmq.domain.mailbox import Mailbox, has_room

NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Quota:
    """`max_messages` is per folder, as app_voicemail's `maxmsg` (0 = the mailbox takes none, it only greets);
    `max_s` is for all messages together (0 = no limit)."""

    max_messages: int
    max_s: float = 0.0

    @property
    def is_greeting_only(self) -> bool:
        """True when it takes no messages at all."""
        return self.max_messages == 0

    def is_full(self, mailbox: Mailbox) -> bool:
        """True when no more messages are taken. A mailbox that never takes any is not full."""
        has_time = not self.max_s or mailbox.used_s < self.max_s
        return not self.is_greeting_only and not (has_time and has_room(mailbox.counts.unheard, self.max_messages))

    def has_room(self, mailbox: Mailbox) -> bool:
        """True when it takes one more message."""
        return not self.is_greeting_only and not self.is_full(mailbox)

    def is_nearly_full(self, mailbox: Mailbox) -> bool:
        """True from nine tenths on, also when it is full."""
        many = mailbox.counts.unheard >= NEARLY * self.max_messages
        return not self.is_greeting_only and (many or bool(self.max_s and mailbox.used_s >= NEARLY * self.max_s))

    def free_minutes(self, mailbox: Mailbox) -> int:
        """Whole minutes of sound that still fit; 0 also without a limit."""
        return max(0, int((self.max_s - mailbox.used_s) // 60)) if self.max_s else 0
