"""What flows that record prompts may ask and do."""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Entry, Fact, Facts, FactType, Guard, Vocabulary

ENTRY = "edit_prompts"
_CLIP_FACTS = ("number", "live", "edited", "is_own", "has_next", "take", "is_too_quiet")


def _is_there(name: str) -> Guard:
    def test(facts: Facts) -> bool:
        return bool(facts.get(name))

    return Guard(test, f"there is one: {name}")


STUDIO = Vocabulary(
    subject="studio",
    facts={
        "typed_pin": Fact(FactType.SECRET, "what was typed as PIN"),
        "typed_number": Fact(FactType.DIGITS, "what was typed as a clip's number"),
        "may_try_again": Fact(FactType.FLAG, "another PIN will be taken"),
        "count": Fact(FactType.NUMBER, "how many clips the set has"),
        "number": Fact(FactType.NUMBER, "the clip's number: its place in the catalogue and on the sheet"),
        "live": Fact(FactType.RECORDING, "what callers hear now"),
        "edited": Fact(FactType.RECORDING, "the edited copy, which callers don't hear yet"),
        "is_own": Fact(FactType.FLAG, "callers hear a recording of the house's own"),
        "has_next": Fact(FactType.FLAG, "there is a clip after this one"),
        "take": Fact(FactType.RECORDING, "where a recording goes"),
        "is_too_quiet": Fact(FactType.FLAG, "there was nothing to hear in the last recording"),
    },
    guards={"has_live": _is_there("live"), "has_edited": _is_there("edited")},
    actions={
        "log_in": Action("check the PIN", arguments=("pin",), facts=("may_try_again", "count", "take")),
        "open_clip": Action("turn to the clip of this number", arguments=("number",), facts=_CLIP_FACTS),
        "next_clip": Action("turn to the next clip", facts=_CLIP_FACTS),
        "keep_take": Action("make the recording the edited copy", facts=_CLIP_FACTS),
        "activate": Action("let callers hear the edited copy", facts=_CLIP_FACTS),
        "withdraw": Action("take the edited copy away, or else the house's own recording", facts=_CLIP_FACTS),
    },
    entries={ENTRY: Entry("an administrator hears and records prompts", keeps="keep_take")},
)
