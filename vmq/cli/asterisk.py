"""`vmq asterisk …`: prepare an Asterisk for vmq."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import ConfigOption, out, settings

app = typer.Typer(no_args_is_help=True, help="Prepare an Asterisk for vmq.")


@app.command("setup")
def asterisk_setup(
    folder: Annotated[Path, typer.Argument(help="Asterisk's configuration folder, e.g. /etc/asterisk.")],
    config: ConfigOption = None,
    vmq_host: Annotated[str, typer.Option(help="The address vmq connects to Asterisk from.")] = "127.0.0.1",
) -> None:
    """Write the manager user, dialplan and log file for Asterisk to include; the secret also into the configuration."""
    from vmq.app.tools import set_up_asterisk

    for line in set_up_asterisk(settings(config), config, folder, vmq_host):
        out.print(line, markup=False)


@app.command("hash-secret")
def hash_secret(
    secret: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Or asked for.")],
) -> None:
    """Print the hash of a secret, to be written as `secret` of a user of the facade."""
    from vmq.asterisk.facade.users import hash_secret as hashed

    out.print(hashed(secret), markup=False)
