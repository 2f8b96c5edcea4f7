"""What packs of queue voices may ask and do: the names shared by the packs, the dialogue engine and the actions' code.

All flows are short talks on a line that waits for something else. What comes of one goes to the queue's decision as the
answers of DialogueEnded (see vmq.queue_voice.talks); only the agents' desk acts by itself.
"""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Entry, Fact, FactType, Guard, Vocabulary

STATUSES = ("offline", "available", "paused", "wrap_up")
WISHES = ("menu", "login", "logout", "pause", "unpause")

FACTS = {
    "queue": Fact(FactType.TEXT, "the queue's name"),
    "queue_name": Fact(FactType.RECORDING, "the queue's spoken name; empty = there is none"),
    # a waiting caller
    "position": Fact(FactType.NUMBER, "his place in line, 1 = next; 0 = it is not to be said"),
    "is_more_than": Fact(FactType.FLAG, "there are more than `position` callers in line, which is all that is said"),
    "wait_minutes": Fact(FactType.NUMBER, "whole minutes: of the estimated wait, for an agent of the wait so far"),
    "wait_seconds": Fact(FactType.NUMBER, "the seconds beside them, rounded as the queue says"),
    "says_wait": Fact(FactType.FLAG, "the wait is to be said"),
    "comfort": Fact(FactType.RECORDING, "a periodic announcement; empty = none is due"),
    "callback_key": Fact(FactType.DIGITS, "what to press to be called back; empty = there is no such key"),
    "voicemail_key": Fact(FactType.DIGITS, "what to press to leave a message; empty = there is no such key"),
    # call back
    "number": Fact(FactType.DIGITS, "the caller's number; then the one that was typed or checked last"),
    "is_number_allowed": Fact(FactType.FLAG, "`number` may be called"),
    "typed_number": Fact(FactType.DIGITS, "a number as typed"),
    # after the call
    "agent": Fact(FactType.TEXT, "the agent's name"),
    "typed_answer": Fact(FactType.DIGITS, "an answer as typed"),
    "comment": Fact(FactType.RECORDING, "where a spoken comment goes (always set)"),
    # an agent's leg
    "must_confirm": Fact(FactType.FLAG, "the agent has to accept by a key; else he is only told"),
    "is_callback": Fact(FactType.FLAG, "the caller has hung up and is called back once the agent has accepted"),
    # the agents' desk
    "wish": Fact(FactType.TEXT, "what the feature code asks for", WISHES),
    "is_own_telephone": Fact(FactType.FLAG, "the call comes from an agent's own telephone: no PIN is needed"),
    "typed_agent": Fact(FactType.DIGITS, "an agent's number as typed"),
    "typed_pin": Fact(FactType.SECRET, "a PIN as typed"),
    "may_try_again": Fact(FactType.FLAG, "another PIN may be typed in this call"),
    "is_locked": Fact(FactType.FLAG, "too many wrong PINs: nobody gets in for some minutes"),
    "status": Fact(FactType.TEXT, "what the agent is now", STATUSES),
    "reason": Fact(FactType.TEXT, "why he is paused"),
    "is_elsewhere": Fact(FactType.FLAG, "he is logged in on another telephone than this one"),
}

GUARDS = {
    "has_queue_name": Guard(lambda facts: bool(facts["queue_name"]), "the queue has a spoken name"),
    "has_position": Guard(lambda facts: facts["position"] != 0, "the place in line is to be said"),
    "is_next": Guard(lambda facts: facts["position"] == 1, "the caller is the next"),
    "has_minutes": Guard(lambda facts: facts["wait_minutes"] != 0, "the wait is a minute or more"),
    "has_seconds": Guard(lambda facts: facts["wait_seconds"] != 0, "there are seconds beside the minutes"),
    "has_comfort": Guard(lambda facts: bool(facts["comfort"]), "a periodic announcement is due"),
    "offers_callback": Guard(lambda facts: bool(facts["callback_key"]), "a key asks to be called back"),
    "offers_voicemail": Guard(lambda facts: bool(facts["voicemail_key"]), "a key leads to a mailbox"),
    "has_number": Guard(lambda facts: bool(facts["number"]), "the caller's number is known"),
    "is_out": Guard(lambda facts: facts["status"] == "offline", "the agent is logged out"),
    "is_in": Guard(lambda facts: facts["status"] not in ("", "offline"), "the agent is logged in"),
    "may_pause": Guard(lambda facts: facts["status"] in ("available", "wrap_up"), "the agent works, and may pause"),
    "may_unpause": Guard(lambda facts: facts["status"] in ("paused", "wrap_up"), "the agent may take calls again"),
}

_WHO = ("is_own_telephone", "may_try_again", "is_locked", "status", "reason", "is_elsewhere")
_STATE = ("status", "reason", "is_elsewhere")

ACTIONS = {
    # call back and voicemail
    "check_number": Action(
        "may this number be called? failed: no", arguments=("number",), facts=("number", "is_number_allowed")
    ),
    "call_back": Action(
        "keep the caller's place and call `number` when it is his turn; failed: it may not be called",
        arguments=("number",),
    ),
    "leave_message": Action("let the caller go to the mailbox", can_fail=False),
    # the survey
    "note_answer": Action("keep an answer", arguments=("question", "answer"), can_fail=False),
    "keep_comment": Action("keep the recorded comment; failed: nothing was recorded"),
    # an agent's leg, and a called-back caller's
    "accept": Action("the party takes the call", can_fail=False),
    "refuse": Action("the party does not take the call", can_fail=False),
    # the agents' desk
    "find_agent": Action(
        "look for the agent with this number; never tells whether there is one",
        arguments=("number",),
        facts=_WHO,
        can_fail=False,
    ),
    "check_pin": Action(
        "compare the PIN and count the attempt, across calls; failed: wrong, locked, or no such agent",
        arguments=("pin",),
        facts=_WHO,
    ),
    "log_in": Action("start work, on this telephone; failed: nobody is known yet", facts=_STATE),
    "log_out": Action("end work; failed: nobody is known yet", facts=_STATE),
    "pause": Action("take no calls for now; failed: nobody is known yet", arguments=("reason",), facts=_STATE),
    "unpause": Action("take calls again; failed: nobody is known yet", facts=_STATE),
    "end_wrap_up": Action("be done with the work after a call; failed: nobody is known yet", facts=_STATE),
}

ENTRIES = {
    "announce": Entry("a waiting caller is told what is due: his place, his wait, a comforting word", is_optional=True),
    "callback": Entry("a waiting caller may ask to be called back", is_optional=True),
    "callback_answer": Entry(
        "who is called back takes the call (accept), waits on (neither), or wants none (refuse)", is_optional=True
    ),
    "voicemail_offer": Entry("a waiting caller may leave a message instead", is_optional=True),
    "survey": Entry(
        "a caller is asked about his call; `comment` is kept when he hangs up", keeps="keep_comment", is_optional=True
    ),
    "agent_offer": Entry("an agent who has answered hears what comes, and accepts it where he must", is_optional=True),
    "agent_desk": Entry("an agent logs in or out, pauses, and hears what he is", is_optional=True),
}

QUEUE_VOICE = Vocabulary("queue_voice", FACTS, GUARDS, ACTIONS, ENTRIES)
