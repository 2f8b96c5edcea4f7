"""What each setting allows alone and the whole does not: names that stand twice or for nothing, settings that exclude.

In: a Config. Out: lines `kind name: key: what is wrong; what to write`, all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from vmq.config.agents import AgentConfig, AgentKind
from vmq.config.door_contradictions import door_contradictions
from vmq.config.list_contradictions import list_contradictions
from vmq.config.mailbox_contradictions import mailbox_contradictions
from vmq.config.model import Config, HttpConfig
from vmq.config.queues import QueueConfig
from vmq.domain.rules import Strategy

_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  nothing is bound here
_AT_ONCE = ("closed", "full", "empty")
"""Reasons that are looked at on arrival: queues that send callers to each other for them do so for ever."""


def contradictions(config: Config) -> Iterator[str]:
    """All of them."""
    yield from _twice(config)
    for queue in config.queue:
        yield from _queue(config, queue)
    yield from _circles(config)
    for agent in config.agent:
        yield from _agent(config, agent)
    for rule in config.penalty_rule:
        if not rule.change:
            yield f"penalty_rule {rule.name}: change: is missing; write change = [{{ after_s = 30, max_penalty = 1 }}]"
    yield from _program(config)
    yield from _voicemail(config)
    yield from list_contradictions(config)
    yield from door_contradictions(config)
    yield from _told(config)


def is_loopback(host: str) -> bool:
    """True when a server bound to this host can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _twice(config: Config) -> Iterator[str]:
    kinds = ("queue", "agent", "trunk", "schedule", "penalty_rule", "class_of_service", "webhook", "door", "doorbell")
    for kind in kinds:
        names = [entry.name for entry in getattr(config, kind)]
        yield from _repeated(kind, names)
    yield from _repeated("mailbox", [mailbox.number for mailbox in config.mailbox])
    yield from _repeated("list", [each.number for each in config.list])


