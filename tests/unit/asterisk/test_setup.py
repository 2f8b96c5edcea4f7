"""The files for the administrator: complete, safe to write, safe to read by the right people only."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from vmq.asterisk import setup
from vmq.asterisk.dialplan import CONTEXTS, dialplan_text, next_stop
from vmq.asterisk.listing import Step, steps_of_listing, steps_of_text
from vmq.asterisk.web_telephones import WebTelephone
from vmq.errors import ConfigError

SETTINGS = setup.SetupSettings("vmq", "s3cret-s3cret", "127.0.0.1", "127.0.0.1:4573")


def test_every_context_is_there_once_and_ends_every_way() -> None:
    text = dialplan_text("10.0.0.5:4573")
    assert re.findall(r"^\[(.+)\]$", text, re.MULTILINE) == list(CONTEXTS)
    for context, steps in steps_of_text(text).items():
        for extension in {step.extension for step in steps}:
            last = max((step for step in steps if step.extension == extension), key=lambda step: step.priority)
            assert last.application in ("Return", "Hangup"), context
    assert "@" not in re.sub(r"; .*|Local/s@vmq-lamp", "", text)


def test_every_step_of_the_dialplan_is_understood() -> None:
    text = dialplan_text("10.0.0.5:4573")
    lines = [line for line in text.splitlines() if line.startswith(("exten", " same")) and ",hint," not in line]
    assert sum(len(steps) for steps in steps_of_text(text).values()) == len(lines)


def test_every_label_that_is_jumped_to_exists_in_its_context() -> None:
    for part in dialplan_text("h:1").split("\n[")[1:]:
        labels = set(re.findall(r"same => n\((\w+)\)", part))
        jumps = set(re.findall(r"GotoIf\(.*\?(\w+)\)$", part, re.MULTILINE)) | set(re.findall(r",Goto\((\w+)\)", part))
        assert jumps <= labels


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("queue:sales", ("queue", "sales")),
        ("mailbox:1000", ("mailbox", "1000")),
        ("extension:77@inside", ("extension", "inside,77,1")),
        ("extension:77", ("extension", "default,77,1")),
        ("", ("", "")),
        ("callback", ("", "")),
        ("queue:", ("", "")),
    ],
)
def test_where_a_caller_goes_on(text: str, variables: tuple[str, str]) -> None:
    assert tuple(value for _, value in next_stop(text)) == variables


@pytest.mark.parametrize("address", ["", "h:1)\n same => n,System(x", "h 1", "h,1", "${X}"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r"agi\.address"):
        dialplan_text(address)


def test_the_manager_user_has_few_rights_and_its_filters() -> None:
    text = setup.texts(SETTINGS)[setup.MANAGER_FILE]
    assert "read = system,call,dialplan,dtmf\n" in text
    assert "write = call,originate,reporting\n" in text
    assert "permit = 127.0.0.1/32\n" in text
    assert "eventfilter(name(Hangup)) =\n" in text
    assert "header(Device),method(starts_with)) = Custom:vmq_\n" in text


@pytest.mark.parametrize(
    "changes", [{"user": "vmq]\n[x"}, {"user": "general"}, {"secret": "a;b"}, {"secret": "a b"}, {"vmq_host": "pbx"}]
)
def test_a_setting_that_would_break_the_file_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        setup.texts(replace(SETTINGS, **changes))  # type: ignore[arg-type]


def test_writing_tells_what_to_add_where_and_keeps_the_secret_from_others(tmp_path: Path) -> None:
    lines = setup.write(tmp_path, SETTINGS)
    assert any("manager.conf" in line and "#include manager_vmq.conf" in line for line in lines)
    assert any("extensions.conf" in line and "#include extensions_vmq.conf" in line for line in lines)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "extensions_vmq.conf",
        "logger_vmq.conf",
        "manager_vmq.conf",
    ]
    assert stat.S_IMODE((tmp_path / "manager_vmq.conf").stat().st_mode) == 0o640
    assert SETTINGS.secret not in "".join(lines)


def test_a_second_setup_finds_the_first_ones_secret(tmp_path: Path) -> None:
    assert setup.written_secret(tmp_path) == ""
    secret = setup.new_secret()
    setup.write(tmp_path, replace(SETTINGS, secret=secret))
    assert setup.written_secret(tmp_path) == secret


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be written"):
        setup.write(tmp_path / "none", SETTINGS)


def test_a_listing_compares_with_the_text() -> None:
    entries = [
        {"Context": "c", "Extension": "s", "Priority": "1", "Application": "Set", "AppData": "A=1"},
        {"Context": "c", "IncludeContext": "d"},
    ]
    assert steps_of_listing(entries) == {Step("s", 1, "Set", "A=1")}
    assert steps_of_text("[c]\nexten => s,1,Set(A=1)\n")["c"] == {Step("s", 1, "Set", "A=1")}


TELEPHONE = WebTelephone("ann", "s3cret", 'Ann "A" Ash', "501", "internal")


def test_telephones_in_the_browser_have_an_endpoint_each(tmp_path: Path) -> None:
    with_web = replace(SETTINGS, web_telephones=(TELEPHONE, replace(TELEPHONE, endpoint="bob", number="")))
    lines = setup.write(tmp_path, with_web)
    assert any("pjsip.conf" in line and "#include pjsip_vmq.conf" in line for line in lines)
    path = tmp_path / "pjsip_vmq.conf"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    text = path.read_text()
    assert re.findall(r"^\[(.+)\]$", text, re.MULTILINE) == ["vmq-websocket", *["ann"] * 3, *["bob"] * 3]
    for line in ("protocol = wss", "webrtc = yes", "context = internal", "callerid = \"Ann 'A' Ash\" <501>"):
        assert line in text.splitlines()
    assert "callerid = \"Ann 'A' Ash\" <bob>" in text
    assert "protocol = ws\n" in setup.texts(replace(with_web, is_web_secure=False))["pjsip_vmq.conf"]
    line_break = replace(TELEPHONE, caller_name="Ann\n[evil];")
    assert (
        'callerid = "Ann [evil] " <501>'
        in setup.texts(replace(SETTINGS, web_telephones=(line_break,)))["pjsip_vmq.conf"]
    )
    assert "s3cret" not in repr(with_web.web_telephones)


def test_without_telephones_in_the_browser_pjsip_is_left_alone(tmp_path: Path) -> None:
    assert not any("pjsip" in line for line in setup.write(tmp_path, SETTINGS))
    assert not (tmp_path / "pjsip_vmq.conf").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"endpoint": "a b"}, {"endpoint": ""}, {"endpoint": "vmq-websocket"}, {"secret": "a;b"}, {"secret": "a\nb"}],
)
def test_a_web_telephone_that_asterisk_cannot_read_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="web_"):
        setup.texts(replace(SETTINGS, web_telephones=(replace(TELEPHONE, **wrong),)))
