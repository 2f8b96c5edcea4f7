"""Who talks asks somebody else by keys: put through, back again, or put through before the other has answered."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.telephones import Telephone

DIALPLAN = """
[lab]
exten => _1XXX,1,Dial(PJSIP/${EXTEN},1)
 same => n,Hangup()
exten => 700,1,Answer()
 same => n,Bridge(${PARKED},xT)
 same => n,Hangup()
[park]
exten => s,1,BridgeWait(here,participant,S(30))
 same => n,Hangup()
"""


@pytest.fixture
async def pbx() -> AsyncIterator[LabPbx]:
    """Telephones 1001 to 1003; 1001 is parked, and 1002 talks with it."""
    lab = LabPbx([DIALPLAN], pace=Pace(playback=0.0))
    for number in ("1001", "1002", "1003"):
        lab.add_phone(number)
    async with lab:
        parked, asker = lab.phone("1001"), lab.phone("1002")
        lab.exchange.dialplan.add("[lab]\nexten => 701,1,Goto(park,s,1)\n")
        parked.dial("701")
        await parked.wait(lambda t: t.calls[0].bridge is not None, "is parked")
        lab.exchange.variables["PARKED"] = parked.calls[0].name
        asker.dial("700")
        await asker.wait_heard("peer")
        yield lab


def _is_in_talk(telephone: Telephone) -> bool:
    bridge = telephone.calls[0].bridge
    return bridge is not None and not bridge.is_holding and len(bridge.members) > 1


async def _talk(one: Telephone, other: Telephone) -> None:
    def is_so(_: Telephone) -> bool:
        bridge = one.calls[0].bridge
        return _is_in_talk(one) and bridge is not None and other in {member.party for member in bridge.members}

    await one.wait(is_so, f"talks with {other.number}")


async def test_partner_waits_with_music_and_is_put_through(pbx: LabPbx) -> None:
    partner, asker, target = (pbx.phone(number) for number in ("1001", "1002", "1003"))
    await asker.press("*21003")
    await partner.wait_heard("music")
    await target.wait_ringing()
    target.answer()
    await asker.wait(_is_in_talk, "asks")
    asker.hang_up()
    await asker.wait_ended()
    await partner.wait(_is_in_talk, "is put through")
    target.hang_up()
    await partner.wait_ended()


async def test_who_asks_is_back_when_nobody_can_be_asked(pbx: LabPbx) -> None:
    partner, asker, target = (pbx.phone(number) for number in ("1001", "1002", "1003"))
    target.behave("busy")
    await asker.press("*21003")
    await partner.wait_heard("music")
    await _talk(asker, partner)
    asker.hang_up()
    await partner.wait_ended()


async def test_who_asks_is_back_when_the_other_hangs_up(pbx: LabPbx) -> None:
    partner, asker, target = (pbx.phone(number) for number in ("1001", "1002", "1003"))
    await asker.press("*21003")
    await target.wait_ringing()
    target.answer()
    await asker.wait(_is_in_talk, "asks")
    target.hang_up()
    await _talk(asker, partner)


async def test_put_through_before_the_other_has_answered(pbx: LabPbx) -> None:
    partner, asker, target = (pbx.phone(number) for number in ("1001", "1002", "1003"))
    await asker.press("*21003")
    await target.wait_ringing()
    asker.hang_up()
    await asker.wait_ended()
    target.answer()
    await partner.wait(_is_in_talk, "is put through")


async def test_partner_hangs_up_while_another_is_asked(pbx: LabPbx) -> None:
    partner, asker, target = (pbx.phone(number) for number in ("1001", "1002", "1003"))
    await asker.press("*21003")
    await target.wait_ringing()
    partner.hang_up()
    target.refuse()
    await asker.wait_ended()


async def test_other_keys_are_heard_by_the_partner(pbx: LabPbx) -> None:
    await pbx.phone("1002").press("5")
    await pbx.phone("1001").wait_heard("key")
