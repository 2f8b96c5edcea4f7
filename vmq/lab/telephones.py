"""Lab telephones: they ring, answer, refuse, press keys, speak, listen and show a lamp, as their user or a script says.

A telephone is a device of the exchange (`PJSIP/1001`); an outside one is reached through the trunk
(`PJSIP/01701234567@trunk`) and has no device state of its own. `heard` is everything it was played, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vmq.lab.audible import Audible
from vmq.lab.channels import Channel, Location, Party, Progress, State
from vmq.lab.events import LabError
from vmq.lab.exchange import Exchange, Lamp
from vmq.lab.hearing import Microphone, speak
from vmq.lab.sounds import Sound
from vmq.lab.talking import hold, transfer_blind
from vmq.lab.voices import SILENCE, Spoken, Voice

_KEY_S = 0.15


class Behaviour(StrEnum):
    """What a telephone does with a call. RING: it rings until its user answers or the caller's patience is over."""

    RING = "ring"
    ANSWER = "answer"
    BUSY = "busy"
    REFUSE = "refuse"
    REDIRECT = "redirect"
    UNREGISTERED = "unregistered"


_REFUSALS = {Behaviour.BUSY: (17, 486), Behaviour.REFUSE: (21, 603)}


@dataclass(frozen=True, slots=True)
class Heard:
    """Something the telephone was played, at this time of the event loop's clock."""

    sound: Sound
    at: float


