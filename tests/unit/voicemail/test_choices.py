"""The values of a personality's settings: the house's, a mailbox's, and what its owner chose by telephone."""

from __future__ import annotations

import pytest

from tests.support.house import House, open_house
from tests.support.scripted_line import HANG_UP, SILENCE
from vmq.domain.line import ReadKeys
from vmq.voicemail.choices import Choices
from vmq.voicemail.service import WantedMailbox


def test_a_mailbox_comes_before_the_house_and_a_choice_before_both() -> None:
    choices = Choices({"level": "full", "wait_s": 6}, {"1001": {"level": "brief"}})

    assert choices.of("1002") == {"level": "full", "wait_s": 6}
    assert choices.of("1001") == {"level": "brief", "wait_s": 6}
    choices.keep("1001", {"level": "rapid"})
    assert choices.of("1001") == {"level": "rapid", "wait_s": 6}


@pytest.mark.parametrize(("mailbox", "waits_s"), [("1001", 2.0), ("1002", 4.0)])
async def test_an_owner_who_typed_his_number_has_his_own_settings(tmp_path, mailbox: str, waits_s: float) -> None:
    choices = Choices({"menu_wait_s": 4.0}, {"1001": {"menu_wait_s": 2.0}})
    async with open_house(tmp_path, choices=choices) as house:
        party = await in_main_menu(house, mailbox)

    waits = [effect.timeout_s for effect in party.effects if isinstance(effect, ReadKeys) and effect.timeout_s]
    assert waits == [waits_s]


async def in_main_menu(house: House, mailbox: str):
    """Somebody who logs in, waits for the main menu and hangs up."""
    await house.voicemail.ensure_mailboxes([WantedMailbox(mailbox, pin="4711")])
    party = house.line(f"{mailbox}#", "4711#", SILENCE, HANG_UP)
    await house.check_on(party, mailbox="", caller_number="2002")
    return party
