"""What voicemail packs may ask and do: the names shared by the packs, the dialogue engine and the actions' code.

Facts come in at the start of a call or with an action's answer; guards are pure functions of facts; actions are done
by the run of one call. When a call ends, however it ends, the run itself clears the deleted messages up, moves what
was heard to Old and drops a draft that was not kept: no pack can forget it.
"""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Entry, Fact, Facts, FactType, Guard, Vocabulary

FOLDERS = ("INBOX", "Old", "Work", "Family", "Friends", "Cust1", "Cust2", "Cust3", "Cust4", "Cust5", "Urgent")
GREETINGS = ("unavail", "busy", "temp", "name")

FACTS = {
    # given at the start of every call
    "mailbox": Fact(FactType.DIGITS, "the mailbox's number; empty while a caller of /check has not said which"),
    "now": Fact(FactType.TIME, "the time at the start of the call, in this machine's time zone"),
    "draft": Fact(FactType.RECORDING, "where the recording in the making goes (always set)"),
    "max_message_s": Fact(FactType.NUMBER, "longest message"),
    "min_message_s": Fact(FactType.NUMBER, "shortest message that is kept"),
    "max_silence_s": Fact(FactType.NUMBER, "silence that ends a recording; 0 = none does"),
    "max_greeting_s": Fact(FactType.NUMBER, "longest greeting or name"),
    # a caller who leaves a message: options of the dialplan and of the mailbox
    "is_busy": Fact(FactType.FLAG, "the caller comes from a busy telephone (option b)"),
    "is_unavailable": Fact(FactType.FLAG, "the caller comes from an unanswered telephone (option u)"),
    "skips_instructions": Fact(FactType.FLAG, "no instructions after the greeting (option s)"),
    "has_operator": Fact(FactType.FLAG, "0 may leave to extension o"),
    "has_star_exit": Fact(FactType.FLAG, "* may leave to extension a"),
    "is_full": Fact(FactType.FLAG, "the mailbox takes no more messages"),
    "is_greeting_only": Fact(FactType.FLAG, "the mailbox plays its greeting and takes no messages"),
    "has_review": Fact(FactType.FLAG, "callers hear and judge their message before it is stored"),
    "may_mark_urgent": Fact(FactType.FLAG, "callers may mark their message as urgent"),
    "is_draft_urgent": Fact(FactType.FLAG, "the message in the making is urgent"),
    # greetings of the mailbox, for callers and owners
    "temp_greeting": Fact(FactType.RECORDING, "the temporary greeting"),
    "unavail_greeting": Fact(FactType.RECORDING, "the greeting for an unanswered telephone"),
    "busy_greeting": Fact(FactType.RECORDING, "the greeting for a busy telephone"),
    "spoken_name": Fact(FactType.RECORDING, "the owner's name, spoken by the owner"),
    # log-in
    "is_trusted": Fact(FactType.FLAG, "no PIN is asked (option s of /check)"),
    "typed_mailbox": Fact(FactType.DIGITS, "the mailbox number as typed; empty = the caller's own"),
    "typed_pin": Fact(FactType.SECRET, "the PIN as typed"),
    "needs_pin": Fact(FactType.FLAG, "the mailbox picked asks for a PIN (also when there is no such mailbox)"),
    "may_try_again": Fact(FactType.FLAG, "another PIN or mailbox number may be typed in this call"),
    "is_mailbox_given": Fact(FactType.FLAG, "the dialplan named the mailbox, nobody typed it"),
    "is_locked": Fact(FactType.FLAG, "too many wrong PINs: nobody gets in for some minutes; told only after a PIN"),
    "needs_setup": Fact(FactType.FLAG, "the owner has never set the mailbox up"),
    "new_pin": Fact(FactType.SECRET, "the new PIN as typed first"),
    "new_pin_again": Fact(FactType.SECRET, "the new PIN as typed again"),
    "min_pin_digits": Fact(FactType.NUMBER, "shortest PIN"),
    # the open mailbox
    "new": Fact(FactType.NUMBER, "new messages in INBOX, the urgent ones left out"),
    "old": Fact(FactType.NUMBER, "messages in Old"),
    "urgent": Fact(FactType.NUMBER, "new urgent messages"),
    "warns_of_temp": Fact(FactType.FLAG, "the owner is told at log-in that the temporary greeting is on"),
    "folder": Fact(FactType.TEXT, "the open folder", FOLDERS),
    "folder_count": Fact(FactType.NUMBER, "messages in the open folder"),
    # the message at hand (the cursor of the open folder)
    "has_message": Fact(FactType.FLAG, "a message has been chosen since the folder was opened"),
    "message": Fact(FactType.RECORDING, "its recording"),
    "message_number": Fact(FactType.NUMBER, "its place in the folder, from 1"),
    "is_first": Fact(FactType.FLAG, "it is the folder's first"),
    "is_last": Fact(FactType.FLAG, "it is the folder's last"),
    "has_next": Fact(FactType.FLAG, "next_message would find one"),
    "has_previous": Fact(FactType.FLAG, "previous_message would find one"),
    "is_urgent": Fact(FactType.FLAG, "it is urgent"),
    "is_deleted": Fact(FactType.FLAG, "it is marked as deleted"),
    "received_at": Fact(FactType.TIME, "when it was left, in this machine's time zone"),
    "caller_number": Fact(FactType.DIGITS, "who left it; empty = unknown"),
    "is_caller_internal": Fact(FactType.FLAG, "the caller's number is a mailbox of this house"),
    "caller_name": Fact(FactType.RECORDING, "the caller's spoken name, for callers with a mailbox here"),
    "message_minutes": Fact(FactType.NUMBER, "its length in whole minutes, rounded down"),
    "says_envelope": Fact(FactType.FLAG, "date and time are said before a message"),
    "says_caller": Fact(FactType.FLAG, "the caller's number is said before a message"),
    "says_duration": Fact(FactType.FLAG, "the length is said before a message of two minutes and more"),
    "target_folder": Fact(FactType.TEXT, "the folder that save_to_folder was last asked for", FOLDERS),
}

