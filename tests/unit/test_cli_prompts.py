"""`vmq prompts`, run as a person runs it: from an empty set to one that lint finds good."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.unit.audio.test_studio import HOUSE
from tests.unit.test_cli import ROOT, vmq

COMEDIAN = ROOT / "personalities" / "comedian"


def test_lint_tells_what_to_mend_and_fails(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(HOUSE.folder, tmp_path / "en-house"))
    (copy / "vm-no.wav").unlink()
    done = vmq("prompts", "lint", HOUSE.folder, copy)
    assert done.returncode == 1
    good, missing, summary = done.stdout.splitlines()
    assert (good, summary) == ("en-house: good", "en-house: 1 to mend")
    assert "vm-no: the file is missing" in missing


def test_a_set_for_people_to_record_is_made_step_by_step(tmp_path: Path) -> None:
    folder = tmp_path / "de-anna"
    assert vmq("prompts", "new", folder, "--language", "de", "--voice", "Anna").returncode == 0
    added = vmq("prompts", "add", folder, "--pack", COMEDIAN, "--numbers").stdout.splitlines()
    assert "added vm-youhave" in added and "added digits/1-and" in added
    assert vmq("prompts", "add", folder, "--pack", COMEDIAN).stdout == ""
    table, page = tmp_path / "sheet.csv", tmp_path / "sheet.html"
    done = vmq("prompts", "sheet", folder, table, page, "--pack", COMEDIAN)
    assert done.stdout.startswith(f"wrote {len(added)} lines to ")
    with table.open(encoding="utf-8") as lines:
        rows = {row["id"]: row for row in csv.DictReader(lines)}
    assert rows["vm-youhave"]["text"] == "Sie haben"
    assert rows["vm-youhave"]["context"] == "comedian intro: in the middle"
    assert rows["digits/1-and"]["context"] == "numbers, dates and times"
    assert '<td class="text">Sie haben' in page.read_text(encoding="utf-8")


def test_a_sheet_of_what_is_wanting_has_no_other_lines(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(HOUSE.folder, tmp_path / "en-house"))
    (copy / "vm-no.wav").unlink()
    assert vmq("prompts", "sheet", copy, tmp_path / "sheet.csv", "--wanting").returncode == 0
    assert [row.split(",")[1] for row in (tmp_path / "sheet.csv").read_text().splitlines()[1:]] == ["vm-no"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("lint", "nowhere"), "nowhere/catalog.toml: can't be read"),
        (("new", "x", "--language", "tlh", "--voice", "Worf"), "can't count in 'tlh' yet"),
        (("new", HOUSE.folder, "--language", "en", "--voice", "x"), "is there already"),
        (("sheet", HOUSE.folder, "sheet.pdf"), "a sheet is .csv (to import) or .html (to print)"),
        (("import", HOUSE.folder, "nowhere.wav", "--voice", "x"), "nowhere.wav: is not a WAV file"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(words: tuple[object, ...], says: str) -> None:
    done = vmq("prompts", *words)
    assert done.returncode == 2
    assert says in done.stderr and len(done.stderr.splitlines()) == 1
