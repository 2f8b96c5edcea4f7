"""The control port and `vmq phone`: a telephone used from another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from vmq.lab.control import ControlServer
from vmq.lab.events import LabError
from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.phone import run_phone
from vmq.lab.remote import find_control, write_runtime

DIALPLAN = """
[lab]
exten => 700,1,Playback(hello-world)
 same => n,MinivmMWI(1001@vmq,0,3,1)
 same => n,Wait(60)
exten => 1002,1,Dial(PJSIP/1002,5)
"""


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """The control address of a stand-in with telephones 1001 and 1002."""
    pbx = LabPbx([DIALPLAN], pace=Pace(playback=0.0), describe={"hello-world": "Hello, world."}.get)
    pbx.add_phone("1001")
    pbx.add_phone("1002", "Bob")
    control = ControlServer(pbx)
    async with pbx:
        write_runtime(tmp_path, control=f"127.0.0.1:{await control.start()}")
        yield find_control(tmp_path)
        await control.close()


async def test_script_dials_hears_and_sees_the_lamp(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    script = ["dial 700; wait hello-world", "wait lamp", "hang up", "wait ended"]
    assert await run_phone(address, "1001", script=script) == 0
    shown = capsys.readouterr().out
    assert "hears hello-world “Hello, world.”" in shown
    assert "lamp lit: 3 new" in shown


async def test_two_terminals_talk(address: str) -> None:
    answering = asyncio.create_task(
        run_phone(address, "1002", script=["wait ringing; answer; wait peer; wait key; hang up"])
    )
    assert await run_phone(address, "1001", "1002", script=["wait connected; press 5; wait ended"]) == 0
    assert await answering == 0


async def test_failing_line_is_shown_and_is_the_exit_status(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_phone(address, "1001", script=["dial 4711", "hang up"]) == 1
    assert "no such extension" in capsys.readouterr().out


async def test_unknown_telephone_names_those_there_are(address: str) -> None:
    with pytest.raises(LabError, match="there are: 1001, 1002"):
        await run_phone(address, "7", script=[])


async def test_line_that_is_no_order_ends_the_connection(address: str) -> None:
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST / HTTP/1.1\r\n\r\n")
    assert await reader.read() == b""
    writer.close()


async def test_nobody_there_is_said_clearly(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="start `vmq run`"):
        find_control(tmp_path)
    with pytest.raises(LabError, match="no stand-in PBX answers"):
        await run_phone("127.0.0.1:1", "1001", script=[])