def _repeated(kind: str, names: Sequence[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{kind} {name}: is there twice; keep one"


def _queue(config: Config, queue: QueueConfig) -> Iterator[str]:
    where = f"queue {queue.name}"
    if queue.schedule and queue.schedule not in [schedule.name for schedule in config.schedule]:
        yield f"{where}: schedule: there is no schedule {queue.schedule!r}; add it as [[schedule]] or remove it here"
    if queue.penalty_rule and queue.penalty_rule not in [rule.name for rule in config.penalty_rule]:
        yield (
            f"{where}: penalty_rule: there is no penalty rule {queue.penalty_rule!r}; add it as [[penalty_rule]] or "
            "remove it here"
        )
    if "closed" in queue.overflow and not queue.schedule:
        yield f"{where}: overflow.closed: the queue is always open; name a schedule, or remove it"
    if "full" in queue.overflow and not queue.max_length:
        yield f"{where}: overflow.full: the queue is never full; set max_length, or remove it"
    if "empty" in queue.overflow and not (queue.join_empty or queue.leave_empty):
        yield f"{where}: overflow.empty: callers may wait for nobody; set join_empty or leave_empty, or remove it"
    if "attempts" in queue.overflow and not queue.max_attempts:
        yield f"{where}: overflow.attempts: there is no limit of attempts; set max_attempts, or remove it"
    for key, to in [(f"overflow.{why}", to) for why, to in queue.overflow.items()] + [
        (f"keys.{keys}", to) for keys, to in queue.keys.items()
    ]:
        yield from _destination(config, queue, key, to)
    yield from _offer(queue)
    if queue.callback.is_on and not queue.callback.dial:
        yield f'{where}: callback.dial: is needed to call back; write e.g. "PJSIP/{{number}}@trunk"'
    if queue.steps and queue.strategy is not Strategy.SKILLS and not queue.needs:
        yield f"{where}: steps: relax what nobody needs; set needs, or remove them"
    waits = [step.after_s for step in queue.steps]
    if waits != sorted(set(waits)):
        yield f"{where}: steps: each must come later than the one before; put them in order of after_s"


def _offer(queue: QueueConfig) -> Iterator[str]:
    where, announce = f"queue {queue.name}: announce.", queue.announce
    if announce.offer == "callback" and not queue.callback.is_on:
        yield f"{where}offer: nobody is called back here; set callback.is_on, or remove it"
    if bool(announce.offer) != bool(announce.offer_after_s):
        yield f"{where}offer and offer_after_s belong together; set both, or neither"


def _destination(config: Config, queue: QueueConfig, key: str, to: str) -> Iterator[str]:
    kind, _, name = to.partition(":")
    names = [other.name for other in config.queue]
    if kind == "queue" and name not in names:
        yield f"queue {queue.name}: {key}: there is no queue {name!r}; add it as [[queue]] or name another"
    elif kind == "queue" and name == queue.name:
        yield f"queue {queue.name}: {key}: leads to the queue itself; name another"
    elif kind == "callback" and not queue.callback.is_on:
        yield f"queue {queue.name}: {key}: nobody is called back here; set callback.is_on, or remove it"


def _circles(config: Config) -> Iterator[str]:
    """Queues that hand a caller on at once, round to where he came from."""
    onward = {
        queue.name: {
            to.removeprefix("queue:")
            for why, to in queue.overflow.items()
            if why in _AT_ONCE and to.startswith("queue:") and to != f"queue:{queue.name}"
        }
        for queue in config.queue
    }
    told: set[frozenset[str]] = set()
    for start in onward:
        path = _way_back(onward, start)
        if path and frozenset(path) not in told:
            told.add(frozenset(path))
            yield (
                f"queue {start}: overflow: goes round in a circle ({' → '.join([*path, start])}) when all of them are "
                "closed, full or empty; let one lead elsewhere"
            )


def _way_back(onward: dict[str, set[str]], start: str) -> list[str]:
    """The shortest way from a queue to itself; empty when there is none."""
    ways, seen = [[start]], {start}
    for way in ways:
        for name in sorted(onward.get(way[-1], ())):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _agent(config: Config, agent: AgentConfig) -> Iterator[str]:
    where = f"agent {agent.name}"
    queues = [queue.name for queue in config.queue]
    for membership in agent.queues:
        if membership.name not in queues:
            yield (f"{where}: queues: there is no queue {membership.name!r}; add it as [[queue]] or remove it here")
    for name in sorted({each.name for each in agent.queues if [m.name for m in agent.queues].count(each.name) > 1}):
        yield f"{where}: queues: {name} stands there twice; keep one"
    for name in agent.trunks:
        if name not in [trunk.name for trunk in config.trunk]:
            yield f"{where}: trunks: there is no trunk {name!r}; add it as [[trunk]] or remove it here"
    if agent.kind is AgentKind.REMOTE and agent.state_device:
        yield f"{where}: state_device: a remote agent has no device to watch; remove it, or the kind"
    if agent.trunks and "/" in agent.device:
        yield f'{where}: device: with trunks it is the number alone; write e.g. "01701234567"'
    if not agent.trunks and "/" not in agent.device:
        yield f"{where}: device: a number needs an outside line; name one in trunks, or write e.g. PJSIP/{agent.device}"
    if agent.trunks and agent.kind is not AgentKind.REMOTE:
        yield f'{where}: kind: who is reached through a trunk has no device state; write kind = "remote"'
    yield from _web_telephone(config, agent)


def _web_telephone(config: Config, agent: AgentConfig) -> Iterator[str]:
    if not agent.web_secret.get_secret_value():
        return
    if not config.web_telephone.server:
        yield f"agent {agent.name}: web_secret: is for a telephone in the browser; set server in [web_telephone]"
    if not agent.web_endpoint:
        yield f"agent {agent.name}: web_user: device is not one PJSIP endpoint; name the one to register as"


def _program(config: Config) -> Iterator[str]:
    if config.agi.host in _EVERYWHERE and not config.agi.address:
        yield f"agi.address: is needed when agi.host is {config.agi.host}; write the host:port that Asterisk is to dial"
    yield from _http(config.http)


def _http(http: HttpConfig) -> Iterator[str]:
    is_safe = http.tls_certificate or http.trusted_proxies
    if not is_loopback(http.host) and not http.token.get_secret_value() and not is_safe:
        yield (
            f"http.token: is needed when http.host is {http.host}, not loopback; write a long random text, or have TLS "
            "(tls_certificate, tls_key) or a proxy with TLS (trusted_proxies)"
        )
    if (http.tls_certificate is None) != (http.tls_key is None):
        yield "http.tls_key: goes together with http.tls_certificate; write both, or neither"
    oidc = http.oidc
    if oidc.issuer and not oidc.client_id:
        yield "http.oidc.client_id: is missing; write what the provider calls this vmq"
    if oidc.issuer and not (oidc.administrators or oidc.supervisors or oidc.agents):
        yield f"http.oidc.administrators: nobody could log in; write which values of {oidc.role_claim} are whose"


def _voicemail(config: Config) -> Iterator[str]:
    try:
        re.compile(config.voicemail.create_pattern)
    except re.error as error:
        yield f"voicemail.create_pattern: is no regular expression ({error})"
    if config.voicemail.min_message_s >= config.voicemail.max_message_s:
        yield "voicemail.min_message_s: must be smaller than voicemail.max_message_s"
    yield from mailbox_contradictions(config)


def _told(config: Config) -> Iterator[str]:
    """What is said of mail."""
    for mailbox in config.mailbox:
        where = f"mailbox {mailbox.number}"
        if (mailbox.email or mailbox.pager) and not config.mail.host:
            yield f"{where}: {'email' if mailbox.email else 'pager'}: there is no mail server; write one as [mail] host"
        if mailbox.delete_after_mail and not (mailbox.attach and mailbox.email):
            yield f"{where}: delete_after_mail: would delete what nobody got; set email and attach, or remove it"
    if config.mail.password.get_secret_value() and not config.mail.user:
        yield "mail.user: is missing; write it, or remove the password"
