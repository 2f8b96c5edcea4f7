"""personality.toml and the pack's own tests: TOML tables in, typed data out, mistakes collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vmq.dialogue.fields import Fields
from vmq.dialogue.findings import Finding
from vmq.dialogue.parse_edge import plain_table
from vmq.dialogue.parse_flow import read_fact
from vmq.dialogue.schema import SCHEMA, Call, Setting
from vmq.dialogue.vocabulary import Fact, FactType

MANIFEST = "personality.toml"
_STEPS = (
    "hears",
    "hears_not",
    "presses",
    "says",
    "enters",
    "records",
    "plays",
    "waits",
    "hangs_up",
    "does",
    "ends",
    "exit",
    "with",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What personality.toml says."""

    id: str
    title: str
    language: str
    prompts: tuple[str, ...]
    entries: Mapping[str, str]
    settings: Mapping[str, Setting]
    facts: Mapping[str, Fact]
    based_on: str


def parse_manifest(table: Mapping[str, object], folder: str, findings: list[Finding]) -> Manifest:
    """personality.toml of the pack in the folder of that name."""
    top = Fields(table, MANIFEST, "", findings)
    schema = top.raw("schema")
    if schema != SCHEMA:
        top.mistake("schema", f"is {schema!r}, and this vmq reads {SCHEMA}: write schema = {SCHEMA}")
    name = top.text("id")
    if name and name != folder:
        top.mistake("id", f'"{name}" is not the folder\'s name: write id = "{folder}", or rename the folder')
    entry = top.sub("entry")
    facts = top.sub("fact")
    manifest = Manifest(
        id=folder,
        title=top.text("title", folder),
        language=top.text("language"),
        prompts=top.texts("prompts"),
        entries={name: entry.text(name) for name in entry.table if entry.raw(name) is not False},
        settings={name: _read_setting(fields) for name, fields in top.sub("setting").subs()},
        facts={name: read_fact(name, fields) for name, fields in facts.subs()},
        based_on=top.text("based_on", ""),
    )
    top.finish()
    return manifest


def _read_setting(fields: Fields) -> Setting:
    types = {"bool": FactType.FLAG, "int": FactType.NUMBER, "seconds": FactType.NUMBER, "text": FactType.TEXT}
    kind = types.get(fields.text("type", choices=types), FactType.NUMBER)
    fact = Fact(kind, fields.text("meaning"), fields.texts("values"))
    default = fields.raw("default")
    low, high = (fields.amount(name, -1) for name in ("min", "max"))
    setting = Setting(
        fact,
        default if isinstance(default, (bool, int, float, str)) else 0,
        float(low) if fields.has("min") and not isinstance(low, str) else None,
        float(high) if fields.has("max") and not isinstance(high, str) else None,
    )
    fits = {FactType.FLAG: (bool,), FactType.NUMBER: (int, float), FactType.TEXT: (str,)}[kind]
    if not isinstance(default, fits) or not setting.accepts(default):
        fields.mistake("default", f"{default!r} does not fit the setting: write a value of its type and bounds")
    fields.finish()
    return setting


def parse_calls(file: str, table: Mapping[str, object], findings: list[Finding]) -> tuple[Call, ...]:
    """The scripted calls of one test file. Its `[answers]` and `[facts]` hold for every call that says nothing else."""
    top = Fields(table, file, "", findings)
    answers = _read_answers(top.sub("answers"))
    facts = plain_table(top.raw("facts"))
    calls = top.raw("call")
    if not isinstance(calls, list) or not all(isinstance(call, dict) for call in calls):
        top.mistake("call", 'there is no call: write [[call]] with name, entry and script = [{ hears = "…" }, …]')
        calls = []
    read = [_read_call(Fields(call, file, f"call[{place}]", findings), facts, answers)
            for place, call in enumerate(calls)]  # fmt: skip
    top.finish()
    return tuple(read)


def _read_call(
    fields: Fields, facts: Mapping[str, object], answers: Mapping[str, tuple[Mapping[str, object], ...]]
) -> Call:
    steps = fields.raw("script")
    script = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    for place, step in enumerate(script):
        Fields(step, fields.file, f"{fields.at('script')}[{place}]", fields.findings).only(_STEPS)
    if not script:
        fields.mistake("script", 'is missing: write script = [{ hears = "…" }, { presses = "1" }, { ends = "gone" }]')
    call = Call(
        name=fields.text("name"),
        file=fields.file,
        key=fields.key,
        entry=fields.text("entry"),
        facts={**facts, **plain_table(fields.raw("facts"))},
        settings=plain_table(fields.raw("settings")),
        answers={**answers, **_read_answers(fields.sub("answers"))},
        script=tuple(script),
    )
    fields.finish()
    return call


def _read_answers(fields: Fields) -> dict[str, tuple[Mapping[str, object], ...]]:
    answers: dict[str, tuple[Mapping[str, object], ...]] = {}
    for action in fields.table:
        value = fields.raw(action)
        listed = value if isinstance(value, list) else [value]
        if not listed or not all(isinstance(item, dict) for item in listed):
            fields.wrong_type(
                action, value, "{ fact = value, … }, with failed = true for a failure, or a list of those"
            )
            continue
        answers[action] = tuple(plain_table(item) for item in listed)
    return answers
