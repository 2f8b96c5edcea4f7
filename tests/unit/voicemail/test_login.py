"""Who gets into a mailbox: PINs, the first log-in, and the lock that holds over all calls."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from tests.support.house import House, open_house
from tests.support.scripted_line import HANG_UP, Speech
from vmq.domain import line
from vmq.domain.pin import LoginState
from vmq.domain.records import LoginRefused, MailboxMade
from vmq.voicemail import strangers
from vmq.voicemail.requests import VmStatus, VoicemailResult
from vmq.voicemail.wanted import WantedMailbox

PIN = "4711"
SETUP = (Speech(1.0), "1", Speech(2.0), "1", Speech(2.0), "1")


@pytest.fixture
async def owner(house: House) -> House:
    """A house where 1001 has its PIN."""
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
    return house


async def log_in(house: House, *script: str, **request: str) -> VoicemailResult:
    """Type what the script says, then hang up."""
    return await house.check_on(house.line(*script, HANG_UP), **request)


async def test_right_pin_opens_and_wrong_one_does_not(owner: House) -> None:
    assert (await log_in(owner, f"{PIN}#")).status is VmStatus.SUCCESS
    assert (await log_in(owner, "1234#")).status is VmStatus.FAILED


async def test_what_the_dialplan_gives_may_only_begin_the_number_that_is_typed(owner: House) -> None:
    right = await log_in(owner, "01#", f"{PIN}#", mailbox="", caller_number="2002", prefix="10")
    assert right.status is VmStatus.SUCCESS
    wrong = await log_in(owner, "1001#", f"{PIN}#", mailbox="", caller_number="2002", prefix="10")
    assert wrong.status is VmStatus.FAILED


@pytest.mark.parametrize(("prefix", "number"), [("", "1001#"), ("10", "01#")])
async def test_the_dialplan_vouches_for_no_mailbox_that_is_typed(owner: House, prefix: str, number: str) -> None:
    request = {"mailbox": "", "caller_number": "2002", "options": "s", "prefix": prefix}
    assert (await log_in(owner, number, "1234#", **request)).status is VmStatus.FAILED
    assert (await log_in(owner, number, f"{PIN}#", **request)).status is VmStatus.SUCCESS


async def test_first_login_from_the_extension_itself_sets_the_mailbox_up(house: House) -> None:
    party = house.line(*SETUP, f"{PIN}#", f"{PIN}#", HANG_UP)
    assert (await house.check_on(party)).status is VmStatus.SUCCESS
    assert not any(isinstance(effect, line.ReadDigits) for effect in party.effects[:3])
    assert [record.mailbox for record in await house.records(MailboxMade)] == ["1001"]
    mailbox = (await house.mailboxes.find("1001"))["1001"]
    assert mailbox.is_set_up
    assert len(mailbox.greetings) == 3
    assert (await log_in(house, f"{PIN}#")).status is VmStatus.SUCCESS


async def test_set_up_that_was_broken_off_comes_again(house: House) -> None:
    await house.check_on(house.line(*SETUP, HANG_UP))
    assert not (await house.mailboxes.find("1001"))["1001"].is_set_up
    party = house.line(f"{PIN}#", f"{PIN}#", HANG_UP)
    await house.check_on(party)
    assert (await house.mailboxes.find("1001"))["1001"].is_set_up


async def test_mailbox_that_was_never_set_up_opens_to_nobody_else(house: House) -> None:
    await house.leave(Speech(3.0))
    for pin in ("", "1001", "0000"):
        result = await log_in(house, "1001#", f"{pin}#", caller_number="2002", mailbox="1001")
        assert result.status is VmStatus.FAILED


async def test_mailbox_that_is_not_there_looks_like_a_wrong_pin(owner: House) -> None:
    heard = []
    for number in ("1001", "1999"):
        party = owner.line("9999#", HANG_UP)
        await owner.check_on(party, mailbox=number, caller_number="2002")
        heard.append((party.clips, len(party.effects)))
    assert heard[0] == heard[1]


async def test_number_without_a_mailbox_locks_as_a_mailbox_does(tmp_path: Path) -> None:
    async with open_house(tmp_path, lock_after=4, login_tries=3, lock_s=600) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN), WantedMailbox("1002")])
        heard: dict[str, list[object]] = {}
        for number in ("1001", "1002", "1999"):
            for _ in range(3):
                party = house.line(*["9999#"] * 5, HANG_UP)
                await house.check_on(party, mailbox=number, caller_number="2002")
                heard.setdefault(number, []).append((party.clips, len(party.effects)))
        assert heard["1001"] == heard["1002"] == heard["1999"]
        assert "vmq-locked-out" in str(heard["1001"][1])
        assert {record.mailbox for record in await house.records(LoginRefused)} == {"1001"}


async def test_lock_is_not_told_before_a_pin_was_tried(tmp_path: Path) -> None:
    async with open_house(tmp_path, lock_after=1) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
        await log_in(house, "9999#")
        party = house.line(f"{PIN}#")
        await house.check_on(party, caller_number="2002", mailbox="1001")
        assert isinstance(party.effects[0], line.ReadDigits)
        assert party.clips[:2] == ["vm-password", "vmq-locked-out"]


def test_strangers_are_forgotten_from_the_oldest_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "MAX_NUMBERS", 2)
    counts = strangers.Strangers()
    for number in ("1", "2", "1", "3"):
        counts.change_login(number, lambda state: LoginState(state.failures + 1))
    assert counts.change_login("1", lambda state: state)[0] == LoginState(2)
    assert counts.change_login("2", lambda state: state)[0] == LoginState()


async def test_trusted_caller_needs_no_pin(owner: House) -> None:
    party = owner.line("#")
    result = await owner.check_on(party, mailbox="1001", caller_number="2002", options="s")
    assert result.status is VmStatus.SUCCESS
    assert not any(isinstance(effect, line.ReadDigits) for effect in party.effects)


async def test_wrong_pins_lock_the_mailbox_over_all_calls(tmp_path: Path) -> None:
    async with open_house(tmp_path, lock_after=4, lock_s=600) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
        for _ in range(4):
            assert (await log_in(house, "9999#")).status is VmStatus.FAILED
        assert (await log_in(house, f"{PIN}#")).status is VmStatus.FAILED
        refused = await house.records(LoginRefused)
        assert [(record.attempts, record.is_locked) for record in refused] == [
            (1, False),
            (2, False),
            (3, False),
            (4, True),
        ]
        house.clock.at += 601
        assert (await log_in(house, f"{PIN}#")).status is VmStatus.SUCCESS


async def test_lock_survives_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path, lock_after=1) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
        await log_in(house, "9999#")
    async with open_house(tmp_path, lock_after=1) as house:
        assert (await log_in(house, f"{PIN}#")).status is VmStatus.FAILED


async def test_right_pin_clears_the_count(tmp_path: Path) -> None:
    async with open_house(tmp_path, lock_after=3) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
        for _ in range(3):
            await log_in(
                house,
                "9999#",
            )
            await log_in(house, f"{PIN}#")
        assert (await log_in(house, f"{PIN}#")).status is VmStatus.SUCCESS


async def test_tries_in_one_call_are_limited(owner: House) -> None:
    party = owner.line(*["9999#"] * 9)
    await owner.check_on(party, mailbox="1001")
    assert len(await owner.records(LoginRefused)) == 3


@pytest.mark.parametrize("weak", ["12", "1234", "9876", "1111", "1001"])
async def test_weak_pins_are_refused(owner: House, weak: str) -> None:
    await owner.check_on(owner.line(f"{PIN}#", "0", "5", f"{weak}#", f"{weak}#", HANG_UP))
    assert (await log_in(owner, f"{PIN}#")).status is VmStatus.SUCCESS


async def test_pin_of_the_configuration_counts_only_for_a_new_mailbox(owner: House) -> None:
    await owner.voicemail.ensure_mailboxes([WantedMailbox("1001", pin="8642")])
    assert (await log_in(owner, f"{PIN}#")).status is VmStatus.SUCCESS


async def test_no_pin_is_ever_logged(owner: House) -> None:
    with structlog.testing.capture_logs() as logs:
        await log_in(owner, "7531#")
        await owner.check_on(owner.line(f"{PIN}#", "0", "5", "86420#", "86420#", "*", HANG_UP))
        await log_in(owner, "86420#")
    await owner.journal.flush()
    shown = repr(logs) + repr([entry.record for entry in await owner.journal.read()])
    assert logs
    assert not any(pin in shown for pin in (PIN, "7531", "86420"))
    assert PIN not in repr(line.DigitsEntered(PIN))
    assert PIN not in repr(line.Act("check_pin", {"pin": PIN}))
    assert PIN not in repr(WantedMailbox("1001", pin=PIN))
    assert "argon2" not in repr((await owner.mailboxes.find("1001"))["1001"])


async def test_an_owner_who_logs_in_again_is_asked_for_mailbox_and_pin(tmp_path: Path) -> None:
    async with open_house(tmp_path, packs=("comedian", "meridian"), personality="meridian") as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN), WantedMailbox("1002", pin="8642")])
        party = house.line("81", "1001#", f"{PIN}#", HANG_UP)

        result = await house.check_on(party, mailbox="1002", options="s")

        assert result.status is VmStatus.SUCCESS
        assert party.clips.index("vmq-mer-mailbox") < party.clips.index("vm-password")
