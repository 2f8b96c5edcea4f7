"""Whatever a configuration file says, it is read or refused in words: never another error, never a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vmq.config.load import TABLES, parse
from vmq.config.model import Config
from vmq.errors import ConfigError

KEYS = sorted(
    {key for kind in TABLES for key in Config.model_fields[kind].annotation.__args__[0].model_fields}  # type: ignore[union-attr]
    | {"after_s", "penalty", "closed", "mon-fri", "12-25", "1", "x y"}
)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "sales", "yes", "strict", "queue:sales", "mailbox:1", "9:00-12:00", "german >= 5", "+3", "PJSIP/1"]
    ),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
ENTRIES = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5).map(lambda entry: {"name": "sales"} | entry)
FILES = st.dictionaries(
    st.sampled_from([*Config.model_fields, "nothing"]), st.lists(ENTRIES, max_size=3) | VALUES, max_size=4
)


def toml(value: Any) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=True).replace("\\ud", "\\u0")
    return json.dumps(value)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
def test_any_file_is_read_or_refused(file: dict[str, Any]) -> None:
    text = "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in file.items())
    try:
        parse(text, Path("vmq.toml"), {})
    except ConfigError as error:
        assert all(line.startswith("vmq.toml: ") for line in str(error).splitlines()), error


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text, Path("vmq.toml"), {})
    except ConfigError as error:
        assert str(error).startswith("vmq.toml: ")
