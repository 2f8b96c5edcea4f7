"""Local channels: `Local/exten@context` is a call into the dialplan, as two channels that are each other's party.

The first half is what was dialled; the second runs the dialplan. What one half's other side does reaches the other:
answer, hang-up, keys, sounds and speech.
"""

from __future__ import annotations

from vmq.lab.audible import Audible
from vmq.lab.channels import Channel, Location, Progress, State
from vmq.lab.events import LabError
from vmq.lab.exchange import Exchange
from vmq.lab.hearing import speak
from vmq.lab.sounds import Sound
from vmq.lab.voices import SILENCE, Spoken


class LocalHalf:
    """The party of one half: it stands for the other half."""

    def __init__(self, exchange: Exchange, is_first: bool) -> None:
        self.exchange, self.is_first = exchange, is_first
        self.twin: Channel | None = None
        self.place: Location | None = None

    @property
    def voice(self) -> Spoken:
        """What is said into the other half, by whoever it is bridged with."""
        others = [m for m in self.twin.bridge.members if m is not self.twin] if self.twin and self.twin.bridge else []
        return others[0].party.voice if others else SILENCE

    def says(self, voice: Spoken) -> None:
        """Whoever it is bridged with is not told."""

    def said(self, voice: Spoken) -> None:
        """Whoever it is bridged with says the same again when he is recorded again."""

    def invite(self, channel: Channel) -> None:
        """The first half is called: the second one goes into the dialplan, with the variables of the first."""
        if self.twin is None or self.place is None:
            raise LabError(f"{channel.name} has no second half")
        self.twin.variables |= channel.variables
        self.exchange.start(self.twin, self.place)

    def answered(self, channel: Channel) -> None:
        """The second half was answered: so is the first."""
        del channel
        if not self.is_first and self.twin is not None:
            self.exchange.set_state(self.twin, State.UP)
            self.twin.progress.put_nowait(Progress("answer"))

    def hear(self, channel: Channel, sound: Sound) -> None:
        """What one half is played comes out of the other."""
        del channel
        if self.twin is None:
            return
        if sound.kind == "key":
            self.twin.deliver(sound.name)
        elif self.twin.speaks_to is not None:
            self.twin.speaks_to.hear(sound)
        elif self.twin.bridge is not None and sound.kind != "peer":
            for other in self.twin.bridge.members:
                if other is not self.twin:
                    other.hear(sound)

    def earpiece(self, channel: Channel, audible: Audible) -> None:
        """What one half sounds like is what the other one says."""
        del channel
        if self.twin is not None:
            speak(self.twin, audible)

    def gone(self, channel: Channel) -> None:
        """One half ended: the other one ends too."""
        if self.twin is not None:
            self.exchange.hang_up(self.twin, channel.cause, is_soft=False)


def request_local(exchange: Exchange, resource: str, channel_id: str, other_id: str, **fields: str) -> Channel:
    """Make both halves of `exten@context[/options]`; returns the first. Raises LabError when there is no such place."""
    exten, _, context = resource.partition("/")[0].partition("@")
    context = context or "default"
    if exchange.dialplan.find(context, exten, 1) is None:
        raise LabError(f"Local/{resource}: there is no extension {exten} in [{context}]")
    first, second = LocalHalf(exchange, is_first=True), LocalHalf(exchange, is_first=False)
    device = f"Local/{exten}@{context}"
    one = exchange.new_channel(first, device, channel_id, suffix=";1", context=context, exten=exten, **fields)
    other_id = other_id or (f"{channel_id};2" if channel_id else "")
    serial = str(int(one.name.rsplit("-", 1)[1].removesuffix(";1"), 16))
    two = exchange.new_channel(
        second,
        device,
        other_id,
        suffix=";2",
        serial=serial,
        linkedid=one.linkedid,
        context=context,
        exten=exten,
        state="RING",
    )
    two.number, two.caller_name, two.dialled = one.number, one.caller_name, exten
    first.twin, second.twin = two, one
    first.place = Location(context, exten, 1)
    return one