GUARDS = {
    "has_mailbox": Guard(lambda facts: bool(facts["mailbox"]), "the mailbox is known"),
    "has_any": Guard(lambda f: _number(f, "new") + _number(f, "old") + _number(f, "urgent") > 0, "there are messages"),
    "has_temp": Guard(lambda facts: bool(facts["temp_greeting"]), "a temporary greeting is recorded"),
    "has_unavail": Guard(lambda facts: bool(facts["unavail_greeting"]), "the unavailable greeting is recorded"),
    "has_busy": Guard(lambda facts: bool(facts["busy_greeting"]), "the busy greeting is recorded"),
    "has_name": Guard(lambda facts: bool(facts["spoken_name"]), "the owner's name is recorded"),
    "has_caller_name": Guard(lambda facts: bool(facts["caller_name"]), "the caller's name is recorded"),
    "has_caller_number": Guard(lambda facts: bool(facts["caller_number"]), "the caller is known"),
    "is_folder_empty": Guard(lambda facts: _number(facts, "folder_count") == 0, "the open folder has no messages"),
    "is_long": Guard(lambda facts: _number(facts, "message_minutes") >= 2, "the message is two minutes or longer"),
    "pins_match": Guard(lambda facts: facts["new_pin"] == facts["new_pin_again"], "the new PIN was typed alike twice"),
}

_LIMITS = ("max_message_s", "min_message_s", "max_silence_s", "max_greeting_s")
_GREETING_FACTS = ("temp_greeting", "unavail_greeting", "busy_greeting", "spoken_name")
_COUNTS = ("new", "old", "urgent")
_MESSAGE = (
    "has_message",
    "message",
    "message_number",
    "is_first",
    "is_last",
    "has_next",
    "has_previous",
    "is_urgent",
    "is_deleted",
    "received_at",
    "caller_number",
    "is_caller_internal",
    "caller_name",
    "message_minutes",
)
_OPEN_FOLDER = (*_COUNTS, "folder", "folder_count", *_MESSAGE)

