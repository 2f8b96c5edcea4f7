"""What flows of a front door may ask and do: names shared by packs, the dialogue engine and the actions' code."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Entry, Fact, FactType, Guard, Vocabulary

ATTEND = "attend"
TURN_AWAY = "turn_away"
DOORBELL = "doorbell"

FACTS = {
    "is_open": Fact(FactType.FLAG, "it is within the opening hours; without a schedule always"),
    "is_holiday": Fact(FactType.FLAG, "it is closed all day, on a day that is otherwise open"),
    "greeting": Fact(FactType.RECORDING, "the house's own greeting for now; empty = there is none"),
    # the guard
    "must_prove": Fact(FactType.FLAG, "the caller has yet to type the code, which shows that he is a person"),
    "is_unproven": Fact(FactType.FLAG, "nothing shows yet that the caller is a person, and no code is asked for"),
    "code": Fact(FactType.DIGITS, "the code, drawn anew for each call"),
    "code_digits": Fact(FactType.NUMBER, "how many digits it has"),
    "typed_code": Fact(FactType.DIGITS, "what was typed as the code"),
    "guard_tries": Fact(FactType.NUMBER, "how often the code is asked for"),
    "may_try_again": Fact(FactType.FLAG, "another code, or another extension, will be taken"),
    # going on
    "has_operator": Fact(FactType.FLAG, "there is an operator"),
    "has_directory": Fact(FactType.FLAG, "people can be looked for by their names"),
    "goes_on_closed": Fact(FactType.FLAG, "while it is closed, callers can go on elsewhere, to a mailbox perhaps"),
    "typed_extension": Fact(FactType.DIGITS, "an extension as typed"),
    "typed_name": Fact(FactType.DIGITS, "a name as typed on the letters of the keys"),
    "matches": Fact(FactType.LIST, "those whose names begin so, to pick one"),
    "is_many": Fact(FactType.FLAG, "they are too many to pick one"),
    "picked": Fact(FactType.DIGITS, "the one picked"),
    # a doorbell
    "takes_message": Fact(FactType.FLAG, "who rang may leave a message"),
    "message": Fact(FactType.RECORDING, "where it is recorded to"),
    "max_message_s": Fact(FactType.NUMBER, "its longest"),
}

GUARDS = {"has_greeting": Guard(lambda facts: bool(facts["greeting"]), "the house has recorded a greeting for now")}

ACTIONS = {
    "check_code": Action(
        "compare the code; failed: it is another one", arguments=("code",), facts=("must_prove", "may_try_again")
    ),
    "let_go": Action("count the caller as a robot", can_fail=False),
    "find_extension": Action(
        "put the caller through to what these digits stand for; failed: nothing, or it may not be called",
        arguments=("number",),
        facts=("is_unproven", "may_try_again"),
    ),
    "find_names": Action(
        "look for people by the letters of their names; failed: nobody, or too many",
        arguments=("letters",),
        facts=("matches", "is_many", "may_try_again"),
    ),
    "call_match": Action(
        "put the caller through to one of the matches; failed: there is no such extension",
        arguments=("number",),
        facts=("is_unproven",),
    ),
    "call_operator": Action("put the caller through to the operator; failed: there is none", facts=("is_unproven",)),
    "go_on_closed": Action("let the caller go on where callers go while it is closed; failed: nowhere"),
    "keep_message": Action("keep what was recorded at a doorbell as a message; failed: nothing was"),
}

ENTRIES = {
    ATTEND: Entry("a caller is greeted, shows that he is a person, and is put through", is_optional=True),
    TURN_AWAY: Entry("a caller who is refused hears why, or tones; the call ends", is_optional=True),
    DOORBELL: Entry(
        "nobody came to the door: whoever rang is told, or leaves a message; he has no keys",
        keeps="keep_message",
        is_optional=True,
        is_keyless=True,
    ),
}

ATTENDANT = Vocabulary("attendant", FACTS, GUARDS, ACTIONS, ENTRIES)
