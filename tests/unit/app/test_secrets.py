"""No secret is to be read in what a mistake prints: reprs stand in tracebacks and logs."""

from __future__ import annotations

import pytest

from vmq.app.outgoing import mail_settings
from vmq.app.settings import link_settings, wanted_mailboxes
from vmq.asterisk.setup import SetupSettings
from vmq.config.model import Config

CONFIG = Config.model_validate(
    {
        "asterisk": {"secret": "s3cret"},
        "http": {"token": "s3cret"},
        "storage": {"url": "postgresql+psycopg://vmq:s3cret@db/vmq"},
        "mail": {"user": "vmq", "password": "s3cret"},
        "webhook": [{"name": "crm", "url": "https://crm.example", "secret": "s3cret"}],
        "mailbox": [{"number": "1001", "pin": "s3cret"}],
    }
)


@pytest.mark.parametrize(
    "holder",
    [
        CONFIG,
        link_settings(CONFIG),
        wanted_mailboxes(CONFIG),
        mail_settings(CONFIG),
        SetupSettings("vmq", "s3cret", "127.0.0.1", "pbx:4573"),
    ],
    ids=["config", "link", "mailboxes", "mail", "setup"],
)
def test_a_repr_hides_it(holder: object) -> None:
    assert "s3cret" not in repr(holder)