ACTIONS = {
    # a caller leaves a message
    "find_mailbox": Action(
        "open the mailbox `mailbox` for a caller, making it where the house allows; failed: there is no such mailbox",
        facts=(*_LIMITS, *_GREETING_FACTS, "is_full", "is_greeting_only", "has_review", "may_mark_urgent"),
    ),
    "toggle_urgent": Action("mark the draft as urgent, or as not", facts=("is_draft_urgent",), can_fail=False),
    "drop_draft": Action("throw the recording in the making away; also when there is none", can_fail=False),
    "store_message": Action(
        "store the draft as a new message, and start another; failed: nothing was recorded, or storage refused",
        facts=("draft", "is_draft_urgent"),
    ),
    # log-in
    "pick_mailbox": Action(
        "take `number` (empty: the caller's own number) as the mailbox to log in to, never telling whether it is there;"
        " failed: empty, and the caller's number is unknown",
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
            *_COUNTS,
            *_GREETING_FACTS,
            *_LIMITS,
            "needs_setup",
            "warns_of_temp",
            "min_pin_digits",
            "says_envelope",
            "says_caller",
            "says_duration",
        ),
    ),
    "check_new_pin": Action("may this be a PIN? failed: too short or too easy", arguments=("pin",)),
    "set_pin": Action("make this the PIN; failed: not allowed, or storage refused", arguments=("pin",)),
    "end_setup": Action("the owner has set the mailbox up", facts=("needs_setup",)),
    # folders and messages
    "open_first_folder": Action(
        "open Urgent when it has messages, else INBOX, else Old, else INBOX; no message is chosen", facts=_OPEN_FOLDER
    ),
    "open_folder": Action(
        "open a folder; no message is chosen", arguments=("folder",), facts=_OPEN_FOLDER, values={"folder": FOLDERS}
    ),
    "first_message": Action("choose the folder's first; failed: it is empty", facts=_OPEN_FOLDER),
    "last_message": Action("choose the folder's last; failed: it is empty", facts=_OPEN_FOLDER),
    "next_message": Action(
        "choose the next (the first when none was chosen), going on from Urgent to INBOX; failed: no more",
        facts=_OPEN_FOLDER,
        is_finite=True,
    ),
    "previous_message": Action(
        "choose the one before, going back from INBOX to Urgent; failed: no more", facts=_OPEN_FOLDER, is_finite=True
    ),
    "mark_heard": Action("the owner has begun to hear the message", can_fail=False),
    "toggle_delete": Action(
        "mark the message as deleted, or as not; failed: none is chosen", facts=("is_deleted", *_COUNTS)
    ),
    "save_to_folder": Action(
        "put the message into another folder; failed: that folder is full",
        arguments=("folder",),
        facts=("target_folder", "is_deleted", *_COUNTS),
        values={"folder": FOLDERS[:10]},
    ),
    # greetings
    "keep_greeting": Action(
        "make the draft the mailbox's recording of this kind: unavail, busy, temp or name; failed: storage refused",
        arguments=("kind",),
        facts=("draft", *_GREETING_FACTS),
        values={"kind": GREETINGS},
    ),
    "erase_greeting": Action(
        "take the recording of this kind away",
        arguments=("kind",),
        facts=_GREETING_FACTS,
        values={"kind": GREETINGS},
    ),
}

ENTRIES = {
    "leave_message": Entry("a caller leaves a message for `mailbox`", keeps="store_message"),
    "check_messages": Entry("an owner hears messages; `mailbox` may be empty, `is_trusted` skips the PIN"),
}

VOICEMAIL = Vocabulary("voicemail", FACTS, GUARDS, ACTIONS, ENTRIES)


def _number(facts: Facts, name: str) -> float:
    value = facts[name]
    return value if isinstance(value, (int, float)) else 0
