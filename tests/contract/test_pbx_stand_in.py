"""The stand-in PBX keeps the PBX contract, and speaks AMI's log-in and filters byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.pbx_suite import PbxContract
from tests.contract.talk_suite import TalkContract
from tests.live.ami import AmiClient
from tests.support.world import SECRET, USER, LabWorld


@pytest.fixture
async def pbx_world(tmp_path: Path) -> AsyncIterator[LabWorld]:
    """A stand-in of the test's own."""
    world = LabWorld(tmp_path)
    await world.start()
    yield world
    await world.close()


class TestStandIn(PbxContract):
    """See PbxContract."""


class TestStandInTalks(TalkContract):
    """See TalkContract."""


async def test_greeting_and_log_in_are_as_asterisk_writes_them(pbx_world: LabWorld) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", pbx_world.pbx.ami_port)
    assert (await reader.readline()).startswith(b"Asterisk Call Manager/")
    writer.write(b"Action: Ping\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"Response: Error\r\nMessage: Permission denied\r\n\r\n"
    writer.write(f"Action: Login\r\nActionID: 1\r\nUsername: {USER}\r\nSecret: {SECRET}\r\n\r\n".encode())
    accepted = b"Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n"
    assert await reader.readuntil(b"\r\n\r\n") == accepted
    assert (await reader.readline()) == b"Event: FullyBooted\r\n"
    writer.close()


async def test_wrong_secret_is_refused_and_the_link_closed(pbx_world: LabWorld) -> None:
    with pytest.raises(PermissionError, match="Authentication failed"):
        await AmiClient(pbx_world.pbx.ami_port, USER, "wrong").connect()


async def test_log_off_says_goodbye(pbx_world: LabWorld) -> None:
    reply = await pbx_world.ami.action("Logoff")
    assert (reply["Response"], reply["Message"]) == ("Goodbye", "Thanks for all the fish.")


async def test_filter_lets_only_wanted_events_through(pbx_world: LabWorld) -> None:
    await pbx_world.ami.action("Filter", Operation="Add", Filter="Event: DeviceStateChange")
    start = len(pbx_world.ami.events)
    pbx_world.pbx.phone("1002").behave("busy")
    await pbx_world.load_dialplan("[lab]\nexten => 7009,1,Dial(PJSIP/1002)\n same => n,Hangup()\n")
    await pbx_world.dial("1001", "7009")
    await pbx_world.ami.wait_named("DeviceStateChange", start, Device="PJSIP/1001", State="NOT_INUSE")
    assert {event["Event"] for event in pbx_world.ami.events[start:]} == {"DeviceStateChange"}


async def test_filter_by_criteria_includes_and_excludes(pbx_world: LabWorld) -> None:
    for criteria, pattern in (
        ("name(DeviceStateChange)", ""),
        ("name(Hangup),header(Uniqueid),method(starts_with)", "vmq-"),
        ("action(exclude),name(DeviceStateChange),header(Device),method(starts_with)", "Custom:"),
    ):
        reply = await pbx_world.ami.action("Filter", Operation="Add", MatchCriteria=criteria, Filter=pattern)
        assert reply["Response"] == "Success"
    start = len(pbx_world.ami.events)
    await pbx_world.ami.action("Setvar", Variable="DEVICE_STATE(Custom:one)", Value="INUSE")
    await pbx_world.load_dialplan("[lab]\nexten => 7009,1,Hangup()\n")
    await pbx_world.dial("1001", "7009")
    await pbx_world.ami.wait_named("DeviceStateChange", start, Device="PJSIP/1001", State="NOT_INUSE")
    came = [(event["Event"], event["Device"]) for event in pbx_world.ami.events[start:]]
    assert came == [("DeviceStateChange", "PJSIP/1001")] * 2


async def test_restart_ends_calls_and_links_and_comes_back_on_its_port(pbx_world: LabWorld) -> None:
    await pbx_world.load_dialplan("[lab]\nexten => 7009,1,Answer()\n same => n,Wait(60)\n")
    await pbx_world.dial("1001", "7009")
    await pbx_world.wait_established("1001")
    await pbx_world.pbx.restart()
    await pbx_world.wait_ended("1001")
    assert (await pbx_world.ami.wait_named("Shutdown"))["Restart"] == "False"
    async with AmiClient(pbx_world.pbx.ami_port, USER, SECRET) as again:
        assert await again.list("CoreShowChannels") == []
