"""The commands `vmq asterisk setup` and `vmq doctor` on the live Asterisk: nothing to mend, or each point with how."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import tomlkit

from tests.live.server import AsteriskServer
from tests.live.vmq_hooks import OWNER, sections
from tests.support.vmq_command import Said, vmq
from tests.support.vmq_process import VmqProcess

RELOADED = {"extensions_vmq.conf": "extensions.conf", "manager_vmq.conf": "manager.conf"}


class Patient:
    """An Asterisk that has what `vmq asterisk setup` wrote, and a vmq that serves it."""

    def __init__(self, server: AsteriskServer, folder: Path) -> None:
        settings: dict[str, Any] = sections(server)
        del settings["asterisk"]["secret"]
        self.server, self.vmq = server, VmqProcess(folder, **settings)
        self.config = folder / "vmq.toml"
        self.texts: dict[str, str] = {}

    async def set_up(self, folder: Path) -> None:
        """Run the command, include its files, and start vmq with the secret that it wrote."""
        self.config.write_text(tomlkit.dumps(self.vmq.sections))
        said = await self.run("asterisk", "setup", folder)
        assert (said.status, said.errors) == (0, [])
        self.texts = {name: (folder / name).read_text() for name in RELOADED}
        for name in RELOADED:
            await self.apply(name, self.texts[name])
        self.vmq.sections["asterisk"] = tomlkit.parse(self.config.read_text()).unwrap()["asterisk"]
        await self.vmq.start()

    async def apply(self, name: str, text: str) -> None:
        """Have Asterisk take in one of the files."""
        await self.server.apply_hook(RELOADED[name], text, owner=OWNER)

    async def run(self, *words: str | Path) -> Said:
        """A command of vmq's, with the configuration."""
        return await asyncio.to_thread(vmq, *words, "--config", self.config, folder=self.config.parent)

    async def to_mend(self) -> dict[str, str]:
        """What the doctor finds wrong: point → what to do."""
        said = await self.run("doctor")
        points = [line.removeprefix("MEND ").partition(":")[0] for line in said.out if line.startswith("MEND ")]
        mends = [line.partition("→ ")[2] for line in said.out if "→ " in line]
        assert said.status == (1 if points else 0)
        assert all(mends)
        return dict(zip(points, mends, strict=True))


@pytest_asyncio.fixture(loop_scope="session")
async def patient(own_asterisk: AsteriskServer, tmp_path: Path) -> AsyncIterator[Patient]:
    """In good health."""
    await own_asterisk.ami.action("ModuleLoad", Module="func_module.so", LoadType="load")
    patient = Patient(own_asterisk, tmp_path)
    try:
        files = tmp_path / "etc"
        files.mkdir()
        await patient.set_up(files)
        yield patient
    finally:
        await patient.vmq.stop()


async def test_in_good_health(patient: Patient) -> None:
    assert await patient.to_mend() == {}


async def test_a_context_is_missing(patient: Patient) -> None:
    text = patient.texts["extensions_vmq.conf"].replace("[vmq-connect]", "[mine-connect]")
    await patient.apply("extensions_vmq.conf", text)
    (point,) = (found := await patient.to_mend())
    assert point == "context vmq-connect"
    assert "vmq asterisk setup" in found[point]


async def test_rights_are_missing(patient: Patient) -> None:
    text = patient.texts["manager_vmq.conf"].replace("write = call,originate,reporting", "write = call,reporting")
    await patient.apply("manager_vmq.conf", text)
    found = await patient.to_mend()
    assert "originate" in found["manager rights"]


async def test_the_recordings_folder_is_another_one_to_asterisk(patient: Patient) -> None:
    patient.vmq.sections["paths"]["recordings_asterisk"] = "/nowhere"
    patient.config.write_text(tomlkit.dumps(patient.vmq.sections))
    (point,) = (found := await patient.to_mend())
    assert point == "recordings folder, Asterisk's side"
    assert "paths.recordings_asterisk" in found[point]


@pytest.mark.parametrize("is_down", [True, False], ids=["Asterisk is down", "wrong secret"])
async def test_there_is_no_way_in(patient: Patient, is_down: bool) -> None:
    if is_down:
        await patient.vmq.stop()
        await patient.server.stop()
    else:
        patient.config.write_text(patient.config.read_text().replace('secret = "', 'secret = "not-'))
    found = await patient.to_mend()
    assert list(found) == ["manager login"]
    assert ("is Asterisk up" if is_down else "asterisk.secret") in found["manager login"]
