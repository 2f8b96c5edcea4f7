"""What the tools for pack authors do (`vmq pack …`), as functions that return data. They need no configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmq.app.packs import pack_folders
from vmq.app.subjects import SUBJECTS
from vmq.audio.sounds import Prompts, load_prompts, usual_asterisk_sounds
from vmq.authoring.card import Card, card
from vmq.authoring.diagram import mermaid, svg
from vmq.authoring.install import install
from vmq.authoring.scaffold import scaffold
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.compile import CompiledPack, compile_pack
from vmq.dialogue.coverage import Coverage, coverage
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.load import load_pack
from vmq.dialogue.say import say_cue, says
from vmq.dialogue.schema import Call, Pack
from vmq.dialogue.script import run_call
from vmq.dialogue.simulate import Simulator
from vmq.domain import line
from vmq.errors import PackError
from vmq.resources import shipped


@dataclass(frozen=True, slots=True)
class Tested:
    """How one of a pack's test calls went: what was wrong ("" = nothing), and what was said in it."""

    name: str
    failure: str
    transcript: tuple[str, ...]


def new(folder: Path, base: str) -> list[Path]:
    """Begin a pack in a new folder, based on another. Raises PackError."""
    folders = {path.name: path for path in pack_folders(())}
    found = folder.resolve().parent / base
    source = found if found.is_dir() else folders.get(base)
    below = load_pack(source, _roots()).pack if source else None
    if below is None:
        raise PackError(f"there is no pack {base!r} to begin with: {offer(base, folders)}")
    return scaffold(folder, base, below.language, next(iter(below.entries)))


def run_tests(folder: Path) -> Iterator[Tested]:
    """Run the pack's test calls one by one. Raises PackError for a pack that has mistakes besides."""
    findings = [finding for finding in check(folder) if not finding.file.startswith("tests/")]
    if findings:
        raise PackError("\n".join(map(str, findings)))
    for pack, call in _calls(folder):
        result = run_call(pack, call)
        yield Tested(call.name, result.failure, result.transcript)


def covered(folder: Path) -> Mapping[str, Coverage]:
    """What the pack's test calls leave out, by the subject of its flows. Raises PackError."""
    return {subject: coverage(pack) for subject, pack in _open(folder).items()}


def diagrams(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(flow, SVG, Mermaid) of each flow of a pack, also of one that has mistakes. Raises PackError for one that can't
    be read."""
    pack = _read(folder)
    for name, flow in pack.flows.items():
        if flow.start in flow.states:
            yield name, svg(pack, flow), mermaid(pack, flow)


def reference_card(folder: Path) -> Card:
    """The quick-reference card. Raises PackError."""
    pack = _read(folder)
    if pack.language not in pack.books:
        raise PackError(f"{folder}: has no cues/{pack.language}.toml, whose words the card needs")
    return card(pack)


def install_pack(source: Path, target: Path) -> str:
    """Put a pack from a folder or a zip into the folder of installed packs; gives its id. Raises PackError."""
    return install(source, target, lambda folder: check_pack(folder, SUBJECTS, None, (target, *_roots())))


def shipped_prompts() -> Prompts:
    """The prompt sets that a pack can be checked against on this machine."""
    return load_prompts(shipped("prompts"), "", usual_asterisk_sounds())


def check(folder: Path) -> list[Finding]:
    """All that is wrong with a pack."""
    return check_pack(folder, SUBJECTS, shipped_prompts(), _roots())


def say(folder: Path, cue: str, facts: Sequence[str]) -> list[tuple[str, str]]:
    """The clips of a cue, each with its words. Raises PackError."""
    opened, prompts = _open(folder), shipped_prompts()
    pack = next((pack for pack in opened.values() if says(pack, cue)), next(iter(opened.values())))
    language = pack.pack.language
    return [_spelt(segment, prompts, language) for segment in say_cue(pack, cue, facts_as_typed(facts), language)]


def calls(folder: Path) -> list[str]:
    """The names of a pack's own test calls, which `simulate` can begin from. Raises PackError."""
    return [call.name for _, call in _calls(folder)]


def simulate(folder: Path, name: str, *, tell: Callable[[str], None], ask: Callable[[str], str]) -> None:
    """Begin as the pack's test call of this name does (its mailbox, its messages), and let `ask` play its party.

    `ask` answers with keys, with nothing for silence, or with h to hang up. Raises PackError.
    """
    known = {call.name: (pack, call) for pack, call in _calls(folder)}
    if name not in known:
        raise PackError(f"there is no test call {name!r}: {offer(name, known)}")
    call = Simulator.of_call(*known[name])
    told = 0
    while True:
        for text in call.heard[told:]:
            tell(f"  {text}")
        told = len(call.heard)
        if call.is_over:
            break
        keys = ask(f"{call.where} keys> ").strip()
        if keys == "h":
            call.hang_up()
        elif keys:
            call.press(keys)
        else:
            call.wait()
    tell(f"the call is over, in {call.where}")


def _read(folder: Path) -> Pack:
    pack = load_pack(folder, _roots()).pack
    if pack is None:
        raise PackError(f"{folder}: is no pack: it has no personality.toml that can be read")
    return pack


def _calls(folder: Path) -> Iterator[tuple[CompiledPack, Call]]:
    """The test calls, each with the pack as its subject has it; also when some of them fail."""
    loaded = load_pack(folder, _roots())
    for subject in SUBJECTS:
        part = loaded.pack.for_subject(subject) if loaded.pack else None
        if part and part.entries:
            compiled = compile_pack(part, subject)
            yield from ((compiled, call) for call in part.calls)


def _open(folder: Path) -> dict[str, CompiledPack]:
    """The pack, by the subjects that it has flows for. Raises PackError."""
    return open_pack(folder, SUBJECTS, roots=_roots())


def _roots() -> tuple[Path, ...]:
    """Where packs are that others may be based on."""
    return (shipped("personalities"),)


def facts_as_typed(facts: Iterable[str]) -> dict[str, str]:
    """`new=3` → {"new": "3"}. Raises PackError."""
    for fact in facts:
        if "=" not in fact:
            raise PackError(f"{fact!r} is no fact; write name=value, e.g. new=3")
    return {name: value for name, _, value in (fact.partition("=") for fact in facts)}


def _spelt(segment: line.Segment, prompts: Prompts, language: str) -> tuple[str, str]:
    match segment:
        case line.Clip(id=clip):
            return clip, prompts.text(clip, language)
        case line.Recording(label=label):
            return f"<{label}>", "a recording"
        case line.Tone(name=name):
            return f"<{name}>", "the record tone"
        case line.Silence(seconds=seconds):
            return "<silence>", f"{seconds:g} s"
