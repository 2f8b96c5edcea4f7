"""The packs of a running program: opened at start, opened anew on request, found in folders and Python packages."""

from __future__ import annotations

import shutil
from importlib.metadata import EntryPoint
from pathlib import Path

import httpx
import pytest

from tests.unit.app.test_program import config_in
from vmq.app import packs as packs_module
from vmq.app.pack_tools import covered, install_pack, new, run_tests
from vmq.app.packs import Packs, pack_folders
from vmq.app.program import running
from vmq.dialogue.checking import Sounds
from vmq.dialogue.session import Session
from vmq.errors import PackError
from vmq.resources import shipped


class NoSounds:
    """Sounds that have everything."""

    def find(self, clip_id: str, language: str) -> Path | None:
        return Path(clip_id)

    def has_set(self, name: str) -> bool:
        return True


SOUNDS: Sounds = NoSounds()
SHIPPED = sorted(path.parent.name for path in shipped("personalities").glob("*/personality.toml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a pack of our own, based on the default one."""
    new(tmp_path / "packs" / "ours", "comedian")
    return tmp_path / "packs"


def test_a_reload_changes_the_table_and_no_call(folder: Path) -> None:
    packs = Packs([folder], SOUNDS, {"voicemail": "comedian"})
    shelf = packs.shelf("voicemail")
    before = shelf["ours"]
    session = Session(before, "check_messages", {"mailbox": ""})
    session.start()
    flow = folder / "ours" / "flows" / "log_in.toml"
    flow.write_text('[defaults]\ntimeout_s = 3\ninterdigit_s = 2\ntries = 3\ngave_up = "done"\n', encoding="utf-8")

    reloaded = packs.reload()

    assert ([*reloaded.packs], reloaded.refused) == (sorted([*SHIPPED, "ours"]), {})
    assert shelf["ours"] is not before and packs.shelf("voicemail") is shelf
    again = Session(shelf["ours"], "check_messages", {"mailbox": ""}).start()
    assert getattr(again, "timeout_s", None) == 3
    assert session._pack is before


def test_a_pack_that_is_spoilt_keeps_its_old_version(folder: Path) -> None:
    packs = Packs([folder], SOUNDS, {"voicemail": "comedian"})
    before = packs.shelf("voicemail")["ours"]
    (folder / "ours" / "cues" / "en.toml").write_text("[cue", encoding="utf-8")

    reloaded = packs.reload()

    assert packs.shelf("voicemail")["ours"] is before
    assert "ours" in reloaded.packs and "is not TOML" in reloaded.refused["ours"]


def test_a_pack_that_is_gone_is_gone_but_for_the_default(folder: Path) -> None:
    packs = Packs([folder], SOUNDS, {"voicemail": "ours"})
    shutil.copytree(folder / "ours", folder / "theirs")
    (folder / "theirs" / "personality.toml").write_text(
        'schema = 1\nid = "theirs"\nbased_on = "comedian"\n', encoding="utf-8"
    )
    assert {*packs.reload().packs} == {*SHIPPED, "ours", "theirs"}
    shutil.rmtree(folder / "theirs")
    shutil.rmtree(folder / "ours")

    assert {*packs.reload().packs} == {*SHIPPED, "ours"}


def test_a_default_that_is_spoilt_or_missing_keeps_vmq_from_starting(folder: Path) -> None:
    with pytest.raises(PackError, match="there is no pack 'nobody'"):
        Packs([folder], SOUNDS, {"voicemail": "nobody"})
    (folder / "ours" / "personality.toml").write_text("schema = 9\n", encoding="utf-8")
    with pytest.raises(PackError, match="write schema = 1"):
        Packs([folder], SOUNDS, {"voicemail": "ours"})


class Distribution:
    """An installed Python package whose files are in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def locate_file(self, path: str) -> Path:
        return self._folder / path


def test_a_pack_in_a_python_package_is_found_and_never_imported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = folder / "acme_voices"
    shutil.copytree(folder / "ours", package / "ours")
    (package / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    points = []
    for name, module in (("ours", "acme_voices.ours"), ("other", "acme_voices.ours"), ("none", "acme_voices.none")):
        point = EntryPoint(name, module, packs_module.GROUP)
        points.append(point._for(Distribution(folder)))  # type: ignore[arg-type]
    monkeypatch.setattr(packs_module, "entry_points", lambda group: points)

    assert [path.name for path in pack_folders([])] == [*SHIPPED, "ours"]


async def test_a_running_vmq_takes_up_an_installed_pack(tmp_path: Path, folder: Path) -> None:
    config = config_in(tmp_path / "data")
    async with running(config) as program:
        assert install_pack(folder / "ours", config.paths.installed_personalities) == "ours"
        async with httpx.AsyncClient(base_url=program.addresses.http, timeout=60) as client:
            answer = await client.post("/api/v1/packs/reload")
        assert answer.json()["refused"] == {}
        assert {"comedian", "ours"} <= set(answer.json()["packs"])
        assert "ours" in program.packs.shelf("voicemail")


def test_a_new_pack_is_whole_from_the_start(folder: Path) -> None:
    assert all(found.is_whole for found in covered(folder / "ours").values())
    assert [result.name for result in run_tests(folder / "ours") if result.failure] == []
    with pytest.raises(PackError, match="is there already"):
        new(folder / "ours", "comedian")
    with pytest.raises(PackError, match="can't be the id"):
        new(folder / "Mine-1", "comedian")
    with pytest.raises(PackError, match="no pack 'comedienne'"):
        new(folder / "other", "comedienne")
