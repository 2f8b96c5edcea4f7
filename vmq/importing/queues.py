"""queues.conf, queuerules.conf and agents.conf → drafts of vmq's tables, and what became of each line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmq.importing.asterisk_config import AsteriskConfig, Category, Setting
from vmq.importing.draft import Drafts, Table, vmq_name
from vmq.importing.members import Members
from vmq.importing.queue_options import GENERAL, QUEUE_LOG, RULES
from vmq.importing.report import Finding, Report, Verdict
from vmq.importing.values import integer, is_number, is_true

IN_ORDER = ("linear", "round_robin_ordered")
"""Strategies for which the order of members counts."""
_LIMIT = re.compile(r"[+-]?\d{1,7}")


def take_penalty_rules(config: AsteriskConfig, drafts: Drafts, report: Report) -> None:
    """queuerules.conf: each category is a rule."""
    for category in _categories(config, report):
        if category.name.lower() == "general":
            for setting in category.settings:
                if setting.key.lower() != "realtime_rules":
                    report.not_understood(setting, "is no option of [general]")
                elif is_true(setting.value):
                    report.left_out(setting, "rules in a database are not read: write them down as [[penalty_rule]]")
                else:
                    report.taken(setting, "rules are in the file")
            continue
        rule = Table(vmq_name(category.name, drafts.penalty_rules))
        changes = [change for setting in category.settings if (change := _change(rule.name, setting, report))]
        if changes:
            rule.set("change", sorted(changes, key=lambda change: change["after_s"]))
            drafts.penalty_rules[rule.name] = rule


def take_queues(config: AsteriskConfig, drafts: Drafts, report: Report) -> None:
    """queues.conf: each category but [general] is a queue."""
    members = Members(drafts, report)
    seen: set[str] = set()
    for category in _categories(config, report):
        if category.name.lower() == "general":
            for setting in category.settings:
                _general(setting, drafts, report)
            continue
        if category.name.lower() in seen:
            _note(report, category, Verdict.LEFT_OUT, "is there already: Asterisk skips the second, too")
            continue
        seen.add(category.name.lower())
        queue = Table(vmq_name(category.name, drafts.queues))
        drafts.queues[queue.name] = queue
        if queue.name != category.name:
            note = f"is called {queue.name} in vmq: name it so in the dialplan"
            _note(report, category, Verdict.CHANGED, note)
        _queue(queue, category, drafts, members, report)
    in_order = [queue.name for queue in drafts.queues.values() if queue.get("strategy") in IN_ORDER]
    if not members.put_in_order(in_order):
        places = {vmq_name(category.name): category for category in config.categories}
        for name in in_order:
            note = "agents have one order, that of the file, and these queues want several: see who is rung first"
            _note(report, places[name], Verdict.CHANGED, f"queue {name}: {note}")


def take_agents(config: AsteriskConfig, drafts: Drafts, report: Report) -> None:
    """agents.conf: settings of the agents whom queues.conf's members name by `Agent:<id>`."""
    for category in _categories(config, report):
        if category.name.lower() == "general":
            for setting in category.settings:
                report.left_out(setting, "[general] says nothing in Asterisk either")
            continue
        agent = next(
            (each for each in drafts.agents.values() if each.get("state_device") == f"Agent:{category.name}"), None
        )
        if agent is None:
            why = (
                f"no member of a queue names Agent:{category.name}, so nothing says what to dial; add an [[agent]] "
                "with the device he sits at"
            )
            _note(report, category, Verdict.LEFT_OUT, why)
        for setting in category.settings:
            _agent(agent, category.name, setting, report)


def _categories(config: AsteriskConfig, report: Report) -> Iterator[Category]:
    """Those that are no templates, after what the reader could not follow."""
    for trouble in config.troubles:
        report.trouble(trouble)
    used = {setting.place for each in config.categories if not each.is_template for setting in each.settings}
    for category in config.categories:
        if not category.is_template:
            yield category
            continue
        for setting in category.settings:
            if setting.place not in used and not setting.is_inherited:
                report.left_out(setting, f"nothing inherits from the template [{category.name}]")


def _general(setting: Setting, drafts: Drafts, report: Report) -> None:
    if key := QUEUE_LOG.get(setting.key.lower()):
        drafts.queue_log[key] = is_true(setting.value)
        report.taken(setting, f"[queue_log] {key} = {str(drafts.queue_log[key]).lower()}")
        return
    known = GENERAL.get(setting.key.lower())
    if known is None:
        report.not_understood(setting, "is no option of [general] in queues.conf")
        return
    wanted, note = known
    is_so = wanted is None or is_true(setting.value) is wanted or setting.value.lower() == "prio"
    (report.taken if is_so else report.changed)(setting, note)


