"""Finds a recogniser by its name: vmq's own, or one that a package offers as an entry point of the group `vmq.stt`.

A name with a colon is `module:object`, for one that is in no package.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from vmq.errors import ConfigError
from vmq.recognition.ports import GROUP, Engine

OWN: Mapping[str, str] = {"whisper": "vmq.recognition.whisper:ENGINE"}


def find_engine(name: str) -> Engine:
    """Raises ConfigError when there is none of this name, or its module can't be loaded."""
    try:
        if place := OWN.get(name) or (name if ":" in name else ""):
            module, _, attribute = place.partition(":")
            found: Any = getattr(import_module(module), attribute)
        else:
            offered = {point.name: point for point in entry_points(group=GROUP)}
            if name not in offered:
                raise ConfigError(
                    f"transcription.recogniser: there is none {name!r}; write one of {', '.join([*OWN, *offered])}"
                )
            found = offered[name].load()
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"transcription.recogniser: {name} can't be loaded ({error})") from None
    engine: Engine = found
    return engine
