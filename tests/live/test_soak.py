"""A small soak: bench.soak with a hundred calls. Nothing is left of them, and all who count say the same."""

from __future__ import annotations

import pytest

from bench.soak import Plan, soak

pytestmark = pytest.mark.live


async def test_a_hundred_calls_with_everything_that_can_go_wrong_leave_nothing() -> None:
    soaked = await soak(Plan(calls=100, agents=12, calls_a_second=6.0, longest_s=12.0))
    assert not [what for what, is_met in soaked.checks() if not is_met], "\n".join(map(str, soaked.counts))
