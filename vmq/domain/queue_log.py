"""One line of app_queue's queue_log: its fields, and its form in the file (main/logger.c, ast_queue_log)."""

from __future__ import annotations

import re
from dataclasses import dataclass

NONE = "NONE"
"""What stands where a line is about no call, no queue or no agent."""

_BREAKS = re.compile(r"[|\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class QueueLogLine:
    """A line. `at` is epoch seconds; `data` as many fields as the event has."""

    at: float
    call_id: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...] = ()

    def fields(self) -> tuple[str, ...]:
        """Everything after the time. What would break a line apart becomes `_`, as app_queue does it in names."""
        return tuple(
            _BREAKS.sub("_", field) for field in (self.call_id, self.queue, self.agent, self.event, *self.data)
        )

    def text(self) -> str:
        """The line as it stands in the file, without its end. An event without data keeps its last bar."""
        return "|".join((str(int(self.at)), *self.fields(), *(() if self.data else ("",))))
