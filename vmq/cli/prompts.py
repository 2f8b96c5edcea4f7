"""`vmq prompts …`: tools for whoever makes prompt sets (docs/prompts.md)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import out

app = typer.Typer(no_args_is_help=True, help="Make, check and record prompt sets.")

SetArgument = Annotated[Path, typer.Argument(help="The set's folder, e.g. prompts/en-house.")]
PackOption = Annotated[list[Path] | None, typer.Option("--pack", help="A personality's folder; may be repeated.")]


@app.command("new")
def prompts_new(
    folder: SetArgument,
    language: Annotated[str, typer.Option(help="Its language: en, en_GB, de …")],
    voice: Annotated[str, typer.Option(help="Who speaks.")],
) -> None:
    """Start a set that people record; then add, sheet, import, lint."""
    from vmq.app.prompts import new_set

    new_set(folder, language, voice)
    out.print(f"made {folder}", markup=False)


@app.command("lint")
def prompts_lint(folders: Annotated[list[Path], typer.Argument(help="Sets, e.g. prompts/*.")]) -> None:
    """Tell every clip that is missing, silent, clipped, too loud or soft, or too long or short for its words."""
    from vmq.audio.lint import lint

    findings = {folder: lint(folder) for folder in folders}
    for folder, found in findings.items():
        for finding in found:
            out.print(str(finding), markup=False)
        out.print(f"{folder.name}: " + (f"{len(found)} to mend" if found else "good"), markup=False)
    if any(findings.values()):
        sys.exit(1)


@app.command("add")
def prompts_add(
    folder: SetArgument,
    pack: PackOption = None,
    numbers: Annotated[bool, typer.Option(help="Also what numbers, dates and times are made of.")] = False,
) -> None:
    """Write clips that packs need into a set's catalogue; build or record them after that."""
    from vmq.app.prompts import add_to_set

    for clip_id in add_to_set(folder, pack or [], numbers):
        out.print(f"added {clip_id}", markup=False)


@app.command("build")
def prompts_build(folder: SetArgument) -> None:
    """Make the clips that are missing or whose text, voice or engine changed, with the voice that the set names."""
    from vmq.app.prompts import build_set

    made = build_set(folder, lambda clip_id: out.print(f"made {clip_id}", markup=False))
    out.print(f"{folder.name}: {len(made)} made", markup=False)
    prompts_lint([folder])


@app.command("sheet")
def prompts_sheet(
    folder: SetArgument,
    files: Annotated[list[Path], typer.Argument(help="Where to write it: a .csv to import, a .html to print.")],
    pack: PackOption = None,
    wanting: Annotated[bool, typer.Option("--wanting", help="Only clips that `lint` finds fault with.")] = False,
) -> None:
    """Write a studio's script: what to say, where it stands, and about how long it may take."""
    from vmq.app.prompts import sheet_of, write_sheet

    catalogue, rows = sheet_of(folder, pack or [], wanting)
    for file in files:
        write_sheet(catalogue, rows, file)
        out.print(f"wrote {len(rows)} lines to {file}", markup=False)


@app.command("import")
def prompts_import(  # noqa: PLR0917  options of a command
    folder: SetArgument,
    take: Annotated[Path, typer.Argument(help="The studio's take: one WAV file, lines in the sheet's order.")],
    voice: Annotated[str, typer.Option(help="Who speaks.")],
    sheet: Annotated[Path | None, typer.Option(help="The sheet's CSV; without it, all lines of the set.")] = None,
    licence: Annotated[str, typer.Option(help="What the speaker allows, e.g. CC-BY-4.0.")] = "",
    aside: Annotated[Path, typer.Option(help="Where doubtful clips go.")] = Path("doubtful"),
    gap: Annotated[float, typer.Option(help="Seconds of silence that part two lines.")] = 0.8,
    everything: Annotated[bool, typer.Option("--everything", help="Take doubtful clips into the set, too.")] = False,
) -> None:
    """Cut a long take into clips, match them with the sheet, level and trim them, and tell what is doubtful."""
    from vmq.app.prompts import import_into
    from vmq.audio.takes import Terms

    report = import_into(folder, take, sheet, Terms(voice, licence, aside, everything), gap)
    for one in report.rows:
        for doubt in one.doubts:
            where = f" ({one.file})" if one.file else ""
            out.print(f"{one.row.number} {one.row.id}: {doubt}{where}", markup=False)
    for start, end in report.left_over_s:
        out.print(f"{start} s to {end} s of the take: no line was found for this", markup=False)
    taken = sum(one.is_in_set for one in report.rows)
    out.print(f"{folder.name}: {taken} of {len(report.rows)} lines without doubt", markup=False)
    if taken < len(report.rows):
        sys.exit(1)
