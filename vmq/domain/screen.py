"""What an agent's screen and both dialplans are told of a call: app_queue's channel variables, and a page to open.

The variables are those of app_queue's setqueuevar, setqueueentryvar and setinterfacevar (apps/app_queue.c), always set.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from vmq.domain.rules import ALIASES, Strategy

Variables = tuple[tuple[str, str], ...]

_NAMES = {strategy: name for name, strategy in ALIASES.items() if name != "roundrobin"}
_PLACEHOLDERS = ("number", "name", "queue", "call_id", "wait_s", "agent")


def strategy_name(strategy: Strategy) -> str:
    """app_queue's name of a strategy that it has, else ours."""
    return _NAMES.get(strategy, strategy.value)


def fill(template: str, **values: str) -> str:
    """A URL with `{number}`, `{name}`, `{queue}`, `{call_id}`, `{wait_s}` and `{agent}` put in, each safe in a URL.
    Other braces stay as they are."""
    for name in _PLACEHOLDERS:
        template = template.replace(f"{{{name}}}", quote(values.get(name, ""), safe=""))
    return template


class Screen(NamedTuple):
    """What is known of queue, caller and agent at one moment: plain values, made on the decision path, and written as
    variables by whoever carries the decision out. `hold_s`, `talk_s` and `level` are the queue's means."""

    queue: str
    max_length: int
    strategy: Strategy
    calls: int
    hold_s: float
    talk_s: float
    completed: int
    abandoned: int
    service_level_s: float
    level: float
    wait_s: float
    entered_at: float
    entry_position: int
    interfaces: tuple[str, ...]
    agent: str
    member_calls: int
    last_call_at: float
    penalty: int
    is_dynamic: bool
    url: str

    def variables(self) -> Variables:
        """app_queue's names and forms. VMQ_ENTERED is what the leg's dialplan counts QEHOLDTIME from when it is
        answered, VMQ_URL the page to open."""
        return (
            ("QUEUENAME", self.queue),
            ("QUEUEMAX", str(self.max_length)),
            ("QUEUESTRATEGY", strategy_name(self.strategy)),
            ("QUEUECALLS", str(self.calls)),
            ("QUEUEHOLDTIME", str(int(self.hold_s))),
            ("QUEUETALKTIME", str(int(self.talk_s))),
            ("QUEUECOMPLETED", str(self.completed)),
            ("QUEUEABANDONED", str(self.abandoned)),
            ("QUEUESRVLEVEL", str(int(self.service_level_s))),
            ("QUEUESRVLEVELPERF", f"{self.level:.1f}"),
            ("QEHOLDTIME", str(int(self.wait_s))),
            ("QEORIGINALPOS", str(self.entry_position)),
            ("MEMBERINTERFACE", "&".join(self.interfaces)),
            ("MEMBERNAME", self.agent),
            ("MEMBERCALLS", str(self.member_calls)),
            ("MEMBERLASTCALL", str(int(self.last_call_at))),
            ("MEMBERPENALTY", str(self.penalty)),
            ("MEMBERDYNAMIC", str(int(self.is_dynamic))),
            ("MEMBERREALTIME", "0"),
            ("VMQ_ENTERED", str(int(self.entered_at))),
            ("VMQ_URL", self.url),
        )
