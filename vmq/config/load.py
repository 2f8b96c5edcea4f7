"""Reads the configuration: TOML file, then environment; every mistake becomes one clear line.

`load(path)` gives a Config or raises ConfigError with all mistakes, each as `file: key: what is wrong; what to write`.
An environment variable `VMQ_SECTION__KEY` (e.g. VMQ_ASTERISK__SECRET) wins over the file; a list is parted by commas.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vmq.config.model import AgentKind, Config
from vmq.errors import ConfigError

ENV_PREFIX = "VMQ_"
RESERVED = frozenset({"incoming", "quarantine"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  nothing is bound here
_LISTS = frozenset({("agi", "allow"), ("paths", "personalities")})


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration from a file (None = defaults only) and the environment.

    Relative folders are taken from the file's folder. Raises ConfigError.
    """
    data = _read(path) if path else {}
    source = str(path) if path else "defaults"
    for section, key, value in _from_environment(environ):
        table = data.setdefault(section, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{ENV_PREFIX}{section.upper()}__{key.upper()}: [[{section}]] is set in the file only")
        table[key] = value
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(source, problem) for problem in error.errors())) from None
    problems = [f"{source}: {problem}" for problem in _contradictions(config)]
    if problems:
        raise ConfigError("\n".join(problems))
    return _absolute(config, path.resolve().parent if path else Path.cwd())


def is_loopback(host: str) -> bool:
    """True when a server bound to this host can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; see docs/configuration.md or leave --config out") from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be read ({error.strerror}); check its owner and mode") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> Iterable[tuple[str, str, str | list[str]]]:
    """Section, key and value of each variable that is ours; a section that isn't there is for the model to refuse."""
    for name, value in environ.items():
        section, separator, key = name.removeprefix(ENV_PREFIX).lower().partition("__")
        if name.startswith(ENV_PREFIX) and separator:
            is_list = (section, key) in _LISTS
            yield section, key, [part.strip() for part in value.split(",") if part.strip()] if is_list else value


def _explain(source: str, problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"]) or "(top level)"
    if problem["type"] == "extra_forbidden":
        return f"{source}: {key}: there is no such setting; remove it or check its spelling in docs/configuration.md"
    if problem["type"] == "tuple_type" and key in ("queue", "agent", "mailbox"):
        return f"{source}: {key}: there may be several; write [[{key}]] instead of [{key}]"
    is_secret = any(word in key for word in ("secret", "pin", "token", "url"))
    is_telling = isinstance(problem["input"], str | int | float) and not is_secret
    given = f" (it says {str(problem['input'])[:60]!r})" if is_telling else ""
    return f"{source}: {key}: {problem['msg']}{given}"


def _contradictions(config: Config) -> Iterable[str]:
    queues = [queue.name for queue in config.queue]
    for kind, names in (
        ("queue", queues),
        ("agent", [agent.name for agent in config.agent]),
        ("mailbox", [mailbox.number for mailbox in config.mailbox]),
    ):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{kind} {name}: is there twice; keep one"
    for agent in config.agent:
        for queue in agent.queues:
            if queue not in queues:
                yield f"agent {agent.name}: queues: there is no queue {queue!r}; add it as [[queue]] or remove it here"
        if agent.kind is AgentKind.REMOTE and agent.state_device:
            yield f"agent {agent.name}: state_device: a remote agent has no device to watch; remove it, or the kind"
    if config.agi.host in _EVERYWHERE and not config.agi.address:
        yield f"agi.address: is needed when agi.host is {config.agi.host}; write the host:port that Asterisk is to dial"
    if not is_loopback(config.http.host) and not config.http.token.get_secret_value():
        yield f"http.token: is needed when http.host is {config.http.host}, not loopback; write a long random text"
    for mailbox in config.mailbox:
        if mailbox.number in RESERVED:
            yield f"mailbox {mailbox.number}: is the name of one of vmq's own folders; choose another"
    try:
        re.compile(config.voicemail.create_pattern)
    except re.error as error:
        yield f"voicemail.create_pattern: is no regular expression ({error})"
    if config.voicemail.min_message_s >= config.voicemail.max_message_s:
        yield "voicemail.min_message_s: must be smaller than voicemail.max_message_s"


def _absolute(config: Config, base: Path) -> Config:
    paths, queue_log = config.paths, config.queue_log
    return config.model_copy(
        update={
            "paths": paths.model_copy(
                update={
                    "data": base / paths.data,
                    "recordings": base / paths.recordings if paths.recordings else None,
                    "personalities": tuple(base / folder for folder in paths.personalities),
                }
            ),
            "queue_log": queue_log.model_copy(update={"file": base / queue_log.file if queue_log.file else None}),
        }
    )
