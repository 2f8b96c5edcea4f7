"""A studio's script for a prompt set: what to say, in which order, where it stands, and how long it may take.

In: a catalogue, and where its clips are said. Out: rows, as CSV (for `vmq prompts import`) or as HTML to print.
"""

from __future__ import annotations

import csv
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from vmq.audio.catalogue import Catalogue
from vmq.errors import ConfigError

COLUMNS = ("number", "id", "text", "context", "target_s")
PAUSE_S = 2.0
"""How long a speaker is to be silent between two lines."""
# What a clear speaker takes, measured on en-house: a start, and so much a letter.
_START_S, _LETTER_S = 0.25, 0.07


@dataclass(frozen=True, slots=True)
class Row:
    """A line to be spoken. `number` is the clip's place in the catalogue, which `vmq-prompts` asks for by telephone."""

    number: int
    id: str
    text: str
    context: str
    target_s: float


def expected_s(text: str) -> float:
    """About how long a text takes to say."""
    return _START_S + _LETTER_S * sum(character.isalnum() for character in text)


def sheet(catalogue: Catalogue, places: Mapping[str, Sequence[str]], only: Iterable[str] | None = None) -> list[Row]:
    """The lines of a set in the catalogue's order; all that is speech, or those in `only`."""
    wanted = catalogue.clips.keys() if only is None else set(only)
    return [
        Row(
            number,
            clip.id,
            clip.text,
            clip.note or "; ".join(places.get(clip.id, ())),
            clip.target_s or clip.duration_s or round(expected_s(clip.text), 1),
        )
        for number, clip in enumerate(catalogue.clips.values(), 1)
        if clip.is_speech and clip.id in wanted
    ]


def as_csv(rows: Iterable[Row]) -> str:
    """The sheet as CSV with a header line."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((row.number, row.id, row.text, row.context, f"{row.target_s:g}") for row in rows)
    return out.getvalue()


def read_csv(file: Path) -> list[Row]:
    """A sheet back from its CSV, in the order of its lines. Raises ConfigError."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [
                Row(int(line["number"]), line["id"], line["text"], line["context"], float(line["target_s"]))
                for line in csv.DictReader(lines)
            ]
    except OSError as error:
        raise ConfigError(f"{file}: can't be read ({error.strerror})") from None
    except (KeyError, ValueError, TypeError) as error:
        raise ConfigError(f"{file}: is no sheet ({error!r}); make one with `vmq prompts sheet`") from None


_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 12pt/1.35 sans-serif; margin: 2em; max-width: 60em }}
h1 {{ font-size: 16pt }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #999; padding: .45em .5em; text-align: left; vertical-align: top }}
td.text {{ font-size: 14pt }}
td.number, td.target {{ text-align: right; white-space: nowrap }}
td.id, td.context {{ font-size: 9pt; color: #444 }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
@media print {{ body {{ margin: 0 }} }}
</style>
<h1>{title}</h1>
<p>{count} lines, about {minutes:.0f} minutes with pauses. Read every line once, in this order, at one distance from the
microphone. Be silent for {pause:g} seconds after each line. After a slip, be silent, and say the whole line again.
<em>goes on</em>: keep the voice up, more words follow; <em>at the end</em>: let it fall.</p>
<table>
<thead><tr><th>No.</th><th>Say</th><th>Where</th><th>About</th><th>Clip</th></tr></thead>
<tbody>
{lines}
</tbody>
</table>
</html>
"""


def as_html(catalogue: Catalogue, rows: Sequence[Row]) -> str:
    """The sheet as one page to print, for the speaker."""
    seconds = sum(row.target_s + PAUSE_S for row in rows)
    lines = "\n".join(
        f'<tr><td class="number">{row.number}<td class="text">{html.escape(row.text)}'
        f'<td class="context">{html.escape(row.context)}<td class="target">{row.target_s:.1f} s'
        f'<td class="id">{html.escape(row.id)}</tr>'
        for row in rows
    )
    return _PAGE.format(
        language=html.escape(catalogue.language.replace("_", "-")),
        title=f"Prompt set {html.escape(catalogue.id)}",
        count=len(rows),
        minutes=seconds / 60,
        pause=PAUSE_S,
        lines=lines,
    )
