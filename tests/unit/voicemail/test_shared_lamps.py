"""A lamp that shows another mailbox's messages too follows both, and no other does."""

from __future__ import annotations

from vmq.app.profiles import voicemail_profiles
from vmq.config.model import Config
from vmq.domain.events import MailboxChanged
from vmq.voicemail.shared_lamps import SharedLamps

MAILBOXES = [{"number": "1001"}, {"number": "600", "lamps": ["1001", "1002"]}, {"number": "601", "lamps": ["1001"]}]


def test_lamps_follow_all_mailboxes_that_light_them() -> None:
    profiles = voicemail_profiles(Config.model_validate({"mailbox": MAILBOXES}))
    lamps = SharedLamps(lambda: profiles)

    assert list(lamps.changed(MailboxChanged("600", 1, 2, 1))) == [
        ("600", 1, 2, 1),
        ("1001", 1, 2, 1),
        ("1002", 1, 2, 1),
    ]
    assert list(lamps.changed(MailboxChanged("1001", 3, 0, 0))) == [("1001", 4, 2, 1)]
    assert list(lamps.changed(MailboxChanged("601", 1, 0, 0))) == [("601", 1, 0, 0), ("1001", 5, 2, 1)]
    assert list(lamps.changed(MailboxChanged("600", 0, 0, 0))) == [
        ("600", 0, 0, 0),
        ("1001", 4, 0, 0),
        ("1002", 0, 0, 0),
    ]
    assert list(lamps.changed(MailboxChanged("1003", 9, 9, 9))) == [("1003", 9, 9, 9)]
