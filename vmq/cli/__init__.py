"""The `vmq` command: each subcommand turns its words into one call of the program and its errors into one line.

Where commands go: one module a noun, named as the noun is typed (`vmq pack …` is in pack.py) and holding a
`typer.Typer` named `app`, which is added below; commands without a noun (`vmq run`) are functions in program.py. What
all of them need is in base.py. A command parses its words and prints; the work is a function in vmq/app that returns
data, imported when the command runs, not at the top: `vmq version` must not load the program. The commands for a
running vmq (`vmq agent pause …`) are made from those of the API and have no code here: see docs/adding-a-command.md.

Exit status: 0 done, 1 something failed or was found wrong, 2 the command or the configuration can't be used.
"""

from __future__ import annotations

import sys

import typer

from vmq.cli import asterisk, greeting, mailbox, message, outbox, pack, program, prompts, report, user
from vmq.cli.backup import backup, restore
from vmq.cli.commands import add_commands
from vmq.cli.door import add_door_commands
from vmq.cli.importing import export, import_
from vmq.cli.lcd import lcd
from vmq.cli.settings import settings_apps
from vmq.cli.sheets import add_sheets
from vmq.cli.simulate import simulate
from vmq.cli.transcription import transcription
from vmq.errors import ConfigError, VmqError
from vmq.http.commands import ALL

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Call queues and voicemail for Asterisk.",
)
for command in (program.version, program.run, program.reload, program.phone, program.doctor, lcd, simulate):
    app.command()(command)
app.command("import")(import_)
app.command()(export)
app.command()(transcription)
app.command()(backup)
app.command()(restore)
app.add_typer(asterisk.app, name="asterisk")
app.add_typer(pack.app, name="pack")
app.add_typer(prompts.app, name="prompts")
app.add_typer(report.app, name="report")
app.add_typer(greeting.app, name="greeting")
app.add_typer(message.app, name="message")
app.add_typer(outbox.app, name="outbox")
app.add_typer(outbox.feed, name="feed")
app.add_typer(user.app, name="user")
nouns = settings_apps({"mailbox": mailbox.app})
add_sheets(nouns)
for noun, group in nouns.items():
    app.add_typer(group, name=noun)
add_door_commands(nouns["door"])
add_commands(ALL, app, nouns)


def main() -> None:
    """The console script. A VmqError is one line on standard error (several mistakes: one line each)."""
    try:
        app()
    except VmqError as error:
        for line in str(error).splitlines():
            print(f"vmq: {line}", file=sys.stderr)
        sys.exit(2 if isinstance(error, ConfigError) else 1)
