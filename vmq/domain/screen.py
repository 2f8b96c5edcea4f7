"""What an agent's screen and both dialplans are told of a call: app_queue's channel variables, and a page to open.

The variables are those of app_queue's setqueuevar, setqueueentryvar and setinterfacevar (apps/app_queue.c), always set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from vmq.domain.commands import SetVariables
from vmq.domain.recordings import recording_path
from vmq.domain.rules import ALIASES, QueueRules, Strategy
from vmq.domain.talk import talk_of

if TYPE_CHECKING:
    from vmq.domain.caller import Caller
    from vmq.domain.membership import Membership
    from vmq.domain.offer import Offer
    from vmq.domain.queue import Queue
    from vmq.domain.turn import Turn

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


def url_of(rules: QueueRules, caller: Caller, agent: str, now: float) -> str:
    """The page to open for this call: the one that the caller's dialplan gave, else the queue's; empty for none."""
    return fill(
        caller.url or rules.url,
        number=caller.number,
        name=caller.name,
        queue=caller.queue,
        call_id=caller.call_id,
        wait_s=str(int(caller.wait_s(now))),
        agent=agent,
    )


def queue_variables(queue: Queue) -> Variables:
    """QUEUE…: what is known of the queue."""
    rules, stats = queue.rules, queue.stats
    return (
        ("QUEUENAME", queue.name),
        ("QUEUEMAX", str(rules.max_length)),
        ("QUEUESTRATEGY", strategy_name(rules.strategy)),
        ("QUEUECALLS", str(len(queue.line))),
        ("QUEUEHOLDTIME", str(int(stats.hold_s))),
        ("QUEUETALKTIME", str(int(stats.talk_s))),
        ("QUEUECOMPLETED", str(stats.completed)),
        ("QUEUEABANDONED", str(stats.abandoned)),
        ("QUEUESRVLEVEL", str(int(rules.service_level_s))),
        ("QUEUESRVLEVELPERF", f"{stats.level:.1f}"),
    )


def member_variables(member: Membership) -> Variables:
    """MEMBER…: what is known of the agent in this queue. MEMBERREALTIME is always 0."""
    return (
        ("MEMBERINTERFACE", "&".join(member.agent.dials)),
        ("MEMBERNAME", member.agent.name),
        ("MEMBERCALLS", str(member.calls)),
        ("MEMBERLASTCALL", str(int(member.last_call_at))),
        ("MEMBERPENALTY", str(member.penalty)),
        ("MEMBERDYNAMIC", str(int(member.is_dynamic))),
        ("MEMBERREALTIME", "0"),
    )


def entry_variables(caller: Caller, wait_s: float) -> Variables:
    """QE…: what is known of the caller."""
    return (("QEHOLDTIME", str(int(wait_s))), ("QEORIGINALPOS", str(caller.entry_position)))


def leg_variables(caller: Caller, member: Membership, now: float) -> Variables:
    """What the agent's leg is made with. QEHOLDTIME is set anew by the dialplan when it is answered; VMQ_ENTERED is
    what it is counted from. VMQ_URL is the page to open."""
    queue = member.queue
    url = url_of(queue.rules, caller, member.agent.name, now)
    return (
        *queue_variables(queue),
        *entry_variables(caller, caller.wait_s(now)),
        *member_variables(member),
        ("VMQ_ENTERED", str(int(caller.entered_at))),
        *((("VMQ_URL", url),) if url else ()),
    )


def tell_caller(turn: Turn, offer: Offer) -> None:
    """An agent has answered: set what the caller's dialplan is to know before the two are bridged, and whether the
    talk is to be recorded from its beginning."""
    caller, queue = turn.floor.callers[offer.call_id], turn.floor.queues[offer.queue]
    member = queue.members.get(offer.agent)
    path = ""
    if queue.rules.record:
        path = recording_path(turn.floor.recordings, queue.rules.record, offer, caller, turn.now)
        talk = talk_of(turn, offer)
        talk.path, talk.take = path, 1
    turn.do(
        SetVariables(
            caller.channel,
            (
                *queue_variables(queue),
                *entry_variables(caller, caller.wait_s(turn.now)),
                *(member_variables(member) if member is not None else ()),
                ("VMQ_URL", url_of(queue.rules, caller, offer.agent, turn.now)),
                ("VMQ_RECORD", path),
                *((("VMQ_FEATURES", queue.rules.features),) if queue.rules.features else ()),
            ),
        )
    )
