"""What holds for one mailbox: what the administrator said of it, of its class, and of voicemail. Lengths in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from vmq.domain.pin import MAX_PIN_DIGITS, PinRules
from vmq.domain.quota import Quota
from vmq.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Settings:
    """See vmq.config.model.VoicemailConfig for defaults and bounds.

    `personality` is "" where neither the mailbox nor its class names one; an empty `language` is the channel's, no
    `zone` where vmq runs. `readers` are mailboxes whose owners open this one too, `values` the settings of its
    personality.
    """

    create_on_message: bool
    create_pattern: str
    operator: str
    house_mailbox: str
    max_message_s: float
    min_message_s: float
    max_silence_s: float
    max_greeting_s: float
    max_messages: int
    keep_deleted: int
    review: bool
    leave_urgent: bool
    envelope: bool
    say_caller: bool
    say_duration: bool
    min_pin_digits: int
    login_tries: int
    lock_after: int
    lock_s: float
    receipt_after_s: float
    keep_new_days: int
    keep_old_days: int
    keep_deleted_days: int
    keep_sent_days: int
    personality: str = ""
    language: str = ""
    zone: tzinfo | None = None
    schedule: Schedule | None = None
    operator_context: str = ""
    operator_pattern: str = ""
    callback_context: str = ""
    dialout_context: str = ""
    dialout_pattern: str = ""
    callers_log_in: bool = True
    announcement_mailbox: str = ""
    max_mailbox_s: float = 0.0
    warn_of_temp: bool = True
    max_pin_digits: int = MAX_PIN_DIGITS
    pin_history: int = 0
    pin_days: int = 0
    change_given_pin: bool = False
    transcribe: bool = True
    readers: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def quota(self) -> Quota:
        """How much the mailbox takes."""
        return Quota(self.max_messages, self.max_mailbox_s)

    @property
    def pin_rules(self) -> PinRules:
        """Which PINs it takes, and for how long."""
        return PinRules(
            self.min_pin_digits, self.max_pin_digits, self.pin_history, self.pin_days, self.change_given_pin
        )
