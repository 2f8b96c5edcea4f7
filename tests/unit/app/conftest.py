"""Programs of these tests share the shipped packs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.packs_once import packs_once


@pytest.fixture(autouse=True, scope="session")
def shipped_packs() -> Iterator[None]:
    with packs_once():
        yield
