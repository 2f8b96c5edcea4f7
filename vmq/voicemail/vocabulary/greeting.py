"""An owner's greetings, his name, and what else he decides about his mailbox."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Fact, FactType, Guard
from vmq.voicemail.vocabulary.parts import GREETING_FACTS, GREETINGS, Part

_GREETING = (
    "greeting",
    "greeting_kind_at_hand",
    "is_greeting_on",
    "has_greeting_end",
    "greeting_end",
    "is_greeting_blocking",
    "is_absent",
)
_KIND = {"kind": GREETINGS}

GREETING = Part(
    facts={
        "greeting": Fact(FactType.RECORDING, "the greeting at hand"),
        "greeting_kind_at_hand": Fact(FactType.TEXT, "its kind", ("", *GREETINGS)),
        "is_greeting_on": Fact(FactType.FLAG, "callers hear it when it is its turn"),
        "has_greeting_end": Fact(FactType.FLAG, "it goes off by itself"),
        "greeting_end": Fact(FactType.TIME, "when it does"),
        "is_greeting_blocking": Fact(FactType.FLAG, "callers who hear it can't leave a message"),
        "is_notified": Fact(FactType.FLAG, "the owner is told elsewhere of new messages (mail, pager)"),
        "is_listed": Fact(FactType.FLAG, "the owner's name is in the directory"),
        "operator_number": Fact(FactType.DIGITS, "where a caller who asks for the operator goes; empty = the house's"),
    },
    guards={
        "has_greeting": Guard(lambda facts: bool(facts["greeting"]), "the greeting at hand is recorded"),
    },
    actions={
        "pick_greeting": Action("take the greeting of this kind", arguments=("kind",), facts=_GREETING, values=_KIND),
        "keep_greeting": Action(
            "make the draft the mailbox's recording of this kind, and take it; failed: storage refused",
            arguments=("kind",),
            facts=("draft", *GREETING_FACTS, *_GREETING),
            values=_KIND,
        ),
        "erase_greeting": Action(
            "take the recording of this kind away",
            arguments=("kind",),
            facts=(*GREETING_FACTS, *_GREETING),
            values=_KIND,
        ),
        "switch_greeting": Action(
            "switch the greeting at hand on or off; failed: it is not recorded",
            arguments=("to",),
            facts=(*GREETING_FACTS, *_GREETING),
            values={"to": ("on", "off")},
        ),
        "set_greeting_end": Action(
            "the greeting at hand goes off at this time (see set_delivery_time); failed: it is not recorded, or there"
            " is no such time within a year",
            arguments=("month", "day", "time", "half"),
            facts=_GREETING,
            values={"half": ("", "1", "2")},
        ),
        "clear_greeting_end": Action("it stays until it is switched off; failed: it is not recorded", facts=_GREETING),
        "toggle_blocking": Action(
            "callers who hear the greeting at hand can't leave messages, or can again; failed: it is not recorded",
            facts=_GREETING,
        ),
        "use_greeting": Action(
            "play the greeting at hand to such calls (the latest choice wins); failed: it is not recorded",
            arguments=("calls",),
            facts=_GREETING,
            values={"calls": ("all", "internal", "external", "busy", "no_answer", "closed")},
        ),
        "forget_greeting_uses": Action("give no more calls to greetings by number: the kinds' own rules hold again"),
        "toggle_notification": Action("tell of new messages elsewhere, or not", facts=("is_notified",)),
        "toggle_listing": Action("put the owner's name into the directory, or take it out", facts=("is_listed",)),
        "set_operator": Action(
            "callers who ask for the operator go to this number (empty: the house's); failed: it may not be called",
            arguments=("number",),
            facts=("operator_number",),
        ),
    },
)
