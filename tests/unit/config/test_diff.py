"""What a change changes is shown as lines; a secret is not, whether it changes or stands beside what does."""

from __future__ import annotations

from vmq.config.diff import shown_diff

TEXT = """\
# ours
[[queue]]
name = "sales"
url = "https://crm.example/"

[[agent]]
name = "ann"
pin = "2468"
device = "PJSIP/1001"
"""


def test_lines_that_go_and_come() -> None:
    assert shown_diff(TEXT, TEXT.replace('"sales"', '"shop"')).splitlines() == [
        "@@ -1,6 +1,6 @@",
        " # ours",
        " [[queue]]",
        '-name = "sales"',
        '+name = "shop"',
        ' url = "https://crm.example/"',
        " ",
        " [[agent]]",
    ]


def test_a_secret_is_hidden_beside_a_change() -> None:
    diff = shown_diff(TEXT, TEXT.replace("PJSIP/1001", "PJSIP/1009"))
    assert "2468" not in diff
    assert ' pin = "…"' in diff.splitlines()


def test_that_a_secret_changes_is_shown_and_not_into_what() -> None:
    diff = shown_diff(TEXT, TEXT.replace("2468", "1357"))
    assert [line for line in diff.splitlines() if line[0] in "+-"] == ['-pin = "…"', '+pin = "…"']


def test_the_database_s_address_is_a_secret_and_a_queue_s_page_is_none() -> None:
    before = '[storage]\nurl = "postgresql://vmq:secret@db/vmq"\n'
    assert "secret" not in shown_diff(before, before + "journal_days = 30\n")


def test_nothing_changed_is_nothing() -> None:
    assert shown_diff(TEXT, TEXT) == ""
