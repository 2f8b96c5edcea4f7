"""An owner comes in: the log-in, the first set-up, the PIN."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Fact, FactType, Guard
from vmq.voicemail.vocabulary.parts import COUNTS, GREETING_FACTS, LIMITS, Part

ENTERING = Part(
    facts={
        "is_trusted": Fact(FactType.FLAG, "no PIN is asked (option s of /check)"),
        "typed_mailbox": Fact(FactType.DIGITS, "the mailbox number as typed; empty = the caller's own"),
        "typed_pin": Fact(FactType.SECRET, "the PIN as typed"),
        "needs_pin": Fact(FactType.FLAG, "the mailbox picked asks for a PIN (also when there is no such mailbox)"),
        "may_try_again": Fact(FactType.FLAG, "another PIN or mailbox number may be typed in this call"),
        "is_mailbox_given": Fact(FactType.FLAG, "the dialplan named the mailbox, nobody typed it"),
        "is_locked": Fact(FactType.FLAG, "too many wrong PINs: nobody gets in for some minutes; told only after a PIN"),
        "needs_setup": Fact(FactType.FLAG, "the owner has never set the mailbox up"),
        "must_change_pin": Fact(FactType.FLAG, "the PIN is too old, or an administrator gave it: a new one is due"),
        "new_pin": Fact(FactType.SECRET, "the new PIN as typed first"),
        "new_pin_again": Fact(FactType.SECRET, "the new PIN as typed again"),
        "pin_fault": Fact(FactType.TEXT, "why the new PIN was refused", ("", "short", "long", "easy", "used")),
        "min_pin_digits": Fact(FactType.NUMBER, "shortest PIN"),
        "warns_of_temp": Fact(FactType.FLAG, "the owner is told at log-in that the temporary greeting is on"),
        "is_absent": Fact(FactType.FLAG, "the extended absence greeting is on"),
        "is_box_full": Fact(FactType.FLAG, "the mailbox takes no more messages"),
        "is_box_nearly_full": Fact(FactType.FLAG, "nine tenths of what the mailbox takes are used"),
        "free_minutes": Fact(FactType.NUMBER, "minutes of recording that still fit; 0 also where there is no limit"),
        "announcement": Fact(FactType.RECORDING, "what the administrator tells every owner at log-in"),
    },
    guards={
        "pins_match": Guard(
            lambda facts: facts["new_pin"] == facts["new_pin_again"], "the new PIN was typed alike twice"
        ),
        "has_announcement": Guard(lambda facts: bool(facts["announcement"]), "the administrator tells something"),
    },
    actions={
        "pick_mailbox": Action(
            "take `number` (empty: the caller's own number) as the mailbox to log in to, never telling whether it is"
            " there; failed: empty, and the caller's number is unknown",
            arguments=("number",),
            facts=("mailbox", "needs_pin", "may_try_again", "is_locked"),
        ),
        "check_pin": Action(
            "compare the PIN and count the attempt, across calls; failed: wrong, locked, or no such mailbox",
            arguments=("pin",),
            facts=("may_try_again", "is_locked"),
        ),
        "open_mailbox": Action(
            "after the log-in: read counts and greetings; failed: the mailbox can't be read",
            facts=(
                *COUNTS,
                *GREETING_FACTS,
                *LIMITS,
                "needs_setup",
                "must_change_pin",
                "warns_of_temp",
                "is_absent",
                "is_box_full",
                "is_box_nearly_full",
                "free_minutes",
                "announcement",
                "min_pin_digits",
                "says_envelope",
                "says_caller",
                "says_duration",
                "may_call_out",
                "is_notified",
                "is_listed",
                "operator_number",
            ),
        ),
        "check_new_pin": Action(
            "may this be a PIN? failed: `pin_fault` says why not", arguments=("pin",), facts=("pin_fault",)
        ),
        "set_pin": Action(
            "make this the PIN; failed: not allowed (`pin_fault`), or storage refused",
            arguments=("pin",),
            facts=("pin_fault", "must_change_pin"),
        ),
        "end_setup": Action("the owner has set the mailbox up", facts=("needs_setup",)),
    },
)
