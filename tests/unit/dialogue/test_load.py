"""Reading a pack's folder: what can't be read is reported, and nothing outside the folder is ever read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.dialogue.packs import MANIFEST, copy_of, write_toy
from vmq.dialogue.load import MAX_FILE_BYTES, MAX_FILES, MAX_PACK_BYTES, MAX_STATES, load_pack

FLOW = 'start = "over"\n[state.over]\nkind = "end"\n'


def test_the_shipped_pack_is_read_whole(tmp_path: Path) -> None:
    loaded = load_pack(copy_of("comedian", tmp_path))

    assert loaded.findings == ()
    assert loaded.pack is not None
    assert set(loaded.pack.entries) == {"leave_message", "check_messages"}


def test_a_folder_without_a_pack(tmp_path: Path) -> None:
    loaded = load_pack(tmp_path)

    assert loaded.pack is None
    assert [(finding.file, finding.text.split(":")[0]) for finding in loaded.findings] == [
        ("personality.toml", "is not there")
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"start = ", "is not TOML"),
        (b"start = '\xff'", "is not UTF-8"),
        (b"#" * (MAX_FILE_BYTES + 1), "is larger than"),
    ],
)
def test_a_file_that_can_not_be_read_is_reported(tmp_path: Path, content: bytes, told: str) -> None:
    pack = write_toy(tmp_path, FLOW)
    (pack / "flows" / "other.toml").write_bytes(content)

    findings = load_pack(pack).findings

    assert [finding.file for finding in findings] == ["flows/other.toml"]
    assert told in findings[0].text


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    pack = write_toy(tmp_path, FLOW)
    outside = tmp_path / "secret.toml"
    outside.write_text(FLOW, encoding="utf-8")
    (pack / "flows" / "other.toml").symlink_to(outside)

    loaded = load_pack(pack)

    assert "leads out of the pack's folder" in loaded.findings[0].text
    assert loaded.pack is not None
    assert "other" not in loaded.pack.flows


def test_a_linked_sub_folder_is_not_followed(tmp_path: Path) -> None:
    pack = write_toy(tmp_path, FLOW)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.toml").write_text("[[call]]\n", encoding="utf-8")
    (pack / "tests").symlink_to(elsewhere)

    assert "leads out" in load_pack(pack).findings[0].text


def test_too_many_files_are_reported_and_not_read(tmp_path: Path) -> None:
    pack = write_toy(tmp_path, FLOW)
    for number in range(MAX_FILES):
        (pack / "flows" / f"z{number:03}.toml").write_text(FLOW, encoding="utf-8")

    loaded = load_pack(pack)

    assert [finding.file for finding in loaded.findings] == ["flows"]
    assert loaded.pack is not None
    assert len(loaded.pack.flows) == MAX_FILES


@pytest.mark.parametrize(
    ("flow", "key"),
    [
        ('start = "over"\n[state.over]\nkind = "end"\nexit = 5\n', "state.over.exit"),
        ('start = "a"\n[state.a]\nkind = "say"\ncue = "x"\nnext = 5\n', "state.a.next"),
        ('start = "a"\n[state.a]\nkind = "choose"\nnext = [{ when = 5, to = "gone" }]\n', "state.a.next[0].when"),
        (
            'start = "a"\n[state.a]\nkind = "menu"\ngave_up = "gone"\nkeys."x" = { name = "x", to = "gone" }\n',
            "state.a.keys.x",
        ),
        (
            'start = "a"\n[state.a]\nkind = "menu"\ngave_up = "gone"\nkeys."1" = { name = "x", seek = "sideways" }\n',
            'state.a.keys."1".seek',
        ),
        ('start = "a"\nstate = 5\n', "state"),
    ],
)
def test_mistakes_of_form_are_found_at_their_key(tmp_path: Path, flow: str, key: str) -> None:
    assert [finding.key for finding in load_pack(write_toy(tmp_path, flow)).findings] == [key]


def test_settings_must_fit_their_own_bounds(tmp_path: Path) -> None:
    manifest = MANIFEST + 'setting.wait_s = { type = "seconds", default = 99, min = 1, max = 30, meaning = "wait" }\n'

    findings = load_pack(write_toy(tmp_path, FLOW, manifest=manifest)).findings

    assert [finding.key for finding in findings] == ["setting.wait_s.default"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("x = " + "[" * 100_000, "inside each other"),
        ("x" + ".x" * 5000 + " = 1", "inside each other"),
        ("cue.x.say" + ".say" * 5000 + ' = "x"', "inside each other"),
        ("".join(f"[state.s{number}]\n" for number in range(MAX_STATES + 1)), f"keep a flow to {MAX_STATES}"),
    ],
)
def test_a_file_that_would_take_without_bound_is_reported(tmp_path: Path, content: str, told: str) -> None:
    pack = write_toy(tmp_path, FLOW)
    (pack / "flows" / "other.toml").write_text(content, encoding="utf-8")

    findings = load_pack(pack).findings

    assert [finding.file for finding in findings] == ["flows/other.toml"]
    assert told in findings[0].text


def test_a_pack_that_is_too_large_in_all_is_reported(tmp_path: Path) -> None:
    pack = write_toy(tmp_path, FLOW)
    for number in range(MAX_PACK_BYTES // MAX_FILE_BYTES + 1):
        (pack / "flows" / f"f{number}.toml").write_text(FLOW.ljust(MAX_FILE_BYTES, "#"), encoding="utf-8")

    assert any("makes the pack larger" in finding.text for finding in load_pack(pack).findings)


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    pack = write_toy(tmp_path, FLOW)
    os.mkfifo(pack / "flows" / "other.toml")

    assert [(finding.file, finding.text) for finding in load_pack(pack).findings] == [
        ("flows/other.toml", "is no file: put a text file there")
    ]
