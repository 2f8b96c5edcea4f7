"""Attended transfers in the stand-in: who talks asks somebody else first, by keys, and puts his partner through by
hanging up (features.conf's atxfer as *2, main/bridge_basic.c).

In: the keys of a channel that may transfer. Out: the partner on hold, a talk with the one who is asked, then
AttendedTransfer with Asterisk's own fields; or everything as it was, when that one does not answer or hangs up. Who
hangs up before the one he asks has answered puts his partner through all the same, once that one answers.
"""

from __future__ import annotations

from collections.abc import Callable

from vmq.lab.bridges import SIMPLE, Bridge
from vmq.lab.calls import Outgoing, ring
from vmq.lab.channels import LEFT, Channel
from vmq.lab.exchange import Exchange

CODE = "*2"
RING_S = 30.0


def keypad(exchange: Exchange, channel: Channel) -> Callable[[str], bool]:
    """What the keys of this channel mean in a talk: the code and a number that can be dialled ask that number."""
    pressed = ""

    def press(key: str) -> bool:
        nonlocal pressed
        pressed += key
        if not CODE.startswith(pressed[: len(CODE)]):
            pressed = ""
            return False
        context = channel.variables.get("TRANSFER_CONTEXT") or channel.place.context
        number = pressed.removeprefix(CODE) if len(pressed) > len(CODE) else ""
        if number and exchange.dialplan.find(context, number, 1) is not None and channel.bridge is not None:
            pressed = ""
            work = _Consultation(exchange, channel, channel.bridge).ask(number, context)
            exchange.spawn(work, f"{channel.name} asks {number}")
        return True

    return press


class _Consultation:
    """One asks, while his partner waits in the bridge where they talked."""

    def __init__(self, exchange: Exchange, asker: Channel, home: Bridge) -> None:
        self._exchange, self._asker, self._home = exchange, asker, home
        self._away = Bridge(exchange.bus, SIMPLE)

    async def ask(self, number: str, context: str) -> None:
        """Ring the one who is asked, and let the two talk."""
        self._home.let_out(self._asker)
        for partner in self._home.members:
            partner.start_music()
        self._away.on_left = lambda _: None
        self._away.enter(self._asker)
        asks = Outgoing(f"Local/{number}@{context}/n", RING_S, self._asker.number, self._asker.caller_name)
        rung = await ring(self._exchange, asks)
        target = rung.channel
        is_there = self._asker.bridge is self._away
        if rung.status != "ANSWER" or target is None:
            (self._go_back if is_there else self._end_home)()
        elif not is_there:
            self._put_through(target)
        else:
            self._away.on_left = lambda left: self._put_through(target) if left is self._asker else self._go_back()
            self._away.enter(target)

    def _go_back(self) -> None:
        """There is nobody (any more) to be asked: all is as it was."""
        self._away.let_out(self._asker)
        if not self._home.members:
            self._asker.deliver(LEFT)
            return
        for partner in self._home.members:
            partner.stop_music()
        self._home.enter(self._asker)

    def _put_through(self, target: Channel) -> None:
        """The asker has hung up: his partner talks with the one who was asked."""
        partners = tuple(self._home.members)
        if not partners or target.is_gone:
            self._end_with(target)
            return
        self._exchange.bus.publish(
            "AttendedTransfer",
            ("Result", "Success"),
            *self._asker.headers("OrigTransferer"),
            *self._home.headers(),
            *partners[0].headers("Transferee"),
            *target.headers("TransferTarget"),
            ("IsExternal", "No"),
            ("DestType", "Bridge"),
            ("DestBridgeUniqueid", self._home.id),
        )
        partners[0].stop_music()
        if target.bridge is self._away:
            self._away.let_out(target)
        self._home.on_left = lambda _: self._end_with(target)
        self._home.enter(target)

    def _end_with(self, target: Channel) -> None:
        self._exchange.hang_up(target)
        self._end_home()

    def _end_home(self) -> None:
        for partner in tuple(self._home.members):
            self._home.leave(partner)
