"""Every channel as Asterisk last showed it: what app_queue's events say of a caller and of the leg to an agent.

Fed with the headers of events; those of a channel that has ended are kept for a while, since the end of a call is told
after its hang-up. Out: the headers of ast_manager_build_channel_state_string_prefix() (main/manager_channels.c).
"""

from __future__ import annotations

from collections.abc import Mapping

from vmq.asterisk.facade.wire import Headers

FIELDS = (
    "Channel",
    "ChannelState",
    "ChannelStateDesc",
    "CallerIDNum",
    "CallerIDName",
    "ConnectedLineNum",
    "ConnectedLineName",
    "Language",
    "AccountCode",
    "Context",
    "Exten",
    "Priority",
    "Uniqueid",
    "Linkedid",
)
PLACE = ("Context", "Exten", "Priority")
WATCHED = frozenset({b"Newchannel", b"Newstate", b"NewCallerid", b"NewConnectedLine", b"NewAccountCode", b"Hangup"})
"""The events that are needed to know channels; all are of the class `call`."""
MAX_ENDED = 2000
"""Most ended channels that are kept, the newest ones."""

_OURS = "vmq-"
_UNKNOWN: dict[str, str] = dict.fromkeys(FIELDS, "") | {
    "ChannelState": "6",
    "ChannelStateDesc": "Up",
    **dict.fromkeys(("CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName"), "<unknown>"),
    "Priority": "1",
}


class Channels:
    """The channels by their unique ids."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, str]] = {}
        self._ended: dict[str, None] = {}

    def take(self, headers: Mapping[str, str]) -> str:
        """Take in an event, or an entry of CoreShowChannels. Gives the channel's id; empty when it names none.

        A channel that has gone into vmq's own dialplan keeps the place in the house's where it came from.
        """
        channel_id = headers.get("Uniqueid", "")
        if not channel_id or not headers.get("Channel"):
            return ""
        new = {name: headers.get(name, "") for name in FIELDS}
        old = self._seen.get(channel_id)
        if old is not None and new["Context"].startswith(_OURS):
            new.update((name, old[name]) for name in PLACE)
        self._seen[channel_id] = new
        if headers.get("Event") == "Hangup":
            self._end(channel_id)
        return channel_id

    def keep_only(self, channel_ids: set[str]) -> None:
        """These are all channels that there are: the others have ended unseen."""
        for channel_id in self._seen.keys() - channel_ids - self._ended.keys():
            self._end(channel_id)

    def knows(self, channel_id: str) -> bool:
        """True for a channel that was seen, and not forgotten yet."""
        return channel_id in self._seen

    def name(self, channel_id: str) -> str:
        """The channel's name; empty for one that was never seen."""
        return self._seen.get(channel_id, _UNKNOWN)["Channel"]

    def headers(self, channel_id: str, prefix: str = "", **known: str) -> Headers:
        """The channel's state as headers. Of one that was never seen only what is `known` of it."""
        state = self._seen.get(channel_id)
        if state is None:
            state = _UNKNOWN | {"Uniqueid": channel_id, "Linkedid": channel_id}
            state |= {name: value for name, value in known.items() if value}
        return tuple((f"{prefix}{name}", state[name]) for name in FIELDS)

    def _end(self, channel_id: str) -> None:
        self._ended[channel_id] = None
        if len(self._ended) > MAX_ENDED:
            oldest = next(iter(self._ended))
            del self._ended[oldest], self._seen[oldest]
