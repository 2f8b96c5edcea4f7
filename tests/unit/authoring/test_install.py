"""Packs installed from folders and zips: what is safe and right is put in place, all else is refused."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from tests.unit.dialogue.packs import TOY, write_toy
from vmq.authoring.install import MAX_ENTRIES, finish_broken_off, install
from vmq.dialogue.check import check_pack
from vmq.dialogue.findings import Finding
from vmq.dialogue.load import MAX_FILE_BYTES
from vmq.errors import PackBusyError, PackError

FLOW = 'start = "over"\n[state.over]\nkind = "end"\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A pack that may be installed."""
    return write_toy(tmp_path / "source", FLOW)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where packs are installed."""
    return tmp_path / "packs"


def check(folder: Path) -> list[Finding]:
    return check_pack(folder, [TOY])


def zipped(source: Path, path: Path, prefix: str = "toy/") -> Path:
    """A zip of the pack, its files in a folder of that name."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(source.rglob("*")):
            if file.is_file():
                archive.write(file, f"{prefix}{file.relative_to(source)}")
    return path


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


WHOLE = ["toy/cues/en.toml", "toy/flows/main.toml", "toy/personality.toml"]


def test_of_two_at_once_one_is_installed_and_the_other_is_told(source: Path, target: Path) -> None:
    told: list[str] = []

    def check_while_another_comes(folder: Path) -> list[Finding]:
        if not told:
            with pytest.raises(PackBusyError) as refused:
                install(source, target, check)
            told.append(str(refused.value))
        return check(folder)

    assert install(source, target, check_while_another_comes) == "toy"
    assert told == ["toy: is being installed already: look at what came of that first"]
    assert files(target) == WHOLE
    assert install(source, target, check) == "toy", "the lock is gone"


class KilledError(BaseException):
    """The process ends here: nothing of it is cleaned up."""


@pytest.mark.parametrize("renames", [1, 2])
@pytest.mark.parametrize("is_installed_again", [True, False])
def test_killed_in_the_middle_leaves_the_older_or_the_new_one(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, renames: int, is_installed_again: bool
) -> None:
    install(source, target, check)
    done = 0
    rename = Path.rename

    def killed_after(self: Path, to: Path) -> Path:
        nonlocal done
        moved = rename(self, to)
        if target in (self.parent, Path(to).parent):
            done += 1
            if done == renames:
                raise KilledError
        return moved

    with monkeypatch.context() as patched, pytest.raises(KilledError):
        patched.setattr(Path, "rename", killed_after)
        install(source, target, check)
    if is_installed_again:
        install(source, target, check)
    else:
        finish_broken_off(target)
    assert files(target) == WHOLE
    assert check(target / "toy") == []


def test_nothing_is_made_where_nothing_was_installed(target: Path) -> None:
    finish_broken_off(target)
    assert not target.exists()


@pytest.mark.parametrize("prefix", ["toy/", "toy-1.2/", ""])
def test_a_zip_is_installed_by_the_id_of_its_pack(source: Path, target: Path, tmp_path: Path, prefix: str) -> None:
    assert install(zipped(source, tmp_path / "x.zip", prefix), target, check) == "toy"
    assert files(target) == WHOLE


def test_a_folder_is_installed_without_what_a_pack_does_not_need(source: Path, target: Path) -> None:
    (source / "run.py").write_text("raise SystemExit", encoding="utf-8")
    (source / "README.md").write_text("hello", encoding="utf-8")

    assert install(source, target, check) == "toy"
    assert files(target) == sorted([*WHOLE, "toy/README.md"])


def test_a_newer_one_takes_the_place_of_the_older(source: Path, target: Path) -> None:
    install(source, target, check)
    (target / "toy" / "flows" / "old.txt").write_text("of the older one", encoding="utf-8")
    install(source, target, check)

    assert files(target) == WHOLE


