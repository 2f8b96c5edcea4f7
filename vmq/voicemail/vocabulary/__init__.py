"""What voicemail packs may ask and do: the names shared by the packs, the dialogue engine and the actions' code.

Facts come in at the start of a call or with an action's answer; guards are pure functions of facts; actions are done
by the run of one call. When a call ends, however it ends, the run itself clears the deleted messages up, moves what
was heard to Old and drops a draft that was not kept: no pack can forget it.
"""

from __future__ import annotations

from vmq.dialogue.vocabulary import Entry, Fact, FactType, Guard, Vocabulary
from vmq.voicemail.vocabulary.calling import CALLING
from vmq.voicemail.vocabulary.entering import ENTERING
from vmq.voicemail.vocabulary.greeting import GREETING
from vmq.voicemail.vocabulary.hearing import HEARING
from vmq.voicemail.vocabulary.leaving import LEAVING
from vmq.voicemail.vocabulary.listing import LISTING
from vmq.voicemail.vocabulary.parts import FOLDERS, GREETINGS, Part
from vmq.voicemail.vocabulary.sending import SENDING

__all__ = ["FOLDERS", "GREETINGS", "VOICEMAIL"]

_COMMON = Part(
    facts={
        "mailbox": Fact(FactType.DIGITS, "the mailbox's number; empty while a caller of /check has not said which"),
        "now": Fact(FactType.TIME, "the time at the start of the call, in the mailbox's time zone"),
        "draft": Fact(FactType.RECORDING, "where the recording in the making goes (always set)"),
        "max_message_s": Fact(FactType.NUMBER, "longest message"),
        "min_message_s": Fact(FactType.NUMBER, "shortest message that is kept"),
        "max_silence_s": Fact(FactType.NUMBER, "silence that ends a recording; 0 = none does"),
        "max_greeting_s": Fact(FactType.NUMBER, "longest greeting or name"),
    },
    guards={"has_mailbox": Guard(lambda facts: bool(facts["mailbox"]), "the mailbox is known")},
)
_PARTS = (_COMMON, LEAVING, ENTERING, HEARING, SENDING, LISTING, GREETING, CALLING)

ENTRIES = {
    "leave_message": Entry("a caller leaves a message for `mailbox`", keeps="store_message"),
    "check_messages": Entry("an owner hears messages; `mailbox` may be empty, `is_trusted` skips the PIN"),
}

VOICEMAIL = Vocabulary(
    "voicemail",
    {name: fact for part in _PARTS for name, fact in part.facts.items()},
    {name: guard for part in _PARTS for name, guard in part.guards.items()},
    {name: action for part in _PARTS for name, action in part.actions.items()},
    ENTRIES,
)
