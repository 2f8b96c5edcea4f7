"""The quick-reference card as a page to print: one HTML file without anything from outside."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from vmq.authoring.card import Card, Section

_STYLE = """@page{size:A4;margin:12mm}body{font:10.5pt system-ui,sans-serif;color:#1f2937;
max-width:190mm;margin:1em auto}
h1{font-size:15pt;margin:0 0 .4em;border-bottom:2px solid #2f5d8a}main{columns:2;column-gap:8mm}
section{break-inside:avoid;margin:0 0 .8em}h2{font-size:12pt;color:#fff;background:#2f5d8a;padding:.15em .5em;
border-radius:.3em;break-after:avoid;margin:0 0 .5em}h3{font-size:10.5pt;margin:0 0 .2em;break-after:avoid}
dl{display:grid;align-items:start;grid-template-columns:max-content 1fr;gap:.15em .6em;margin:0}dd{margin:0}
dt{font-weight:600;min-width:1.6em;text-align:center;background:#e2e8f0;border-radius:.3em;padding:0 .3em}
p{margin:0 0 .2em;font-style:italic;color:#6b7280}"""


def card_html(card: Card) -> str:
    """The card as HTML."""
    title = escape(card.title)
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return "\n".join([f"{head}</head><body><h1>{title}</h1><main>", *_body(card), "</main></body></html>", ""])


def _body(card: Card) -> Iterator[str]:
    for chapter in card.chapters:
        yield f"<h2>{escape(chapter.title)}</h2>"
        for section in chapter.sections:
            yield "".join(_section(section))


def _section(section: Section) -> Iterator[str]:
    yield f"<section><h3>{escape(section.title)}</h3>"
    if section.like:
        yield f"<p>as {escape(section.like)}, but</p>"
    yield "<dl>"
    for line in section.lines:
        yield f"<dt>{escape(line.keys)}</dt><dd>{escape(line.text)}</dd>"
    yield "</dl></section>"
