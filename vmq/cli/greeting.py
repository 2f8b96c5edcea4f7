"""`vmq greeting list|put|get|remove|set`, by the API of a running vmq."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vmq.cli.base import ConfigOption, out
from vmq.cli.mailbox import Number
from vmq.cli.remote import Remote, UrlOption
from vmq.errors import ConfigError

app = typer.Typer(no_args_is_help=True, help="Greetings of a mailbox of a running vmq.")

Kind = Annotated[str, typer.Argument(help="temp, unavail, busy, internal, absence, closed, holiday, name, or 1 to 9.")]


@app.command("list", help="The greetings that a mailbox has.")
def list_greetings(number: Number, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Print them, a line each."""
    for each in Remote(config, url).ask("GET", f"/mailboxes/{number}/greetings")["items"]:
        state = "on" if each["is_on"] else "off"
        end = f", until {each['ends_at']}" if each["ends_at"] else ""
        blocks = ", takes no messages" if each["is_blocking"] else ""
        out.print(f"{each['kind']}: {each['duration_s']:.1f} s, {state}{end}{blocks}", markup=False)


@app.command("put", help="Make a WAV file a greeting.")
def put(number: Number, kind: Kind, file: Path, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Upload it."""
    try:
        sound = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: can't be read ({error.strerror})") from None
    Remote(config, url).send_sound(f"/mailboxes/{number}/greetings/{kind}", sound)
    out.print("done")


@app.command("get", help="Write a greeting into a WAV file.")
def get(number: Number, kind: Kind, file: Path, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Download it."""
    sound = Remote(config, url).sound(f"/mailboxes/{number}/greetings/{kind}")
    try:
        file.write_bytes(sound)
    except OSError as error:
        raise ConfigError(f"{file}: can't be written ({error.strerror})") from None


@app.command("remove", help="Take a greeting away.")
def remove(number: Number, kind: Kind, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Delete it."""
    Remote(config, url).ask("DELETE", f"/mailboxes/{number}/greetings/{kind}")
    out.print("done")


@app.command("set", help="Switch a greeting on or off, let it end, let it block.")
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
