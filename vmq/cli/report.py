"""`vmq report …`: what was, from the database, whether vmq runs or not."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from vmq.cli.base import ConfigOption, out, settings


class Format(StrEnum):
    """How a report is printed; `text` is a table, and queue_log's own lines."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


class Every(StrEnum):
    """How long one row of figures is."""

    QUARTER = "15m"
    HALF = "30m"
    HOUR = "1h"
    DAY = "1d"


From = Annotated[str, typer.Option("--from", help="A date or time (2025-11-22T10:30), today, yesterday.")]
To = Annotated[str, typer.Option("--to", help="The same, or now; not in the report any more.")]
Interval = Annotated[Every, typer.Option("--interval", help="How long one row is.")]
Queue = Annotated[str, typer.Option("--queue", help="Only this queue.")]
Agent = Annotated[str, typer.Option("--agent", help="Only this agent.")]
As = Annotated[Format, typer.Option("--format", help="How to print it.")]

app = typer.Typer(no_args_is_help=True, help="Report on calls, queues and agents.")

_PAGE = 1000
# What a terminal has room for; CSV and JSON have everything.
_SHOWN = {
    "calls": ("call_id", "queue", "number", "outcome", "why", "wait_s", "agent", "talk_s", "disposition"),
    "queues": (
        "queue", "begin", "offered", "answered", "abandoned", "short_abandoned", "answered_wait_avg_s",
        "answered_wait_max_s", "service_level", "service_level_2", "talk_s",
    ),
    "agents": (
        "agent", "begin", "logged_in_s", "idle_s", "paused_s", "wrap_up_s", "talk_s", "occupancy", "calls", "refused",
        "missed",
    ),
}  # fmt: skip


@app.command("calls")
def report_calls(
    *,
    begin: From = "today",
    to: To = "now",
    queue: Queue = "",
    agent: Agent = "",
    form: As = Format.TEXT,
    config: ConfigOption = None,
) -> None:
    """One row a caller, with every offer and what came of it (offers in CSV and JSON only)."""
    _report("calls", config, form, begin=begin, to=to, queue=queue, agent=agent)


@app.command("queues")
def report_queues(
    *,
    begin: From = "today",
    to: To = "now",
    interval: Interval = Every.HOUR,
    queue: Queue = "",
    form: As = Format.TEXT,
    config: ConfigOption = None,
) -> None:
    """Figures of queues by interval."""
    _report("queues", config, form, begin=begin, to=to, interval=interval.value, queue=queue)


@app.command("agents")
def report_agents(
    *,
    begin: From = "today",
    to: To = "now",
    interval: Interval = Every.HOUR,
    agent: Agent = "",
    form: As = Format.TEXT,
    config: ConfigOption = None,
) -> None:
    """Figures of agents by interval."""
    _report("agents", config, form, begin=begin, to=to, interval=interval.value, agent=agent)


@app.command("queue-log")
def report_queue_log(
    *,
    begin: From = "today",
    to: To = "now",
    queue: Queue = "",
    agent: Agent = "",
    form: As = Format.TEXT,
    config: ConfigOption = None,
) -> None:
    """The lines that app_queue would have written."""
    _report("queue-log", config, form, begin=begin, to=to, queue=queue, agent=agent)


def _report(report: str, config: Any, form: Format, **words: str) -> None:
    records = asyncio.run(_ask(report, config, **words))
    if form is Format.JSON:
        print(json.dumps(records, ensure_ascii=False, indent=1))
    elif form is Format.CSV:
        from vmq.reports.export import as_csv

        print(as_csv(records), end="")
    elif report == "queue-log":
        for line in records:
            fields = (line["time"], line["call_id"], line["queue"], line["agent"], line["event"])
            print("|".join(map(str, (*fields, *(line["data"] or [""])))))
    else:
        out.print(_table(report, records) if records else "nothing")


async def _ask(
    report: str, config: Any, *, begin: str, to: str, interval: str = "1h", queue: str = "", agent: str = ""
) -> list[dict[str, Any]]:
    from vmq.app.reports import moment, open_reports
    from vmq.engine.clock import SystemClock
    from vmq.errors import ConfigError
    from vmq.http.reports import ReportQuestion

    now = SystemClock().now()
    async with open_reports(settings(config)) as reports:
        times = (moment(begin, reports.zone, now), moment(to, reports.zone, now))
        question = ReportQuestion(*times, queue, agent, interval, 0, _PAGE)
        try:
            return [dict(record) async for part in reports.all_of(report, question) for record in part]
        except ValueError as error:
            raise ConfigError(f"--from, --to: {error}") from None


def _table(report: str, records: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in _SHOWN[report]:
        table.add_column(name, justify="right" if isinstance(records[0][name], int | float) else "left")
    for record in records:
        values = (record[name] for name in _SHOWN[report])
        table.add_row(
            *("" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in values)
        )
    return table
