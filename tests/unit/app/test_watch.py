"""Seeing that a file was written, in every way files are written; and only then."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from vmq.app.watch import FileWatch, steps

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


class Watched:
    """A file, and how often it was seen to be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen = 0
        self._news = asyncio.Event()
        self.watch = FileWatch(path, self._changed)

    def _changed(self) -> None:
        self.seen += 1
        self._news.set()

    async def wait(self) -> None:
        """It is seen."""
        async with asyncio.timeout(5):
            await self._news.wait()
        self._news.clear()


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    path = tmp_path / "vmq.toml"
    path.write_text("1")
    watched = Watched(path)
    watched.watch.start()
    yield watched
    watched.watch.close()


async def test_written_in_place(watched: Watched) -> None:
    watched.path.write_text("2")
    await watched.wait()


async def test_replaced_and_written_again(watched: Watched) -> None:
    for text in "23":
        new = watched.path.with_suffix(".new")
        new.write_text(text)
        new.replace(watched.path)
        await watched.wait()
        assert watched.path.read_text() == text
    watched.path.write_text("4")
    await watched.wait()


async def test_gone_and_back(watched: Watched) -> None:
    watched.path.unlink()
    watched.path.write_text("2")
    await watched.wait()


async def test_a_link_to_a_folder_is_changed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vmq.toml").write_text(name)
    (tmp_path / "data").symlink_to("one")
    (tmp_path / "vmq.toml").symlink_to("data/vmq.toml")
    watched = Watched(tmp_path / "vmq.toml")
    watched.watch.start()
    try:
        (tmp_path / "new").symlink_to("two")
        (tmp_path / "new").replace(tmp_path / "data")
        await watched.wait()
        assert watched.path.read_text() == "two"
        (tmp_path / "two" / "vmq.toml").write_text("three")
        await watched.wait()
    finally:
        watched.watch.close()


async def test_neighbours_and_half_written_files_are_not_seen(watched: Watched) -> None:
    (watched.path.parent / "other.toml").write_text("x")
    watched.path.read_text()
    with watched.path.open("w") as file:
        file.write("half")
        file.flush()
        await asyncio.sleep(0)
        assert watched.seen == 0
    await watched.wait()
    assert watched.seen == 1


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    watch = FileWatch(tmp_path / "gone" / "vmq.toml", lambda: None)
    watch.start()
    watch.close()
    assert "config_not_watched" in "".join(capsys.readouterr())


def test_all_links_on_the_way_are_watched(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.toml").write_text("")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "b.toml").symlink_to(Path("folder") / "a.toml")
    assert list(steps(tmp_path / "b.toml")) == [
        (tmp_path, "b.toml"),
        (tmp_path, "folder"),
        (tmp_path / "real", "a.toml"),
    ]
    (tmp_path / "round").symlink_to("round")
    assert len(list(steps(tmp_path / "round"))) < 50
