"""All commands that can be given to a running vmq: one module a subject, each with its `COMMANDS`.

A command is one function (see vmq.http.commands.registry); being listed here it is in the API, in its OpenAPI document
and in the command line. docs/adding-a-command.md shows how to add one.
"""

from __future__ import annotations

from vmq.http.commands import agents, callers, calls, members
from vmq.http.commands.registry import Command

ALL: tuple[Command, ...] = (*agents.COMMANDS, *members.COMMANDS, *callers.COMMANDS, *calls.COMMANDS)
