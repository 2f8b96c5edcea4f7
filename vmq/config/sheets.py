"""Tables as spreadsheet programs write and read them: CSV with its ways, as rows of text that know their line.

In: bytes with or without a byte order mark, parted by commas, semicolons or tabs, with line breaks inside of quotes.
Out: rows, or what is wrong with the file, with line and column.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vmq.errors import ConfigError

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by spreadsheet programs; `'` before it keeps it text."""
_MANGLED = re.compile(r"\d[.,]?\d*E\+\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a sheet: where it begins, and its cells by column; one that is empty isn't there."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read. `problems` say line, column and what to write instead."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[str, ...]


def read_sheet(content: bytes) -> Sheet:
    """Read a CSV file; the first line that is not empty names the columns. Raises ConfigError for what is no text."""
    text = _text(content)
    separator, text = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: tuple[str, ...] = ()
    rows, problems, begins = [], [], 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = tuple(cell.strip().lower().replace(" ", "_") for cell in cells)
                problems += _of_head(line, columns)
                continue
            problems += _of_cells(line, columns, cells)
            known = zip(columns, cells, strict=False)
            rows.append(Row(line, {name: _plain(cell) for name, cell in known if name and cell.strip()}))
    except csv.Error as error:
        problems.append(f"line {begins}: is no CSV ({error}); a quote was perhaps not closed")
    return Sheet(columns, tuple(rows), tuple(problems))


def write_sheet(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """As CSV that every spreadsheet program reads: UTF-8 with a mark, CRLF, and no cell that would be run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(row.get(column, "")) for column in columns])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _text(content: bytes) -> str:
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"line {line}: is not UTF-8; save it as CSV UTF-8") from None


def _separator(text: str) -> tuple[str, str]:
    """What parts the cells, and the text without Excel's line that says so (which stays as an empty line)."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first[4], f"\n{rest}"
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=lambda mark: re.sub(r'"[^"]*"', "", head).count(mark)), text


def _of_head(line: int, columns: Sequence[str]) -> list[str]:
    twice = {name for name in columns if name and columns.count(name) > 1}
    return [f"line {line}: column {name} is there twice; keep one" for name in sorted(twice)]


def _of_cells(line: int, columns: Sequence[str], cells: Sequence[str]) -> list[str]:
    found = []
    if any(cell.strip() for cell in cells[len(columns) :]):
        found.append(f"line {line}: has {len(cells)} cells, the head {len(columns)}; put cells with commas into quotes")
    for name, cell in zip(columns, cells, strict=False):
        if _MANGLED.fullmatch(cell.strip()):
            found.append(
                f"line {line}, {name}: {cell.strip()} is what a spreadsheet makes of a long number; "
                "format the column as text and write the number again"
            )
        if cell.strip() and not name:
            found.append(f"line {line}: {cell.strip()!r} stands in a column without a name; name it or leave it empty")
    return found


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
