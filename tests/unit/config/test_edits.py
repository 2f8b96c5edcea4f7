"""Changes that can be undone are kept: so many, of one file, for its owner's eyes; what is damaged is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.config.edits import MAX_EDITS, Edit, EditStore


def edit(number: int) -> Edit:
    return Edit(float(number), "adam", f"# {number}\n", f"# {number + 1}\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "config-edits"


def test_the_last_ones_are_kept_for_the_owner_only(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "vmq.toml"
    store = EditStore(folder, file)
    for number in range(MAX_EDITS + 2):
        store.add(edit(number))
    kept = [edit(number) for number in range(2, MAX_EDITS + 2)]
    assert store.all == EditStore(folder, file).all == kept
    (own,) = folder.iterdir()
    assert own.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in own.iterdir()} == {0o600}


def test_what_was_undone_is_gone_and_the_next_comes_after_the_rest(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "vmq.toml"
    store = EditStore(folder, file)
    for number in (1, 2):
        store.add(edit(number))
    store.drop_last()
    again = EditStore(folder, file)
    again.add(edit(3))
    assert EditStore(folder, file).all == [edit(1), edit(3)]


def test_those_of_another_file_are_not_this_ones(folder: Path, tmp_path: Path) -> None:
    other = EditStore(folder, tmp_path / "other.toml")
    other.add(edit(1))
    store = EditStore(folder, tmp_path / "vmq.toml")
    assert store.all == []
    store.add(edit(2))
    assert EditStore(folder, tmp_path / "vmq.toml").all == [edit(2)]
    assert EditStore(folder, tmp_path / "other.toml").all == [edit(1)]


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"file": 1, "x": 2}'])
def test_what_is_damaged_is_passed_over(folder: Path, tmp_path: Path, text: str) -> None:
    store = EditStore(folder, tmp_path / "vmq.toml")
    store.add(edit(1))
    (own,) = folder.iterdir()
    (own / "0000000002.json").write_text(text, encoding="utf-8")
    assert EditStore(folder, tmp_path / "vmq.toml").all == [edit(1)]


def test_a_folder_that_can_not_be_written_forgets_at_the_restart_and_no_sooner(folder: Path, tmp_path: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("in the way", encoding="utf-8")
    store = EditStore(folder, tmp_path / "vmq.toml")
    store.add(edit(1))
    assert store.all == [edit(1)]
    store.drop_last()
    assert store.all == []


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    store = EditStore(None, tmp_path / "vmq.toml")
    store.add(edit(1))
    assert store.all == [edit(1)]
    assert list(tmp_path.iterdir()) == []