def _queue(queue: Table, category: Category, drafts: Drafts, members: Members, report: Report) -> None:
    last = {setting.key.lower(): setting for setting in category.settings}
    for setting in category.settings:
        option = setting.key.lower()
        if option == "member":
            members.take(queue.name, setting)
        elif last[option] is not setting:
            if setting.place not in {each.place for each in last.values()}:
                report.left_out(setting, f"queue {queue.name}: {last[option].place} says it again")
        elif option == "defaultrule":
            _default_rule(queue, setting, drafts, report)
        elif option in RULES:
            verdict, note = RULES[option](queue, setting.value)
            text = f"{setting.key} = {setting.value}"
            report.findings.append(Finding(setting.place, text, verdict, f"queue {queue.name}: {note}"))
        else:
            report.not_understood(setting, f"queue {queue.name}: is no option of a queue in queues.conf")
    for note in _defaults(queue):
        _note(report, category, Verdict.TAKEN, f"queue {queue.name}: {note}, app_queue's default")


def _defaults(queue: Table) -> Iterator[str]:
    """Where app_queue's default is another than vmq's, it has to be said."""
    if queue.get("strategy") is None:
        yield queue.set("strategy", "ring_all")
    if queue.get("announce.frequency_s") and queue.get("announce.hold_time") is None:
        yield queue.set("announce.hold_time", "yes")
    if queue.get("announce.position") in ("limit", "more") and queue.get("announce.position_limit") is None:
        yield queue.set("announce.position_limit", 10)
    if queue.get("announce.periodic_s") and queue.get("announce.periodic") is None:
        yield queue.set("announce.periodic", ["queue-periodic-announce"])


def _default_rule(queue: Table, setting: Setting, drafts: Drafts, report: Report) -> None:
    name = vmq_name(setting.value)
    found = next((rule for rule in drafts.penalty_rules if rule.lower() == name.lower()), None)
    if found is None:
        report.left_out(setting, f"queue {queue.name}: there is no such rule; import queuerules.conf with it")
    else:
        report.taken(setting, f"queue {queue.name}: {queue.set('penalty_rule', found)}")


def _change(rule: str, setting: Setting, report: Report) -> dict[str, int | str] | None:
    """`penaltychange => seconds,max[,min[,raise]]`, as insert_penaltychange reads it."""
    if setting.key.lower() != "penaltychange":
        report.not_understood(setting, "is no option of a penalty rule")
        return None
    after, *limits = [part.strip() for part in setting.value.split(",")]
    raised = limits[2] if len(limits) > 2 else ""
    plain = [*limits[:2], raised.removeprefix("r")]
    if not limits or len(limits) > 3 or not is_number(after) or integer(after) < 0:
        report.not_understood(setting, "is not seconds,max[,min[,raise]]")
        return None
    if not all(_LIMIT.fullmatch(limit) for limit in plain if limit) or raised == "r":
        report.not_understood(setting, "has a limit that is no number")
        return None
    keys = ("max_penalty", "min_penalty", "raise_to")
    change: dict[str, int | str] = {"after_s": min(integer(after), 86400)}
    change |= {
        key: int(limit) if limit.isdigit() else limit
        for key, limit in zip(keys, (*limits, "", "", ""), strict=False)
        if limit
    }
    report.taken(setting, f"penalty_rule {rule}: change")
    return change


def _agent(agent: Table | None, number: str, setting: Setting, report: Report) -> None:
    option = setting.key.lower()
    if option not in AGENT_OPTIONS:
        report.not_understood(setting, "is no option of an agent in agents.conf")
        return
    if agent is None:
        report.left_out(setting, f"agent {number} is left out")
        return
    where = f"agent {agent.name}: "
    if option == "fullname":
        report.taken(setting, where + agent.set("full_name", setting.value[:100]))
    elif option == "ackcall":
        report.taken(setting, where + agent.set("confirm", is_true(setting.value)))
    elif option == "wrapuptime" and is_number(setting.value):
        seconds = min(max(integer(setting.value), 0) / 1000, 3600)
        report.taken(setting, f"{where}{agent.set('wrap_up_s', seconds)} (Asterisk has milliseconds here)")
    elif option == "recordagentcalls" and not is_true(setting.value):
        report.taken(setting, f"{where}talks are recorded by queue")
    else:
        report.left_out(setting, where + AGENT_OPTIONS[option])


AGENT_OPTIONS = {
    "ackcall": "",
    "acceptdtmf": "the key that takes a call is the voice's",
    "autologoff": "who doesn't take his calls is paused: see auto_pause of the queue",
    "wrapuptime": "is no number of milliseconds",
    "musiconhold": "agents are not held: each call rings anew",
    "recordagentcalls": "set record for the queues he serves",
    "custom_beep": "what the agent hears is the queue's whisper",
    "fullname": "",
}
"""All of app_agent_pool's, with why it is left out where it is."""


def _note(report: Report, category: Category, verdict: Verdict, note: str) -> None:
    report.findings.append(Finding(category.place, f"[{category.name}]", verdict, note))