class Telephone:
    """One telephone. `context` is where the numbers it dials are looked up; `mailbox` is whose lamp it shows.

    `listeners` are told what it hears, and `watchers` that a call of its is over (no event comes after that). Where a
    person sits at it, `microphone` is his, `ears` are told what comes out of it, and `taken` sends him away.
    """

    def __init__(
        self, exchange: Exchange, number: str, name: str = "", context: str = "lab", mailbox: str = ""
    ) -> None:
        self.exchange, self.number, self.name, self.context = exchange, number, name, context
        self.device = f"PJSIP/{number}"
        self.mailbox = mailbox or f"{number}@vmq"
        self.microphone: Microphone | None = None
        self.taken: Callable[[], None] | None = None
        self._says: Voice = SILENCE
        self._speaks_once = False
        self._recorded: Spoken = SILENCE
        self.heard: list[Heard] = []
        self.calls: list[Channel] = []
        self.causes: list[int] = []
        self.listeners: list[Callable[[Sound], None]] = []
        self.watchers: list[Callable[[], None]] = []
        self.ears: list[Callable[[Audible], None]] = []
        self._behaviour = Behaviour.RING
        self._after_s = 0.0
        self._target = ""

    # --- what its user does

    def behave(self, behaviour: Behaviour | str, after_s: float = 0.0, target: str = "") -> None:
        """What to do with calls from now on: `after_s` of ringing before it answers, `target` of a redirect."""
        self._behaviour, self._after_s, self._target = Behaviour(behaviour), after_s, target
        self.exchange.tell_state(self.device)

    def dial(self, number: str) -> Channel:
        """Call a number. Raises LabError when no extension of its context matches."""
        if self._behaviour is Behaviour.UNREGISTERED:
            raise LabError(f"telephone {self.number} is not registered")
        if self.exchange.dialplan.find(self.context, number, 1) is None:
            raise LabError(f"telephone {self.number} dialled {number}: there is no such extension in [{self.context}]")
        channel = self.exchange.new_channel(
            self,
            self.device,
            number=self.number,
            caller_name=self.name,
            state="RING",
            context=self.context,
            exten=number,
            dialled=number,
        )
        self.calls.append(channel)
        self.exchange.start(channel, Location(self.context, number, 1))
        return channel

    def answer(self) -> None:
        """Take the call that rings. Raises LabError when none does."""
        ringing = self._ringing()
        self.exchange.set_state(ringing, State.UP)
        ringing.progress.put_nowait(Progress("answer"))
        self.exchange.bus.pulse()

    def refuse(self) -> None:
        """Decline the call that rings (SIP 603). Raises LabError when none does."""
        self.exchange.hang_up(self._ringing(), 21, is_soft=False, tech_cause=603)

    def _ringing(self) -> Channel:
        for channel in self.calls:
            if channel.state == State.RINGING and not channel.is_gone:
                return channel
        raise LabError(f"telephone {self.number} does not ring")

    def hang_up(self) -> None:
        """End every call it has."""
        for channel in tuple(self.calls):
            self.exchange.hang_up(channel, 16, is_soft=False)

    def hold(self, is_held: bool = True) -> None:
        """Put the other side of its call on hold, or take it back."""
        hold(self._talk(), is_held)

    def transfer(self, number: str) -> None:
        """Transfer the other side of its call to a number, blind (SIP REFER). Raises LabError when that fails."""
        channel = self._talk()
        result = transfer_blind(self.exchange, channel, number, self.context)
        if result != "Success":
            raise LabError(f"telephone {self.number} transfers to {number}: {result}")
        self.exchange.hang_up(channel, 16, is_soft=False)

    def _talk(self) -> Channel:
        for channel in self.calls:
            if channel.state == State.UP and channel.bridge is not None:
                return channel
        raise LabError(f"telephone {self.number} talks with nobody")

    async def press(self, keys: str, deadline_s: float = 5.0) -> None:
        """Press keys one after the other, each when somebody listens for one. Raises LabError when nobody does."""
        for key in keys:
            await self._press(key, deadline_s)

    async def type_key(self, key: str) -> bool:
        """Press one key now. False when nobody listened while it sounded: it is lost, as on a real telephone."""
        try:
            await self._press(key, _KEY_S)
        except LabError:
            return False
        return True

    async def _press(self, key: str, deadline_s: float) -> None:
        if key not in "0123456789*#ABCD":
            raise LabError(f"{key!r} is no key of a telephone")
        await self.exchange.bus.wait(
            lambda: not self.calls or self.calls[-1].is_listening,
            f"telephone {self.number} is asked for a key",
            deadline_s,
        )
        if not self.calls:
            raise LabError(f"telephone {self.number} pressed {key}: it is in no call")
        channel = self.calls[-1]
        for kind, rest in (("DTMFBegin", ()), ("DTMFEnd", (("DurationMs", "100"),))):
            pairs = (("Digit", key), *rest, ("Direction", "Received"))
            self.exchange.bus.publish(kind, *channel.headers(), *pairs, privilege="dtmf,all")
        channel.deliver(key)
        await asyncio.sleep(0)

    def speak(self, source: Voice | Path, *, is_once: bool = False) -> None:
        """What it says from now on when it is recorded: each time, or once."""
        self._says = source if isinstance(source, Voice) else Voice.from_wav(source)
        self._speaks_once = is_once

    def says(self, voice: Spoken) -> None:
        """It begins to say this into a recording."""
        self._recorded = voice
        self.exchange.bus.pulse()

    def said(self, voice: Spoken) -> None:
        """It has said all of this into a recording; it may have begun to say something else."""
        if self._speaks_once and self._says is voice:
            self._says = SILENCE

    @property
    def voice(self) -> Spoken:
        """What it says from now on: into its microphone when it has one, else what it was told to say."""
        return self._says if self.microphone is None else self.microphone.from_now()

    def say(self, audible: Audible) -> None:
        """Say something into its calls, now."""
        for channel in tuple(self.calls):
            speak(channel, audible)

    # --- what it shows

    @property
    def is_ringing(self) -> bool:
        """True while a call for it rings."""
        return any(channel.state == State.RINGING and not channel.is_gone for channel in self.calls)

    @property
    def is_established(self) -> bool:
        """True while it is in a call that was answered."""
        return any(channel.state == State.UP for channel in self.calls)

    @property
    def lamp(self) -> Lamp:
        """Its message waiting lamp."""
        return self.exchange.lamps.get(self.mailbox, Lamp())

    @property
    def sounds(self) -> list[str]:
        """The names of what it heard, in order: clips, recordings, tones, music classes, peers."""
        return [heard.sound.name for heard in self.heard]

    async def wait(self, condition: Callable[[Telephone], bool], what: str, deadline_s: float = 5.0) -> None:
        """Return when the condition holds for this telephone. Raises LabError when it does not in time."""
        await self.exchange.bus.wait(lambda: condition(self), f"telephone {self.number}: {what}", deadline_s)

    async def wait_ringing(self, deadline_s: float = 5.0) -> None:
        """Return when it rings."""
        await self.wait(lambda t: t.is_ringing, "rings", deadline_s)

    async def wait_established(self, deadline_s: float = 5.0) -> None:
        """Return when it is in an answered call."""
        await self.wait(lambda t: t.is_established, "is in a call", deadline_s)

    async def wait_ended(self, deadline_s: float = 5.0) -> None:
        """Return when it has no call."""
        await self.wait(lambda t: not t.calls, "has no call", deadline_s)

    async def wait_heard(self, name: str, deadline_s: float = 5.0) -> None:
        """Return when it has heard something whose name or kind is, or whose name ends in, `name`."""
        await self.wait(lambda t: any(_is_named(h.sound, name) for h in t.heard), f"hears {name!r}", deadline_s)

    async def wait_recorded(self, deadline_s: float = 5.0) -> None:
        """Return when a recording has begun that takes what it says."""
        await self.wait(lambda t: t._recorded is t._says, "says what it says into a recording", deadline_s)

    async def wait_lamp(self, is_lit: bool = True, deadline_s: float = 5.0) -> None:
        """Return when its lamp is lit (or dark)."""
        await self.wait(lambda t: t.lamp.is_lit == is_lit, "has its lamp " + ("lit" if is_lit else "dark"), deadline_s)

    # --- Party and Device

    def state_words(self, states: Sequence[State]) -> str:
        """As chan_pjsip aggregates its channels' states."""
        if self._behaviour is Behaviour.UNREGISTERED:
            return "UNAVAILABLE"
        is_ringing = State.RINGING in states
        if any(state not in (State.DOWN, State.RINGING) for state in states):
            return "RINGINUSE" if is_ringing else "INUSE"
        return "RINGING" if is_ringing else "NOT_INUSE"

    def party_for(self, number: str) -> Party | None:
        """Itself, when it is registered."""
        del number
        return None if self._behaviour is Behaviour.UNREGISTERED else self

    def invite(self, channel: Channel) -> None:
        """A call arrives."""
        self.calls.append(channel)
        if self._behaviour in _REFUSALS:
            cause, status = _REFUSALS[self._behaviour]
            self.exchange.hang_up(channel, cause, is_soft=False, tech_cause=status)
        elif self._behaviour is Behaviour.REDIRECT:
            channel.progress.put_nowait(Progress("redirect", target=self._target))
        else:
            self.exchange.set_state(channel, State.RINGING)
            channel.progress.put_nowait(Progress("ringing"))
            if self._behaviour is Behaviour.ANSWER:
                self.exchange.spawn(self._answer_later(channel), f"telephone {self.number} answers")

    async def _answer_later(self, channel: Channel) -> None:
        await asyncio.sleep(self._after_s)
        if channel.state == State.RINGING and not channel.is_gone:
            self.answer()

    def answered(self, channel: Channel) -> None:
        """Its own call was answered."""

    def hear(self, channel: Channel, sound: Sound) -> None:
        """Keep what was heard, and tell whoever listens."""
        del channel
        self.heard.append(Heard(sound, asyncio.get_running_loop().time()))
        for listener in tuple(self.listeners):
            listener(sound)

    def earpiece(self, channel: Channel, audible: Audible) -> None:
        """Let those hear it who listen."""
        del channel
        for ear in tuple(self.ears):
            ear(audible)

    def gone(self, channel: Channel) -> None:
        """A call is over."""
        if channel in self.calls:
            self.calls.remove(channel)
        self.causes.append(channel.cause)
        for watcher in tuple(self.watchers):
            watcher()


def _is_named(sound: Sound, name: str) -> bool:
    return name in (sound.name, sound.kind) or sound.name.endswith(f"/{name}")
