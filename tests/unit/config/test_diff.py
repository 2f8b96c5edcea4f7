"""What a change changes is shown as lines; a secret is not, whether it changes or stands beside what does."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest

from vmq.config import diff as module
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


@pytest.mark.parametrize(
    "written",
    [
        'mail.password = "SECRET"',
        'mail = { host = "mail.example", password = "SECRET" }',
        '["mail"]\npassword = "SECRET"',
        '[mail]\n"password" = "SECRET"',
        '[mail]\npassword = """\nSECRET\nSECRET"""',
        "[mail]\npassword = '''\nSECRET'''",
        'agent = [\n  { name = "ann", pin = "SECRET" },\n]',
        '[[agent]]\nname = "ann"\nweb_secret="SECRET"',
        '[http]\noidc.client_secret = "SECRET"',
    ],
)
def test_a_secret_is_hidden_however_it_is_written(written: str) -> None:
    for secret in ("first", "other"):
        diff = shown_diff(written.replace("SECRET", "first"), f"# new\n{written.replace('SECRET', 'other')}\n")
        assert "# new" in diff
        assert secret not in diff


def test_what_follows_a_secret_of_several_lines_is_shown() -> None:
    text = '[mail]\npassword = """\n1\n2"""\nhost = "mail.example"\n'
    assert shown_diff(text, text.replace("mail.example", "new.example")).splitlines()[1:] == [
        ' password = "…"',
        ' "…"',
        ' "…"',
        '-host = "mail.example"',
        '+host = "new.example"',
    ]


def test_only_what_differs_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house of thousands of mailboxes has thousands of equal lines, and all changes of it are shown at once."""
    compared: list[int] = []

    class Counting(SequenceMatcher[str]):
        def set_seqs(self, a: object, b: object) -> None:
            compared.extend((len(a), len(b)))  # type: ignore[arg-type]
            super().set_seqs(a, b)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "SequenceMatcher", Counting)
    before = "".join(f'[[mailbox]]\nnumber = "{number}"\nname = ""\n\n' for number in range(2000))
    diff = shown_diff(before, before.replace('number = "1000"', 'number = "9999"'))
    assert diff.splitlines()[0] == "@@ -3999,7 +3999,7 @@"
    assert '+number = "9999"' in diff.splitlines()
    assert max(compared) < 20


@pytest.mark.parametrize(("was", "text"), [("a\na", "a"), ("a", "a\na"), ("", "a"), ("a", ""), ("b\na\nb", "b\nb")])
def test_lines_that_are_alike_are_not_counted_twice(was: str, text: str) -> None:
    lines = shown_diff(was, text).splitlines()[1:]
    assert [line[1:] for line in lines if line[0] != "+"] == was.splitlines()
    assert [line[1:] for line in lines if line[0] != "-"] == text.splitlines()
