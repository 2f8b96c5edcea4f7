"""Device states in Asterisk's own words, and which of them allow a call to be offered."""

from __future__ import annotations

from enum import StrEnum


class DeviceState(StrEnum):
    """The states of main/devicestate.c, spelt as the AMI event DeviceStateChange spells them."""

    UNKNOWN = "UNKNOWN"
    NOT_INUSE = "NOT_INUSE"
    INUSE = "INUSE"
    BUSY = "BUSY"
    INVALID = "INVALID"
    UNAVAILABLE = "UNAVAILABLE"
    RINGING = "RINGING"
    RINGINUSE = "RINGINUSE"
    ONHOLD = "ONHOLD"

    @property
    def is_free(self) -> bool:
        """True when a telephone in this state can take a call now.

        UNKNOWN counts as free, as in app_queue.c: a technology that reports no state must not lock its agents out.
        """
        return self in (DeviceState.NOT_INUSE, DeviceState.UNKNOWN)

    @property
    def is_busy(self) -> bool:
        """True when somebody is using the telephone, or it rings for somebody else."""
        return self in _BUSY


_BUSY = frozenset({DeviceState.INUSE, DeviceState.BUSY, DeviceState.RINGING, DeviceState.RINGINUSE, DeviceState.ONHOLD})
