"""A waiting caller's AGI commands while something is said to him: each ends at once when there is something to do.

It stands between a Line and the caller's session and passes commands on. Our own key (D) stops whatever plays, records
or waits, and then, or before the next command, Cut is raised; nothing else on the line knows of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmq.asterisk.agi import REPLY_S, AgiSession
from vmq.asterisk.agi_text import Reply

WAKE_KEY = "D"
_ESCAPES = {"STREAM FILE": 1, "CONTROL STREAM FILE": 1, "RECORD FILE": 2, "GET OPTION": 1}
"""Which argument of a command holds the keys that end it."""
_OFFSETS = {"STREAM FILE": 2, "CONTROL STREAM FILE": 6}
"""Which argument tells a command that plays where to begin: in the unit of its own `endpos`."""


class Cut(Exception):
    """What is being said has to end now: no mistake, but something better to do."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What may end a talk: `is_wanted` says that there is something else to do, `keys` are those that the caller may
    press while nobody listens for keys, `pressed` is told of one."""

    is_wanted: Callable[[], bool]
    keys: str = ""
    pressed: Callable[[str], None] = lambda _: None


class WakefulSession:
    """The part of AgiSession that a Line uses."""

    def __init__(self, session: AgiSession, interest: Interest) -> None:
        self.call_id, self.channel, self.language = session.call_id, session.channel, session.language
        self.gone = session.gone
        self._session = session
        self._interest = interest

    async def command(self, verb: str, *arguments: str, timeout_s: float | None = REPLY_S) -> Reply:
        """As AgiSession.command, but for Cut."""
        verb, arguments, is_deaf = self._wakeable(verb, arguments)
        while True:
            self._look()
            reply = await self._session.command(verb, *arguments, timeout_s=timeout_s)
            self._look()
            if reply.key != WAKE_KEY:
                break
            # A wake that was sent once too often, for what is done already: go on where it was cut.
            arguments = _going_on(verb, arguments, reply)
        if is_deaf and reply.key:
            if reply.key in self._interest.keys:
                self._interest.pressed(reply.key)
                raise Cut(f"the caller pressed {reply.key}")
            return Reply(reply.code, "0", reply.data, reply.endpos, reply.line)
        return reply

    async def set_variable(self, name: str, value: str) -> None:
        """As AgiSession.set_variable."""
        await self.command("SET VARIABLE", name, value)

    async def raise_if_gone(self) -> None:
        """As AgiSession.raise_if_gone."""
        await self._session.raise_if_gone()

    def _look(self) -> None:
        if self._interest.is_wanted():
            raise Cut("there is something else to do")

    def _wakeable(self, verb: str, arguments: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
        """The command in a form that our key ends; True when nobody listens for the caller's keys meanwhile."""
        if verb == "EXEC" and arguments[0] == "Wait":
            return "WAIT FOR DIGIT", (str(max(1, round(float(arguments[1]) * 1000))),), True
        place = _ESCAPES.get(verb)
        if place is None:
            return verb, arguments, False
        keys = arguments[place]
        is_deaf = not keys
        wanted = keys + WAKE_KEY * (WAKE_KEY not in keys) + self._interest.keys * is_deaf
        return verb, (*arguments[:place], wanted, *arguments[place + 1 :]), is_deaf


def _going_on(verb: str, arguments: tuple[str, ...], reply: Reply) -> tuple[str, ...]:
    """The arguments with which a command that plays goes on; others begin anew."""
    if verb not in _OFFSETS:
        return arguments
    place = _OFFSETS[verb]
    return (*arguments[:place], *[""] * (place - len(arguments)), str(max(0, reply.endpos)))
