"""The CLI's `queue …` commands for `Action: Command`: what they print and do, word for word as apps/app_queue.c has it.

Tools read this text with regular expressions of their own, so blanks count. A command that isn't here is Asterisk's.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence

from vmq.asterisk.facade import deeds, lists
from vmq.asterisk.facade.actions import Desk, Reply, integer, reset_queues, ring_in_use_told
from vmq.asterisk.facade.board import Line, Member
from vmq.asterisk.facade.deeds import Deed, Outcome
from vmq.asterisk.facade.rights import is_false, is_true
from vmq.asterisk.facade.wire import text_of

STATE_WORDS = (
    "Unknown",
    "Not in use",
    "In use",
    "Busy",
    "Invalid",
    "Unavailable",
    "Ringing",
    "Ring+Inuse",
    "On Hold",
)
"""devstatestring[][0] of main/devicestate.c, by number."""

CLI = "CLI"
"""Who did it, as app_queue's queue_log has it of CLI commands."""

_USAGE = {
    "show": ("Usage: queue show", "       Provides summary information on a specified queue."),
    "add": (
        "Usage: queue add member <dial string> to <queue> [penalty <penalty> [as <membername> [state_interface "
        "<interface> [paused <reason>]]]]",
        "       Add a dial string (Such as a channel,e.g. SIP/6001) to a queue with optionally:  a penalty, membername "
        "and a state_interface",
    ),
    "remove": (
        "Usage: queue remove member <channel> from <queue>",
        "       Remove a specific channel from a queue.",
    ),
    "pause": (
        "Usage: queue {pause|unpause} member <member> [queue <queue> [reason <reason>]]",
        "\tPause or unpause a queue member. Not specifying a particular queue",
        "\twill pause or unpause a member across all queues to which the member",
        "\tbelongs.",
    ),
    "penalty": (
        "Usage: queue set penalty <penalty> on <interface> [in <queue>]",
        "\tSet a member's penalty in the queue specified. If no queue is specified",
        "\tthen that interface's penalty is set in all queues to which that interface is a member",
    ),
    "ringinuse": (
        "Usage: queue set ringinuse <yes/no> on <interface> [in <queue>]",
        "\tSet a member's ringinuse in the queue specified. If no queue is specified",
        "\tthen that interface's penalty is set in all queues to which that interface is a member.",
    ),
    "priority": (
        "Usage: queue priority caller <channel> on <queue> to <priority> [immediate]",
        "       Change the priority of a channel on a queue, optionally applying the change in relation to existing "
        "callers.",
    ),
}


def run(desk: Desk, command: str) -> Reply | None:
    """What a CLI command answers; None for one that is not vmq's."""
    words = _words(text_of(command))
    first = tuple(word.lower() for word in words[:3])
    for name, answer in COMMANDS.items():
        if first[: len(name)] == name:
            return answer(desk, words)
    return None


def show(line: Line, names: Callable[[str], str], now: float) -> Iterator[str]:
    """A queue as print_queue() prints it. `names` gives a channel's name by the caller's id."""
    size = str(line.max_length) if line.max_length else "unlimited"
    strategy = lists.STRATEGIES.get(line.strategy, line.strategy)
    yield (
        f"{line.name} has {len(line.callers)} calls (max {size}) in '{strategy}' strategy ({line.hold_s}s holdtime, "
        f"{line.talk_s}s talktime), W:{line.weight}, C:{line.completed}, A:{line.abandoned}, SL:{line.level:.1f}%, "
        f"SL2:{line.level_of_all:.1f}% within {int(line.service_level_s)}s"
    )
    members = line.present
    yield "   Members: " if members else "   No Members"
    for member in members:
        yield _member(member, now)
    yield "   Callers: " if line.callers else "   No Callers"
    for place, caller in enumerate(line.callers, 1):
        wait = max(0, int(now - caller.entered_at))
        times = f"wait: {wait // 60}:{wait % 60:02d}, prio: {caller.priority}"
        yield f"      {place}. {names(caller.call_id) or caller.call_id} ({times})"
    yield ""


