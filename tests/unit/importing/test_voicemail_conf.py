"""What becomes of voicemail.conf: each line is told, no secret is, and the result can be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.config.load import parse
from vmq.config.model import Config
from vmq.importing.run import Imported, import_files
from vmq.importing.voicemail_options import BOTH, GENERAL, HOOK, MAIL, MAILBOX, TOLD

WHOLE = """
[general]
serveremail=voicemail@example.org
attach=no
maxsecs=0
externnotify=/usr/local/bin/told --now
minpassword=5
aliasescontext=others
authpassword=hush
[zonemessages]
berlin=Europe/Berlin|'vm-received' Q
[others]
1100 => 1001@default
[default]
1001 => 86421,Ann Example,ann@example.org|a2@example.org,pager@example.org,tz=berlin|attach=yes|review=yes
1002 => -13579,Bob
1003 => ,Carla,carla,,imappassword=topsecret|dialout=out|delete=yes
[branch]
1001 => 97531,Another Ann
"""


def imported(folder: Path, text: str, *, into: str = "", context: str = "") -> Imported:
    (folder / "voicemail.conf").write_text(text, encoding="utf-8")
    return import_files([folder / "voicemail.conf"], into, context=context)


def config_of(done: Imported) -> Config:
    assert not done.problems, done.problems
    return parse(done.text, Path("vmq.toml"), {})


def test_mailboxes_come_over_with_what_is_said_of_them(tmp_path: Path) -> None:
    config = config_of(imported(tmp_path, WHOLE))
    ann, bob, carla = config.mailbox
    assert (ann.number, ann.name, ann.pin.get_secret_value()) == ("1001", "Ann Example", "86421")
    assert (ann.email, ann.pager) == (("ann@example.org", "a2@example.org"), "pager@example.org")
    assert (ann.time_zone, ann.attach, ann.review, ann.aliases) == ("Europe/Berlin", True, True, ("1100",))
    assert bob.pin.get_secret_value() == "13579"
    assert not carla.pin.get_secret_value() and not carla.email and not carla.delete_after_mail
    assert (config.voicemail.max_message_s, config.voicemail.min_pin_digits) == (3600, 5)
    assert config.hook.command[:2] == ("/usr/local/bin/told", "--now")


def test_mail_goes_to_this_machines_server_as_it_did_unless_another_is_named(tmp_path: Path) -> None:
    mail = config_of(imported(tmp_path, WHOLE)).mail
    assert (mail.host, mail.port, mail.tls, mail.sender) == ("127.0.0.1", 25, "none", "voicemail@example.org")
    named = config_of(imported(tmp_path, WHOLE, into='[mail]\nhost = "mx.example.org"\n')).mail
    assert (named.host, named.port) == ("mx.example.org", 587)


def test_no_secret_is_in_the_report(tmp_path: Path) -> None:
    for context in ("", "branch"):
        told = "\n".join(imported(tmp_path, WHOLE, context=context).lines)
        assert not [secret for secret in ("86421", "13579", "97531", "topsecret", "hush") if secret in told]
        assert "minpassword = 5" in told


def test_a_number_in_two_contexts_is_taken_once_or_from_the_one_wanted(tmp_path: Path) -> None:
    assert [box.name for box in config_of(imported(tmp_path, WHOLE)).mailbox if box.number == "1001"] == ["Ann Example"]
    (only,) = config_of(imported(tmp_path, WHOLE, context="branch")).mailbox
    assert only.name == "Another Ann"


def test_again_it_changes_nothing_and_keeps_what_the_configuration_says_besides(tmp_path: Path) -> None:
    first = imported(tmp_path, WHOLE)
    own = first.text.replace('number = "1002"', 'number = "1002"  # at the door\nlanguage = "de"')
    assert imported(tmp_path, WHOLE, into=own).text == own


@pytest.mark.parametrize(
    "option", ["imapserver=mail.example.org", "odbcstorage=asterisk", "passwordlocation=spooldir", "searchcontexts=yes"]
)
def test_what_lies_elsewhere_is_told(tmp_path: Path, option: str) -> None:
    """Messages by IMAP or in a database, PINs in the spool: the report has a line that says what to do with each."""
    done = imported(tmp_path, f"[general]\n{option}\n[default]\n1001 => 4711,Ann\n")
    config_of(done)
    (line,) = [line for line in done.lines if option.replace("=", " = ") in line]
    assert len(line) > 40 + len(option), line


@pytest.mark.parametrize("value", ["yes", "no", "0", "7", "99999", "", "some-words", "a@b.example", "%A"])
@pytest.mark.parametrize("key", sorted({*BOTH, *GENERAL, *MAIL, *HOOK, *TOLD, "tz"}))
def test_every_option_of_general_leads_to_something_usable(tmp_path: Path, key: str, value: str) -> None:
    done = imported(tmp_path, f"[general]\n{key}={value}\n[default]\n1001 => 4711,Ann,ann@example.org\n")
    config_of(done)
    assert any(f"{key} = " in line for line in done.lines)


@pytest.mark.parametrize("value", ["yes", "no", "0", "7", "99999", "some-words"])
@pytest.mark.parametrize("key", sorted({*BOTH, *MAILBOX, *TOLD, "tz"}))
def test_every_option_of_a_mailbox_leads_to_something_usable(tmp_path: Path, key: str, value: str) -> None:
    done = imported(tmp_path, f"[default]\n1001 => 4711,Ann,ann@example.org,,{key}={value}\n")
    config_of(done)
    assert any(f"1001: {key} = " in line for line in done.lines)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("10 01 => 1,A", "is no number of a mailbox"),
        ("1001 => *1,A", "no PIN"),
        ("1001 => 1,A,,,nonsense=1", "knows no such option"),
    ],
)
def test_what_cant_be_taken_is_told(tmp_path: Path, line: str, says: str) -> None:
    done = imported(tmp_path, f"[default]\n{line}\n")
    config_of(done)
    assert says in "\n".join(done.lines)
