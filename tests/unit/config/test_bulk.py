"""Many mailboxes or agents as CSV: spreadsheet programs' ways, what would change, and all that is wrong at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.config.bulk import export_sheet, plan_sheet, take_sheet
from vmq.config.file import ConfigFile
from vmq.config.load import parse
from vmq.errors import ConfigError

TEXT = """\
# the house
[mail]
host = "mail.example.org"
sender = "vmq@example.org"

[[mailbox]]
number = "1001"
name = "Ann"      # the boss
pin = "4711"
aliases = ["1101", "1102"]
email = ["ann@example.org"]
max_messages = 50

[[mailbox]]
number = "1002"
name = "=HYPERLINK(\\"http://evil\\")"

[[queue]]
name = "sales"

[[agent]]
name = "ann"
device = "PJSIP/1001"
queues = ["sales"]
skills = { german = 5 }
"""


def plan(sheet: str, encoding: str = "utf-8") -> tuple[tuple[str, ...], str]:
    """What a sheet of mailboxes changes, and the text afterwards; there is nothing wrong with it."""
    found = plan_sheet(TEXT, "mailbox", sheet.encode(encoding))
    assert found.problems == ()
    return found.lines, found.text


@pytest.mark.parametrize(
    ("sheet", "encoding"),
    [
        ("number,name,max_messages\n1001,Anna,60\n", "utf-8"),
        ("\ufeffNumber;Name;Max messages\r\n1001;Anna;60\r\n", "utf-8"),
        ("sep=;\r\nnumber;name;max_messages\r\n\r\n1001;Anna;60\r\n;;\r\n", "utf-8"),
        ("number\tname\tmax_messages\n1001\tAnna\t60\n", "utf-16"),
        ('"number","name","max_messages"\n"1001","Anna","60",\n', "utf-8"),
    ],
    ids=["plain", "semicolons and a mark", "Excel's own", "UTF-16 and tabs", "quotes"],
)
def test_a_sheet_is_read_as_programs_write_it(sheet: str, encoding: str) -> None:
    lines, text = plan(sheet, encoding)
    (line,) = lines
    assert line.endswith("mailbox 1001: name Ann → Anna, max_messages 50 → 60")
    assert text == TEXT.replace('name = "Ann" ', 'name = "Anna" ').replace("max_messages = 50", "max_messages = 60")


def test_a_line_break_in_quotes_is_part_of_a_cell_and_lines_are_counted_on() -> None:
    found = plan_sheet(TEXT, "mailbox", b'number,email\n1001,"a@x.org\nb@x.org"\n1002,nobody\n')
    assert found.lines == ("line 2: mailbox 1001: email ann@example.org → a@x.org b@x.org",)
    assert found.problems == (
        "line 4, email: 'nobody': is no mail address; write one like ann@example.org"
        " (a domain with other letters as xn--…)",
    )


def test_empty_cells_say_nothing_and_a_dash_goes_back_to_the_default() -> None:
    lines, text = plan("number,name,max_messages,pin,aliases\n1001,,-,,\n")
    assert lines == ("line 2: mailbox 1001: max_messages 50 → the default",)
    assert text == TEXT.replace("max_messages = 50\n", "")


def test_new_ones_come_after_the_last_and_secrets_are_not_told() -> None:
    lines, text = plan("number,name,pin,review\n1003,Cara,2580,yes\n1001,,9999,\n")
    assert lines == (
        "line 2: mailbox 1003: new name Cara, pin set, review yes",
        "line 3: mailbox 1001: pin changed",
    )
    mailboxes = parse(text, None, {}).mailbox
    assert [(box.number, box.name, box.pin.get_secret_value()) for box in mailboxes] == [
        ("1001", "Ann", "9999"),
        ("1002", '=HYPERLINK("http://evil")', ""),
        ("1003", "Cara", "2580"),
    ]
    assert mailboxes[2].review is True


def test_all_that_is_wrong_is_told_at_once_with_line_and_column() -> None:
    sheet = (
        "number,nmae,review,max_messages,color\n"
        "1001,x,maybe,many,\n"
        ",x,,,\n"
        "1,00E+05,,,\n"
        "1003,,,10000,,more\n"
        "1003,,,,\n"
        "10 03,,,,\n"
    )
    assert plan_sheet(TEXT, "mailbox", sheet.encode()).problems == (
        "line 4, nmae: 00E+05 is what a spreadsheet makes of a long number; "
        "format the column as text and write the number again",
        "line 5: has 6 cells, the head 5; put cells with commas into quotes",
        "column nmae: there is no such setting; write name",
        "column color: there is no such setting; take it out, or see docs/configuration.md for the settings",
        "line 2, review: 'maybe': write yes or no",
        "line 2, max_messages: 'many': write a number",
        "line 3, number: is empty; write one",
        "line 5, max_messages: '10000': Input should be less than or equal to 9999",
        "line 6, number: 1003 is in line 5 too; keep one",
        "line 7, number: '10 03': String should match pattern '^[0-9*#+A-Za-z_-][0-9*#+A-Za-z_.-]{0,39}$'",
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"number,name\n1001,J\xf6rg\n", "line 2: is not UTF-8; save it as CSV UTF-8"),
        (b"name\nAnn\n", "there is no column number"),
        (b"", "there is no column number"),
        (b'number,name\n1001,"Ann\n1002,Bob\n', "line 2: is no CSV .*a quote was perhaps not closed"),
    ],
)
def test_what_is_no_sheet_changes_nothing(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "vmq.toml"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        take_sheet(ConfigFile(path, {}), "mailbox", content, is_dry=False)
    assert path.read_text(encoding="utf-8") == TEXT


def test_what_the_whole_configuration_refuses_is_not_taken_either(tmp_path: Path) -> None:
    path = tmp_path / "vmq.toml"
    path.write_text(TEXT, encoding="utf-8")
    sheet = b"number,class_of_service,aliases\n1003,boss,1101\n1004,,\n"
    for is_dry in (True, False):
        with pytest.raises(ConfigError) as refused:
            take_sheet(ConfigFile(path, {}), "mailbox", sheet, is_dry=is_dry)
        assert "mailbox 1003: class_of_service: there is none 'boss'" in str(refused.value)
        assert "aliases: 1101 is a mailbox, or another one's alias" in str(refused.value)
    assert path.read_text(encoding="utf-8") == TEXT


def test_what_is_exported_changes_nothing_when_it_comes_back_and_runs_nothing() -> None:
    for kind in ("mailbox", "agent"):
        sheet = export_sheet(TEXT, kind)
        found = plan_sheet(TEXT, kind, sheet)
        assert (found.lines, found.problems, found.text) == ((), (), TEXT)
    sheet = export_sheet(TEXT, "mailbox").decode("utf-8-sig")
    assert "4711" not in sheet
    assert sheet.splitlines() == [
        "number,name,pin,class_of_service,email,max_messages,aliases",
        "1001,Ann,,,ann@example.org,50,1101 1102",
        '1002,"\'=HYPERLINK(""http://evil"")",,,,,',
    ]


def test_what_is_said_at_length_or_to_the_last_digit_changes_nothing_either() -> None:
    agents = """\
[[agent]]
name = "ann"
device = "PJSIP/1001"
queues = [{ name = "sales" }, { name = "support", penalty = 2 }]
wrap_up_s = 1234567.125
ring_s = 1e7
"""
    sheet = export_sheet(agents, "agent")
    assert plan_sheet(agents, "agent", sheet).lines == ()
    assert b"sales support:2" in sheet
    assert b"1234567.125" in sheet


def test_agents_too() -> None:
    sheet = b"name,device,queues,skills,ring_s\nann,,sales:2,german:7 technic:3,\nbob,PJSIP/1002,sales,,12.5\n"
    found = plan_sheet(TEXT, "agent", sheet)
    assert found.problems == ()
    assert found.lines == (
        "line 2: agent ann: queues sales → sales:2, skills german:5 → german:7 technic:3",
        "line 3: agent bob: new device PJSIP/1002, queues sales, ring_s 12.5",
    )
    ann, bob = parse(found.text, None, {}).agent
    assert (ann.queues[0].penalty, ann.skills, bob.ring_s) == (2, {"german": 7, "technic": 3}, 12.5)
