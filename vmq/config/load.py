"""Reads the configuration: TOML file, then environment; every mistake becomes one clear line.

`load(path)` gives a Config or raises ConfigError with all mistakes, each as `file: key: what is wrong; what to write`.
An environment variable `VMQ_SECTION__KEY` (e.g. VMQ_ASTERISK__SECRET) wins over the file; a list is parted by commas.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vmq.config.contradictions import contradictions
from vmq.config.model import Config
from vmq.errors import ConfigError

ENV_PREFIX = "VMQ_"
TABLES = {
    "queue": "name",
    "agent": "name",
    "trunk": "name",
    "schedule": "name",
    "penalty_rule": "name",
    "class_of_service": "name",
    "mailbox": "number",
    "list": "number",
    "webhook": "name",
    "door": "name",
    "doorbell": "name",
}
"""The sections that there may be several of, and the key that tells them apart."""
_LISTS = frozenset(
    {
        ("agi", "allow"),
        ("paths", "personalities"),
        ("voicemail", "may_broadcast"),
        ("hook", "command"),
        ("http", "trusted_proxies"),
        ("devices", "technologies"),
        ("devices", "contexts"),
    }
)


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration from a file (None = defaults only) and the environment.

    Relative folders are taken from the file's folder. Raises ConfigError.
    """
    return parse(read_text(path) if path else "", path, environ)


def parse(text: str, path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration if the file said this text: as `load`, which see."""
    source = str(path) if path else "defaults"
    data = _tables(text, source)
    for section, key, value in _from_environment(environ):
        table = data.setdefault(section, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{ENV_PREFIX}{section.upper()}__{key.upper()}: [[{section}]] is set in the file only")
        table[key] = value
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        lines = [_explain(source, data, problem) for problem in error.errors()]
        lines += [f"{source}: {problem}" for problem in _further(data, error.errors())]
        raise ConfigError("\n".join(lines)) from None
    problems = [f"{source}: {problem}" for problem in contradictions(config)]
    if problems:
        raise ConfigError("\n".join(problems))
    return _absolute(config, path.resolve().parent if path else Path.cwd())


def read_text(path: Path) -> str:
    """What the file says. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; see docs/configuration.md or leave --config out") from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be read ({error.strerror}); check its owner and mode") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from None


def _tables(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source}: is not valid TOML: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> Iterable[tuple[str, str, str | list[str]]]:
    """Section, key and value of each variable that is ours; a section that isn't there is for the model to refuse."""
    for name, value in environ.items():
        section, separator, key = name.removeprefix(ENV_PREFIX).lower().partition("__")
        if name.startswith(ENV_PREFIX) and separator:
            is_list = (section, key) in _LISTS
            yield section, key, [part.strip() for part in value.split(",") if part.strip()] if is_list else value


def _further(data: Mapping[str, Any], problems: Iterable[Any]) -> Iterable[str]:
    """Contradictions of what is good: those of sections and tables in which no single setting is wrong."""
    rest = copy.deepcopy(dict(data))
    wrong = set()
    for problem in problems:
        wrong.add(_where(data, problem["loc"]).partition(":" if problem["loc"][0] in TABLES else ".")[0])
        _drop(rest, [part for part in problem["loc"] if part != "[key]"])
    try:
        good = Config.model_validate(rest)
    except ValidationError:
        return
    for line in contradictions(good):
        if not any(line.startswith((f"{name}:", f"{name}.")) for name in wrong):
            yield line


def _drop(table: Any, path: Sequence[str | int]) -> None:
    """Take away what stands at the path, if it does (it may have been taken with what is around it)."""
    *above, last = path
    with suppress(LookupError, TypeError):
        for part in above:
            table = table[part]
        if isinstance(table, dict):
            table.pop(last, None)


def _explain(source: str, data: Mapping[str, Any], problem: Any) -> str:
    where = _where(data, problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{source}: {where}: there is no such setting; remove it or check its spelling in docs/configuration.md"
    if problem["type"] == "tuple_type" and where in TABLES:
        return f"{source}: {where}: there may be several; write [[{where}]] instead of [{where}]"
    is_secret = any(word in where for word in ("secret", "password", "pin", "token", "url"))
    is_ours = problem["type"] == "value_error"  # such a message names the value itself, and what to write
    is_telling = isinstance(problem["input"], str | int | float) and not is_secret and not is_ours
    given = f" (it says {str(problem['input'])[:60]!r})" if is_telling else ""
    return f"{source}: {where}: {problem['msg'].removeprefix('Value error, ')}{given}"


def _where(data: Mapping[str, Any], loc: tuple[str | int, ...]) -> str:
    """`http.port`, or `agent ann: device`: one of several tables is told by its name, where it has one."""
    parts = [str(part) for part in loc if part != "[key]"] or ["(top level)"]
    if len(loc) > 1 and loc[0] in TABLES and isinstance(loc[1], int):
        table = data[str(loc[0])][loc[1]]
        name = table.get(TABLES[str(loc[0])]) if isinstance(table, dict) else None
        if isinstance(name, str) and name:
            return ": ".join(filter(None, (f"{loc[0]} {name}", ".".join(parts[2:]))))
    return ".".join(parts)


def _absolute(config: Config, base: Path) -> Config:
    paths, queue_log, mail, http, mqtt = config.paths, config.queue_log, config.mail, config.http, config.mqtt
    return config.model_copy(
        update={
            "paths": paths.model_copy(
                update={
                    "data": base / paths.data,
                    "recordings": base / paths.recordings if paths.recordings else None,
                    "personalities": tuple(base / folder for folder in paths.personalities),
                }
            ),
            "mail": mail.model_copy(update={"templates": base / mail.templates if mail.templates else None}),
            "mqtt": mqtt.model_copy(update={"tls_ca": base / mqtt.tls_ca if mqtt.tls_ca else None}),
            "http": http.model_copy(
                update={
                    "tls_certificate": base / http.tls_certificate if http.tls_certificate else None,
                    "tls_key": base / http.tls_key if http.tls_key else None,
                }
            ),
            "queue_log": queue_log.model_copy(update={"file": base / queue_log.file if queue_log.file else None}),
        }
    )
