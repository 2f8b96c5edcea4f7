"""What has to be written into a table so that it says what is wanted, and no more than that.

Left alone: what says the same in other words (`ringall`, 15 for 15.0), and defaults that nobody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from vmq.config import edit
from vmq.config.agents import AgentConfig, TrunkConfig
from vmq.config.delivery import WebhookConfig
from vmq.config.edit import BLOCKS
from vmq.config.hours import ScheduleConfig
from vmq.config.load import TABLES
from vmq.config.mailboxes import ClassOfServiceConfig
from vmq.config.model import ListConfig, MailboxConfig
from vmq.config.queues import PenaltyRuleConfig, QueueConfig

Values = Mapping[str, Any]

KINDS: dict[str, type[BaseModel]] = {
    "queue": QueueConfig,
    "agent": AgentConfig,
    "trunk": TrunkConfig,
    "schedule": ScheduleConfig,
    "penalty_rule": PenaltyRuleConfig,
    "class_of_service": ClassOfServiceConfig,
    "mailbox": MailboxConfig,
    "list": ListConfig,
    "webhook": WebhookConfig,
}
"""What can be changed table by table, in the file and over HTTP, and the model of each."""


def set_table(text: str, kind: str, name: str, settings: Values, *, is_whole: bool) -> str:
    """The text with a table of this name that says just these settings (`is_whole`), or these beside what it says.

    A secret is never shown, so it can't be said again: it stays until another, or None, is given.
    """
    key, model = TABLES[kind], KINDS[kind]
    span = edit.find(text, kind, key, name)
    old = next((table for table in edit.tables(text, kind) if table.get(key) == name), {key: name})
    kept = {secret: old[secret] for secret in secrets_of(model) if secret in old} if is_whole else old
    changes = differences(model, old, merged(kept, {**settings, key: name}))
    return edit.add(text, kind, {key: name, **changes}) if span is None else edit.change(text, span, changes)


def secrets_of(model: type[BaseModel]) -> list[str]:
    """The keys whose values are not to be shown."""
    return [key for key, info in model.model_fields.items() if info.annotation is SecretStr]


def revealed(table: BaseModel) -> dict[str, Any]:
    """All a table says, secrets too: to compare, not to show."""
    secrets = {key: getattr(table, key).get_secret_value() for key in secrets_of(type(table))}
    return table.model_dump(mode="json") | secrets


def merged(old: Values, patch: Values) -> dict[str, Any]:
    """A JSON merge patch (RFC 7396): tables are merged, None takes a key away."""
    found = dict(old)
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, Mapping):
            before = found.get(key)
            found[key] = merged(before if isinstance(before, Mapping) else {}, value)
        else:
            found[key] = value
    return found


def differences(model: type[BaseModel], old: Values, wanted: Values) -> dict[str, Any]:
    """Changes in the form of vmq.config.edit.change. What the model can't understand is a change as it stands, for the
    check of the whole to say what is wrong with it."""
    found: dict[str, Any] = {key: None for key in old if key not in wanted}
    before, after = _understood(model, old, wanted), _understood(model, wanted, old)
    for key, value in wanted.items():
        info = model.model_fields.get(key)
        if before is None or after is None or info is None:
            is_same = key in old and old[key] == value
        else:
            is_same = before[key] == after[key] and (key in old or not info.is_required())
        if is_same:
            continue
        inner = info.annotation if info else None
        if key in BLOCKS and isinstance(value, Mapping) and isinstance(inner, type) and issubclass(inner, BaseModel):
            found[key] = differences(inner, old.get(key, {}), value)
        else:
            found[key] = value
    return found


def _understood(model: type[BaseModel], values: Values, others: Values) -> dict[str, Any] | None:
    """In the model's words, with all defaults; a required key that isn't there yet is taken from the others."""
    required = {key: others[key] for key, info in model.model_fields.items() if info.is_required() and key in others}
    try:
        return revealed(model.model_validate({**required, **values}))
    except ValidationError:
        return None
