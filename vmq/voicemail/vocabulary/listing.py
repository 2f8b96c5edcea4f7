"""An owner's distribution lists, numbered 1 to 99."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Fact, FactType, Guard
from vmq.voicemail.vocabulary.parts import Part

_LIST = ("list_number", "list_count", "list_name")
_MEMBER = ("member_number", "member_name", "member_kind")

LISTING = Part(
    facts={
        "typed_list": Fact(FactType.DIGITS, "a list's number as typed"),
        "list_number": Fact(FactType.DIGITS, "the number of the list at hand"),
        "list_count": Fact(FactType.NUMBER, "how many addresses it holds; 0 also while there is no such list"),
        "list_name": Fact(FactType.RECORDING, "its spoken name"),
        "member_number": Fact(FactType.DIGITS, "the address in it that is at hand"),
        "member_name": Fact(FactType.RECORDING, "the spoken name of that"),
        "member_kind": Fact(FactType.TEXT, "what that is", ("", "mailbox", "list")),
    },
    guards={
        "is_list_empty": Guard(lambda facts: not facts["list_count"], "the list at hand holds nobody"),
        "has_list_name": Guard(lambda facts: bool(facts["list_name"]), "the list's name is recorded"),
        "has_member_name": Guard(lambda facts: bool(facts["member_name"]), "the member's name is recorded"),
    },
    actions={
        "open_list": Action(
            "take the list of this number, 1 to 99, which may be empty; failed: no such number",
            arguments=("number",),
            facts=(*_LIST, *_MEMBER),
        ),
        "new_list": Action("take the lowest number that has no list; failed: all have", facts=(*_LIST, *_MEMBER)),
        "next_list": Action(
            "take the next list that holds somebody, beginning after the one at hand; failed: no more",
            facts=(*_LIST, *_MEMBER),
            is_finite=True,
        ),
        "add_member": Action(
            "put a mailbox, or a list of the house's, into the list; failed: `address_fault` says why",
            arguments=("address",),
            facts=("list_count", "address_fault", *_MEMBER),
        ),
        "next_member": Action(
            "choose the next address in the list (the first when none was chosen); failed: no more",
            facts=_MEMBER,
            is_finite=True,
        ),
        "remove_member": Action(
            "take the address at hand out of the list; failed: none is", facts=("list_count", *_MEMBER), is_finite=True
        ),
        "delete_list": Action("take the list at hand away; failed: none is", facts=(*_LIST, *_MEMBER)),
        "keep_list_name": Action("make the draft the list's spoken name; failed: none is", facts=("draft", *_LIST)),
    },
)
