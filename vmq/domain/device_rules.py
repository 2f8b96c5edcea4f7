"""Which devices somebody may name who is no administrator: telephones themselves, and no way through the dialplan.

A device string can do more than ring a telephone: `Local/…@context` enters any context of the dialplan, and
`PJSIP/<number>@<trunk>` dials a number outside, at the house's expense. The configuration may say all of that; who
commands by the API, by a panel or by telephone names one device, or what the configuration names already. (ADR 0026.)
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_LOCAL = re.compile(r"[A-Za-z0-9*#+_.-]{1,80}@([A-Za-z0-9_.-]{1,79})(/[a-z]{1,5})?")
_ALONE = re.compile(r"[A-Za-z0-9_.-]{1,80}(/\*)?")
"""A device by itself; with `/*` all telephones that are registered as it."""
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class DeviceRules:
    """`technologies` are those of telephones, `contexts` those of the dialplan that a Local device may enter and a call
    be transferred to; `known` are the devices that the configuration names itself."""

    technologies: tuple[str, ...] = ("PJSIP", "SIP", "IAX2", "DAHDI")
    contexts: Collection[str] = ()
    known: Collection[str] = ()

    def fault(self, dial: str) -> str:
        """Why these devices (several parted by `&`) may not be named, and what to write; empty when they may."""
        return next(filter(None, map(self._fault, dial.split("&"))), "") if dial else ""

    def context_fault(self, context: str) -> str:
        """The same of a context of the dialplan; the empty one, which is the telephone's own, may always be meant."""
        if not context or context in self.contexts:
            return ""
        return f"{context[:_SHOWN]}: no such context may be named; add it to contexts in [devices], or leave it out"

    def _fault(self, device: str) -> str:
        technology, _, resource = device.partition("/")
        shown = device[:_SHOWN]
        if device in self.known:
            return ""
        if technology.lower() == "local":
            entered = _LOCAL.fullmatch(resource)
            if entered and entered.group(1) in self.contexts:
                return ""
            return f"{shown}: no such way through the dialplan may be named; add its context to contexts in [devices]"
        if technology.lower() not in [each.lower() for each in self.technologies]:
            names = ", ".join(f"{each}/…" for each in self.technologies)
            return f"{shown}: is no telephone; write {names}, or add {technology[:20]} to technologies in [devices]"
        if not _ALONE.fullmatch(resource):
            return f"{shown}: says more than a telephone; write the device alone, e.g. {technology}/1001"
        return ""
