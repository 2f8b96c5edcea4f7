"""`vmq backup` of a vmq that serves, while messages come and go, and `vmq restore` of it: nothing is missing."""

from __future__ import annotations

import asyncio
import io
import random
import wave
from pathlib import Path

import httpx

from tests.support.house import open_house
from tests.support.vmq_command import vmq
from tests.support.vmq_process import VmqProcess
from vmq.audio.wav import read_head

MAILBOX = {"voicemail": {"keep_deleted": 0}, "mailbox": [{"number": "1001"}, {"number": "1002"}]}


def sound(seed: int) -> bytes:
    """A second that only this number stands for, as a WAV file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(random.Random(seed).randbytes(16000))
    return made.getvalue()


class Traffic:
    """Messages that come to 1002, every third of which is deleted for good at once."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=f"{url}/api/v1/mailboxes", timeout=30)
        self.kept: set[str] = set()
        self.sent = 0

    async def one(self) -> None:
        self.sent += 1
        answer = await self._http.post(
            "/1001/messages?to=1002", content=sound(self.sent), headers={"Content-Type": "audio/wav"}
        )
        answer.raise_for_status()
        newest = (await self._http.get("/1002/messages?limit=1")).json()["items"][0]["id"]
        if self.sent % 3 == 0:
            (await self._http.delete(f"/1002/messages/{newest}")).raise_for_status()
        else:
            self.kept.add(newest)

    async def flow(self) -> None:
        """Without an end."""
        while True:
            await self.one()

    async def close(self) -> None:
        await self._http.aclose()


async def test_a_vmq_under_traffic_is_backed_up_and_comes_back_whole(tmp_path: Path) -> None:
    async with VmqProcess(tmp_path / "live", **MAILBOX) as running:
        traffic = Traffic(running.url)
        for _ in range(4):
            await traffic.one()
        stored_before = set(traffic.kept)
        flowing = asyncio.create_task(traffic.flow())
        config, file = tmp_path / "live" / "vmq.toml", tmp_path / "backup.tar"
        said = await asyncio.to_thread(vmq, "backup", file, "--config", config, folder=tmp_path)
        flowing.cancel()
        await asyncio.gather(flowing, return_exceptions=True)
        await traffic.close()
        assert said.status == 0, said.errors
        assert traffic.sent > 4, "messages came while it was made"
        refused = vmq("restore", file, "--config", config, "--force", folder=tmp_path)
        assert (refused.status, "a running vmq uses it" in refused.errors[0]) == (1, True)

    again = tmp_path / "again"
    again.mkdir()
    elsewhere = {"VMQ_PATHS__DATA": str(again / "data")}
    said = vmq("restore", file, "--config", again / "vmq.toml", folder=again, variables=elsewhere)
    assert said.status == 0, said.errors
    assert not [line for line in said.out if "no recording" in line]
    original = tmp_path / "live" / "data" / "recordings"
    async with open_house(again / "data") as house:
        stored = {message.id: message for message in await house.inbox("1002")}
        assert stored_before <= stored.keys()
        for message in stored.values():
            copy = house.files.path(message.ref)
            assert read_head(copy).duration_s == message.duration_s
            if message.id in traffic.kept:
                assert copy.read_bytes() == (original / f"{message.ref}.wav").read_bytes()
        assert await house.files.missing(await house.mailboxes.refs()) == []
