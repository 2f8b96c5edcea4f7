"""Everything that can be known about a pack before a call: a list of small checks, all mistakes collected.

`check_pack` is the same at load, in `vmq pack check` and in the tests. A pack is checked once for each subject that it
has flows for, with that subject's names. Checks that would only repeat an earlier mistake are left out: what a flow
means is looked at when its names are right, walks and scripts when all else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vmq.dialogue.check_cues import (
    check_books,
    check_cards,
    check_clips,
    check_cue_sizes,
    check_cues,
    check_keys_spoken,
)
from vmq.dialogue.check_flows import (
    check_edges,
    check_keyless,
    check_loops,
    check_nesting,
    check_reach,
    check_started,
)
from vmq.dialogue.check_manifest import check_call_entries, check_calls, check_facts, check_manifest
from vmq.dialogue.check_names import check_names
from vmq.dialogue.check_spoken import check_spoken, check_words
from vmq.dialogue.checking import Checked, Sounds
from vmq.dialogue.compile import CompiledPack, compile_pack
from vmq.dialogue.findings import Finding
from vmq.dialogue.layers import relocate
from vmq.dialogue.load import load_pack
from vmq.dialogue.schema import Pack
from vmq.dialogue.script import run_call
from vmq.dialogue.vocabulary import Vocabulary
from vmq.dialogue.walk import walk
from vmq.errors import PackError

Check = Callable[[Checked], Iterable[Finding]]
Subjects = Sequence[Vocabulary]

_NAMES: tuple[Check, ...] = (check_facts, check_names, check_calls, check_cues, check_spoken)
_MEANING: tuple[Check, ...] = (check_edges, check_keyless, check_reach, check_loops, check_keys_spoken)


def check_pack(
    folder: Path, subjects: Subjects, sounds: Sounds | None = None, roots: Sequence[Path] = ()
) -> list[Finding]:
    """All that is wrong with the pack in `folder`, in the order of its files; empty = it may be used.

    `subjects` are all there are: entries of others are unknown. Without `sounds` it is not looked up whether the clips
    are there. A pack that it is based on is looked for beside it, then in `roots`.
    """
    return _check(folder, subjects, sounds, roots)[1]


def open_pack(
    folder: Path,
    subjects: Subjects,
    sounds: Sounds | None = None,
    roots: Sequence[Path] = (),
    *,
    is_tried: bool = False,
) -> dict[str, CompiledPack]:
    """The pack, checked and compiled, by the subjects that it has flows for. One that `is_tried` was walked and had its
    calls played when this program was made; that is not done again. Raises PackError naming every finding, one a
    line."""
    compiled, findings = _check(folder, subjects, sounds, roots, is_tried=is_tried)
    if findings or not compiled:
        lines = "\n".join(f"  {finding}" for finding in findings)
        raise PackError(f"personality {folder}: can't be used, {len(findings)} mistakes:\n{lines}")
    return compiled


def _check(
    folder: Path, subjects: Subjects, sounds: Sounds | None, roots: Sequence[Path], *, is_tried: bool = False
) -> tuple[dict[str, CompiledPack], list[Finding]]:
    loaded = load_pack(folder, roots)
    compiled: dict[str, CompiledPack] = {}
    found = list(loaded.findings)
    if loaded.pack is not None:
        compiled, found = _check_loaded(loaded.pack, subjects, sounds, found)
        for one in () if found or is_tried else compiled.values():
            found += _dynamic(one)
    return compiled, sorted({relocate(finding, loaded.files) for finding in found})


def _check_loaded(
    pack: Pack, subjects: Subjects, sounds: Sounds | None, found: list[Finding]
) -> tuple[dict[str, CompiledPack], list[Finding]]:
    unread = frozenset(finding.file for finding in found)
    views = [Checked(part, subject, sounds, unread) for part, subject in _by_subject(pack, subjects)]
    whole = Checked(pack, subjects[0], sounds, unread)
    found += [*check_manifest(pack, subjects), *check_call_entries(pack)]
    found += [*check_books(whole), *check_cards(pack), *check_words(pack)]
    for view in views:
        for check in _NAMES:
            found += check(view)
    for view in (whole, *views):
        view.bad_files = frozenset(finding.file for finding in found)
    for view in views:
        for check in _MEANING:
            found += check(view)
    found += [*check_started(pack), *check_nesting(pack), *check_cue_sizes(whole), *check_clips(whole)]
    if found:
        return {}, found
    try:
        compiled = {view.vocabulary.subject: compile_pack(view.pack, view.vocabulary) for view in views}
    except PackError as error:
        return {}, [Finding("personality.toml", "(whole pack)", str(error))]
    return compiled, found


def _by_subject(pack: Pack, subjects: Subjects) -> list[tuple[Pack, Vocabulary]]:
    """What each subject has of a pack. Flows that nobody starts (a name is misspelt somewhere) are looked at with those
    of the only subject, where there is but one."""
    mine = [(pack.for_subject(subject), subject) for subject in subjects]
    mine = [(part, subject) for part, subject in mine if part.entries]
    if len(mine) == 1:
        part, subject = mine[0]
        mine = [(replace(part, flows=pack.flows), subject)]
    return mine


def _dynamic(compiled: CompiledPack) -> Iterator[Finding]:
    yield from walk(compiled)
    for call in compiled.pack.calls:
        failure = run_call(compiled, call).failure
        if failure:
            yield Finding(call.file, call.key, f'"{call.name}": {failure}')
