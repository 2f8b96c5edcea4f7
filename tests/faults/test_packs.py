"""A pack that can't be used, and isn't the default: it is told and left out, and its mailboxes have the default one."""

from __future__ import annotations

from pathlib import Path

from tests.faults.test_start import FLOW, break_pack
from tests.support.vmq_process import VmqProcess


async def test_another_pack_is_broken(tmp_path: Path) -> None:
    break_pack(tmp_path, "mine")
    mailbox = {"number": "1001", "personality": "mine"}
    vmq = VmqProcess(tmp_path, paths={"personalities": [str(tmp_path / "packs")]}, mailbox=[mailbox])
    async with vmq:
        assert (await vmq.readiness())["is_ready"]
        assert (await vmq.mailbox("1001"))["new"] == 0
    (line,) = [line for line in vmq.log_lines() if line.get("event") == "pack_refused"]
    assert line["folder"] == str(tmp_path / "packs/mine")
    for told in (FLOW, "greting", "tones"):
        assert told in line["error"]
