"""The quick-reference card as PDF: A4, two columns, in the fonts that every reader has.

These fonts hold the letters of Western Europe (WinAnsi). A card with others is refused: its HTML prints as well.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pydyf

from vmq.authoring.card import Card, Line, Section
from vmq.errors import PackError

PAGE = (595.0, 842.0)  # A4 in points
MARGIN = 34.0
GAP = 18.0
WIDTH = (PAGE[0] - 2 * MARGIN - GAP) / 2
_BLUE, _GREY, _INK, _PALE = (0.18, 0.36, 0.54), (0.42, 0.45, 0.5), (0.12, 0.16, 0.22), (0.89, 0.91, 0.94)
_FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Helvetica-Oblique"}
# Widths of Helvetica from the blank to ~, in thousandths of the size (Adobe's Core 14 metrics)
_WIDTHS = (278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *(556,) * 10, 278, 278, 584,
           584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
           722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,
           556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
           260, 334, 584)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """A line of the card that is not parted: a heading with what follows it, or one row. `height` in points."""

    kind: str
    height: float
    text: str = ""
    keys: str = ""
    lines: tuple[str, ...] = ()


def card_pdf(card: Card) -> bytes:
    """The card as a PDF file. Raises PackError for letters that its fonts have not."""
    pages = [_Page()]
    pages[0].title(card.title)
    for block in _blocks(card):
        if not pages[-1].fits(sum(run.height for run in block)) and not pages[-1].next_column():
            pages.append(_Page())
        for run in block:
            pages[-1].draw(run)
    return _file(pages)


def _blocks(card: Card) -> Iterator[list[_Run]]:
    """Sections, each to stand in one column with the chapter's heading before the first."""
    for chapter in card.chapters:
        heading = [_Run("chapter", 24, chapter.title)]
        for section in chapter.sections:
            yield [*heading, *_section(section)]
            heading = []


def _section(section: Section) -> Iterator[_Run]:
    yield _Run("section", 15, section.title)
    if section.like:
        yield _Run("like", 11, f"as {section.like}, but")
    for line in section.lines:
        yield _row(line)
    yield _Run("gap", 7)


def _row(line: Line) -> _Run:
    lines = tuple(_wrapped(line.text, WIDTH - _key_width(line.keys) - 8, 9))
    return _Run("row", 3 + 11 * len(lines), keys=line.keys, lines=lines)


def _key_width(keys: str) -> float:
    return max(20.0, _width(keys, 9) + 8)


def _width(text: str, size: float) -> float:
    widths = (_WIDTHS[ord(char) - 32] if " " <= char <= "~" else 1000 if char == "…" else 556 for char in text)
    return sum(widths) * size / 1000


def _wrapped(text: str, room: float, size: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


class _Page:
    """One page being drawn, column by column from the top."""

    def __init__(self) -> None:
        self.stream = pydyf.Stream(compress=True)
        self._column = 0
        self._top = PAGE[1] - MARGIN
        self._y = self._top

    def title(self, text: str) -> None:
        """The title of the card over both columns."""
        self._text(MARGIN, self._y - 14, text, "F2", 16, _INK)
        self.stream.set_color_rgb(*_BLUE)
        self.stream.rectangle(MARGIN, self._y - 22, PAGE[0] - 2 * MARGIN, 1.5)
        self.stream.fill()
        self._top = self._y = self._y - 34

    def fits(self, height: float) -> bool:
        """Is there so much room in the column? (At its top there is room for all that fits anywhere.)"""
        return self._y - height >= MARGIN or self._y == self._top

    def next_column(self) -> bool:
        """Go on in the other column; False when both are used."""
        self._column += 1
        self._y = self._top
        return self._column < 2

    def draw(self, run: _Run) -> None:
        """Draw a run, and go down."""
        x, y = MARGIN + self._column * (WIDTH + GAP), self._y
        if run.kind == "chapter":
            self._box(x, y - 17, WIDTH, 15, _BLUE)
            self._text(x + 6, y - 13, run.text, "F2", 10.5, (1, 1, 1))
        elif run.kind == "section":
            self._text(x, y - 10, run.text, "F2", 9.5, _INK)
        elif run.kind == "like":
            self._text(x, y - 8, run.text, "F3", 8, _GREY)
        elif run.kind == "row":
            width = _key_width(run.keys)
            self._box(x, y - 11.5, width, 11.5, _PALE)
            self._text(x + (width - _width(run.keys, 9)) / 2, y - 9, run.keys, "F2", 9, _INK)
            for number, words in enumerate(run.lines):
                self._text(x + width + 6, y - 9 - 11 * number, words, "F1", 9, _INK)
        self._y -= run.height

    def _box(self, x: float, y: float, width: float, height: float, color: tuple[float, float, float]) -> None:
        self.stream.set_color_rgb(*color)
        self.stream.rectangle(x, y, width, height)
        self.stream.fill()

    def _text(self, x: float, y: float, text: str, font: str, size: float, color: tuple[float, float, float]) -> None:  # noqa: PLR0917
        self.stream.begin_text()
        self.stream.set_color_rgb(*color)
        self.stream.set_font_size(font, size)
        self.stream.set_text_matrix(1, 0, 0, 1, x, y)
        self.stream.show_text_string(_latin(text))
        self.stream.end_text()


def _latin(text: str) -> bytes:
    """Text in the fonts' encoding."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError as error:
        letter = text[error.start]
        raise PackError(f"the card can't be a PDF: its fonts have no {letter!r}; print its HTML instead") from None


def _file(pages: list[_Page]) -> bytes:
    pdf = pydyf.PDF()
    fonts = {}
    for name, base in _FONTS.items():
        named = {"BaseFont": f"/{base}", "Encoding": "/WinAnsiEncoding"}
        font = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", **named})
        pdf.add_object(font)
        fonts[name] = font.reference
    for page in pages:
        pdf.add_object(page.stream)
        pdf.add_page(pydyf.Dictionary({
            "Type": "/Page",
            "Parent": pdf.pages.reference,
            "MediaBox": pydyf.Array([0, 0, *PAGE]),
            "Contents": page.stream.reference,
            "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary(fonts)}),
        }))  # fmt: skip
    out = io.BytesIO()
    pdf.write(out)
    return out.getvalue()
