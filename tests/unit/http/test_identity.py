"""Where a request comes from."""

from __future__ import annotations

import pytest

from vmq.http.identity import address_of


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 4711), "192.0.2.7"),
        (("::ffff:192.0.2.7", 4711, 0, 0), "192.0.2.7"),
        (("2001:db8::7", 4711, 0, 0), "2001:db8::7"),
        (("testclient", 50000), "testclient"),
        (None, ""),
    ],
)
def test_what_comes_by_ipv4_has_its_ipv4_address(client: tuple[object, ...] | None, address: str) -> None:
    assert address_of({"type": "http", "client": client}) == address
