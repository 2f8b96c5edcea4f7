"""An agent's telephones: what is dialled to reach him, and which devices show whether he can be.

A dial string is Asterisk's `Tech/resource`; several are parted by `&` and ring together. `PJSIP/1001/*` is every
telephone that has registered as 1001, each for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmq.domain.trunks import dial_through

if TYPE_CHECKING:
    from vmq.domain.agent import Agent
    from vmq.domain.floor import Floor

ALL_CONTACTS = "/*"
"""Ends a PJSIP dial string that means each of the endpoint's contacts."""


def parts(dial: str) -> tuple[str, ...]:
    """The single telephones of a dial string, each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in dial.split("&") if part.strip()))


def device_of(dial: str) -> str:
    """The device that shows the state of what is dialled: `PJSIP/1001/sip:…` and `PJSIP/1001/*` are PJSIP/1001, and
    `PJSIP/0170…@trunk` is PJSIP/trunk (channels/chan_pjsip.c names its channels after the endpoint)."""
    technology, _, resource = dial.partition("/")
    name = resource.partition("/")[0]
    return f"{technology}/{name.rpartition('@')[2] if technology == 'PJSIP' else name}"
