"""One cue file, `cues/<language>.toml`: TOML table in, Book out."""

from __future__ import annotations

from collections.abc import Mapping

from vmq.dialogue.conditions import Condition
from vmq.dialogue.fields import Fields
from vmq.dialogue.findings import Finding
from vmq.dialogue.parse_edge import read_conditions
from vmq.dialogue.schema_cues import (
    Book,
    ChoicesPart,
    ClipPart,
    Cue,
    CuePart,
    FactPart,
    Form,
    ItemPart,
    ItemsPart,
    KeyPart,
    LabelPart,
    MaybePart,
    OneOfPart,
    Part,
    PluralPart,
    SilencePart,
    TonePart,
)

_KNOWN = ("clip", "cue", "plural", "key", "label", "choices", "items", "item", "silence", "tone", "by", "one_of",
          "say",
          *(form.value for form in Form))  # fmt: skip
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")


def parse_book(language: str, file: str, table: Mapping[str, object], findings: list[Finding]) -> Book:
    """All that one language says."""
    top = Fields(table, file, "", findings)
    cues = {name: _read_cue(name, fields) for name, fields in top.sub("cue").subs()}
    label_table = top.sub("label")
    labels = {name: _read_parts(label_table, name) for name in label_table.table if label_table.raw(name) is not False}
    words = top.sub("text")
    text = {clip: words.text(clip) for clip in words.table if words.raw(clip) is not False}
    printed = top.sub("card")
    card = {name: printed.text(name) for name in printed.table if printed.raw(name) is not False}
    spoken = top.sub("words")
    said = {name: spoken.texts(name) for name in spoken.table if spoken.raw(name) is not False}
    top.finish()
    return Book(language, file, cues, labels, text, card, said)


def _read_cue(name: str, fields: Fields) -> Cue:
    variants = _read_variants(fields) or (MaybePart((), _read_parts(fields, "say")),)
    fields.finish()
    return Cue(name, fields.key, variants)


def _read_variants(fields: Fields) -> tuple[MaybePart, ...]:
    """`one_of`, or `by`; none where neither is written."""
    if not fields.has("one_of"):
        return _read_by(fields) if fields.has("by") else ()
    value, items = fields.raw("one_of"), fields.items("one_of")
    if not isinstance(value, list) or not value or len(items) < len(value):
        fields.wrong_type("one_of", value, "a list of { when = …, say = […] }, the last without when")
    return tuple(_read_maybe(item) for item in items)


def _read_by(fields: Fields) -> tuple[MaybePart, ...]:
    """`by = "fact"`, `for.<value> = […]`, and `say` for all other values; without `say` every value has its own."""
    fact, own = fields.text("by"), fields.sub("for")
    variants = [MaybePart((Condition(fact, equals=value),), _read_parts(own, value)) for value in own.table]
    if fields.has("say"):
        variants.append(MaybePart((), _read_parts(fields, "say")))
    if not variants:
        fields.mistake("for", 'is missing: write for.<value> = ["a-clip"] for the values of the fact')
    return tuple(variants)


def _read_maybe(fields: Fields) -> MaybePart:
    maybe = MaybePart(read_conditions(fields), _read_parts(fields, "say"))
    fields.finish()
    return maybe


def _read_parts(fields: Fields, name: str) -> tuple[Part, ...]:
    value = fields.raw(name)
    if value is None:
        fields.mistake(name, f'is missing: write {name} = ["a-clip", …]')
        return ()
    items = value if isinstance(value, list) else [value]
    parts: list[Part] = []
    for place, item in enumerate(items):
        if isinstance(item, str):
            parts.append(ClipPart(item))
        elif isinstance(item, dict):
            where = f"{fields.at(name)}[{place}]" if isinstance(value, list) else fields.at(name)
            part = _read_part(Fields(item, fields.file, where, fields.findings))
            parts += [part] if part else []
        else:
            fields.wrong_type(name, item, 'clips and tables, ["a-clip", { number = "new" }]')
    return tuple(parts)


def _read_part(fields: Fields) -> Part | None:
    kind = next((name for name in _KNOWN if fields.has(name)), "")
    if kind in ("by", "one_of"):
        part: Part | None = OneOfPart(_read_variants(fields))
    elif kind == "say":
        return _read_maybe(fields)
    else:
        part = _read_plain(kind, fields)
    if part is None:
        fields.mistake("", f"is no part of a cue: write one of {', '.join(_KNOWN)}")
        return None
    if fields.has("when"):
        part = MaybePart(read_conditions(fields), (part,))
    fields.finish()
    return part


def _read_plain(kind: str, fields: Fields) -> Part | None:  # noqa: PLR0911 - one return a kind
    if kind in list(Form):
        return _read_fact(Form(kind), fields)
    match kind:
        case "clip":
            speaks = fields.sub("speaks")
            return ClipPart(fields.text(kind), {digits: speaks.text(digits) for digits in speaks.table})
        case "cue":
            return CuePart(fields.text(kind))
        case "plural":
            forms = {form: _read_parts(fields, form) for form in _CATEGORIES if fields.has(form)}
            return PluralPart(fields.text(kind), forms)
        case "key":
            return KeyPart(fields.text(kind))
        case "label":
            fields.text(kind)
            return LabelPart()
        case "choices":
            names = fields.texts(kind)
            return ChoicesPart(() if names == ("*",) else names)
        case "items":
            return ItemsPart(fields.text(kind))
        case "item":
            return ItemPart(fields.text(kind, choices=("name", "digits")) == "name")
        case "silence":
            seconds = fields.amount(kind, 0.0)
            return SilencePart(seconds if isinstance(seconds, (int, float)) else 0.0)
        case "tone":
            return TonePart(fields.text(kind))
    return None


def _read_fact(form: Form, fields: Fields) -> FactPart:
    fact = fields.text(form)
    if form is Form.RECORDING:
        return FactPart(form, fact, fields.flag("resume", False), fields.text("from", ""))
    if form in (Form.NUMBER, Form.ORDINAL):
        return FactPart(form, fact, gender=fields.text("gender", ""))
    return FactPart(form, fact)
