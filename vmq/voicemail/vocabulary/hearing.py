"""An owner hears messages: folders, the message at hand, and what may be done with it."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Fact, FactType, Guard
from vmq.voicemail.vocabulary.parts import COUNTS, FOLDERS, OPEN_FOLDERS, Part, number

_MESSAGE = (
    "has_message",
    "message",
    "message_number",
    "is_first",
    "is_last",
    "has_next",
    "has_previous",
    "is_new",
    "is_urgent",
    "is_private",
    "is_broadcast",
    "is_deleted",
    "category",
    "received_at",
    "caller_number",
    "is_caller_internal",
    "caller_name",
    "introduction",
    "forwarder_number",
    "forwarder_name",
    "can_reply_all",
    "can_call_sender",
    "message_minutes",
    "message_seconds",
    "notice",
    "notice_number",
    "notice_name",
    "notice_at",
)
_OPEN_FOLDER = (*COUNTS, "folder", "folder_count", *_MESSAGE)

HEARING = Part(
    facts={
        "new": Fact(FactType.NUMBER, "new messages in INBOX, the urgent ones left out"),
        "old": Fact(FactType.NUMBER, "messages in Old"),
        "urgent": Fact(FactType.NUMBER, "new urgent messages"),
        "folder": Fact(FactType.TEXT, "the open folder", OPEN_FOLDERS),
        "folder_count": Fact(FactType.NUMBER, "messages in the open folder"),
        "has_message": Fact(FactType.FLAG, "a message has been chosen since the folder was opened"),
        "message": Fact(FactType.RECORDING, "its recording, without the introduction of who forwarded it"),
        "message_number": Fact(FactType.NUMBER, "its place in the folder, from 1"),
        "is_first": Fact(FactType.FLAG, "it is the folder's first"),
        "is_last": Fact(FactType.FLAG, "it is the folder's last"),
        "has_next": Fact(FactType.FLAG, "next_message would find one"),
        "has_previous": Fact(FactType.FLAG, "previous_message would find one"),
        "is_new": Fact(FactType.FLAG, "it was new when the folder was opened"),
        "is_urgent": Fact(FactType.FLAG, "it is urgent"),
        "is_private": Fact(FactType.FLAG, "it is private: it can't be forwarded"),
        "is_broadcast": Fact(FactType.FLAG, "it was sent to everybody"),
        "is_deleted": Fact(FactType.FLAG, "it is marked as deleted"),
        "category": Fact(FactType.SOUND, "what the dialplan calls it (VM_CATEGORY); empty = nothing"),
        "received_at": Fact(FactType.TIME, "when it was left, in the mailbox's time zone"),
        "caller_number": Fact(FactType.DIGITS, "who left it; empty = unknown"),
        "is_caller_internal": Fact(FactType.FLAG, "the caller's number is a mailbox of this house"),
        "caller_name": Fact(FactType.RECORDING, "the caller's spoken name, for callers with a mailbox here"),
        "introduction": Fact(FactType.RECORDING, "what the last who forwarded it said before it"),
        "forwarder_number": Fact(FactType.DIGITS, "who forwarded it last; empty = nobody did"),
        "forwarder_name": Fact(FactType.RECORDING, "his spoken name"),
        "can_reply_all": Fact(FactType.FLAG, "it was sent to others too"),
        "can_call_sender": Fact(FactType.FLAG, "its caller's number is known and may be called from here"),
        "message_minutes": Fact(FactType.NUMBER, "its length in whole minutes, rounded down"),
        "message_seconds": Fact(FactType.NUMBER, "its length in whole seconds"),
        "notice": Fact(
            FactType.TEXT,
            "it is no voice message but tells of one that was sent from here (it has no recording then): heard, not"
            " heard in time, or not delivered",
            ("", "heard", "unheard", "undelivered"),
        ),
        "notice_number": Fact(FactType.DIGITS, "the mailbox that it was sent to"),
        "notice_name": Fact(FactType.RECORDING, "the spoken name of that mailbox"),
        "notice_at": Fact(FactType.TIME, "when it was heard or failed"),
        "says_envelope": Fact(FactType.FLAG, "date and time are said before a message"),
        "says_caller": Fact(FactType.FLAG, "the caller's number is said before a message"),
        "says_duration": Fact(FactType.FLAG, "the length is said before a message of two minutes and more"),
        "target_folder": Fact(FactType.TEXT, "the folder that save_to_folder was last asked for", FOLDERS),
    },
    guards={
        "has_any": Guard(lambda f: number(f, "new") + number(f, "old") + number(f, "urgent") > 0, "there are messages"),
        "has_new": Guard(lambda f: number(f, "new") + number(f, "urgent") > 0, "there are new messages"),
        "has_caller_name": Guard(lambda facts: bool(facts["caller_name"]), "the caller's name is recorded"),
        "has_caller_number": Guard(lambda facts: bool(facts["caller_number"]), "the caller is known"),
        "has_introduction": Guard(lambda facts: bool(facts["introduction"]), "who forwarded it said something"),
        "is_forwarded": Guard(lambda facts: bool(facts["forwarder_number"]), "somebody forwarded it"),
        "has_forwarder_name": Guard(lambda facts: bool(facts["forwarder_name"]), "his name is recorded"),
        "has_notice_name": Guard(lambda facts: bool(facts["notice_name"]), "the name of `notice_number` is recorded"),
        "is_notice": Guard(lambda facts: bool(facts["notice"]), "it tells of a message that was sent from here"),
        "is_folder_empty": Guard(lambda facts: number(facts, "folder_count") == 0, "the open folder has no messages"),
        "is_long": Guard(lambda facts: number(facts, "message_minutes") >= 2, "the message is two minutes or longer"),
    },
    actions={
        "open_first_folder": Action(
            "open Urgent when it has messages, else INBOX, else Old, else INBOX; no message is chosen",
            facts=_OPEN_FOLDER,
        ),
        "open_next_folder": Action(
            "open the next of Urgent, INBOX and Old that has messages; no message is chosen; failed: there is none",
            facts=_OPEN_FOLDER,
            is_finite=True,
        ),
        "open_folder": Action(
            "open a folder; no message is chosen",
            arguments=("folder",),
            facts=_OPEN_FOLDER,
            values={"folder": OPEN_FOLDERS},
        ),
        "open_from": Action(
            "open all messages of Urgent, INBOX and Old that this number left (empty: that nobody known left), as one"
            " folder; failed: there are none",
            arguments=("number",),
            facts=_OPEN_FOLDER,
        ),
        "open_all": Action(
            "open all messages of Urgent, INBOX and Old as one folder, oldest first, and choose the first new one, else"
            " the first; failed: there are none",
            facts=_OPEN_FOLDER,
        ),
        "first_message": Action("choose the folder's first; failed: it is empty", facts=_OPEN_FOLDER),
        "last_message": Action("choose the folder's last; failed: it is empty", facts=_OPEN_FOLDER),
        "next_message": Action(
            "choose the next (the first when none was chosen), going on from Urgent to INBOX; failed: no more",
            facts=_OPEN_FOLDER,
            is_finite=True,
        ),
        "previous_message": Action(
            "choose the one before, going back from INBOX to Urgent; failed: no more",
            facts=_OPEN_FOLDER,
            is_finite=True,
        ),
        "go_to_message": Action(
            "choose the folder's message of this number; failed: there is none such",
            arguments=("number",),
            facts=_OPEN_FOLDER,
        ),
        "mark_heard": Action("the owner has begun to hear the message", can_fail=False),
        "keep_as_new": Action(
            "the message counts as never heard, and is not deleted; failed: none is chosen",
            facts=("is_deleted", *COUNTS),
        ),
        "save_message": Action(
            "the message is kept among the heard ones, and is not deleted; failed: none is chosen, or no room",
            facts=("is_deleted", *COUNTS),
        ),
        "toggle_delete": Action(
            "mark the message as deleted, or as not; failed: none is chosen", facts=("is_deleted", *COUNTS)
        ),
        "delete_message": Action(
            "mark the message as deleted; also when it is so already; failed: none is chosen",
            facts=("is_deleted", *COUNTS),
        ),
        "undelete_last": Action(
            "choose the message that was deleted last in this call, deleted no more; failed: none was",
            facts=_OPEN_FOLDER,
            is_finite=True,
        ),
        "save_to_folder": Action(
            "put the message into another folder; failed: that folder is full",
            arguments=("folder",),
            facts=("target_folder", "is_deleted", *COUNTS),
            values={"folder": FOLDERS[:10]},
        ),
    },
)
