"""`vmq lcd`: a small display on the wall."""

from __future__ import annotations

from typing import Annotated

import typer

from vmq.cli.base import ConfigOption, run_until_interrupted
from vmq.cli.remote import Remote, UrlOption
from vmq.errors import ConfigError


def lcd(
    mailbox: Annotated[list[str] | None, typer.Option(help="A mailbox to show; may be given several times.")] = None,
    queue: Annotated[list[str] | None, typer.Option(help="A queue to show, else all; several times.")] = None,
    lcdd: Annotated[str, typer.Option(help="Where LCDproc's LCDd listens: host:port.")] = "127.0.0.1:13666",
    config: ConfigOption = None,
    url: UrlOption = "",
) -> None:
    """Show waiting callers, waiting messages and the time on an LCD, through LCDproc's LCDd, until interrupted."""
    from vmq.lcd.run import Wall
    from vmq.lcd.source import Source

    host, _, port = lcdd.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigError(f"--lcdd: {lcdd!r} is no address; write host:port, e.g. 127.0.0.1:13666")
    remote = Remote(config, url)
    source = Source(remote.base, remote.token, tuple(queue or ()), tuple(mailbox or ()), remote.trust)
    run_until_interrupted(Wall(source, host.strip("[]"), int(port)).run())
