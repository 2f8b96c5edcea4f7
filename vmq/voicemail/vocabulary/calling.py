"""A party goes on to another telephone. The dialogue names the number; an end with `exit = "call"` then puts him
through, in a context of the dialplan that the administrator chose for it."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Fact, FactType
from vmq.voicemail.vocabulary.parts import Part

CALLING = Part(
    facts={
        "typed_number": Fact(FactType.DIGITS, "a telephone number as typed"),
        "may_call_out": Fact(FactType.FLAG, "this party may be put through to numbers he types"),
        "may_log_in": Fact(FactType.FLAG, 'a caller may go on to the log-in (`exit = "login"`)'),
    },
    actions={
        "call_sender": Action("the call goes on to who left the message at hand; failed: `can_call_sender` says no"),
        "call_number": Action("the call goes on to this number; failed: it may not be called", arguments=("number",)),
        "call_operator": Action("the call goes on to the mailbox's operator; failed: there is none"),
    },
)
