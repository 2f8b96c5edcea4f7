"""Who may be called from a mailbox, and where in the dialplan; nobody, unless the administrator says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.owner import opened_mailbox
from tests.support.scripted_line import SILENCE, Speech
from vmq.app.profiles import voicemail_profiles
from vmq.config.model import Config
from vmq.domain import line
from vmq.domain.mailbox import Mailbox
from vmq.voicemail.calling import CallActions, Onward, to_operator, to_sender, to_typed
from vmq.voicemail.requests import VmStatus
from vmq.voicemail.settings import Settings

HANGS_UP = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)


def settings(**voicemail: Any) -> Settings:
    """The house's."""
    return voicemail_profiles(Config.model_validate({"voicemail": voicemail})).house


@pytest.mark.parametrize("number", ["", "anonymous", "2002,1)", "200 2", "+", "${X}", "1" * 41])
def test_what_is_no_number_is_not_called(number: str) -> None:
    rules = settings(callback_context="back", dialout_context="out", dialout_pattern=".*")
    assert to_sender(number, rules) is None
    assert to_typed(number, rules) is None


@pytest.mark.parametrize(
    ("number", "is_called"), [("2002", True), ("+492002", True), ("*722002", False), ("#1", False)]
)
def test_who_left_a_message_is_called_back_by_digits_only(number: str, is_called: bool) -> None:
    rules = settings(callback_context="back")
    assert to_sender(number, rules) == (Onward(number, "back") if is_called else None)


def test_nobody_is_called_where_nothing_is_configured() -> None:
    assert to_sender("2002", settings()) is to_typed("2002", settings()) is to_operator(None, settings()) is None


@pytest.mark.parametrize(("number", "is_called"), [("2002", True), ("20020", False), ("12002", False), ("0900", False)])
def test_typed_numbers_match_the_pattern_whole(number: str, is_called: bool) -> None:
    rules = settings(dialout_context="out", dialout_pattern="2[0-9]{3}")
    assert to_typed(number, rules) == (Onward(number, "out") if is_called else None)


def test_the_operator_is_the_owners_choice_while_it_is_allowed() -> None:
    rules = settings(operator="0", operator_context="desk", operator_pattern="[0-9]{3}")
    assert to_operator(Mailbox("1001", operator="200"), rules) == Onward("200", "desk")
    assert to_operator(Mailbox("1001", operator="0900123"), rules) == Onward("0", "desk")
    assert to_operator(None, rules) == Onward("0", "desk")


async def test_a_caller_can_call_no_number_that_he_types() -> None:
    rules = settings(dialout_context="out", dialout_pattern=".*")
    calls = CallActions(lambda: rules, lambda: Mailbox("1001"), is_owner=False)
    assert isinstance(await calls.table["call_number"]({"number": "2002"}), line.Failed)
    assert calls.chosen is None


async def test_an_owner_calls_back_who_left_a_message(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[{"number": "1001", "pin": "4711"}], callback_context="back") as ann:
        await ann.house.leave(HANGS_UP)
        party = ann.house.line("4711#", "1", SILENCE, SILENCE, "3", "2", "1")
        result = await ann.house.check_on(party)
        assert (result.status, result.exit, result.to) == (VmStatus.USEREXIT, "call", Onward("2002", "back"))
        assert dict(result.variables)["VMQ_TO"] == "back,2002,1"
