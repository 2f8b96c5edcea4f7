"""One import from begin to end: files of Asterisk and the text of a configuration → the new text, and the report.

What the configuration says already stays, comments and all; a queue, agent or rule of the same name gets what the files
say, and keeps what they don't.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmq.config import edit
from vmq.config.differences import set_table
from vmq.config.load import parse
from vmq.errors import ConfigError
from vmq.importing.asterisk_config import AsteriskConfig, read_config
from vmq.importing.draft import Drafts
from vmq.importing.queues import take_agents, take_penalty_rules, take_queues
from vmq.importing.report import Report
from vmq.importing.voicemail import take_mail_server, take_voicemail

FILES = ("queuerules", "queues", "agents", "voicemail")
"""What can be imported, by the beginning of a file's name; in the order in which they need each other."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The configuration's new text; the report's lines; what keeps the text from being used, if anything does."""

    text: str
    lines: Sequence[str]
    problems: Sequence[str]


def import_files(paths: Sequence[Path], text: str = "", target: Path = Path("vmq.toml"), context: str = "") -> Imported:
    """Import into a configuration that says `text` so far; of mailboxes those of one context, or all. Raises
    ConfigError for a file that can't be read or isn't known, and for a configuration that has mistakes already."""
    has_mail = bool(parse(text, target, {}).mail.host)
    configs = _read(paths)
    agents = edit.tables(text, "agent")
    drafts, report = Drafts(known_agents={agent["device"]: agent["name"] for agent in agents}), Report()
    take_penalty_rules(configs.get("queuerules", AsteriskConfig()), drafts, report)
    take_queues(configs.get("queues", AsteriskConfig()), drafts, report)
    take_agents(configs.get("agents", AsteriskConfig()), drafts, report)
    if voicemail := configs.get("voicemail"):
        take_voicemail(voicemail, drafts, report, context)
        if not has_mail:
            take_mail_server(voicemail, drafts, report)
    _keep_memberships(drafts, agents)
    for kind, table in drafts.tables():
        text = set_table(text, kind, table.name, table.settings, is_whole=False)
    for key, value in drafts.queue_log.items():
        text = edit.set_value(text, "queue_log", key, value)
    for section in drafts.sections.values():
        for key, value in section.settings.items():
            text = edit.set_value(text, section.name, key, value)
    problems: list[str] = []
    try:
        parse(text, target, {})
    except ConfigError as error:
        problems = str(error).splitlines()
    return Imported(text, list(report.lines()), problems)


def _keep_memberships(drafts: Drafts, agents: Sequence[Mapping[str, Any]]) -> None:
    """An agent who is configured already goes on serving the queues that the files say nothing of."""
    for agent in agents:
        draft = drafts.agents.get(agent["name"])
        if draft is not None:
            wanted = draft.get("queues") or []
            named = {_queue_of(each) for each in wanted}
            draft.set("queues", [*(each for each in agent.get("queues", ()) if _queue_of(each) not in named), *wanted])


def _queue_of(membership: Any) -> str:
    return str(membership["name"]) if isinstance(membership, Mapping) else str(membership)


def _read(paths: Sequence[Path]) -> Mapping[str, AsteriskConfig]:
    found: dict[str, AsteriskConfig] = {}
    for path in paths:
        kind = next((kind for kind in FILES if path.name.lower().startswith(kind)), "")
        if not kind:
            raise ConfigError(
                f"{path}: is none of {', '.join(f'{name}.conf' for name in FILES)} by its name; rename it"
            )
        if kind in found:
            raise ConfigError(f"{path}: {kind}.conf is given twice; name one, and let it #include the other")
        try:
            found[kind] = read_config(path)
        except OSError as error:
            raise ConfigError(f"{path}: can't be read ({error.strerror})") from None
    return found
