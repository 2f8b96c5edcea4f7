"""`vmq outbox …` and `vmq feed …`: what a running vmq tells the outside of messages."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption

app = typer.Typer(no_args_is_help=True, help="Messages on their way out by mail, pager, webhook and command.")
feed = typer.Typer(no_args_is_help=True, help="Mailboxes and lists as podcasts at a secret address.")

_PAGE = 500
Id = Annotated[int, typer.Argument(help="The number that `vmq outbox list` shows.")]
FeedNumber = Annotated[str, typer.Argument(help="The number of the mailbox, or of the list.")]
OfList = Annotated[bool, typer.Option("--list", help="It is the number of one of the house's lists.")]


class State(StrEnum):
    """The states to list."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@app.command("list")
def outbox_list(
    state: Annotated[State | None, typer.Option("--state", help="Only these.")] = None,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """What waits, went out or was given up (dead), and why."""
    remote, after = Remote(config, url), 0
    table = Table("id", "message", "mailbox", "way", "recipient", "state", "tries", "next", "error", box=None)
    while True:
        only = f"&state={state.value}" if state else ""
        page = remote.ask("GET", f"/outbox?after={after}&limit={_PAGE}{only}")
        for item in page["items"]:
            table.add_row(*_row(item))
        if page["next"] is None:
            break
        after = page["next"]
    out.print(table if table.row_count else "nothing")


@app.command("retry")
def outbox_retry(delivery: Id, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Try one that was given up again, now."""
    Remote(config, url).ask("POST", f"/outbox/{delivery}/retry")
    out.print("done")


@app.command("drop")
def outbox_drop(delivery: Id, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Forget one that was given up; its message stays in its mailbox."""
    Remote(config, url).ask("DELETE", f"/outbox/{delivery}")
    out.print("done")


@feed.command("make")
def feed_make(number: FeedNumber, is_list: OfList = False, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Give a mailbox or list a feed and print its address, which is shown only now; an earlier address ends."""
    out.print(Remote(config, url).ask("POST", _feed(number, is_list))["address"], markup=False)


@feed.command("show")
def feed_show(number: FeedNumber, is_list: OfList = False, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Say whether a mailbox or list has a feed, and since when."""
    made_at = Remote(config, url).ask("GET", _feed(number, is_list))["made_at"]
    out.print("none" if made_at is None else f"since {_time(made_at)}")


@feed.command("revoke")
def feed_revoke(number: FeedNumber, is_list: OfList = False, config: ConfigOption = None, url: UrlOption = "") -> None:
    """End the feed of a mailbox or list: its address is worth nothing any more."""
    Remote(config, url).ask("DELETE", _feed(number, is_list))
    out.print("done")


def _feed(number: str, is_list: bool) -> str:
    return f"/{'lists' if is_list else 'mailboxes'}/{number}/feed"


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    following = _time(item["due_at"]) if item["state"] == State.PENDING else ""
    words = (item["id"], item["message_id"], item["mailbox"], item["way"], item["recipient"], item["state"])
    return (*map(str, words), str(item["attempts"]), following, item["error"])


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(" ", "seconds")
