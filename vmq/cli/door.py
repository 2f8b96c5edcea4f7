"""`vmq door report|calls|forgive`: what a running vmq's doors kept from ringing. Their settings: vmq.cli.settings."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption

Number = Annotated[str, typer.Argument(help="The number, as it came in or as you write it.")]
Door = Annotated[str, typer.Option("--door", help="Only this door or doorbell.")]
From = Annotated[str, typer.Option("--from", help="A date or time (2025-11-22T10:30), today, yesterday.")]
To = Annotated[str, typer.Option("--to", help="The same; without it: now.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_PAGE = 500


def add_door_commands(app: typer.Typer) -> None:
    """Add them to the group of the doors' settings."""
    app.command("report")(report)
    app.command("calls")(calls)
    app.command("forgive")(forgive)


def report(
    *,
    begin: From = "today",
    to: To = "",
    door: Door = "",
    as_json: AsJson = False,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """What came to each door, what rang, and what was kept from ringing."""
    rows = Remote(config, url).ask("GET", f"/doors/report?{_query(begin, to, door)}")["rows"]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table("door", "calls", "rang", "kept out", "share", "from numbers", "outcomes", box=None)
    for row in rows:
        outcomes = ", ".join(f"{name} {count}" for name, count in row["outcomes"].items())
        figures = (row["calls"], row["rang"], row["kept_out"], f"{row['kept_out_share']:.1%}", row["kept_out_numbers"])
        table.add_row(row["door"], *map(str, figures), outcomes)
    out.print(table if table.row_count else "nothing")


def calls(
    *,
    begin: From = "today",
    to: To = "",
    door: Door = "",
    as_json: AsJson = False,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Each call at a door, and what became of it."""
    remote, after, rows = Remote(config, url), 0, list[dict[str, Any]]()
    while after is not None:
        page = remote.ask("GET", f"/doors/calls?{_query(begin, to, door)}&after={after}&limit={_PAGE}")
        rows += page["rows"]
        after = page["next"]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table("time", "door", "number", "name", "outcome", "to", box=None)
    for row in rows:
        time = datetime.fromtimestamp(row["at"]).astimezone().isoformat(" ", "seconds")
        table.add_row(time, *(row[name] for name in ("door", "number", "name", "outcome", "to")))
    out.print(table if table.row_count else "nothing")


def forgive(number: Number, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Forget what a number did at doors: it is a stranger's again, and is let try."""
    Remote(config, url).ask("POST", "/doors/forgive", {"number": number})
    out.print("done")


def _query(begin: str, to: str, door: str) -> str:
    words = {"from": begin, "to": to, "door": door}
    return "&".join(f"{name}={word}" for name, word in words.items() if word)
