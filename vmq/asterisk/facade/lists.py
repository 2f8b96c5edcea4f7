"""QueueStatus, QueueSummary, QueueRule: the board as lists, field by field as apps/app_queue.c has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vmq.asterisk.facade.board import Board, Line, Member, Waiting
from vmq.asterisk.facade.channels import UNKNOWN, Channels
from vmq.asterisk.facade.events import Added, member_headers
from vmq.asterisk.facade.wire import Header
from vmq.domain.rules import ALIASES, PenaltyChange

STRATEGIES: Mapping[str, str] = {strategy.value: alias for alias, strategy in ALIASES.items() if alias != "roundrobin"}
"""vmq's strategies by app_queue's names; those that app_queue has not go by their own."""


def status(board: Board, channels: Channels, queue: str, member: str, now: float) -> Iterator[Added]:
    """QueueStatus: of each queue (or the one named) its parameters, its members (or the one named), its callers."""
    for line in _lines(board, queue):
        yield _params(line)
        for one in line.present:
            if not member or member in (one.person.interface, one.person.member_name):
                yield _member(line, one)
        for place, caller in enumerate(line.callers, 1):
            yield _entry(channels, line, caller, place, now)


def summary(board: Board, queue: str, now: float) -> Iterator[Added]:
    """QueueSummary: each queue (or the one named) in a few figures."""
    for line in _lines(board, queue):
        there = [member for member in line.present if member.is_reachable]
        yield Added(
            "QueueSummary",
            (
                ("Queue", line.name),
                ("LoggedIn", len(there)),
                ("Available", sum(member.is_available for member in there)),
                ("Callers", len(line.callers)),
                ("HoldTime", line.hold_s),
                ("TalkTime", line.talk_s),
                ("LongestHoldTime", max((int(now - caller.entered_at) for caller in line.callers), default=0)),
            ),
        )


def rules(penalty_rules: Mapping[str, Sequence[PenaltyChange]], name: str) -> Iterator[Header]:
    """QueueRule: each rule (or the one named) as headers of one response."""
    for rule, steps in chosen(penalty_rules, name):
        yield "RuleList", rule
        for step in steps:
            yield "Rule", f"{int(step.after_s)},{step.max_penalty or '0'},{step.min_penalty or '0'}"


def chosen(
    penalty_rules: Mapping[str, Sequence[PenaltyChange]], name: str
) -> Iterable[tuple[str, Sequence[PenaltyChange]]]:
    """All penalty rules, or the one of this name."""
    return [item for item in penalty_rules.items() if not name or item[0].lower() == name.lower()]


def _lines(board: Board, queue: str) -> list[Line]:
    if not queue:
        return list(board.lines.values())
    line = board.find_line(queue)
    return [line] if line is not None else []


def _params(line: Line) -> Added:
    return Added(
        "QueueParams",
        (
            ("Queue", line.name),
            ("Max", line.max_length),
            ("Strategy", STRATEGIES.get(line.strategy, line.strategy)),
            ("Calls", len(line.callers)),
            ("Holdtime", line.hold_s),
            ("TalkTime", line.talk_s),
            ("Completed", line.completed),
            ("Abandoned", line.abandoned),
            ("ServiceLevel", int(line.service_level_s)),
            ("ServicelevelPerf", f"{line.level:.1f}"),
            ("ServicelevelPerf2", f"{line.level_of_all:.1f}"),
            ("Weight", line.weight),
        ),
    )


_IN_A_LIST = {"MemberName": "Name", "Interface": "Location"}
_NOT_IN_A_LIST = "Ringinuse"


def _member(line: Line, member: Member) -> Added:
    """The same as in an event, but for two names and a header that the list has not (manager_queues_status())."""
    headers = member_headers(line, member)
    kept = ((_IN_A_LIST.get(name, name), value) for name, value in headers if name != _NOT_IN_A_LIST)
    return Added("QueueMember", tuple(kept))


def _entry(channels: Channels, line: Line, caller: Waiting, place: int, now: float) -> Added:
    state = dict(channels.headers(caller.call_id, CallerIDNum=caller.number, CallerIDName=caller.name))
    connected = [str(state[name]).replace(UNKNOWN, "unknown") for name in ("ConnectedLineNum", "ConnectedLineName")]
    return Added(
        "QueueEntry",
        (
            ("Queue", line.name),
            ("Position", place),
            ("Channel", state["Channel"]),
            ("Uniqueid", caller.call_id),
            ("CallerIDNum", caller.number or "unknown"),
            ("CallerIDName", caller.name or "unknown"),
            ("ConnectedLineNum", connected[0]),
            ("ConnectedLineName", connected[1]),
            ("Wait", max(0, int(now - caller.entered_at))),
            ("Priority", caller.priority),
        ),
    )
