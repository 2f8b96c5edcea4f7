"""How much a mailbox takes, by count and by seconds."""

from __future__ import annotations

import pytest

from vmq.domain.mailbox import Counts, Mailbox
from vmq.domain.quota import Quota


@pytest.mark.parametrize(
    ("quota", "counts", "used_s", "full", "nearly"),
    [
        (Quota(10), Counts(8, 500, 0), 9999.0, False, False),
        (Quota(10), Counts(8, 500, 1), 0.0, False, True),
        (Quota(10), Counts(9, 500, 1), 0.0, True, True),
        (Quota(100, 600.0), Counts(1, 500, 0), 539.0, False, False),
        (Quota(100, 600.0), Counts(1, 500, 0), 540.0, False, True),
        (Quota(100, 600.0), Counts(1, 500, 0), 600.0, True, True),
        (Quota(0, 600.0), Counts(0, 500, 0), 900.0, False, False),
    ],
)
def test_full_and_nearly(quota: Quota, counts: Counts, used_s: float, full: bool, nearly: bool) -> None:
    mailbox = Mailbox("1001", counts=counts, used_s=used_s)
    assert (quota.is_full(mailbox), quota.is_nearly_full(mailbox)) == (full, nearly)
    assert quota.has_room(mailbox) == (not full and not quota.is_greeting_only)


@pytest.mark.parametrize(
    ("max_s", "used_s", "minutes"), [(600.0, 0.0, 10), (600.0, 1.0, 9), (60.0, 90.0, 0), (0.0, 5.0, 0)]
)
def test_minutes_that_still_fit(max_s: float, used_s: float, minutes: int) -> None:
    assert Quota(100, max_s).free_minutes(Mailbox("1001", used_s=used_s)) == minutes
