"""`vmq mailbox show|messages|transcript|pin`, `vmq greeting list|put|get|remove|set`: by the API of a running vmq."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from textwrap import fill
from typing import Annotated, Any

import typer

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption
from vmq.errors import ConfigError

app = typer.Typer(no_args_is_help=True, help="Mailboxes of a running vmq.")
greeting_app = typer.Typer(no_args_is_help=True, help="Greetings of a mailbox of a running vmq.")

_PAUSE_S = 0.7  # between two words that are printed on lines of their own

Number = Annotated[str, typer.Argument(help="The mailbox's number.")]
Kind = Annotated[str, typer.Argument(help="temp, unavail, busy, internal, absence, closed, holiday, name, or 1 to 9.")]


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


@greeting_app.command("list", help="The greetings that a mailbox has.")
def list_greetings(number: Number, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Print them, a line each."""
    for each in Remote(config, url).ask("GET", f"/mailboxes/{number}/greetings")["items"]:
        state = "on" if each["is_on"] else "off"
        end = f", until {each['ends_at']}" if each["ends_at"] else ""
        blocks = ", takes no messages" if each["is_blocking"] else ""
        out.print(f"{each['kind']}: {each['duration_s']:.1f} s, {state}{end}{blocks}", markup=False)


@greeting_app.command("put", help="Make a WAV file a greeting.")
def put(number: Number, kind: Kind, file: Path, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Upload it."""
    try:
        sound = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: can't be read ({error.strerror})") from None
    Remote(config, url).send_sound(f"/mailboxes/{number}/greetings/{kind}", sound)
    out.print("done")


@greeting_app.command("get", help="Write a greeting into a WAV file.")
def get(number: Number, kind: Kind, file: Path, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Download it."""
    sound = Remote(config, url).sound(f"/mailboxes/{number}/greetings/{kind}")
    try:
        file.write_bytes(sound)
    except OSError as error:
        raise ConfigError(f"{file}: can't be written ({error.strerror})") from None


@greeting_app.command("remove", help="Take a greeting away.")
def remove(number: Number, kind: Kind, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Delete it."""
    Remote(config, url).ask("DELETE", f"/mailboxes/{number}/greetings/{kind}")
    out.print("done")


@greeting_app.command("set", help="Switch a greeting on or off, let it end, let it block.")
def change(
    number: Number,
    kind: Kind,
    *,
    is_on: Annotated[bool | None, typer.Option("--on/--off", help="Callers hear it when it is its turn.")] = None,
    ends_at: Annotated[str | None, typer.Option("--until", help="2027-01-15T09:00:00+01:00, or `never`.")] = None,
    is_blocking: Annotated[
        bool | None, typer.Option("--block/--take", help="Whether callers who hear it may leave a message.")
    ] = None,
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Change what is given."""
    body: dict[str, Any] = {"is_on": is_on, "is_blocking": is_blocking}
    body = {name: value for name, value in body.items() if value is not None}
    if ends_at is not None:
        body["ends_at"] = None if ends_at == "never" else ends_at
    Remote(config, url).ask("PATCH", f"/mailboxes/{number}/greetings/{kind}", body)
    out.print("done")
