"""The configuration in the core's words."""

from __future__ import annotations

import pytest

from vmq.app.settings import agi_address, hold_for
from vmq.asterisk.caller import Hold
from vmq.config.model import AgiConfig, Config
from vmq.config.queues import QueueConfig


@pytest.mark.parametrize(
    ("agi", "dialled"),
    [
        (AgiConfig(), "127.0.0.1:4600"),
        (AgiConfig(host="::1"), "[::1]:4600"),
        (AgiConfig(host="0.0.0.0", address="vmq:4573"), "vmq:4573"),
    ],
)
def test_asterisk_is_told_an_address_it_can_dial(agi: AgiConfig, dialled: str) -> None:
    assert agi_address(Config(agi=agi), 4600) == dialled


def test_who_asks_for_a_queue_that_is_not_there_is_not_answered() -> None:
    hold = hold_for(Config(queue=(QueueConfig(name="sales", music="jazz"),)))
    assert hold("sales") == Hold(answer=True, music="jazz")
    assert hold("nowhere") == Hold(answer=False, music="")
