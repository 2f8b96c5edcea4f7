"""The shapes of the API's reports: what is asked for, and the rows of each, with an example each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from vmq.http.models import Shape


class Interval(StrEnum):
    """How long a row is."""

    QUARTER = "15m"
    HALF = "30m"
    HOUR = "1h"
    DAY = "1d"


class Day(StrEnum):
    """A day, as the house counts them: its first moment."""

    TODAY = "today"
    YESTERDAY = "yesterday"


class Format(StrEnum):
    """What the answer is written in."""

    JSON = "json"
    CSV = "csv"


class PartQuery(Shape):
    """Which part of a report is wanted."""

    begin: datetime | Day = Field(
        alias="from",
        description="Without a zone: the house's. Also `today`, `yesterday`.",
        examples=["2025-11-22T00:00"],
    )
    to: datetime | Day | None = Field(None, description="Not in it any more. Without it: now.")
    queue: str = Field("", max_length=80, description="Only this one.")
    agent: str = Field("", max_length=80, description="Only this one.")
    after: int = Field(0, ge=0, description="`next` of the part before.")
    limit: int = Field(100, ge=1, le=1000, description="Rows, intervals or (queue-log) journal entries in a part.")
    format: Format = Format.JSON


class IntervalQuery(PartQuery):
    """The same, with how long a row is."""

    interval: Interval = Interval.HOUR


_INTERVAL_BEGIN = Field(description="In the queue's time zone.", examples=["2025-11-22T10:00:00+01:00"])
_INTERVAL_END = Field(examples=["2025-11-22T10:15:00+01:00"])
_NEXT = Field(None, description="Ask again with this as `after` for what follows; null = that is all.", examples=[4711])


class QueueRow(Shape):
    """A queue in one interval. What each figure means: docs/reports.md."""

    queue: str = Field(examples=["sales"])
    begin: str = _INTERVAL_BEGIN
    end: str = _INTERVAL_END
    offered: int = Field(examples=[25])
    entered: int = Field(examples=[24])
    turned_away: dict[str, int] = Field(examples=[{"full": 1}])
    answered: int = Field(examples=[20])
    abandoned: int = Field(examples=[2])
    short_abandoned: int = Field(examples=[1])
    left: dict[str, int] = Field(examples=[{"timeout": 1}])
    answered_wait_avg_s: float | None = Field(examples=[12.5])
    answered_wait_max_s: float = Field(examples=[61.0])
    abandoned_wait_avg_s: float | None = Field(examples=[44.0])
    abandoned_wait_max_s: float = Field(examples=[70.2])
    answered_waits: dict[str, int] = Field(description="By upper edge in s.", examples=[{"10": 15, "more": 0}])
    abandoned_waits: dict[str, int] = Field(examples=[{"60": 1, "more": 1}])
    service_level: float | None = Field(description="In time, of the answered.", examples=[0.9])
    service_level_2: float | None = Field(description="In time, of the answered and the lost.", examples=[0.857])
    completed: int = Field(examples=[19])
    transferred: int = Field(examples=[2])
    talk_s: float = Field(examples=[3610.0])
    talk_avg_s: float | None = Field(examples=[190.0])
    hold_s: float = Field(examples=[120.0])
    offers: int = Field(examples=[26])
    offers_failed: dict[str, int] = Field(examples=[{"no_answer": 4}])


class AgentRow(Shape):
    """An agent in one interval. What each figure means: docs/reports.md."""

    agent: str = Field(examples=["ann"])
    begin: str = _INTERVAL_BEGIN
    end: str = _INTERVAL_END
    logged_in_s: float = Field(examples=[900.0])
    available_s: float = Field(examples=[600.0])
    idle_s: float = Field(examples=[80.0])
    paused_s: float = Field(examples=[240.0])
    paused: dict[str, float] = Field(description="By reason.", examples=[{"lunch": 240.0}])
    wrap_up_s: float = Field(examples=[60.0])
    ringing_s: float = Field(examples=[20.0])
    talk_s: float = Field(examples=[500.0])
    hold_s: float = Field(examples=[15.0])
    occupancy: float | None = Field(examples=[0.848])
    handling_avg_s: float | None = Field(examples=[140.0])
    offers: int = Field(examples=[5])
    calls: int = Field(examples=[4])
    completed: int = Field(examples=[4])
    transferred: int = Field(examples=[0])
    refused: int = Field(examples=[0])
    missed: int = Field(examples=[1])
    offers_failed: dict[str, int] = Field(examples=[{"no_answer": 1}])


class OfferRow(Shape):
    """One offer of a call."""

    offer_id: str = Field(examples=["0019ab53e1f00001"])
    agent: str = Field(examples=["ann"])
    at: float = Field(description="Epoch seconds.", examples=[1763845228.0])
    ring_s: float = Field(examples=[3.2])
    outcome: str = Field(description="answered, or why it failed; empty = it rings.", examples=["answered"])


class CallRow(Shape):
    """One visit of a caller to a queue. Times are epoch seconds, 0 = not (yet)."""

    id: int = Field(examples=[4711])
    call_id: str = Field(examples=["1763845200.17"])
    queue: str = Field(examples=["sales"])
    entered_at: float = Field(examples=[1763845200.0])
    number: str = Field(examples=["0301234567"])
    name: str = Field(examples=["Carla"])
    did: str = Field(description="The number that was called.", examples=["0309999"])
    priority: int = Field(examples=[0])
    position: int = Field(description="On entry; 1 = next.", examples=[2])
    outcome: str = Field(
        description="waiting, talking, completed, abandoned, left or turned_away.", examples=["completed"]
    )
    why: str = Field(description="Who ended the talk, or why the caller left.", examples=["agent"])
    info: str = Field(description="Keys pressed, a withdrawer's words, where the overflow led.", examples=[""])
    wait_s: float = Field(examples=[28.0])
    agent: str = Field(examples=["ann"])
    ring_s: float = Field(examples=[3.2])
    connected_at: float = Field(examples=[1763845228.0])
    talk_s: float = Field(examples=[61.5])
    hold_s: float = Field(examples=[0.0])
    holds: int = Field(examples=[0])
    ended_at: float = Field(examples=[1763845289.5])
    transfer: str = Field(description="blind, attended or empty.", examples=[""])
    transfer_to: str = Field(examples=[""])
    disposition: str = Field(examples=["sold"])
    note: str = Field(examples=[""])
    callback_id: str = Field(examples=[""])
    offers: list[OfferRow]
    supervisors: list[str] = Field(examples=[[]])
    recordings: list[str] = Field(description="Paths as Asterisk sees them.", examples=[["/rec/1763845200.17.wav"]])
    survey: dict[str, str] = Field(description="Answers by question.", examples=[{"content": "5"}])


class LineRow(Shape):
    """A line of app_queue's queue_log."""

    time: int = Field(description="Epoch seconds.", examples=[1763845228])
    call_id: str = Field(examples=["1763845200.17"])
    queue: str = Field(examples=["sales"])
    agent: str = Field(examples=["ann"])
    event: str = Field(examples=["CONNECT"])
    data: list[str] = Field(examples=[["28", "vmq-0019ab53e1f00001", "3"]])


class QueueRows(Shape):
    """A part of the figures of queues."""

    rows: list[QueueRow]
    next: int | None = _NEXT


class AgentRows(Shape):
    """A part of the figures of agents."""

    rows: list[AgentRow]
    next: int | None = _NEXT


class CallRows(Shape):
    """A part of the calls."""

    rows: list[CallRow]
    next: int | None = _NEXT


class LineRows(Shape):
    """A part of the queue_log."""

    rows: list[LineRow]
    next: int | None = _NEXT
