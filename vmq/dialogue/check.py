"""Everything that can be known about a pack before a call: a list of small checks, all mistakes collected.

`check_pack` is the same at load, in `vmq pack check` and in the tests. Checks that would only repeat an earlier mistake
are left out: what a flow means is looked at when its names are right, walks and scripts when all else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from vmq.dialogue.check_cues import check_clips, check_cue_sizes, check_cues, check_keys_spoken
from vmq.dialogue.check_flows import check_edges, check_loops, check_reach
from vmq.dialogue.check_names import check_calls, check_manifest, check_names
from vmq.dialogue.checking import Checked, Sounds
from vmq.dialogue.compile import CompiledPack, compile_pack
from vmq.dialogue.findings import Finding
from vmq.dialogue.load import load_pack
from vmq.dialogue.script import run_call
from vmq.dialogue.vocabulary import Vocabulary
from vmq.dialogue.walk import walk
from vmq.errors import PackError

Check = Callable[[Checked], Iterable[Finding]]

_NAMES: tuple[Check, ...] = (check_manifest, check_names, check_calls, check_cues)
_MEANING: tuple[Check, ...] = (check_edges, check_reach, check_loops, check_keys_spoken, check_cue_sizes, check_clips)


def check_pack(folder: Path, vocabulary: Vocabulary, sounds: Sounds | None = None) -> list[Finding]:
    """All that is wrong with the pack in `folder`, in the order of its files; empty = it may be used.

    Without `sounds` it is not looked up whether the clips are there.
    """
    return _check(folder, vocabulary, sounds)[1]


def open_pack(folder: Path, vocabulary: Vocabulary, sounds: Sounds | None = None) -> CompiledPack:
    """The pack, checked and compiled. Raises PackError naming every finding, one a line."""
    compiled, findings = _check(folder, vocabulary, sounds)
    if findings or compiled is None:
        lines = "\n".join(f"  {finding}" for finding in findings)
        raise PackError(f"personality {folder}: can't be used, {len(findings)} mistakes:\n{lines}")
    return compiled


def _check(folder: Path, vocabulary: Vocabulary, sounds: Sounds | None) -> tuple[CompiledPack | None, list[Finding]]:
    loaded = load_pack(folder)
    found = list(loaded.findings)
    if loaded.pack is None:
        return None, found
    checked = Checked(loaded.pack, vocabulary, sounds)
    checked.unread_files = frozenset(finding.file for finding in found)
    for check in _NAMES:
        found += check(checked)
    checked.bad_files = frozenset(finding.file for finding in found)
    for check in _MEANING:
        found += check(checked)
    if found:
        return None, _in_order(found)
    try:
        compiled = compile_pack(loaded.pack, vocabulary)
    except PackError as error:
        return None, [Finding("personality.toml", "(whole pack)", str(error))]
    found += _dynamic(compiled)
    return compiled, _in_order(found)


def _dynamic(compiled: CompiledPack) -> Iterator[Finding]:
    yield from walk(compiled)
    for call in compiled.pack.calls:
        failure = run_call(compiled, call).failure
        if failure:
            yield Finding(call.file, call.key, f'"{call.name}": {failure}')


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Without repetitions, by file and key."""
    return sorted(set(findings))
