"""Reading Asterisk's configuration syntax as main/config.c does."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.importing.asterisk_config import AsteriskConfig, parse_config, read_config


def told(config: AsteriskConfig) -> dict[str, list[tuple[str, str]]]:
    return {each.name: [(setting.key, setting.value) for setting in each.settings] for each in config.categories}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("a = b", "b"),
        ("a=b", "b"),
        ("a => b", "b"),
        ("a =>b ; comment", "b"),
        ("a = b\\;c ; d", "b;c"),
        ("a = ;-- gone --; b", "b"),
        ("a = b ;-- gone ;-- within --; gone --; c", "b  c"),
        ("a = b ;--- not a long one", "b"),
        ("a = b;c", "b"),
        ("a = x=y", "x=y"),
        ("a =", ""),
        ("\ta\t=\tb\r", "b"),
        ("a = b\0c", "b"),
    ],
)
def test_a_setting(line: str, value: str) -> None:
    assert told(parse_config(f"[x]\n{line}\n")) == {"x": [("a", value)]}


def test_long_comments_go_over_lines() -> None:
    assert told(parse_config("[x]\na = 1 ;-- one\nb = 2\n;-- within\n--; still\n--;c = 3\nd = 4\n")) == {
        "x": [("a", "1"), ("c", "3"), ("d", "4")]
    }


def test_a_comment_that_never_ends_is_told() -> None:
    config = parse_config("[x]\n\n;--\na = 1\n")
    assert [(trouble.place.line, trouble.why) for trouble in config.troubles] == [
        (3, "begins a comment that never ends")
    ]


def test_templates_additions_and_inheritance() -> None:
    config = parse_config(
        "[t](!)\na = 1\nm = x\n[u](!,t)\nb = 2\n[x](u,t)\na = 3\n[T](+)\nc = 4\n[y](t)\n[x](+)\nd = 5\n"
    )
    assert told(config) == {
        "t": [("a", "1"), ("m", "x"), ("c", "4")],
        "u": [("a", "1"), ("m", "x"), ("b", "2")],
        "x": [("a", "1"), ("m", "x"), ("b", "2"), ("a", "1"), ("m", "x"), ("a", "3"), ("d", "5")],
        "y": [("a", "1"), ("m", "x"), ("c", "4")],
    }
    assert [each.name for each in config.categories if each.is_template] == ["t", "u"]
    assert config.troubles == []


def test_values_can_be_added_to() -> None:
    assert told(parse_config("[x]\na = 1\na = 2\na += ,3\nb += 4\n")) == {"x": [("a", "1"), ("a", "2 ,3"), ("b", "4")]}


def test_an_escape_before_the_name() -> None:
    assert told(parse_config("[x]\n\\[a] = 1\n\\#b = 2\n")) == {"x": [("[a]", "1"), ("#b", "2")]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = 1", "stands in no [category]"),
        ("[x]\nword", "has no ="),
        ("[x]\n = 1", "has no name before the ="),
        ("[x", "has no closing ]"),
        ("[x](y", "has no closing )"),
        ("[x](y)", "there is no [y] to inherit from"),
        ("[x](+)", "there is no [x] to add to"),
        ("[x]\n[x](+a=b)", "a filter after + is not looked at"),
        ("#include", "names no file"),
        ("#include none.conf", "there is no file none.conf"),
        ("#exec ls", "is not run here"),
        ("#define x", "is no directive"),
        (f"[x]\na = {'x' * 9000}", "is too long"),
    ],
)
def test_a_mistake_is_told_and_the_rest_is_read(text: str, why: str) -> None:
    config = parse_config(f"{text}\n[after]\nb = 1\n")
    assert [trouble for trouble in config.troubles if trouble.why.startswith(why)], config.troubles
    assert told(config)["after"] == [("b", "1")]


def test_a_file_that_may_be_missing() -> None:
    assert parse_config("#tryinclude none.conf\n").troubles == []


def test_includes_are_beside_the_first_file_and_leave_its_category(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "a.conf").write_text('[x]\na = 1\n#include "more/*.conf"\nb = 2\n#include <c.conf>\n')
    (tmp_path / "more" / "1.conf").write_text("first = 1\n[y]\n")
    (tmp_path / "more" / "2.conf").write_text("second = 2\n#include c.conf\n")
    (tmp_path / "c.conf").write_text("c = 3\n")
    config = read_config(tmp_path / "a.conf")
    assert told(config) == {
        "x": [("a", "1"), ("first", "1"), ("b", "2")],
        "y": [("second", "2"), ("c", "3"), ("c", "3")],
    }
    assert [str(setting.place) for setting in config.categories[0].settings] == ["a.conf:2", "1.conf:1", "a.conf:4"]


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("[x]\na = 1\n#include a.conf\n")
    config = read_config(tmp_path / "a.conf")
    assert len(config.categories) == 11
    assert config.troubles[0].why.startswith("is included more than 10 deep")


def test_a_mark_of_utf_8_and_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_bytes(b"\xef\xbb\xbf[caf\xc3\xa9]\n")
    (tmp_path / "b.conf").write_bytes(b"\n[caf\xe9]\n")
    assert read_config(tmp_path / "a.conf").categories[0].name == "café"
    latin = read_config(tmp_path / "b.conf")
    assert latin.categories[0].name == "café"
    assert [(str(trouble.place), trouble.why[:12]) for trouble in latin.troubles] == [("b.conf:2", "is not UTF-8")]
