"""A person at a lab telephone who hears and speaks: what a telephone in the browser is on this side.

In: orders of the control port's kind that a telephone's user can give, and samples from his microphone. Out: messages
for his side, in order: what the telephone shows and hears, as text; what comes out of its earpiece, as samples.

A text is `shows`, `hears` (vmq.lab.control), `plays` (what follows is a new sound, over and over if it `is_endless`),
`hush` (forget what has not sounded yet) or `failed`. A binary message is one byte and samples (8 kHz, 16 bit, one
channel, little-endian): 0 = a part of the sound that plays, 1 = speech.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from pathlib import Path

from vmq.lab.audible import Audible, Hush, Speech
from vmq.lab.control import USERS_ORDERS, Order, shows
from vmq.lab.events import LabError, ManagerEvent
from vmq.lab.hearing import Microphone
from vmq.lab.pbx import LabPbx
from vmq.lab.sounds import Sound
from vmq.lab.telephones import Telephone
from vmq.lab.tunes import hold_music
from vmq.lab.voices import RATE, SILENCE, WIDTH, Voice

Message = str | bytes
SOUND, SPEECH = b"\0", b"\1"
MAX_PCM_BYTES = RATE * WIDTH
"""A second: more never comes at once from a microphone."""
_PART_BYTES = RATE * WIDTH
_MOST_WAITING = 400
"""Messages of speech that may wait; who doesn't take them misses the newest."""


class Handset:
    """Sits down at a telephone; who sat there before is sent away. End with `close`."""

    def __init__(self, pbx: LabPbx, telephone: Telephone) -> None:
        self._telephone = telephone
        self._waiting: deque[Message] = deque()
        self._there_is_more = asyncio.Event()
        self._shown: Order = {}
        self._is_over = False
        if telephone.taken is not None:
            telephone.taken()
        telephone.taken = self._get_up
        self._microphone = telephone.microphone = Microphone()
        telephone.listeners.append(self._hears)
        telephone.watchers.append(self._changed)
        telephone.ears.append(self._sounds)
        self._unsubscribe: Callable[[], None] = pbx.exchange.bus.subscribe(self._changed)
        self._changed()

    def close(self) -> None:
        """Go: calls end, unless somebody else has taken the telephone over. `next` says that it is over."""
        if not self._is_over:
            self._get_up()
            self._telephone.hang_up()

    def _get_up(self) -> None:
        self._is_over = True
        self._unsubscribe()
        self._telephone.listeners.remove(self._hears)
        self._telephone.watchers.remove(self._changed)
        self._telephone.ears.remove(self._sounds)
        self._telephone.microphone = self._telephone.taken = None
        self._there_is_more.set()

    async def take(self, message: Message) -> None:
        """What comes from the person. What can't be done is answered; what is no message of his is left alone."""
        if self._is_over:
            return
        if isinstance(message, bytes):
            if len(message) <= MAX_PCM_BYTES and len(message) % WIDTH == 0:
                self._microphone.take(message)
                self._telephone.say(Speech(message))
            return
        try:
            order = json.loads(message)
            handler = USERS_ORDERS[order["do"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        try:
            await handler(self._telephone, order)
        except LabError as error:
            self._tell({"event": "failed", "text": str(error)})

    async def next(self) -> Message | None:
        """The next message for the person; None when he is not at it any more: somebody else took it."""
        while not self._waiting:
            if self._is_over:
                return None
            self._there_is_more.clear()
            await self._there_is_more.wait()
        return self._waiting.popleft()

    def _put(self, message: Message) -> None:
        self._waiting.append(message)
        self._there_is_more.set()

    def _tell(self, what: Order) -> None:
        self._put(json.dumps(what))

    def _changed(self, event: ManagerEvent | None = None) -> None:
        del event
        if (now := shows(self._telephone)) != self._shown:
            self._shown = now
            if now["state"] == "idle":
                self._sounds(Hush())
            self._tell(now)

    def _hears(self, sound: Sound) -> None:
        name = Path(sound.name).name if sound.kind == "recording" else sound.name
        self._tell({"event": "hears", "kind": sound.kind, "name": name, "text": sound.text})

    def _sounds(self, audible: Audible) -> None:
        if isinstance(audible, Speech):
            if len(self._waiting) < _MOST_WAITING:
                self._put(SPEECH + audible.pcm)
            return
        if isinstance(audible, Hush):
            kept = [m for m in self._waiting if not (isinstance(m, bytes) and m.startswith(SOUND))]
            self._waiting = deque(kept)
            self._tell({"event": "hush"})
            return
        voice = audible.voice or voice_of(audible.sound)
        pcm = voice.pcm[round(audible.at_s * RATE) * WIDTH :]
        if pcm:
            self._tell({"event": "plays", "is_endless": voice.is_endless})
        for at in range(0, len(pcm), _PART_BYTES):
            self._put(SOUND + pcm[at : at + _PART_BYTES])


def voice_of(sound: Sound) -> Voice:
    """A sound as samples; silence for one that is known by its words only."""
    if sound.kind == "music":
        return hold_music()
    if sound.path is None:
        return Voice.tone(1000, min(sound.length_s, 0.5)) if sound.kind == "tone" else SILENCE
    try:
        return Voice.from_wav(sound.path)
    except LabError:
        return SILENCE
