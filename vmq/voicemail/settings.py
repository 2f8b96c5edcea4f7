"""What the administrator decides about voicemail. Lengths in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """See vmq.config.model.VoicemailConfig for defaults and bounds."""

    personality: str
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
