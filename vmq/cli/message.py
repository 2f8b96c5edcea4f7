"""`vmq message heard|new|move|delete|restore|forward|get`: a message as its owner's keys have it, by the API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption
from vmq.errors import ConfigError

app = typer.Typer(
    no_args_is_help=True, help="A message: its marks, its folder, its sound. `vmq mailbox messages` lists."
)

Number = Annotated[str, typer.Argument(help="The mailbox's number.")]
Message = Annotated[str, typer.Argument(help="The message's id.")]


@app.command("heard", help="It was heard: it goes to Old, its sender gets his receipt.")
def heard(number: Number, message: Message, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Mark it."""
    _change(Remote(config, url), number, message, {"is_new": False})


@app.command("new", help="As if nobody had heard it.")
def new(number: Number, message: Message, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Mark it."""
    _change(Remote(config, url), number, message, {"is_new": True})


@app.command("move", help="Put it into a folder: INBOX, Old, Work, Family, Friends, Cust1 …")
def move(number: Number, message: Message, folder: str, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Move it."""
    _change(Remote(config, url), number, message, {"folder": folder})


@app.command("delete", help="Put it into Deleted.")
def delete(number: Number, message: Message, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Delete it."""
    Remote(config, url).ask("DELETE", _address(number, message))
    out.print("done")


@app.command("restore", help="Put a deleted one back to where it was.")
def restore(number: Number, message: Message, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Restore it."""
    Remote(config, url).ask("POST", f"{_address(number, message)}/restore")
    out.print("done")


@app.command("forward", help="Send it on to mailboxes and lists, without an introduction.")
def forward(number: Number, message: Message, to: list[str], config: ConfigOption = None, url: UrlOption = "") -> None:
    """Forward it."""
    Remote(config, url).ask("POST", f"{_address(number, message)}/forward", query=[("to", each) for each in to])
    out.print("done")


@app.command("get", help="Write its sound into a WAV file; it stays new.")
def get(number: Number, message: Message, file: Path, config: ConfigOption = None, url: UrlOption = "") -> None:
    """Download it."""
    sound = Remote(config, url).sound(f"{_address(number, message)}/audio")
    try:
        file.write_bytes(sound)
    except OSError as error:
        raise ConfigError(f"{file}: can't be written ({error.strerror})") from None


def _address(number: str, message: str) -> str:
    return f"/mailboxes/{number}/messages/{message}"


def _change(remote: Remote, number: str, message: str, body: dict[str, Any]) -> None:
    remote.ask("PATCH", _address(number, message), body)
    out.print("done")