def _member(member: Member, now: float) -> str:
    person = member.person
    text = f"      {person.member_name}"
    if person.member_name.lower() != person.interface.lower():
        is_other = person.state_interface not in ("", person.interface)
        text += f" ({person.interface}{f' from {person.state_interface}' if is_other else ''})"
    if member.penalty:
        text += f" with penalty {member.penalty}"
    text += " (ringinuse disabled) (dynamic)"
    if member.is_in_call:
        text += " (in call)"
    if member.is_paused_here:
        why = f":{member.why_paused}" if member.why_paused else ""
        text += f" (paused{why} was {int(now - member.last_pause)} secs ago)"
    text += f" ({STATE_WORDS[person.status_number]})"
    taken = (
        f"{member.calls} calls (last was {int(now - member.last_call)} secs ago)" if member.calls else "no calls yet"
    )
    return f"{text} has taken {taken} (login was {int(now - member.joined_at)} secs ago)"


def _show(desk: Desk, words: Sequence[str]) -> Reply:
    board, channels = desk.scene.board, desk.scene.channels
    if len(words) > 3:
        return _usage("show")
    if len(words) == 3:
        line = board.find_line(words[2])
        lines = [line] if line is not None else []
        nothing = f"No such queue: {words[2]}."
    else:
        lines = sorted(board.lines.values(), key=lambda line: line.name)
        nothing = "No queues."
    printed = [text for line in lines for text in show(line, channels.name, desk.now)]
    return _printed(*(printed or [nothing]))


def _show_rules(desk: Desk, words: Sequence[str]) -> Reply:
    printed = []
    for rule, steps in lists.chosen(desk.penalty_rules, words[3] if len(words) > 3 else ""):
        printed.append(f"Rule: {rule}")
        for step in steps:
            parts = [
                f"adjust QUEUE_{name}_PENALTY {'by' if value[:1] in ('+', '-') else 'to'} {value.lstrip('+') or '0'}"
                for name, value in (("MAX", step.max_penalty), ("MIN", step.min_penalty), ("RAISE", step.raise_to))
            ]
            printed.append(f"\tAfter {int(step.after_s)} seconds, {parts[0]}, {parts[1]} and {parts[2]}")
    return _printed(*printed)


def _add(desk: Desk, words: Sequence[str]) -> Reply:
    options = _options(words[6:], ("penalty", "as", "state_interface", "paused"))
    if len(words) < 6 or words[4] != "to" or options is None:
        return _usage("add")
    interface, queue = words[3], words[5]
    deed = deeds.add(
        desk.scene.board,
        queue,
        interface,
        name=options.get("as", ""),
        penalty=max(0, integer(options.get("penalty", ""), 0)),
        is_paused="paused" in options,
        reason=options.get("paused", ""),
        state_interface=options.get("state_interface", ""),
        by=CLI,
        devices=desk.devices,
    )
    match deed.outcome:
        case Outcome.OK:
            return _done(deed, f"Added interface '{interface}' to queue '{queue}'")
        case Outcome.EXISTS:
            return _failed(f"Unable to add interface '{interface}' to queue '{queue}': Already there")
        case Outcome.REFUSED:
            fault = desk.devices.fault(interface)
            return _failed(f"Unable to add interface '{interface}' to queue '{queue}': {fault}")
        case _:
            return _failed(f"Unable to add interface to queue '{queue}': No such queue")


def _remove(desk: Desk, words: Sequence[str]) -> Reply:
    if len(words) != 6 or words[4] != "from":
        return _usage("remove")
    interface, queue = words[3], words[5]
    deed = deeds.remove(desk.scene.board, queue, interface, by=CLI)
    match deed.outcome:
        case Outcome.OK:
            return _done(deed, f"Removed interface {interface} from queue '{queue}'")
        case Outcome.NO_QUEUE:
            return _failed(f"Unable to remove interface from queue '{queue}': No such queue")
        case _:
            return _failed(f"Unable to remove interface '{interface}' from queue '{queue}': Not there")


