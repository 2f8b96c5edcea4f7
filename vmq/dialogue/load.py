"""A pack's folder, read: the only module here that touches files. Never leaves the folder, never reads without bound.

personality.toml   common.toml   flows/<flow>.toml   cues/<language>.toml   tests/<any>.toml
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from vmq.dialogue.fields import NAME, Fields
from vmq.dialogue.findings import Finding
from vmq.dialogue.layers import COMMON, Layer, Layered, common_part, layered
from vmq.dialogue.parse_cues import parse_book
from vmq.dialogue.parse_flow import parse_flow
from vmq.dialogue.parse_pack import MANIFEST, parse_calls, parse_manifest
from vmq.dialogue.schema import Pack

MAX_FILE_BYTES = 256 * 1024
MAX_FILES = 64  # in each sub-folder
MAX_PACK_BYTES = 1024 * 1024
MAX_DEPTH = 24  # tables and lists inside each other
MAX_STATES = 500  # of one flow
MAX_PACK_STATES = 2000
MAX_BASES = 3  # packs that a pack is based on, one on the other


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave. `pack` is None when there is no readable personality.toml. Findings name the pack's own files
    until `relocate` (vmq.dialogue.layers) looks up in `files` where a thing is written."""

    pack: Pack | None
    findings: tuple[Finding, ...]
    files: Mapping[str, Layered] = field(default_factory=dict)


def load_pack(folder: Path, roots: Sequence[Path] = ()) -> Loaded:
    """Read a pack. A pack that it is based on is looked for beside it, then in `roots`.

    Every mistake of form is in `findings`; whether it makes sense is vmq.dialogue.check's work.
    """
    findings: list[Finding] = []
    chain = _chain(folder, roots, findings)
    if MANIFEST not in chain[0].tables:
        return Loaded(None, tuple(findings))
    files = {file: _file(file, chain) for file in sorted({file for source in chain for file in source.tables})}
    tables = {file: dict(layered.table) for file, layered in files.items()}
    tables[MANIFEST] |= {name: chain[0].tables[MANIFEST].get(name, "") for name in ("id", "based_on")}
    manifest = parse_manifest(tables[MANIFEST], folder.resolve().name, findings)
    pack = Pack(
        id=manifest.id,
        title=manifest.title,
        language=manifest.language,
        prompts=manifest.prompts,
        entries=manifest.entries,
        settings=manifest.settings,
        facts=manifest.facts,
        flows={PurePath(file).stem: parse_flow(PurePath(file).stem, file, tables[file], findings)
               for file in files if file.startswith("flows/")},
        books={PurePath(file).stem: parse_book(PurePath(file).stem, file, tables[file], findings)
               for file in files if file.startswith("cues/")},
        calls=tuple(call for file in files if file.startswith("tests/")
                    for call in parse_calls(file, tables[file], findings)),
        based_on=manifest.based_on,
    )  # fmt: skip
    if COMMON in tables:
        Fields(tables[COMMON], COMMON, "", findings).only(("defaults", "keys", "keyset"))
    return Loaded(pack, tuple(findings), files)


@dataclass(frozen=True, slots=True)
class _Source:
    """The files of one pack of a chain, as they are written. `label` stands before the files of a pack based on."""

    label: str
    tables: Mapping[str, dict[str, object]]


def _chain(folder: Path, roots: Sequence[Path], findings: list[Finding]) -> list[_Source]:
    """The pack's own files, those of the pack it is based on, and so on."""
    chain: list[_Source] = []
    seen: set[str] = set()
    label = ""
    while True:
        seen.add(folder.resolve().name)
        chain.append(_Source(label, _Reader(folder, findings, label).all_tables()))
        base = chain[-1].tables.get(MANIFEST, {}).get("based_on")
        if not isinstance(base, str) or not base:
            return chain
        where = f"{label}{MANIFEST}"
        found = next((root / base for root in (folder.resolve().parent, *roots) if (root / base / MANIFEST).is_file()),
                     None) if NAME.match(base) else None  # fmt: skip
        if found is None:
            findings.append(Finding(where, "based_on", f'there is no pack "{base}" here: install it, or take it out'))
            return chain
        if base in seen or len(seen) > MAX_BASES:
            text = f"packs are based on each other in a ring, or on more than {MAX_BASES}: take it out"
            findings.append(Finding(where, "based_on", text))
            return chain
        folder, label = found, f"{base}: "


