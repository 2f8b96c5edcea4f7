"""The values of a personality's settings: the house's, a mailbox's, and what its owner chose by telephone."""

from __future__ import annotations

import pytest

from tests.support.house import House, open_house
from tests.support.scripted_line import HANG_UP, SILENCE
from vmq.app.profiles import voicemail_profiles
from vmq.config.model import Config
from vmq.domain.line import ReadKeys
from vmq.domain.mailbox import Mailbox
from vmq.voicemail.choices import settings_of
from vmq.voicemail.wanted import WantedMailbox


def test_a_mailbox_comes_before_the_house_and_a_choice_before_both() -> None:
    tables = {
        "voicemail": {"settings": {"level": "full", "wait_s": 6, "pace": 1}},
        "class_of_service": [{"name": "quick", "settings": {"wait_s": 2, "pace": 2}}],
        "mailbox": [{"number": "1001", "class_of_service": "quick", "settings": {"pace": 3}}],
    }
    profiles = voicemail_profiles(Config.model_validate(tables))

    assert settings_of(None, profiles) == settings_of(Mailbox("1002"), profiles) == tables["voicemail"]["settings"]
    assert settings_of(Mailbox("1001"), profiles) == {"level": "full", "wait_s": 2, "pace": 3}
    owner = Mailbox("1001", choices={"level": "rapid"})
    assert settings_of(owner, profiles) == {"level": "rapid", "wait_s": 2, "pace": 3}


@pytest.mark.parametrize(("mailbox", "waits_s"), [("1001", 2.0), ("1002", 4.0)])
async def test_an_owner_who_typed_his_number_has_his_own_settings(tmp_path, mailbox: str, waits_s: float) -> None:
    tables = {"mailbox": [{"number": "1001", "pin": "4711", "settings": {"menu_wait_s": 2.0}}]}
    async with open_house(tmp_path, tables, settings={"menu_wait_s": 4.0}) as house:
        party = await in_main_menu(house, mailbox)

    waits = [effect.timeout_s for effect in party.effects if isinstance(effect, ReadKeys) and effect.timeout_s]
    assert waits == [waits_s]


async def in_main_menu(house: House, mailbox: str):
    """Somebody who logs in, waits for the main menu and hangs up."""
    await house.voicemail.ensure_mailboxes([WantedMailbox(mailbox, pin="4711")])
    party = house.line(f"{mailbox}#", "4711#", SILENCE, HANG_UP)
    await house.check_on(party, mailbox="", caller_number="2002")
    return party
