"""`vmq mailbox all|show|messages|pin|unlock|rename|erase|lists|…`, by the API of a running vmq.

What the configuration says of mailboxes (`list|settings|add|set|remove`) is in vmq.cli.settings, greetings in
vmq.cli.greeting, CSV in vmq.cli.sheets.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption

app = typer.Typer(no_args_is_help=True, help="Mailboxes: their settings, PINs, messages and lists.")

Number = Annotated[str, typer.Argument(help="The mailbox's number.")]


@app.command("show", help="What holds for a mailbox, after its class and the house had their say.")
def show(number: Number, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Print it."""
    for key, value in Remote(config, url).ask("GET", f"/mailboxes/{number}/profile").items():
        out.print(f"{key} = {json.dumps(value, ensure_ascii=False)}", markup=False)


@app.command("messages", help="A mailbox's messages, newest first.")
def messages(
    number: Number,
    folder: Annotated[str, typer.Option(help="INBOX, Urgent, Old, Family …; left out = all but Deleted.")] = "",
    limit: Annotated[int, typer.Option(help="So many at most.", min=1, max=500)] = 50,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Print them, a line each."""
    only = f"&folder={folder}" if folder else ""
    page = Remote(config, url).ask("GET", f"/mailboxes/{number}/messages?limit={limit}{only}")
    for each in page["items"]:
        out.print(_message_line(each), markup=False)
    if page["next"]:
        out.print("There are older ones: see --limit.")


def _message_line(message: dict[str, Any]) -> str:
    """When, where, who, how long, its marks and its id."""
    received_at = datetime.fromtimestamp(message["received_at"]).astimezone()
    caller = " ".join(filter(None, (message["caller_number"], message["caller_name"]))) or "unknown caller"
    marks = [mark for mark in ("urgent", "private", "broadcast") if message[f"is_{mark}"]]
    told = [f"{message['notice']} by {caller}" if message["notice"] else f"{caller}, {message['duration_s']:.1f} s"]
    state = "new" if message["is_new"] else "old"
    words = ", ".join([*told, *marks])
    return f"{received_at:%Y-%m-%d %H:%M} {message['folder']} ({state}): {words}  {message['id']}"


@app.command("pin", help="Give a mailbox a PIN; it is asked for.")
def pin(number: Number, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Never as an argument: those are seen by everybody on the machine."""
    wanted = typer.prompt("PIN", hide_input=True, confirmation_prompt=True)
    Remote(config, url).ask("PUT", f"/mailboxes/{number}/pin", {"pin": wanted})
    out.print("done")


@app.command("all", help="All mailboxes there are, also those that calls have made.")
def everybody(config: ConfigOption = None, url: UrlOption = "") -> None:
    """Print them, a line each."""
    for each in Remote(config, url).ask("GET", "/mailboxes")["items"]:
        marks = ["" if each["has_pin"] else "never set up", "locked" if each["is_locked"] else ""]
        held = f"{each['new'] + each['urgent']} new, {each['old']} old"
        out.print(", ".join(filter(None, (f"{each['number']} {each['name']}".strip(), held, *marks))), markup=False)


@app.command("unlock", help="Let the owner in again after too many wrong PINs.")
def unlock(number: Number, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Forget them."""
    Remote(config, url).ask("DELETE", f"/mailboxes/{number}/lock")
    out.print("done")


@app.command("rename", help="Give a mailbox another number, with all that is in it, also in the configuration.")
def rename(
    number: Number,
    to: Annotated[str, typer.Argument(help="The new number.")],
    *,
    keep_as_alias: Annotated[bool, typer.Option("--alias", help="Calls for the old number still reach it.")] = False,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Rename it."""
    Remote(config, url).ask("POST", f"/mailboxes/{number}/rename", {"to": to, "keep_as_alias": keep_as_alias})
    out.print("done")


@app.command("erase", help="Delete a mailbox for good: its messages, greetings and lists.")
def erase(
    number: Number,
    *,
    is_sure: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Ask first."""
    if not is_sure:
        typer.confirm(f"Delete mailbox {number} with all its messages?", abort=True)
    Remote(config, url).ask("DELETE", f"/mailboxes/{number}")
    out.print("done")


@app.command("lists", help="An owner's own distribution lists. The house's: `vmq list`.")
def own_lists(number: Number, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Print them, a line each."""
    for each in Remote(config, url).ask("GET", f"/mailboxes/{number}/lists")["items"]:
        out.print(f"{each['number']}: {' '.join(each['addresses'])}", markup=False)


@app.command("list-set", help="Let a list of an owner's hold just these mailboxes and lists of the house's.")
def set_own_list(
    number: Number,
    list_number: Annotated[str, typer.Argument(help="1 to 99.")],
    addresses: Annotated[list[str], typer.Argument(help="Whom it is to hold.")],
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Make it, or change it."""
    Remote(config, url).ask("PUT", f"/mailboxes/{number}/lists/{list_number}", {"addresses": addresses})
    out.print("done")


@app.command("list-remove", help="Take a list of an owner's away.")
def remove_own_list(
    number: Number,
    list_number: Annotated[str, typer.Argument(help="1 to 99.")],
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Delete it."""
    Remote(config, url).ask("DELETE", f"/mailboxes/{number}/lists/{list_number}")
    out.print("done")
