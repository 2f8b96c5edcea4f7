"""Makes a `vmq noun verb …` of every command of the API (vmq.http.commands), for a vmq that is running."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption
from vmq.http.commands.registry import Command

NOUNS = {
    "caller": "Callers who wait in a running vmq.",
    "call": "Calls under way in a running vmq.",
    "offer": "Calls that ring at an agent of a running vmq.",
}


def add_commands(commands: Iterable[Command], root: typer.Typer, nouns: Mapping[str, typer.Typer]) -> None:
    """Add each command to its noun's group; a noun that has none gets one in `root`."""
    groups = dict(nouns)
    for command in commands:
        noun, verb = command.words.split(" ", 1)
        if noun not in groups:
            groups[noun] = typer.Typer(no_args_is_help=True, help=NOUNS.get(noun))
            root.add_typer(groups[noun], name=noun)
        groups[noun].command(verb, help=f"{command.summary}.\n\n{command.description}".strip())(_function(command))


def _function(command: Command) -> Callable[..., None]:
    def run(config: ConfigOption = None, url: str = "", **values: Any) -> None:
        Remote(config, url).give(command.words, {name: value for name, value in values.items() if value is not None})
        out.print("done")

    parameters = [_argument(name, info) for name, info in command.address_fields.items()]
    others = command.other_fields.items()
    parameters += [_argument(name, info) for name, info in others if info.is_required()]
    parameters += [_option(name, info) for name, info in others if not info.is_required()]
    parameters += [_parameter("config", ConfigOption, None), _parameter("url", UrlOption, "")]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _argument(name: str, info: FieldInfo) -> inspect.Parameter:
    return _parameter(name, Annotated[info.annotation, typer.Argument(help=_help(info))])


def _option(name: str, info: FieldInfo) -> inspect.Parameter:
    return _parameter(name, Annotated[info.annotation | None, typer.Option(help=_help(info))], None)  # type: ignore[operator]


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _help(info: FieldInfo) -> str:
    """Its description; without one an example."""
    return info.description or (f"E.g. {info.examples[0]}" if info.examples else "")
