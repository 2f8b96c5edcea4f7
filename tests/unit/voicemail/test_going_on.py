"""A caller goes on to the log-in in the same call; the number that was called chooses the personality."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.house import ROOT, House, open_house, personality
from tests.support.scripted_line import HANG_UP, Barge
from vmq.app.profiles import voicemail_profiles
from vmq.config.model import Config
from vmq.dialogue.compile import CompiledPack, compile_pack
from vmq.dialogue.load import load_pack
from vmq.domain.mailbox import Mailbox
from vmq.voicemail.requests import VmStatus, VoicemailResult
from vmq.voicemail.service import Voicemail
from vmq.voicemail.vocabulary import VOICEMAIL

ANN = {"number": "1001", "pin": "4711"}
FLOW = """
[keyset.exits]
"8" = { name = "log_in", when = "may_log_in", to = "leave_to_log_in" }
"9" = { name = "log_in_anyway", hidden = true, to = "leave_to_log_in" }
[state.leave_to_log_in]
kind = "end"
exit = "login"
"""


def with_log_in(folder: Path) -> CompiledPack:
    """Comedian, with two keys of a caller that lead to the log-in: one where it is allowed, one in any case."""
    pack = folder / "going"
    (pack / "flows").mkdir(parents=True)
    (pack / "personality.toml").write_text('schema = 1\nid = "going"\ntitle = "Going"\nbased_on = "comedian"\n')
    (pack / "flows" / "leave_message.toml").write_text(FLOW)
    loaded = load_pack(pack, [ROOT / "personalities"])
    assert loaded.pack and not loaded.findings, loaded.findings
    return compile_pack(loaded.pack, VOICEMAIL)


async def leave(house: House, folder: Path, *script: Any, **voicemail: Any) -> tuple[VoicemailResult, list[str]]:
    """Call 1001, whose personality has the keys."""
    tables = {"voicemail": voicemail, "mailbox": [{**ANN, "personality": "going"}]}
    profiles = voicemail_profiles(Config.model_validate(tables))
    packs = {"comedian": personality("comedian"), "going": with_log_in(folder)}
    house.voicemail = Voicemail(house.outside, profiles, packs)
    party = house.line(*script)
    return await house.leave_on(party), party.clips


async def test_a_caller_goes_on_to_the_log_in(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"mailbox": [ANN]}) as house:
        result, clips = await leave(house, tmp_path, Barge("8"), "1001#", "4711#", "#")
        assert (result.status, result.exit, dict(result.variables)["VMQ_EXIT"]) == (VmStatus.SUCCESS, "", "")
        assert {"vm-login", "vm-password", "vm-youhave"} <= set(clips)


@pytest.mark.parametrize("key", ["8", "9"])
async def test_where_callers_may_not_log_in_no_pack_leads_them_there(tmp_path: Path, key: str) -> None:
    async with open_house(tmp_path, {"mailbox": [ANN]}) as house:
        result, clips = await leave(house, tmp_path, Barge(key), HANG_UP, callers_log_in=False)
        assert (result.status, result.exit) == (VmStatus.FAILED, "")
        assert "vm-login" not in clips


@pytest.mark.parametrize(
    ("mailbox", "called", "personality"),
    [
        ({"personality": "own"}, "*98", "own"),
        ({"class_of_service": "c"}, "*98", "of_class"),
        ({"class_of_service": "c", "personality": "own"}, "*98", "own"),
        ({}, "*98", "called"),
        ({}, "*97", "house"),
    ],
)
def test_whose_personality_a_call_has(mailbox: dict[str, str], called: str, personality: str) -> None:
    tables = {
        "voicemail": {"personality": "house", "called": {"*98": "called"}},
        "class_of_service": [{"name": "c", "personality": "of_class"}],
        "mailbox": [{"number": "1001", **mailbox}],
    }
    profiles = voicemail_profiles(Config.model_validate(tables))
    assert profiles.personality_of(Mailbox("1001"), called) == personality
