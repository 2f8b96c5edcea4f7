"""Whatever happens: journal, queue_log and statistics count the same.

The histories are those of tests/unit/domain/test_any_history.py, made by the real decide().
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from functools import reduce

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.unit.domain.test_any_history import AGENTS, NAMES, QUEUES, AnyHistory
from vmq.domain.caller import CallerState
from vmq.domain.queue_log import QueueLogLine
from vmq.domain.records import (
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    OfferFailed,
    OfferMade,
)
from vmq.domain.rules import HouseRules
from vmq.engine.ports import JournalEntry
from vmq.reports.agents import AgentStatistics
from vmq.reports.calls import CallDetails
from vmq.reports.figures import AgentFigures, QueueFigures, add
from vmq.reports.intervals import Interval
from vmq.reports.queue_log import QueueLog
from vmq.reports.queues import QueueStatistics
from vmq.reports.roster import Roster

ROSTER = Roster(HouseRules(QUEUES, AGENTS), UTC)
INTERVALS = (Interval.QUARTER, Interval.DAY)
FOREVER = (0.0, 1e10)
TERMINAL = {
    "ABANDON", "COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER",
    "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "WITHDRAW",
}  # fmt: skip


class CountsAgree(AnyHistory):
    """The same call centre, with everybody who reads its journal."""

    def read_on(self) -> list[JournalEntry]:
        """What is new in the journal since the last look, folded by all readers."""
        if not hasattr(self, "seen"):
            self.seen: list[JournalEntry] = []
            self.lines: list[QueueLogLine] = []
            self.log, self.calls = QueueLog(ROSTER), CallDetails()
            self.queues = [QueueStatistics(ROSTER, interval) for interval in INTERVALS]
            self.agents = [AgentStatistics(ROSTER, interval) for interval in INTERVALS]
        history = self.journal + self.stage.journal
        for at, record in history[len(self.seen) :]:
            entry = JournalEntry(len(self.seen) + 1, at, record)
            self.seen.append(entry)
            self.lines += self.log.take(entry)
            for reader in (self.calls, *self.queues, *self.agents):
                reader.take(entry)
        return self.seen

    @rule(data=st.data(), lost=st.integers(1, 8))
    def vmq_crashes(self, data: st.DataObject, lost: int) -> None:
        """And the newest records, not durable yet, are lost."""
        del self.stage.journal[-lost:]
        if hasattr(self, "seen"):
            del self.seen
        self.vmq_restarts(data)

    def totals(self) -> list[QueueFigures]:
        """All queues and intervals together, once for each length of interval."""
        sheets = [statistics.rows(*FOREVER, until=self.stage.now) for statistics in self.queues]
        return [reduce(add, (row.figures for row in rows), QueueFigures()) for rows in sheets]

    @invariant()
    def everybody_counts_the_same(self) -> None:
        records = Counter(type(entry.record) for entry in self.read_on())
        lines = Counter(line.event for line in self.lines)
        fine, coarse = self.totals()
        entered = sum(isinstance(entry.record, CallerEntered) and not entry.record.is_return for entry in self.seen)
        at_the_door = sum(isinstance(entry.record, CallerLeft) and not entry.record.position for entry in self.seen)
        assert lines["ENTERQUEUE"] == fine.entered >= entered
        assert lines["CONNECT"] == fine.answered == records[CallConnected]
        assert lines["ABANDON"] == fine.abandoned + fine.short_abandoned == records[CallerAbandoned]
        assert fine.left.total() == records[CallerLeft] - at_the_door
        assert fine.turned_away.total() == at_the_door
        assert fine.completed == records[CallCompleted] == sum(row.outcome == "completed" for row in self.calls.rows)
        assert fine.offers == records[OfferMade] <= sum(len(row.offers) for row in self.calls.rows)
        assert fine.offers_failed.total() == records[OfferFailed]
        for name in ("entered", "answered", "abandoned", "short_abandoned", "left", "completed", "offers"):
            assert getattr(fine, name) == getattr(coarse, name)
        assert fine.talk_s == pytest.approx(coarse.talk_s)

    @invariant()
    def every_caller_is_in_one_place(self) -> None:
        self.read_on()
        fine, _ = self.totals()
        waiting = sum(self.queues[0].waiting(name) for name in NAMES)
        assert fine.entered == fine.answered + fine.abandoned + fine.short_abandoned + fine.left.total() + waiting
        floor = self.stage.floor
        in_line = {
            c.call_id for c in floor.callers.values() if c.state not in (CallerState.TALKING, CallerState.LEAVING)
        }
        assert waiting == len(in_line | {past.call_id for past in floor.past.values() if past.connected is None})

    @invariant()
    def every_visit_has_one_terminal_line(self) -> None:
        self.read_on()
        is_open: set[str] = set()
        for line in self.lines:
            if line.event == "ENTERQUEUE":
                assert line.call_id not in is_open
                is_open.add(line.call_id)
            elif line.event in TERMINAL:
                assert line.call_id in is_open
                is_open.remove(line.call_id)
        assert is_open == {row.call_id for row in self.calls.rows if not row.is_over}

    @invariant()
    def an_agents_time_adds_up(self) -> None:
        self.read_on()
        for statistics in self.agents:
            for row in statistics.rows(*FOREVER, until=self.stage.now):
                figures: AgentFigures = row.figures
                status_s = figures.available_s + figures.paused_s + figures.wrap_up_s
                assert figures.logged_in_s == pytest.approx(status_s)
                assert figures.paused_s == pytest.approx(sum(figures.paused.values()))
                assert figures.logged_in_s <= row.end - row.begin + 1e-6
                assert figures.talk_s + figures.ringing_s <= row.end - row.begin + 1e-6


TestCountsAgree = CountsAgree.TestCase
TestCountsAgree.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
