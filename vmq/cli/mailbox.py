"""`vmq mailbox all|show|messages|transcript|pin|unlock|rename|erase|lists|…`, by the API of a running vmq.

What the configuration says of mailboxes (`list|settings|add|set|remove`) is in vmq.cli.settings, greetings in
vmq.cli.greeting, CSV in vmq.cli.sheets.
"""

from __future__ import annotations

import json
from datetime import datetime
from textwrap import fill
from typing import Annotated, Any

import typer

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption

app = typer.Typer(no_args_is_help=True, help="Mailboxes: their settings, PINs, messages and lists.")

_PAUSE_S = 0.7  # between two words that are printed on lines of their own

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
    *,
    search: Annotated[str, typer.Option(help="Only those in whose text, caller or number these words are.")] = "",
    limit: Annotated[int, typer.Option(help="So many at most.", min=1, max=500)] = 50,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Print them, a line each, and what is said in them."""
    query = {"limit": limit, **({"folder": folder} if folder else {}), **({"search": search} if search else {})}
    page = Remote(config, url).ask("GET", f"/mailboxes/{number}/messages", query=query)
    for each in page["items"]:
        out.print(_message_line(each), markup=False)
        if each["transcript"]:
            out.print(fill(each["transcript"], initial_indent="    ", subsequent_indent="    "), markup=False)
    if page["next"]:
        out.print("There are older ones: see --limit.")


def _message_line(message: dict[str, Any]) -> str:
    """When, where, who, how long, its marks and its id."""
    received_at = datetime.fromtimestamp(message["received_at"]).astimezone()
    caller = " ".join(filter(None, (message["caller_number"], message["caller_name"]))) or "unknown caller"
    marks = [mark for mark in ("urgent", "private", "broadcast") if message[f"is_{mark}"]]
    marks += [message["category"]] if message["category"] else []
    told = [f"{message['notice']} by {caller}" if message["notice"] else f"{caller}, {message['duration_s']:.1f} s"]
    state = "new" if message["is_new"] else "old"
    words = ", ".join([*told, *marks])
    return f"{received_at:%Y-%m-%d %H:%M} {message['folder']} ({state}): {words}  {message['id']}"


@app.command("transcript", help="What is said in a message, with times; or have it written down again.")
def transcript(
    number: Number,
    message: Annotated[str, typer.Argument(help="The message's id.")],
    again: Annotated[bool, typer.Option("--again", help="Have it written down again.")] = False,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Print it, a line for each pause."""
    remote, address = Remote(config, url), f"/mailboxes/{number}/messages/{message}/transcript"
    if again:
        remote.ask("POST", address)
        out.print("done")
        return
    found = remote.ask("GET", address)
    if found["state"] != "done":
        out.print(": ".join(filter(None, (found["state"], found["error"]))), markup=False)
        return
    for line in _spoken_lines(found["words"]):
        out.print(f"{line[0]['start_s']:7.1f}  {' '.join(word['text'] for word in line)}", markup=False)
    out.print(f"{found['language']}, {found['recogniser']}, {found['confidence']:.0%} sure", markup=False)


def _spoken_lines(words: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Words that follow each other without a pause."""
    lines: list[list[dict[str, Any]]] = []
    for word in words:
        if lines and word["start_s"] - lines[-1][-1]["end_s"] < _PAUSE_S:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


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
