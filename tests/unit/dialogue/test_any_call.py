"""Whatever a party does, a call of the shipped pack goes on, the same each time, and ends when it is left."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dialogue.packs import PERSONALITIES
from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import open_pack
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session
from vmq.dialogue.walk import outcomes, worlds
from vmq.domain.line import Act, Done, Effect, End, HungUpSeen, Outcome


@cache
def comedian() -> CompiledPack:
    return open_pack(PERSONALITIES / "comedian", SUBJECTS)["voicemail"]


def play(entry: str, world: int, choices: list[int]) -> list[Effect]:
    """The effects of a call in which each number picks one of the outcomes that are possible then."""
    session = Session(comedian(), entry, worlds(comedian())[world])
    effects = [session.start()]
    for choice in choices:
        possible: list[Outcome] = outcomes(comedian(), effects[-1])
        if not possible or session.is_over:
            break
        effects.append(session.feed(possible[choice % len(possible)]))
    while not isinstance(effects[-1], End):
        effects.append(session.feed(Done() if isinstance(effects[-1], Act) else HungUpSeen()))
        assert len(effects) < len(choices) + 20, "a call whose party is gone does not end"
    return effects


@given(
    st.sampled_from(["leave_message", "check_messages"]),
    st.integers(0, 5),
    st.lists(st.integers(0, 30), max_size=60),
)
@settings(max_examples=150, deadline=None)
def test_any_call_goes_on_ends_and_can_be_repeated(entry: str, world: int, choices: list[int]) -> None:
    assert play(entry, world, choices) == play(entry, world, choices)
