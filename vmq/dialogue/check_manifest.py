"""Is what a pack says of itself right? Language, entries, its facts, its flows' arguments, the names in its tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vmq.dialogue.checking import Checked
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.grammar import grammar_for, languages
from vmq.dialogue.parse_pack import MANIFEST
from vmq.dialogue.schema import Pack
from vmq.dialogue.vocabulary import Fact, Vocabulary


def check_manifest(pack: Pack, subjects: Sequence[Vocabulary]) -> Iterator[Finding]:
    """Language and entries: those of a subject are there all or not at all, optional ones left out."""
    if pack.language and grammar_for(pack.language) is None:
        yield Finding(MANIFEST, "language", f'"{pack.language}" can\'t be spoken: {offer(pack.language, languages())}')
    elif pack.language and pack.language not in pack.books:
        yield Finding(MANIFEST, "language", f"has no cues: write cues/{pack.language}.toml")
    known = [entry for subject in subjects for entry in subject.entries]
    for name, flow in pack.entries.items():
        if name not in known:
            yield Finding(MANIFEST, f"entry.{name}", f'nobody starts "{name}": {offer(name, known)}')
        if flow not in pack.flows:
            yield Finding(MANIFEST, f"entry.{name}", f'there is no flow "{flow}": {offer(flow, pack.flows)}')
    if not pack.entries:
        yield Finding(MANIFEST, "entry", f'is missing: write entry.{known[0]} = "…", the flow for it')
    for subject in subjects:
        wanted = [name for name, entry in subject.entries.items() if not entry.is_optional]
        if not any(name in pack.entries for name in subject.entries):
            continue
        for name in wanted:
            if name not in pack.entries:
                yield Finding(MANIFEST, f"entry.{name}", f'is missing: write entry.{name} = "…", the flow for it')


def check_facts(checked: Checked) -> Iterator[Finding]:
    """Facts of the pack and arguments of its flows hide nobody else's."""
    facts = checked.vocabulary.all_facts
    for name in checked.pack.facts:
        if name in facts:
            yield Finding(MANIFEST, f"fact.{name}", "is a fact of the subject already: take another name")
    seen: dict[str, Fact] = {}
    for flow in checked.pack.flows.values():
        for name, fact in flow.takes.items():
            first = seen.setdefault(name, fact)
            if name in facts or name in checked.pack.facts:
                yield Finding(flow.file, f"takes.{name}", "is a fact already: take another name")
            elif (first.type, first.values) != (fact.type, fact.values):
                text = "is an argument of another flow too, of another type: make them alike, or take another name"
                yield Finding(flow.file, f"takes.{name}", text)


def check_calls(checked: Checked) -> Iterator[Finding]:
    """The names in the pack's own tests."""
    for call in checked.pack.calls:
        for action in call.answers:
            if action not in checked.vocabulary.actions:
                hint = offer(action, checked.vocabulary.actions)
                yield Finding(call.file, f"{call.key}.answers.{action}", f"there is no such action: {hint}")


def check_call_entries(pack: Pack) -> Iterator[Finding]:
    """The entries that the pack's own tests begin with."""
    for call in pack.calls:
        if call.entry not in pack.entries:
            yield Finding(call.file, f"{call.key}.entry", f'no entry "{call.entry}": {offer(call.entry, pack.entries)}')
