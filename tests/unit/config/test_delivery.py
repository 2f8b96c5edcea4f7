"""What the configuration takes of mail, webhooks and commands, and what it says of what it doesn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.config.load import parse
from vmq.errors import ConfigError

MAIL = '[mail]\nhost = "mail.example"\n'
CRM = '[[webhook]]\nname = "crm"\nurl = "http://a.example"\n'
ANN = '[[mailbox]]\nnumber = "1001"\n'


def test_what_is_meant_is_taken(tmp_path: Path) -> None:
    text = f'{MAIL}templates = "texts"\n{ANN}email = ["ann@example.org", "o\'neil+vm@sub.example.org"]\n'
    text += '[[webhook]]\nname = "crm"\nurl = "https://crm.example/told/"\n[hook]\ncommand = ["notify", "{mailbox}"]\n'
    config = parse(text, tmp_path / "vmq.toml", {})
    assert config.mail.templates == tmp_path / "texts"
    assert config.mailbox[0].email == ("ann@example.org", "o'neil+vm@sub.example.org")
    assert config.webhook[0].url == "https://crm.example/told"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'{MAIL}{ANN}email = ["ann"]', "is no mail address"),
        (f'{MAIL}{ANN}email = ["ann@example.org\\nBcc: x@example.org"]', "is no mail address"),
        (f'{MAIL}{ANN}email = ["Ann <ann@example.org>"]', "is no mail address"),
        (f'{MAIL}{ANN}email = ["ann@münchen.example"]', "is no mail address"),
        (f"{MAIL}{ANN}email = {[f'a{n}@example.org' for n in range(21)]}", "at most 20 items"),
        (f'{ANN}email = ["ann@example.org"]', "there is no mail server"),
        (f'{ANN}pager = "ann@example.org"', "there is no mail server"),
        (f"{MAIL}{ANN}delete_after_mail = true", "would delete what nobody got"),
        (f'{MAIL}{ANN}email = ["a@b.example"]\nattach = false\ndelete_after_mail = true', "would delete what nobody"),
        (f'{MAIL}password = "s3cret"', "mail.user: is missing"),
        (f'{MAIL}sender_name = "a\\nb"', "sender_name"),
        ('[[webhook]]\nname = "crm"\nurl = "ftp://crm.example"', "is no web address"),
        (f"{CRM}{CRM}", "webhook crm: is there twice"),
        ('[hook]\ncommand = ["notify", "{mailbox.__class__}"]', "in braces there may be"),
        ('[hook]\ncommand = ["notify", "{mailbox!r}"]', "in braces there may be"),
        ('[hook]\ncommand = ["notify", "{"]', "in braces there may be"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, None, {})
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)
