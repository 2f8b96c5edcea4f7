"""docs/configuration.md names every setting that there is."""

from __future__ import annotations

import types
import typing
from pathlib import Path

from pydantic import BaseModel

from vmq.config.model import Config

DOCS = Path(__file__).parents[3] / "docs" / "configuration.md"


def settings(model: type[BaseModel], prefix: str = "") -> list[str]:
    """All keys, `section.key`, of a section and those below it."""
    found = []
    for name, field in model.model_fields.items():
        inner = [kind for kind in (field.annotation, *typing.get_args(field.annotation)) if isinstance(kind, type)]
        sections = [kind for kind in inner if not isinstance(kind, types.GenericAlias) and issubclass(kind, BaseModel)]
        found += settings(sections[0], f"{name}.") if sections else [f"{prefix}{name}"]
    return found


def test_every_setting_is_described() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [key for key in settings(Config) if f"`{key.split('.')[-1]}`" not in text] == []