def test_a_pack_with_mistakes_changes_nothing(source: Path, target: Path) -> None:
    install(source, target, check)
    (source / "flows" / "main.toml").write_text(FLOW.replace("over", "ovre", 1), encoding="utf-8")

    with pytest.raises(PackError, match='write "over"'):
        install(source, target, check)
    assert files(target) == WHOLE
    assert check(target / "toy") == []


@pytest.mark.parametrize("name", ["../evil.toml", "toy/../../evil.toml", "/evil.toml", "c:/evil.toml", "..\\evil.toml"])
def test_a_name_that_leads_out_is_refused(source: Path, target: Path, tmp_path: Path, name: str) -> None:
    path = zipped(source, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x = 1")

    with pytest.raises(PackError, match="leads out"):
        install(path, target, check)
    assert files(target) == []
    assert not list(tmp_path.glob("**/evil.toml"))


def test_a_link_in_a_zip_is_refused(source: Path, target: Path, tmp_path: Path) -> None:
    path = zipped(source, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("toy/flows/link.toml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(PackError, match="is no file"):
        install(path, target, check)


def test_a_link_in_a_folder_is_refused(source: Path, target: Path) -> None:
    (source / "flows" / "link.toml").symlink_to("/etc/passwd")

    with pytest.raises(PackError, match="is a link"):
        install(source, target, check)


def test_a_bomb_is_refused_after_a_little_of_it(source: Path, target: Path, tmp_path: Path) -> None:
    path = zipped(source, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy/bomb.txt", b"\0" * 300_000_000)
    assert path.stat().st_size < 1_000_000

    with pytest.raises(PackError, match="makes it too large"):
        install(path, target, check)


def test_many_small_files_are_refused(source: Path, target: Path, tmp_path: Path) -> None:
    path = zipped(source, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(MAX_ENTRIES):
            archive.writestr(f"toy/{number}.txt", "")

    with pytest.raises(PackError, match="holds more than"):
        install(path, target, check)


def test_many_large_files_are_refused(source: Path, target: Path) -> None:
    for number in range(12):
        (source / f"{number}.txt").write_text("x" * MAX_FILE_BYTES, encoding="utf-8")

    with pytest.raises(PackError, match="makes it too large"):
        install(source, target, check)


@pytest.mark.parametrize("manifest", ['id = "../x"', "id = 5", "", "id = ", 'id = "."'])
def test_an_id_that_is_no_name_is_refused(source: Path, target: Path, manifest: str) -> None:
    (source / "personality.toml").write_text(manifest, encoding="utf-8")

    with pytest.raises(PackError, match=r"personality\.toml"):
        install(source, target, check)
    assert files(target) == []


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\3\4 nonsense"])
def test_what_is_no_zip_is_told(target: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)

    with pytest.raises(PackError, match=r"can't be read|holds no"):
        install(path, target, check)


def test_a_zip_that_was_damaged_is_told(source: Path, target: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy/personality.toml", (source / "personality.toml").read_text(encoding="utf-8"))
        offset = archive.infolist()[0].header_offset + 30 + len("toy/personality.toml")
    content = bytearray(path.read_bytes())
    content[offset : offset + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)

    with pytest.raises(PackError, match="can't be read"):
        install(path, target, check)


@pytest.mark.parametrize("pack_id", ["pack", "old"])
def test_any_id_that_is_a_name_can_be_installed_and_again(
    source: Path, target: Path, tmp_path: Path, pack_id: str
) -> None:
    manifest = source / "personality.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"toy"', f'"{pack_id}"'), encoding="utf-8")
    for _ in range(2):
        assert install(zipped(source, tmp_path / "x.zip"), target, lambda _: []) == pack_id
    assert files(target)[0] == f"{pack_id}/cues/en.toml"


def test_a_link_in_the_place_of_the_pack_is_not_followed(source: Path, target: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    target.mkdir()
    (target / "toy").symlink_to(victim)

    with pytest.raises(PackError, match="is no folder of a pack"):
        install(source, target, check)
    assert list(victim.iterdir()) == []
