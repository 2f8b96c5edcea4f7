"""The control port of the stand-in: drive and watch its telephones from another process, in lines of JSON.

In: `{"phone": "1001", "do": "dial", "number": "600"}`. Out: `{"ok": true}` or `{"error": "…"}` for each line, in order,
and after `"do": "watch"` a line for everything the telephone hears and each change of what it shows. Loopback only; a
line that is no JSON object ends the connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from vmq.lab.events import LabError, ManagerEvent
from vmq.lab.pbx import LabPbx
from vmq.lab.sounds import Sound
from vmq.lab.telephones import Behaviour, Telephone
from vmq.lab.voices import Voice

Order = dict[str, object]
_LIMIT = 1 << 16
_DEADLINE_S = 30.0
_MOST_KEYS = 40


def shows(telephone: Telephone) -> dict[str, object]:
    """What a telephone shows: its state, who is on the line, its lamp."""
    state = "ringing" if telephone.is_ringing else "connected" if telephone.is_established else "idle"
    if state == "idle" and telephone.calls:
        state = "calling"
    channel = telephone.calls[-1] if telephone.calls else None
    who = (channel.connected_name or channel.connected_number or channel.dialled) if channel else ""
    lamp = telephone.lamp
    counts = {"new": lamp.new + lamp.urgent, "old": lamp.old}
    return {"event": "shows", "state": state, "with": who, "lamp": lamp.is_lit, **counts}


def heard(sound: Sound) -> dict[str, object]:
    """What a telephone hears, for the wire."""
    where = str(sound.path) if sound.path else ""
    return {"event": "hears", "kind": sound.kind, "name": sound.name, "text": sound.text, "path": where}


class ControlServer:
    """Listens on loopback for programs that use the lab's telephones."""

    def __init__(self, pbx: LabPbx) -> None:
        self._pbx = pbx
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen. Returns the port."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_LIMIT)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end all connections."""
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._writers):
                writer.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        watches = contextlib.ExitStack()
        with watches:
            try:
                while line := await reader.readline():
                    order = json.loads(line)
                    if not isinstance(order, dict):
                        break
                    reply = await self._handle(order, writer, watches)
                    _send(writer, {"id": order.get("id"), **reply})
                    await writer.drain()
            except (OSError, ValueError):
                pass
            finally:
                self._writers.discard(writer)
                writer.close()

    async def _handle(self, order: Order, writer: asyncio.StreamWriter, watches: contextlib.ExitStack) -> Order:
        try:
            if order.get("do") == "list":
                return {"ok": True, "phones": {n: t.name for n, t in self._pbx.telephones.items()}}
            telephone = self._pbx.phone(str(order.get("phone", "")))
            if order.get("do") == "watch":
                watches.enter_context(_watching(self._pbx, telephone, writer))
                return {"ok": True, **shows(telephone)}
            handler = _ORDERS.get(str(order.get("do")))
            if handler is None:
                return {"error": f"do: {order.get('do')!r}; write one of {', '.join(_ORDERS)}, list, watch"}
            await handler(telephone, order)
        except (LabError, ValueError) as error:
            return {"error": str(error)}
        return {"ok": True}


@contextlib.contextmanager
def _watching(pbx: LabPbx, telephone: Telephone, writer: asyncio.StreamWriter):  # type: ignore[no-untyped-def]
    """Send what the telephone hears and shows, until the connection ends."""
    last: Order = {}

    def hears(sound: Sound) -> None:
        _send(writer, heard(sound))

    def changed(event: ManagerEvent | None = None) -> None:
        nonlocal last
        del event
        if (now := shows(telephone)) != last:
            last = now
            _send(writer, now)

    telephone.listeners.append(hears)
    telephone.watchers.append(changed)
    unsubscribe = pbx.exchange.bus.subscribe(changed)
    try:
        yield
    finally:
        unsubscribe()
        telephone.listeners.remove(hears)
        telephone.watchers.remove(changed)


def _send(writer: asyncio.StreamWriter, what: Order) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(what).encode() + b"\n")


async def _dial(telephone: Telephone, order: Order) -> None:
    telephone.dial(str(order.get("number", "")))


async def _answer(telephone: Telephone, order: Order) -> None:
    del order
    telephone.answer()


async def _refuse(telephone: Telephone, order: Order) -> None:
    del order
    telephone.refuse()


async def _hang_up(telephone: Telephone, order: Order) -> None:
    del order
    telephone.hang_up()


async def _hold(telephone: Telephone, order: Order) -> None:
    del order
    telephone.hold()


async def _resume(telephone: Telephone, order: Order) -> None:
    del order
    telephone.hold(False)


async def _transfer(telephone: Telephone, order: Order) -> None:
    telephone.transfer(str(order.get("number", "")))


async def _press(telephone: Telephone, order: Order) -> None:
    await telephone.press(str(order.get("keys", "")), _deadline(order))


async def _type(telephone: Telephone, order: Order) -> None:
    for key in str(order.get("keys", ""))[:_MOST_KEYS]:
        await telephone.type_key(key)


async def _behave(telephone: Telephone, order: Order) -> None:
    behaviour = Behaviour(str(order.get("behaviour", "ring")))
    telephone.behave(behaviour, float(str(order.get("after_s", 0))), str(order.get("target", "")))


async def _speak(telephone: Telephone, order: Order) -> None:
    path = str(order.get("path", ""))
    telephone.speak(Path(path) if path else Voice.tone(440, 1, is_endless=True))


async def _wait(telephone: Telephone, order: Order) -> None:
    """`for`: ringing, connected, ended, lamp, dark; anything else: the name or kind of something heard."""
    what, deadline_s = str(order.get("for", "")), _deadline(order)
    waits: dict[str, Callable[[], Awaitable[None]]] = {
        "ringing": lambda: telephone.wait_ringing(deadline_s),
        "connected": lambda: telephone.wait_established(deadline_s),
        "ended": lambda: telephone.wait_ended(deadline_s),
        "lamp": lambda: telephone.wait_lamp(True, deadline_s),
        "dark": lambda: telephone.wait_lamp(False, deadline_s),
    }
    await waits.get(what, lambda: telephone.wait_heard(what, deadline_s))()


def _deadline(order: Order) -> float:
    return min(float(str(order.get("deadline_s", 5.0))), _DEADLINE_S)


USERS_ORDERS: dict[str, Callable[[Telephone, Order], Awaitable[None]]] = {
    "dial": _dial,
    "answer": _answer,
    "refuse": _refuse,
    "hang_up": _hang_up,
    "hold": _hold,
    "resume": _resume,
    "transfer": _transfer,
    "type": _type,
}
"""What a telephone's user can do, and no script needs."""

_ORDERS = USERS_ORDERS | {
    "press": _press,
    "behave": _behave,
    "speak": _speak,
    "wait": _wait,
}