def _file(file: str, chain: Sequence[_Source]) -> Layered:
    """One file of the pack: its own layer first, then those of the packs below; a flow's have common.toml under them.

    A file of tests is nobody's but the pack's that writes it last.
    """
    layers: list[Layer] = []
    for source in chain:
        if file in source.tables:
            layers.append(Layer(f"{source.label}{file}", source.tables[file]))
            if file.startswith("tests/"):
                break
    if file.startswith("flows/"):
        layers += [
            Layer(f"{source.label}{COMMON}", common_part(source.tables[COMMON]))
            for source in chain
            if COMMON in source.tables
        ]
    return layered(file, layers)


class _Reader:
    """Reads the TOML files of one folder."""

    def __init__(self, folder: Path, findings: list[Finding], label: str = "") -> None:
        self._folder = folder.resolve()
        self._findings = findings
        self._label = label
        self._left_bytes = MAX_PACK_BYTES
        self._left_states = MAX_PACK_STATES

    def all_tables(self) -> dict[str, dict[str, object]]:
        """All files that can be read; with no personality.toml no other is read."""
        manifest = self.table(MANIFEST)
        if manifest is None:
            return {}
        tables = {MANIFEST: manifest}
        common = self.table(COMMON) if (self._folder / COMMON).exists() else None
        if common is not None:
            tables[COMMON] = common
        for sub in ("flows", "cues", "tests"):
            tables |= {file: table for _, file, table in self.tables(sub)}
        return tables

    def table(self, file: str) -> dict[str, object] | None:
        """One file's table, or None with a finding."""
        path = self._folder / file
        try:
            if not path.resolve().is_relative_to(self._folder):
                self._note(file, "leads out of the pack's folder: put the file itself there")
                return None
            if path.exists() and not path.is_file():
                self._note(file, "is no file: put a text file there")
                return None
            if path.stat().st_size > MAX_FILE_BYTES:
                self._note(
                    file, f"is larger than {MAX_FILE_BYTES // 1024} KiB: split it, or take out what is not needed"
                )
                return None
            self._left_bytes -= path.stat().st_size
            if self._left_bytes < 0:
                self._note(
                    file, f"makes the pack larger than {MAX_PACK_BYTES // 1024} KiB: take out what is not needed"
                )
                return None
            return self._bounded(file, tomllib.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            self._note(file, "is not there: write it, or point to the pack's own folder")
        except tomllib.TOMLDecodeError as error:
            self._note(file, f"is not TOML: {error}: mend that line")
        except RecursionError:
            self._note(file, f"has more than {MAX_DEPTH} tables and lists inside each other: make it flatter")
        except UnicodeDecodeError:
            self._note(file, "is not UTF-8: save it as UTF-8")
        except OSError as error:
            self._note(file, f"can't be read ({error.strerror}): check who may read it")
        return None

    def _bounded(self, file: str, table: dict[str, object]) -> dict[str, object] | None:
        """The table, unless reading or checking it could take without bound."""
        states = table.get("state")
        if isinstance(states, dict) and len(states) > MAX_STATES:
            self._note(file, f"has {len(states)} states: keep a flow to {MAX_STATES}, and call others from it")
            return None
        self._left_states -= len(states) if isinstance(states, dict) else 0
        if self._left_states < 0:
            self._note(file, f"makes more than {MAX_PACK_STATES} states in all: take out what is not needed")
            return None
        if _is_deeper(table, MAX_DEPTH):
            raise RecursionError
        return table

    def tables(self, sub: str) -> list[tuple[str, str, dict[str, object]]]:
        """(name, file, table) of each TOML file in a sub-folder, by name."""
        files = sorted((self._folder / sub).glob("*.toml"))
        if len(files) > MAX_FILES:
            self._note(sub, f"holds {len(files)} files: keep it to {MAX_FILES}")
        read = [(path.stem, f"{sub}/{path.name}", self.table(f"{sub}/{path.name}")) for path in files[:MAX_FILES]]
        return [(name, file, table) for name, file, table in read if table is not None]

    def _note(self, file: str, text: str) -> None:
        self._findings.append(Finding(f"{self._label}{file}", "(whole file)", text))


def _is_deeper(value: object, depth: int) -> bool:
    """Are there more than `depth` tables and lists inside each other? (Dotted keys nest without a bracket.)"""
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in inner if isinstance(item, (dict, list))]
