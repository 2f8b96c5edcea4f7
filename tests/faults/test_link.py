"""Asterisk is not there, does not let vmq in, or the link breaks: vmq stays up, says so, and goes on when it can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.live.server import free_port
from tests.support.vmq_process import VmqProcess
from vmq.asterisk.dialplan import dialplan_text
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.telephones import Telephone

USER, SECRET = "vmq", "the-right-secret"
QUEUE = "sales"
TRIES = 5
DEADLINE_S = 30.0
EXTENSIONS = f"""
[lab]
exten => 600,1,Gosub(vmq-queue,s,1({QUEUE}))
 same => n,Set(GLOBAL(BACK)=${{QUEUESTATUS}})
 same => n,Hangup()
"""


def vmq_for(folder: Path, ami_port: int) -> VmqProcess:
    """A vmq with one agent at telephone 1001, not started."""
    return VmqProcess(
        folder,
        asterisk={"port": ami_port, "user": USER, "secret": SECRET},
        queue=[{"name": QUEUE, "wrap_up_s": 60.0}],
        agent=[{"name": "ann", "device": "PJSIP/1001", "queues": [QUEUE]}],
    )


def pbx_for(agi_port: int, secret: str = SECRET, pace: Pace | None = None) -> LabPbx:
    """A stand-in with vmq's dialplan and three telephones, not started."""
    pbx = LabPbx([dialplan_text(f"127.0.0.1:{agi_port}"), EXTENSIONS], users={USER: secret}, pace=pace)
    for number in ("1001", "1002", "1003"):
        pbx.add_phone(number)
    return pbx


@asynccontextmanager
async def unlinked(folder: Path, ami_port: int) -> AsyncIterator[VmqProcess]:
    """A vmq that runs without a link."""
    vmq = vmq_for(folder, ami_port)
    await vmq.start(is_linked=False)
    try:
        yield vmq
    finally:
        await vmq.stop()


async def lines_of(vmq: VmqProcess, event: str, count: int) -> list[dict[str, Any]]:
    """The log's lines of an event, once there are so many."""
    async with asyncio.timeout(DEADLINE_S):
        while len(found := [line for line in vmq.log_lines() if line.get("event") == event]) < count:
            await asyncio.sleep(0.05)
    return found


async def check_not_ready(vmq: VmqProcess) -> None:
    """It lives, and says why it can't do its work."""
    async with httpx.AsyncClient(base_url=vmq.url) as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    asterisk = answer.json()["parts"]["asterisk"]
    assert not asterisk["is_ok"]
    assert "Asterisk" in asterisk["text"]


async def test_asterisk_comes_later(tmp_path: Path) -> None:
    port = free_port()
    async with unlinked(tmp_path, port) as vmq:
        tries = await lines_of(vmq, "ami.down", TRIES)
        assert all(f"127.0.0.1:{port}" in line["error"] for line in tries)
        waits = [line["retry_s"] for line in tries]
        assert waits == sorted(waits)
        assert waits[-1] > 4 * waits[0]
        await check_not_ready(vmq)
        pbx = pbx_for(vmq.agi_port)
        await pbx.start(ami_port=port)
        try:
            await vmq.wait_record("WorldRebuilt", deadline_s=DEADLINE_S)
            assert (await vmq.readiness())["is_ready"]
        finally:
            await pbx.close()
    said = {line["event"] for line in vmq.log_lines()}
    assert said == {"http_serving", "transcription_absent", "ami.down", "ami.up"}


async def test_the_secret_is_wrong_until_it_is_mended(tmp_path: Path) -> None:
    port = free_port()
    async with unlinked(tmp_path, port) as vmq:
        async with pbx_for(vmq.agi_port, secret="another") as stranger:
            await stranger.close()
            await stranger.start(ami_port=port)
            (line,) = await lines_of(vmq, "ami.login_refused", 1)
            assert f"refused manager user '{USER}'" in line["error"]
            assert "asterisk.secret" in line["error"]
            assert SECRET not in str(line)
            assert line["retry_s"] >= 10, "a guard against break-ins would lock it out"
            await check_not_ready(vmq)
        async with pbx_for(vmq.agi_port) as mended:
            await mended.close()
            await mended.start(ami_port=port)
            await vmq.wait_record("WorldRebuilt", deadline_s=DEADLINE_S)
            assert len(await lines_of(vmq, "ami.login_refused", 1)) == 1


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[tuple[VmqProcess, LabPbx]]:
    """A vmq linked to a stand-in, where 1002 talks to ann and 1003 waits."""
    port = free_port()
    vmq = vmq_for(folder, port)
    pbx = pbx_for(vmq.agi_port)
    await pbx.start(ami_port=port)
    try:
        async with vmq:
            pbx.phone("1002").dial("600")
            await pbx.phone("1001").wait_ringing()
            pbx.phone("1001").answer()
            await vmq.wait_record("CallConnected")
            pbx.phone("1003").dial("600")
            await vmq.wait_record("CallerEntered", number="1003")
            yield vmq, pbx
    finally:
        await pbx.close()


def talk(*telephones: Telephone) -> bool:
    """True while all of them are in a call."""
    return all(telephone.is_established for telephone in telephones)


async def test_a_link_that_breaks_disturbs_no_call(tmp_path: Path) -> None:
    async with shop(tmp_path) as (vmq, pbx):
        seen = len(vmq.entries)
        await pbx.break_links()
        await vmq.wait_record("LinkDown", seen)
        await vmq.wait_record("WorldRebuilt", seen, waiting=1, talking=1)
        assert talk(pbx.phone("1001"), pbx.phone("1002"), pbx.phone("1003"))
        pbx.phone("1002").hang_up()
        await vmq.wait_record("CallCompleted", seen, by="caller")
        await vmq.agent("ann", "wrap-up-end")
        await pbx.phone("1001").wait_ringing()


async def test_a_pbx_that_restarts_leaves_an_empty_floor(tmp_path: Path) -> None:
    async with shop(tmp_path) as (vmq, pbx):
        seen = len(vmq.entries)
        await pbx.restart()
        await vmq.wait_record("WorldRebuilt", seen, waiting=0, talking=0)
        assert not talk(pbx.phone("1003"))
        await vmq.wait_record("CallerAbandoned", seen)
        await vmq.agent("ann", "wrap-up-end")
        pbx.phone("1003").dial("600")
        await pbx.phone("1001").wait_ringing()


async def test_without_vmq_the_dialplan_goes_on_after_its_last_try(tmp_path: Path) -> None:
    tries = 0

    def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal tries
        tries += 1
        writer.close()

    nobody = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with nobody, pbx_for(nobody.sockets[0].getsockname()[1], pace=Pace(waiting=0.001)) as pbx:
        pbx.phone("1002").dial("600")
        await pbx.phone("1002").wait_ended(DEADLINE_S)
        assert pbx.exchange.variables["BACK"] == "UNAVAILABLE"
    assert tries == 121
