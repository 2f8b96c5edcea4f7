"""`member => interface,penalty,name,state_interface,ringinuse,wrapuptime,paused` → an agent who serves a queue.

One interface is one agent, in however many queues it is a member.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from vmq.importing.asterisk_config import Setting
from vmq.importing.draft import Drafts, Table, vmq_name
from vmq.importing.report import Report
from vmq.importing.values import integer, is_true

_INTERFACE = re.compile(r"[A-Za-z]+/[^\s,|&]+")
_STATE = re.compile(r"[A-Za-z]+[/:][^\s,|&]+")
_FIELDS = 7


class Members:
    """Takes the member lines of all queues, in their order."""

    def __init__(self, drafts: Drafts, report: Report) -> None:
        self._drafts, self._report = drafts, report
        self._by_interface: dict[str, Table] = {}
        self._orders: dict[str, list[str]] = {}

    def take(self, queue: str, setting: Setting) -> None:
        """One line of one queue."""
        parts = [part.strip() for part in _arguments(setting.value)]
        parts += [""] * (_FIELDS - len(parts))
        interface, penalty, name, state, ring_in_use, wrap_up, paused = parts[:_FIELDS]
        if not _INTERFACE.fullmatch(interface):
            self._report.not_understood(setting, "is no interface (Technology/name) of a member")
            return
        notes: list[str] = []
        agent = self._agent(interface, name, notes)
        self._join(agent, queue, penalty, notes)
        self._orders.setdefault(queue, []).append(agent.name)
        self._watch(agent, interface, state, notes)
        if wrap_up and integer(wrap_up) > 0:
            self._set_once(agent, "wrap_up_s", min(integer(wrap_up), 3600), notes)
        if is_true(paused):
            notes.append(f"{agent.set('logged_in', False)}: logs in before the first call, instead of being paused")
        if is_true(ring_in_use):
            notes.append("a telephone in use is never rung")
        if len(parts) > _FIELDS:
            notes.append("more than Asterisk reads is left out")
        told = f"agent {agent.name}: queues has {queue}" + "".join(f"; {note}" for note in notes)
        (self._report.changed if notes else self._report.taken)(setting, told)

    def put_in_order(self, queues: Iterable[str]) -> bool:
        """Put the agents in an order that is right for all these queues, which ring them in order; False when there is
        none: agents have one order in vmq, that of the file."""
        after: dict[str, set[str]] = {name: set() for name in self._drafts.agents}
        for queue in queues:
            for first, second in pairwise(dict.fromkeys(self._orders.get(queue, ()))):
                after[second].add(first)
        waiting = dict(self._drafts.agents)
        ordered: dict[str, Table] = {}
        while waiting:
            name = next((name for name in waiting if not after[name] & waiting.keys()), None)
            if name is None:
                return False
            ordered[name] = waiting.pop(name)
        self._drafts.agents = ordered
        return True

    def _agent(self, interface: str, name: str, notes: list[str]) -> Table:
        known = self._by_interface.get(interface)
        if known is not None:
            if name and name != known.get("full_name") and vmq_name(name) != known.name:
                notes.append(f"is called {known.get('full_name') or known.name} in another queue, and stays so")
            return known
        wanted = self._drafts.known_agents.get(interface)
        if wanted is None:
            wanted = vmq_name(name or interface.partition("/")[2].partition("@")[0])
            agent = Table(vmq_name(wanted, {*self._drafts.agents, *self._drafts.known_agents.values()}))
        else:
            agent = Table(wanted)
        if agent.name != wanted:
            notes.append(f"{wanted} is another telephone already")
        agent.set("device", interface)
        if name and name != agent.name:
            agent.set("full_name", name[:100])
        self._by_interface[interface] = self._drafts.agents[agent.name] = agent
        if interface.upper().startswith("SIP/"):
            notes.append("chan_sip is gone since Asterisk 21: write PJSIP/ when the telephone has moved")
        return agent

    def _join(self, agent: Table, queue: str, penalty: str, notes: list[str]) -> None:
        queues = agent.get("queues") or []
        if any((each if isinstance(each, str) else each["name"]) == queue for each in queues):
            notes.append("is a member of this queue twice: the first counts")
            return
        number = max(0, min(integer(penalty), 1_000_000))
        if penalty and str(number) != penalty:
            notes.append(f"penalty {number}")
        agent.set("queues", [*queues, {"name": queue, "penalty": number} if number else queue])

    def _watch(self, agent: Table, interface: str, state: str, notes: list[str]) -> None:
        if state.lower().startswith("hint:"):
            notes.append(f"{state} is a hint: name the device it stands for in state_device")
        elif state and not _STATE.fullmatch(state):
            notes.append(f"{state} is no device; {interface} is watched")
        elif state and state != interface:
            self._set_once(agent, "state_device", state, notes)
        elif interface.upper().startswith("LOCAL/") and not state and agent.get("state_device") is None:
            notes.append("a Local channel has no state of its own: name the telephone in state_device")

    def _set_once(self, agent: Table, key: str, value: object, notes: list[str]) -> None:
        """An agent has one of each; that of the first queue that says it."""
        known = agent.get(key)
        if known is None:
            agent.set(key, value)
        elif known != value:
            notes.append(f"{key} stays {known}, as in another queue")


def _arguments(text: str) -> list[str]:
    """Parted by commas, but not within quotes or after a backslash (main/app.c: ast_app_separate_args)."""
    found, current, is_quoted, is_escaped = [], "", False, False
    for sign in text:
        if is_escaped:
            current, is_escaped = current + sign, False
        elif sign == "\\":
            is_escaped = True
        elif sign == '"':
            is_quoted = not is_quoted
        elif sign == "," and not is_quoted:
            found.append(current)
            current = ""
        else:
            current += sign
    return [*found, current]
