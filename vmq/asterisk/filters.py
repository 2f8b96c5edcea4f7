"""What Asterisk need not send at all: vmq's event filters, for manager.conf and for the AMI action Filter.

Filters by name and header are cheap (a hash, then one comparison); they exist since Asterisk 18.25, 20.10, 21.5 and 22.
Older ones take one regular expression over the whole event instead. Source: manager_add_filter() in main/manager.c.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vmq.asterisk.inward import UNWATCHED_DEVICES, WANTED
from vmq.asterisk.talking import OTHER_HALF
from vmq.domain.events import CALLBACK_PREFIX, LEG_PREFIX
from vmq.domain.on_talk import RECORDER, SUPERVISOR
from vmq.errors import ActionFailed

FILTERS: tuple[tuple[str, str], ...] = (
    ("name(FullyBooted)", ""),
    ("name(Shutdown)", ""),
    ("name(DeviceStateChange)", ""),
    ("name(Hangup)", ""),
    ("name(BridgeEnter)", ""),
    ("name(BridgeLeave)", ""),
    ("name(DialEnd),header(DestUniqueid),method(starts_with)", LEG_PREFIX),
    ("name(OriginateResponse),header(Uniqueid),method(starts_with)", LEG_PREFIX),
    ("name(OriginateResponse),header(Uniqueid),method(starts_with)", f"{SUPERVISOR}-"),
    ("name(OriginateResponse),header(Uniqueid),method(starts_with)", CALLBACK_PREFIX),
    ("name(Newstate),header(Uniqueid),method(starts_with)", LEG_PREFIX),
    ("name(Newchannel),header(Uniqueid),method(starts_with)", LEG_PREFIX),
    ("name(HangupRequest)", ""),
    ("name(SoftHangupRequest)", ""),
    ("name(Hold)", ""),
    ("name(Unhold)", ""),
    ("name(BlindTransfer)", ""),
    ("name(AttendedTransfer)", ""),
    ("name(MixMonitorStart)", ""),
    ("name(MixMonitorStop)", ""),
    ("name(MixMonitorMute)", ""),
    ("name(ChanSpyStart),header(SpyerUniqueid),method(starts_with)", f"{SUPERVISOR}-"),
    ("name(ChanSpyStart),header(SpyerUniqueid),method(starts_with)", f"{RECORDER}{OTHER_HALF}-"),
    ("name(DTMFEnd),header(Uniqueid),method(starts_with)", f"{SUPERVISOR}-"),
    ("name(VarSet),header(Variable),method(starts_with)", "_"),
    *(
        ("action(exclude),name(DeviceStateChange),header(Device),method(starts_with)", devices)
        for devices in UNWATCHED_DEVICES
    ),
)
"""(criteria, pattern): include filters, and exclude filters that work on what they let through."""

LEGACY_FILTER = f"^Event: ({'|'.join(sorted(name.decode() for name in WANTED))}|FullyBooted|Shutdown)"


def manager_lines() -> list[str]:
    """The filters as lines of manager.conf."""
    return [f"eventfilter({criteria}) = {pattern}".rstrip() for criteria, pattern in FILTERS]


async def ask_for_filters(ask: Callable[..., Awaitable[object]]) -> bool:
    """Set the filters on this session by AMI, for a manager user whose section has none; `ask` is AmiLink.ask.

    Returns False when the user may not (the action Filter needs write=system): then more events arrive than needed, and
    are dropped unparsed. Raises LinkLost.
    """
    first, *rest = FILTERS
    try:
        await ask("Filter", Operation="Add", MatchCriteria=first[0], Filter=first[1])
    except ActionFailed as error:
        if "denied" in str(error).lower():
            return False
        return await _ask_for_legacy_filter(ask)
    for criteria, pattern in rest:
        await ask("Filter", Operation="Add", MatchCriteria=criteria, Filter=pattern)
    return True


async def _ask_for_legacy_filter(ask: Callable[..., Awaitable[object]]) -> bool:
    try:
        await ask("Filter", Operation="Add", Filter=LEGACY_FILTER)
    except ActionFailed:
        return False
    return True
