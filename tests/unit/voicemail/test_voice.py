"""In which language a call is spoken, end to end: from the mailbox's setting to what the line is told."""

from __future__ import annotations

from tests.support.house import House
from tests.support.scripted_line import HANG_UP, Speech
from vmq.app.settings import wanted_mailboxes
from vmq.config.model import Config, MailboxConfig
from vmq.voicemail.pins import is_pin
from vmq.voicemail.wanted import WantedMailbox

PIN = "4711"
SETS = ("asterisk", "en-house")


async def test_callers_hear_the_mailboxs_language_and_the_channel_gets_its_own_back(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", language="en_GB")])
    party = house.line(Speech(3.0))
    await house.leave_on(party, language="en")
    assert party.voices == [("en_GB", SETS), ("en", ())]


async def test_a_mailbox_without_a_language_speaks_the_channels(house: House) -> None:
    party = house.line(Speech(3.0))
    await house.leave_on(party, language="en_US")
    assert party.voices[0] == ("en_US", SETS)


async def test_a_language_that_the_pack_does_not_speak_gives_way_to_the_packs(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", language="fr")])
    party = house.line(Speech(3.0))
    await house.leave_on(party, language="fr")
    assert party.voices[0] == ("en", SETS)


async def test_an_owner_hears_his_language_once_he_is_in(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN, language="en_GB")])
    party = house.line("1001#", f"{PIN}#", HANG_UP)
    await house.check_on(party, mailbox="", caller_number="2002", language="en")
    assert [language for language, _ in party.voices] == ["en", "en_GB", "en"]


async def test_nobody_hears_another_language_before_he_is_in(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN, language="en_GB")])
    party = house.line("1001#", "1234#", HANG_UP)
    await house.check_on(party, mailbox="", caller_number="2002", language="en")
    assert {language for language, _ in party.voices} == {"en"}


async def test_star_leaves_the_login_where_the_dialplan_has_that_extension(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
    assert (await house.check_on(house.line("*"), options="a")).exit == "a"
    assert (await house.check_on(house.line("*", HANG_UP))).exit == ""


async def test_a_language_written_later_holds_for_a_mailbox_that_is_there_already(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", name="Ann", pin=PIN)])
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin="9999", language="en_GB")])
    mailbox = (await house.mailboxes.find("1001"))["1001"]
    assert (mailbox.name, mailbox.language) == ("Ann", "en_GB")
    assert await is_pin(PIN, mailbox.pin_hash)


def test_a_configured_mailbox_has_no_voice_of_its_own_unless_it_is_written() -> None:
    (wanted,) = wanted_mailboxes(Config(mailbox=(MailboxConfig(number="1001"),)))
    assert (wanted.personality, wanted.language) == ("", "")
