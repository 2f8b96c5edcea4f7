"""A caller leaves a message: what he hears, and what he may do with what he has recorded."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Fact, FactType, Guard
from vmq.voicemail.vocabulary.parts import DRAFT_MARKS, GREETING_FACTS, LIMITS, Part

LEAVING = Part(
    facts={
        "is_busy": Fact(FactType.FLAG, "the caller comes from a busy telephone (option b)"),
        "is_unavailable": Fact(FactType.FLAG, "the caller comes from an unanswered telephone (option u)"),
        "is_internal": Fact(FactType.FLAG, "the caller's number has a mailbox of this house"),
        "skips_instructions": Fact(FactType.FLAG, "no instructions after the greeting (option s)"),
        "has_operator": Fact(FactType.FLAG, "0 may leave to extension o"),
        "has_star_exit": Fact(FactType.FLAG, "* may leave to extension a"),
        "is_full": Fact(FactType.FLAG, "the mailbox takes no more messages"),
        "is_greeting_only": Fact(FactType.FLAG, "the mailbox plays its greeting and takes no messages"),
        "has_review": Fact(FactType.FLAG, "callers hear and judge their message before it is stored"),
        "may_mark_urgent": Fact(FactType.FLAG, "callers may mark their message as urgent"),
        "is_draft_urgent": Fact(FactType.FLAG, "the message in the making is urgent"),
        "is_draft_private": Fact(FactType.FLAG, "it is private: nobody may forward it"),
        "draft_wants_receipt": Fact(FactType.FLAG, "its sender is told when it is heard"),
        "draft_wants_nonreceipt": Fact(FactType.FLAG, "its sender is told when it was not heard in time"),
        "caller_greeting": Fact(FactType.RECORDING, "the greeting that the mailbox's rules give this caller"),
        "caller_greeting_kind": Fact(
            FactType.TEXT,
            "its kind",
            ("", "unavail", "busy", "internal", "temp", "absence", "closed", "holiday", *"123456789"),
        ),
        "temp_greeting": Fact(FactType.RECORDING, "the temporary greeting, while it is on"),
        "unavail_greeting": Fact(FactType.RECORDING, "the greeting for an unanswered telephone"),
        "busy_greeting": Fact(FactType.RECORDING, "the greeting for a busy telephone"),
        "spoken_name": Fact(FactType.RECORDING, "the owner's name, spoken by the owner"),
    },
    guards={
        "has_temp": Guard(lambda facts: bool(facts["temp_greeting"]), "a temporary greeting is recorded"),
        "has_unavail": Guard(lambda facts: bool(facts["unavail_greeting"]), "the unavailable greeting is recorded"),
        "has_busy": Guard(lambda facts: bool(facts["busy_greeting"]), "the busy greeting is recorded"),
        "has_name": Guard(lambda facts: bool(facts["spoken_name"]), "the owner's name is recorded"),
        "has_caller_greeting": Guard(lambda facts: bool(facts["caller_greeting"]), "there is a greeting for this call"),
    },
    actions={
        "find_mailbox": Action(
            "open the mailbox `mailbox` for a caller, making it where the house allows; failed: there is no such"
            " mailbox",
            facts=(
                *LIMITS,
                *GREETING_FACTS,
                "caller_greeting",
                "caller_greeting_kind",
                "is_internal",
                "is_full",
                "is_greeting_only",
                "has_review",
                "may_mark_urgent",
            ),
        ),
        "toggle_urgent": Action("mark the draft as urgent, or as not", facts=("is_draft_urgent",), can_fail=False),
        "toggle_mark": Action(
            "give the draft a mark, or take it away",
            arguments=("mark",),
            facts=DRAFT_MARKS,
            can_fail=False,
            values={"mark": ("urgent", "private", "receipt", "nonreceipt")},
        ),
        "clear_marks": Action("take all marks of the draft away", facts=DRAFT_MARKS, can_fail=False),
        "drop_draft": Action("throw the recording in the making away; also when there is none", can_fail=False),
        "store_message": Action(
            "store the draft as a new message, and start another; failed: nothing was recorded, or storage refused",
            facts=("draft", *DRAFT_MARKS),
        ),
    },
)
