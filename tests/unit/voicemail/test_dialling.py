"""Option d: until a caller speaks, digits that are no key of the flow may be an extension."""

from __future__ import annotations

import pytest

from tests.support.scripted_line import SILENCE, Barge, ScriptedLine, Speech
from vmq.domain import line
from vmq.errors import HungUp
from vmq.voicemail.dialling import DiallingLine

GREETING = line.ReadKeys((line.Clip("vm-intro"),), frozenset({"0", "#"}), timeout_s=0)


async def exists(number: str) -> bool:
    return number in {"5", "1002"}


@pytest.mark.parametrize(("keys", "dialled"), [("5", "5"), ("1002", "1002")])
async def test_an_extension_ends_the_flow(keys: str, dialled: str) -> None:
    party = DiallingLine(ScriptedLine(Barge(keys[0]), *keys[1:], SILENCE), exists)
    with pytest.raises(HungUp):
        await party.read_keys(GREETING)
    assert party.dialled == dialled


async def test_keys_of_the_flow_win_and_what_is_no_extension_is_a_bad_key() -> None:
    party = DiallingLine(ScriptedLine(Barge("0"), Barge("7"), SILENCE), exists)
    assert await party.read_keys(GREETING) == line.KeyPressed("0")
    assert await party.read_keys(GREETING) == line.BadKey("7")
    assert not party.dialled


async def test_who_has_spoken_dials_no_more() -> None:
    party = DiallingLine(ScriptedLine(Speech(3.0), Barge("5")), exists)
    await party.record(line.Record((), "new", max_s=60))
    assert await party.read_keys(GREETING) == line.BadKey("5")
