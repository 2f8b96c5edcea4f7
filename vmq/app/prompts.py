"""What `vmq prompts` does, as functions that return data: sets and packs come together here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from vmq.audio.catalogue import Catalogue, read_catalogue
from vmq.audio.catalogue_edit import add_clips, new_catalogue
from vmq.audio.lint import lint
from vmq.audio.sheet import Row, as_csv, as_html, read_csv, sheet
from vmq.audio.takes import TakeReport, Terms
from vmq.dialogue.grammar import all_clips
from vmq.dialogue.load import load_pack
from vmq.dialogue.places import clip_places
from vmq.dialogue.schema_cues import Book
from vmq.errors import ConfigError, PackError

NUMBERS = "numbers, dates and times"


def new_set(folder: Path, language: str, voice: str) -> None:
    """Start a set that people will record. Raises ConfigError when there is one already, or no grammar for it."""
    if not all_clips(language.split("_", 1)[0]):
        raise ConfigError(f"vmq can't count in {language!r} yet; see docs/prompts.md for how to teach it")
    head = {"id": folder.resolve().name, "language": language, "engine": "", "voice": voice, "licence": "own"}
    new_catalogue(folder, head, "Made by `vmq prompts new`; see docs/prompts.md.")


def add_to_set(folder: Path, packs: Iterable[Path], has_numbers: bool) -> list[str]:
    """Write the clips that packs (and numbers, dates, times) need and a set has not into its catalogue, without sounds.

    Returns their ids. Raises ConfigError, PackError.
    """
    catalogue = read_catalogue(folder)
    added: list[str] = []
    for pack in packs:
        book = _book(pack, catalogue)
        added += add_clips(folder, f"Said by {pack.name}", {clip: book.text[clip] for clip in clip_places(book)})
    if has_numbers:
        clips = all_clips(catalogue.language.split("_", 1)[0])
        if not clips:
            raise ConfigError(f"{folder}: vmq can't count in {catalogue.language!r} yet; see docs/prompts.md")
        added += add_clips(folder, NUMBERS.capitalize(), clips)
    return added


def build_set(folder: Path, tell: Callable[[str], None]) -> list[str]:
    """Make what a set has not got. Returns the ids made. Raises ConfigError, also when the voice is not installed."""
    try:
        from vmq.audio.build import build  # noqa: PLC0415 - needs numpy and soxr
        from vmq.audio.voices import open_voice  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(f"{error.name} is not installed; to make prompts: pip install 'vmq[prompts]'") from None

    catalogue = read_catalogue(folder)
    return build(folder, open_voice(catalogue.engine, catalogue.voice), tell)


def sheet_of(folder: Path, packs: Iterable[Path], only_wanting: bool) -> tuple[Catalogue, list[Row]]:
    """A set's sheet, with what its clips are for; `only_wanting`: only clips that are missing or have mistakes."""
    catalogue = read_catalogue(folder)
    places: dict[str, Sequence[str]] = dict.fromkeys(all_clips(catalogue.language.split("_", 1)[0]), (NUMBERS,))
    for pack in packs:
        for clip, notes in clip_places(_book(pack, catalogue)).items():
            places[clip] = (*places.get(clip, ()), *(f"{pack.name} {note}" for note in notes))
    only = {finding.clip_id for finding in lint(folder)} if only_wanting else None
    return catalogue, sheet(catalogue, places, only)


def import_into(folder: Path, take: Path, sheet_file: Path | None, terms: Terms, gap_s: float) -> TakeReport:
    """Bring a studio take into a set, by a sheet or, without one, all lines of the set in order. Raises ConfigError."""
    try:
        from vmq.audio.studio import import_take  # noqa: PLC0415 - needs numpy and soxr
    except ImportError as error:
        raise ConfigError(f"{error.name} is not installed; to import takes: pip install 'vmq[prompts]'") from None
    rows = read_csv(sheet_file) if sheet_file else sheet(read_catalogue(folder), {})
    return import_take(folder, take, rows, terms, gap_s)


def write_sheet(catalogue: Catalogue, rows: Sequence[Row], file: Path) -> None:
    """Write a sheet as .csv or .html. Raises ConfigError."""
    writers: Mapping[str, Callable[[], str]] = {".csv": lambda: as_csv(rows), ".html": lambda: as_html(catalogue, rows)}
    if file.suffix not in writers:
        raise ConfigError(f"{file}: a sheet is .csv (to import) or .html (to print)")
    try:
        file.write_text(writers[file.suffix](), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: can't be written ({error.strerror})") from None


def _book(pack: Path, catalogue: Catalogue) -> Book:
    """What a pack says in a set's language. Raises PackError when it can't be read or does not speak it."""
    loaded = load_pack(pack)
    if loaded.pack is None or loaded.findings:
        raise PackError(f"{pack}: has mistakes; run `vmq pack check {pack}`")
    language = catalogue.language.split("_", 1)[0]
    book = loaded.pack.books.get(catalogue.language) or loaded.pack.books.get(language)
    if book is None:
        raise PackError(f"{pack}: has no cues/{language}.toml; write one")
    missing = [clip for clip in clip_places(book) if clip not in book.text]
    if missing:
        raise PackError(f"{pack}: {book.file}: [text] has no words for {', '.join(missing)}")
    return book
