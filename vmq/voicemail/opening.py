"""What an owner's flow learns of his mailbox when it is opened, besides its counts. Pure but for the login it reads."""

from __future__ import annotations

from vmq.domain.mailbox import GreetingKind, Mailbox
from vmq.voicemail.actions import Facts, greeting_facts, limit_facts
from vmq.voicemail.login import Login


def opening_facts(mailbox: Mailbox, login: Login, now: float) -> Facts:
    """The facts of `open_mailbox`. A reader, and whom the dialplan vouches for, need not care for the PIN."""
    settings = login.settings
    has_own_pin = mailbox.is_set_up and not login.is_reader and not login.is_trusted
    quota = settings.quota
    return {
        **greeting_facts(mailbox, now),
        **limit_facts(settings),
        "needs_setup": not mailbox.is_set_up and not login.is_reader,
        "must_change_pin": has_own_pin and settings.pin_rules.must_change(mailbox.pin_set_at, now),
        "warns_of_temp": settings.warn_of_temp,
        "is_absent": mailbox.greeting(GreetingKind.ABSENCE, now) is not None,
        "is_box_full": quota.is_full(mailbox),
        "is_box_nearly_full": quota.is_nearly_full(mailbox),
        "free_minutes": quota.free_minutes(mailbox),
        "announcement": login.announcement,
        "min_pin_digits": settings.min_pin_digits,
        "says_envelope": settings.envelope,
        "says_caller": settings.say_caller,
        "says_duration": settings.say_duration,
        "may_call_out": bool(settings.dialout_context),
        "is_notified": mailbox.is_notified,
        "is_listed": mailbox.is_listed,
        "operator_number": mailbox.operator,
    }
