"""A pack's folder, read: the only module here that touches files. Never leaves the folder, never reads without bound.

personality.toml   flows/<flow>.toml   cues/<language>.toml   tests/<any>.toml
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vmq.dialogue.findings import Finding
from vmq.dialogue.parse_cues import parse_book
from vmq.dialogue.parse_flow import parse_flow
from vmq.dialogue.parse_pack import MANIFEST, parse_calls, parse_manifest
from vmq.dialogue.schema import Pack

MAX_FILE_BYTES = 256 * 1024
MAX_FILES = 64  # in each sub-folder
MAX_PACK_BYTES = 1024 * 1024
MAX_DEPTH = 24  # tables and lists inside each other
MAX_STATES = 500  # of one flow


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave. `pack` is None when there is no readable personality.toml."""

    pack: Pack | None
    findings: tuple[Finding, ...]


def load_pack(folder: Path) -> Loaded:
    """Read a pack. Every mistake of form is in `findings`; whether it makes sense is vmq.dialogue.check's work."""
    findings: list[Finding] = []
    reader = _Reader(folder, findings)
    table = reader.table(MANIFEST)
    if table is None:
        return Loaded(None, tuple(findings))
    manifest = parse_manifest(table, folder.resolve().name, findings)
    flows = {name: parse_flow(name, file, found, findings) for name, file, found in reader.tables("flows")}
    books = {name: parse_book(name, file, found, findings) for name, file, found in reader.tables("cues")}
    calls = [call for _, file, found in reader.tables("tests") for call in parse_calls(file, found, findings)]
    pack = Pack(
        id=manifest.id,
        title=manifest.title,
        language=manifest.language,
        prompts=manifest.prompts,
        entries=manifest.entries,
        settings=manifest.settings,
        facts=manifest.facts,
        flows=flows,
        books=books,
        calls=tuple(calls),
    )
    return Loaded(pack, tuple(findings))


class _Reader:
    """Reads the TOML files of one folder."""

    def __init__(self, folder: Path, findings: list[Finding]) -> None:
        self._folder = folder.resolve()
        self._findings = findings
        self._left_bytes = MAX_PACK_BYTES

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
        self._findings.append(Finding(file, "(whole file)", text))


def _is_deeper(value: object, depth: int) -> bool:
    """Are there more than `depth` tables and lists inside each other? (Dotted keys nest without a bracket.)"""
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in inner if isinstance(item, (dict, list))]
