"""`vmq mailbox|agent export|import`: many of them at once, as CSV, in the file (--config) or a running vmq."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption
from vmq.errors import ConfigError
from vmq.http.plurals import plural

KINDS = ("mailbox", "agent")


def add_sheets(nouns: Mapping[str, typer.Typer]) -> None:
    """Give the nouns that can be had as a sheet their two commands."""
    for kind in KINDS:
        _add(nouns[kind], kind)


def _add(app: typer.Typer, kind: str) -> None:
    many, address = plural(kind), f"/config/{plural(kind)}.csv"

    @app.command("export", help=f"Write all {many} of the configuration into a CSV file. PINs are left out.")
    def export(file: Path, config: ConfigOption = None, url: UrlOption = "") -> None:
        if config and not url:
            from vmq.config.bulk import export_sheet
            from vmq.config.file import ConfigFile

            source = ConfigFile(config, os.environ)
            source.check_there()
            content = export_sheet(source.text(), kind)
        else:
            content = Remote(config, url).table(address)
        try:
            file.write_bytes(content)
        except OSError as error:
            raise ConfigError(f"{file}: can't be written ({error.strerror})") from None

    @app.command("import", help=f"Add and change {many} by a CSV file: first told line by line, then with --apply.")
    def import_(
        file: Path,
        *,
        is_applied: Annotated[bool, typer.Option("--apply", help="Change them: all, or none.")] = False,
        config: ConfigOption = None,
        url: UrlOption = "",
    ) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ConfigError(f"{file}: can't be read ({error.strerror})") from None
        if config and not url:
            from vmq.config.bulk import take_sheet
            from vmq.config.file import ConfigFile

            told: Sequence[str] = take_sheet(ConfigFile(config, os.environ), kind, content, is_dry=not is_applied)
        else:
            told = Remote(config, url).send_table(f"{address}?apply={str(is_applied).lower()}", content)["lines"]
        for line in told:
            out.print(line, markup=False)
        done = "changed" if is_applied else "would be changed; --apply does it"
        out.print(f"{len(told)} {many if len(told) != 1 else kind} {done}" if told else "nothing changes")
