"""An agent's desk by telephone: who he is, that he is it, and what he does, as events for the queues.

On his own telephone an agent needs no PIN, as long as no other agent shares it. On any other he gives his number and
PIN; attempts are counted per agent over all calls, each before it is checked. Who logs in on another telephone works
there until he logs out (hot-desking).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from vmq.domain import line
from vmq.domain.asked import AgentLoggedIn, AgentLoggedOut, AgentMoved, AgentPaused, AgentUnpaused, WrapUpEnded
from vmq.domain.device_rules import DeviceRules
from vmq.domain.events import Event
from vmq.domain.pin import LoginState, count_attempt
from vmq.engine.ports import Clock, EventSink
from vmq.voice.run import Actions, Answer, Arguments

log = structlog.get_logger(__name__)

TRIES = 3


@dataclass(frozen=True, slots=True)
class AgentNow:
    """An agent as he is now. `home` are his own telephones, `telephones` those he works on (Tech/resource)."""

    name: str
    status: str
    reason: str
    home: tuple[str, ...]
    telephones: tuple[str, ...]


class Roster(Protocol):
    """Who there is."""

    def agent(self, name: str) -> AgentNow | None:
        """The agent of this name."""
        ...

    def agents_at(self, telephone: str) -> list[AgentNow]:
        """Those who work on this telephone, or whose own it is."""
        ...

    def named_by(self, number: str) -> str:
        """The name of the agent with this number; empty when there is none."""
        ...

    def pin_hash(self, name: str) -> str:
        """The hash of the agent's PIN; empty when he has none."""
        ...


class Desk:
    """The desk of all agents. `is_pin(pin, hash)` compares, and takes its time also without a hash; `devices` says at
    which telephones agents may work that are not their own."""

    def __init__(
        self,
        roster: Roster,
        events: EventSink,
        clock: Clock,
        is_pin: Callable[[str, str], Awaitable[bool]],
        *,
        devices: Callable[[], DeviceRules] = DeviceRules,
        voice: str = "",
        lock_after: int = 10,
        lock_s: float = 900.0,
    ) -> None:
        self.roster = roster
        self.voice = voice
        self._events = events
        self._clock = clock
        self._is_pin = is_pin
        self._devices = devices
        self._lock_after, self._lock_s = lock_after, lock_s
        self._logins: dict[str, LoginState] = {}

    def post(self, event: Event) -> None:
        """Tell the queues."""
        self._events.post(event)

    def is_telephone(self, telephone: str) -> bool:
        """May an agent work there? A call that came through the dialplan, or through a trunk, is from none."""
        fault = self._devices().fault(telephone)
        if fault:
            log.warning("desk.no_telephone", fault=fault)
        return not fault

    def is_locked(self, name: str) -> bool:
        """True while no PIN of this agent is taken."""
        return name in self._logins and self._logins[name].is_locked(self._clock.now())

    async def check(self, name: str, pin: str) -> bool:
        """Compare a PIN, counting the attempt before. An agent who isn't there takes as long, and is never right."""
        now, pin_hash = self._clock.now(), self.roster.pin_hash(name)
        was_locked = self.is_locked(name)
        if name:
            self._logins[name] = count_attempt(
                self._logins.get(name, LoginState()), now, self._lock_after, self._lock_s
            )
        is_right = await self._is_pin(pin, pin_hash) and not was_locked
        if is_right:
            self._logins.pop(name, None)
        else:
            log.warning("desk.refused", agent=name, is_locked=self.is_locked(name))
        return is_right


class DeskVisit:
    """One call to the desk, from the telephone of this channel."""

    def __init__(self, desk: Desk, channel: str) -> None:
        self._desk = desk
        self._telephone = channel.rpartition("-")[0]
        here = desk.roster.agents_at(self._telephone)
        self._agent = here[0].name if len(here) == 1 else ""
        self._asked = ""
        self._tries = 0

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "find_agent": self._find_agent,
            "check_pin": self._check_pin,
            "log_in": self._log_in,
            "log_out": self._log_out,
            "pause": self._pause,
            "unpause": self._unpause,
            "end_wrap_up": self._end_wrap_up,
        }

    async def begin(self) -> None:
        """Nothing is recorded at the desk."""

    def facts(self) -> Mapping[str, object]:
        """What is known at the beginning of the call, and after a log-in."""
        agent = self._desk.roster.agent(self._agent)
        return {
            "agent": self._agent,
            "is_own_telephone": bool(self._agent),
            "may_try_again": self._tries < TRIES,
            "is_locked": self._desk.is_locked(self._asked),
            "status": agent.status if agent else "",
            "reason": agent.reason if agent else "",
            "is_elsewhere": agent is not None and self._telephone not in agent.telephones,
        }

    async def _find_agent(self, arguments: Arguments) -> Answer:
        self._asked = self._desk.roster.named_by(arguments["number"])
        return line.Done({"may_try_again": self._tries < TRIES})

    async def _check_pin(self, arguments: Arguments) -> Answer:
        self._tries += 1
        if await self._desk.check(self._asked, arguments["pin"]):
            self._agent = self._asked
            return line.Done(self.facts())
        return line.Failed({"may_try_again": self._tries < TRIES, "is_locked": self._desk.is_locked(self._asked)})

    async def _log_in(self, _: Arguments) -> Answer:
        """On this telephone, which need not be his own."""
        agent = self._desk.roster.agent(self._agent)
        if agent is None:
            return line.Failed()
        if self._telephone and self._telephone not in agent.telephones:
            is_home = self._telephone in agent.home
            if not is_home and not self._desk.is_telephone(self._telephone):
                return line.Failed()
            self._desk.post(AgentMoved(agent.name, () if is_home else (self._telephone,)))
        return self._do(AgentLoggedIn(agent.name), "available")

    async def _log_out(self, _: Arguments) -> Answer:
        agent = self._desk.roster.agent(self._agent)
        if agent is None:
            return line.Failed()
        answer = self._do(AgentLoggedOut(agent.name), "offline")
        if agent.telephones != agent.home:
            self._desk.post(AgentMoved(agent.name))
        return answer

    async def _pause(self, arguments: Arguments) -> Answer:
        return self._do(AgentPaused(self._agent, arguments["reason"]), "paused", arguments["reason"])

    async def _unpause(self, _: Arguments) -> Answer:
        return self._do(AgentUnpaused(self._agent), "available")

    async def _end_wrap_up(self, _: Arguments) -> Answer:
        return self._do(WrapUpEnded(self._agent), "available")

    def _do(self, event: Event, status: str, reason: str = "") -> Answer:
        """Post the event. The facts are what it will come to, at the latest when a call under way is over."""
        if not self._agent:
            return line.Failed()
        self._desk.post(event)
        return line.Done({"status": status, "reason": reason, "is_elsewhere": False})