def _pause(desk: Desk, words: Sequence[str]) -> Reply:
    options = _options(words[4:], ("queue", "reason"))
    if len(words) < 4 or options is None:
        return _usage("pause")
    verb, interface = words[1].lower(), words[3]
    queue, reason = options.get("queue", ""), options.get("reason", "")
    deed = deeds.pause(desk.scene.board, interface, is_paused=verb == "pause", queue=queue, reason=reason)
    where = (f" in queue '{queue}'" if queue else "") + (f" for reason '{reason}'" if reason else "")
    if deed.outcome is Outcome.OK:
        return _done(deed, f"{verb}d interface '{interface}'{where}")
    return _failed(f"Unable to {verb} interface '{interface}'{where}")


def _set(desk: Desk, words: Sequence[str]) -> Reply:
    what = words[2].lower()
    options = _options(words[4:], ("on", "in"))
    if len(words) < 6 or options is None or "on" not in options:
        return _usage(what)
    value, interface, queue = words[3], options["on"], options.get("in", "")
    board = desk.scene.board
    if what == "penalty":
        deed = deeds.set_penalty(board, interface, integer(value, -1), queue=queue)
        if deed.outcome is Outcome.OK:
            return _done(deed, f"Set penalty on interface '{interface}' from queue '{queue or '(null)'}'")
        return _failed(f"Failed to set penalty on interface '{interface}' from queue '{queue or '(null)'}'")
    if not is_true(value) and not is_false(value):
        return _usage(what)
    deed = deeds.set_ring_in_use(board, interface, rings=is_true(value), queue=queue)
    if deed.outcome is not Outcome.OK:
        return _failed(f"Failed to set ringinuse on interface '{interface}' from queue '{queue or '(null)'}'")
    text = f"Set ringinuse on interface '{interface}' from queue '{queue or '(null)'}'"
    return Reply(output=(text,), added=ring_in_use_told(desk.scene, interface, queue))


def _priority(desk: Desk, words: Sequence[str]) -> Reply:
    options = _options(words[4:8], ("on", "to"))
    number = (options or {}).get("to", "")
    if len(words) < 8 or options is None or not number.lstrip("-").isdigit():
        return _usage("priority")
    caller, queue = words[3], options["on"]
    scene = desk.scene
    deed = deeds.set_priority(scene.board, scene.channels, queue, caller, int(number), by=desk.by)
    match deed.outcome:
        case Outcome.OK:
            return Reply(output=(), events=deed.events)
        case Outcome.NO_QUEUE:
            return _failed(f"Unable change priority caller {caller} on queue '{queue}': No such queue")
        case _:
            return _failed(f"Unable to change priority caller '{caller}' on queue '{queue}': Not there")


def _reload(desk: Desk, _words: Sequence[str]) -> Reply:
    return Reply(output=(), reloads=True) if desk.can_reload else _failed()


def _reset(desk: Desk, words: Sequence[str]) -> Reply:
    for queue in words[3:] or [""]:
        reset_queues(desk.scene, queue)
    return _printed()


def _words(command: str) -> list[str]:
    """The words of a command line: quotes and backslashes as the CLI reads them."""
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _options(words: Sequence[str], names: Sequence[str]) -> dict[str, str] | None:
    """`penalty 3 as ann` as a mapping; None unless they come in pairs, named as these and in this order."""
    pairs = list(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or tuple(key for key, _ in pairs) != tuple(names[: len(pairs)]):
        return None
    return dict(pairs)


def _usage(name: str) -> Reply:
    return Reply("Error", output=_USAGE[name])


def _printed(*lines: str) -> Reply:
    return Reply(output=lines)


def _failed(*lines: str) -> Reply:
    return Reply("Error", output=lines)


def _done(deed: Deed, text: str) -> Reply:
    return Reply(output=(text,), events=deed.events)


COMMANDS: dict[tuple[str, ...], Callable[[Desk, Sequence[str]], Reply]] = {
    ("queue", "show", "rules"): _show_rules,
    ("queue", "show"): _show,
    ("queue", "add", "member"): _add,
    ("queue", "remove", "member"): _remove,
    ("queue", "pause", "member"): _pause,
    ("queue", "unpause", "member"): _pause,
    ("queue", "set", "penalty"): _set,
    ("queue", "set", "ringinuse"): _set,
    ("queue", "priority", "caller"): _priority,
    ("queue", "reload"): _reload,
    ("queue", "reset", "stats"): _reset,
}
"""By their first words; the longer ones stand before those that they begin with."""
