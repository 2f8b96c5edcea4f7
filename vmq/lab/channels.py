"""A channel: one party's way into the stand-in, with its names, state, variables, place in the dialplan and frames.

Whoever runs a channel (its dialplan task) waits in `next_frame`: a key, a command on its AGI socket, the end of its
bridge. A hang-up or a redirect from outside ends that wait with ChannelGone or Diverted. A key that comes while nobody
waits is lost, as in Asterisk between two AGI commands.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from vmq.lab.audible import HUSH, Audible, Playing, Speech
from vmq.lab.events import Bus, Header, LabError
from vmq.lab.sounds import Sound
from vmq.lab.voices import Spoken, Tape

if TYPE_CHECKING:
    from vmq.lab.bridges import Bridge


class ChannelGone(LabError):
    """The party hung up, or was hung up: the dialplan of this channel is over."""


class Diverted(LabError):
    """The channel was sent to another place in the dialplan (AMI Redirect)."""


class State(IntEnum):
    """Channel states of include/asterisk/channelstate.h."""

    DOWN = 0
    RESERVED = 1
    OFFHOOK = 2
    DIALING = 3
    RING = 4
    RINGING = 5
    UP = 6
    BUSY = 7

    @property
    def text(self) -> str:
        """As ast_state2str spells it."""
        return ("Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy")[self]


CAUSES = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    3: "No route to destination",
    16: "Normal Clearing",
    17: "User busy",
    18: "No user responding",
    19: "User alerting, no answer",
    20: "Subscriber absent",
    21: "Call Rejected",
    23: "Redirected to new destination",
    26: "Answered elsewhere",
    34: "Circuit/channel congestion",
    127: "Interworking, unspecified",
}


class Party(Protocol):
    """The far end of a channel: a lab telephone, or the other half of a Local channel."""

    @property
    def voice(self) -> Spoken:
        """What it says when it is recorded."""
        ...

    def says(self, voice: Spoken) -> None:
        """It begins to say this into a recording."""
        ...

    def said(self, voice: Spoken) -> None:
        """It has said all of this into a recording."""
        ...

    def invite(self, channel: Channel) -> None:
        """A call arrives; the party answers through `channel.progress`."""
        ...

    def answered(self, channel: Channel) -> None:
        """The channel is up."""
        ...

    def hear(self, channel: Channel, sound: Sound) -> None:
        """Something is played to it, or a key of the other side reaches it."""
        ...

    def earpiece(self, channel: Channel, audible: Audible) -> None:
        """What comes out of its earpiece from now on, for whoever listens to that and doesn't only read of it."""
        ...

    def gone(self, channel: Channel) -> None:
        """The channel has ended, with `channel.cause`."""
        ...


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the dialplan."""

    context: str
    exten: str
    priority: int = 1


@dataclass(slots=True)
class Frame:
    """One Gosub: where to go on, and what its arguments shadow."""

    back: Location
    shadowed: dict[str, str | None] = field(default_factory=dict)
    is_special: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """What a called party does. `kind`: ringing, answer, ended (the channel has the cause), redirect (to `target`)."""

    kind: str
    target: str = ""


COMMAND = "command"
LEFT = "left"


class Channel:
    """See the module. `tech` and `device` give the device (`PJSIP/1001`) that shows this channel's state.

    `speaks_to` is who hears it when it spies (with `is_barging` also whom he talks with), `spies` are the channels that
    spy on it. `keypad` is asked first what a key in a talk means: True when it was meant for that.
    """

    def __init__(self, bus: Bus, party: Party, name: str, uniqueid: str, linkedid: str = "") -> None:
        self.bus, self.party = bus, party
        self.name, self.uniqueid, self.linkedid = name, uniqueid, linkedid or uniqueid
        self.state = State.DOWN
        self.number = self.caller_name = self.connected_number = self.connected_name = ""
        self.dialled = self.redirecting = ""
        self.language = "en"
        self.place = Location("default", "s", 1)
        self.app = self.data = ""
        self.variables: dict[str, str] = {}
        self.stack: list[Frame] = []
        self.music = ""
        self.bridge: Bridge | None = None
        self.speaks_to: Channel | None = None
        self.is_barging = False
        self.spies: list[Channel] = []
        self.tape: Tape | None = None
        self.keypad: Callable[[str], bool] | None = None
        self.is_holding = False
        self.progress: asyncio.Queue[Progress] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None
        self.created = time.time()
        self.cause = self.tech_cause = 0
        self.is_gone = self.is_ended = self.is_dialled = False
        self.diversion: Location | None = None
        self._waiter: asyncio.Future[str] | None = None
        self._wants_keys = False

    @property
    def device(self) -> str:
        """The device this channel belongs to: its name without the last `-serial`."""
        return self.name.rsplit("-", 1)[0]

    @property
    def tech(self) -> str:
        """PJSIP, Local, …"""
        return self.name.split("/", 1)[0]

    @property
    def is_listening(self) -> bool:
        """True while somebody waits for a key of this party."""
        return self._wants_keys and self._waiter is not None and not self._waiter.done()

    def headers(self, prefix: str = "") -> tuple[Header, ...]:
        """The channel snapshot of an event (main/manager_channels.c)."""
        pairs = (
            ("Channel", self.name),
            ("ChannelState", str(int(self.state))),
            ("ChannelStateDesc", self.state.text),
            ("CallerIDNum", self.number or "<unknown>"),
            ("CallerIDName", self.caller_name or "<unknown>"),
            ("ConnectedLineNum", self.connected_number or "<unknown>"),
            ("ConnectedLineName", self.connected_name or "<unknown>"),
            ("Language", self.language),
            ("AccountCode", ""),
            ("Context", self.place.context),
            ("Exten", self.place.exten),
            ("Priority", str(self.place.priority)),
            ("Uniqueid", self.uniqueid),
            ("Linkedid", self.linkedid),
        )
        return tuple((prefix + key, value) for key, value in pairs)

    async def next_frame(self, timeout_s: float | None = None, wants_keys: bool = False) -> str | None:
        """A key (when `wants_keys`), COMMAND or LEFT; None after `timeout_s`. Raises ChannelGone and Diverted."""
        self.check()
        self._waiter = asyncio.get_running_loop().create_future()
        self._wants_keys = wants_keys
        if wants_keys:
            self.bus.pulse()
        try:
            async with asyncio.timeout(timeout_s):
                return await self._waiter
        except TimeoutError:
            return None
        finally:
            self._waiter = None

    def check(self) -> None:
        """Raise ChannelGone or Diverted when the one or the other has come."""
        if self.is_gone:
            raise ChannelGone(f"{self.name} hung up")
        if self.diversion is not None:
            raise Diverted(f"{self.name} was redirected")

    def deliver(self, frame: str) -> bool:
        """Give a frame to whoever waits. False when it is lost: nobody waits, or for no key."""
        is_key = frame not in (COMMAND, LEFT)
        if self._waiter is None or self._waiter.done() or (is_key and not self._wants_keys):
            return False
        self._waiter.set_result(frame)
        return True

    def interrupt(self, error: LabError) -> None:
        """End the wait under way with an error."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def hear(self, sound: Sound) -> None:
        """Play something to the party."""
        self.party.hear(self, sound)
        self.bus.pulse()

    def sound(self, audible: Audible) -> None:
        """Let the party's earpiece sound like this."""
        self.record(audible)
        self.party.earpiece(self, audible)

    def record(self, audible: Audible) -> None:
        """What it says or hears goes into its recording, if there is one."""
        if self.tape is not None and isinstance(audible, Speech):
            self.tape.take(audible.pcm)

    def start_music(self, music: str = "") -> None:
        """Music on hold, of the class given or the channel's own."""
        self.stop_music()
        self.music = music or self.variables.get("CHANNEL(musicclass)", "default")
        self.bus.publish("MusicOnHoldStart", *self.headers(), ("Class", self.music))
        tune = Sound("music", self.music)
        self.hear(tune)
        self.sound(Playing(tune))

    def stop_music(self) -> None:
        """End music on hold, if there is any."""
        if self.music:
            self.music = ""
            self.sound(HUSH)
            self.bus.publish("MusicOnHoldStop", *self.headers())
