"""`vmq user …`: users of the page and the API, straight on the database, whether vmq runs or not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from vmq.access.rights import Role
from vmq.cli.base import ConfigOption, out, settings

if TYPE_CHECKING:
    from vmq.access.doors import Doors

app = typer.Typer(no_args_is_help=True, help="Users of the page and the API, straight on the database.")

Name = Annotated[str, typer.Argument(help="The name to log in with.")]


@app.command("list")
def list_(config: ConfigOption = None) -> None:
    """All users, with what they are."""

    async def work(doors: Doors) -> None:
        for user in await doors.users():
            queues = "all queues" if user.queues is None else ", ".join(sorted(user.queues)) or "no queue"
            of_whom = queues if user.role is Role.SUPERVISOR else f"agent {user.agent}" if user.agent else ""
            line = [user.name, user.role.value, of_whom, f"mailbox {user.mailbox}" if user.mailbox else ""]
            out.print("  ".join(filter(None, line)), markup=False)

    _run(config, work)


@app.command("add")
def add(
    name: Name,
    *,
    role: Annotated[Role, typer.Option(help="What he is.")] = Role.AGENT,
    agent: Annotated[str, typer.Option(help="The agent he is.")] = "",
    mailbox: Annotated[str, typer.Option(help="His own mailbox.")] = "",
    queue: Annotated[list[str] | None, typer.Option(help="A queue he supervises (repeat it); without: all.")] = None,
    config: ConfigOption = None,
) -> None:
    """Add a user. The password is asked for, or is the first line of the standard input."""
    from vmq.access.users import User

    user = User(name, role, frozenset(queue) if queue else None, agent, mailbox)
    password = _password()
    _run(config, lambda doors: doors.add_user(user, password))


@app.command("password")
def password(name: Name, config: ConfigOption = None) -> None:
    """Give a user a new password: his sessions end, and a lock on his name is lifted."""
    new = _password()

    async def work(doors: Doors) -> None:
        await doors.set_password(name, new)
        await doors.close_sessions(name)

    _run(config, work)


@app.command("remove")
def remove(name: Name, config: ConfigOption = None) -> None:
    """Forget a user, his sessions and his tokens."""
    _run(config, lambda doors: doors.remove_user(name))


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _run(config: ConfigOption, work: Callable[[Doors], Awaitable[None]]) -> None:
    from vmq.app.access import doors_of
    from vmq.errors import AccessRefused, VmqError

    loaded = settings(config)

    async def run() -> None:
        async with doors_of(loaded) as doors:
            await work(doors)

    try:
        asyncio.run(run())
    except AccessRefused as error:
        raise VmqError(_WORDS.get(error.why, "{}").format(error)) from None


_WORDS = {
    "user-exists": "there is a user {} already",
    "user-unknown": "there is no user {}",
    "last-administrator": "there would be no administrator left: {}",
}
