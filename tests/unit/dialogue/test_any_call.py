"""Whatever a party does, a call goes on, the same each time, and ends when it is left: of the shipped pack, and of one
that uses everything the language has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dialogue.full import write_full
from tests.unit.dialogue.packs import TOY, comedian
from vmq.dialogue.check import open_pack
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session
from vmq.dialogue.walk import outcomes, quiet, worlds
from vmq.domain.line import Act, Effect, End, HungUpSeen, Outcome


@cache
def full() -> CompiledPack:
    with TemporaryDirectory() as folder:
        return open_pack(write_full(Path(folder)), [TOY])["toy"]


def play(pack: CompiledPack, entry: str, world: int, choices: list[int]) -> list[Effect]:
    """The effects of a call in which each number picks one of the outcomes that are possible then."""
    session = Session(pack, entry, worlds(pack)[world])
    effects = [session.start()]
    for choice in choices:
        possible: list[Outcome] = outcomes(pack, effects[-1])
        if not possible or session.is_over:
            break
        effects.append(session.feed(possible[choice % len(possible)]))
    while not isinstance(effects[-1], End):
        effects.append(session.feed(quiet(pack, effects[-1]) if isinstance(effects[-1], Act) else HungUpSeen()))
        assert len(effects) < len(choices) + 70, "a call whose party is gone does not end"
    return effects


@given(
    st.sampled_from([(comedian, "leave_message"), (comedian, "check_messages"), (full, "main")]),
    st.integers(0, 5),
    st.lists(st.integers(0, 60), max_size=60),
)
@settings(max_examples=250, deadline=None)
def test_any_call_goes_on_ends_and_can_be_repeated(
    entry: tuple[Callable[[], CompiledPack], str], world: int, choices: list[int]
) -> None:
    pack, name = entry[0](), entry[1]
    assert play(pack, name, world, choices) == play(pack, name, world, choices)
