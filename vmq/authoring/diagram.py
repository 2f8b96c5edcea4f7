"""Draws a flow: as SVG, and as Mermaid text for pages that render it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from vmq.authoring.layout import HEAD, LINE, ROW, WIDTH, Box, Drawing, Link, layout
from vmq.authoring.outline import Node, Row, outline, told_briefly
from vmq.dialogue.schema import Flow, Kind, Pack

_COLORS = {
    Kind.SAY: "#5b8a72",
    Kind.MENU: "#2f5d8a",
    Kind.ASK: "#7a5195",
    Kind.RECORD: "#b5483a",
    Kind.CHOOSE: "#6b7280",
    Kind.ACT: "#a66a00",
    Kind.CALL: "#33658a",
    Kind.END: "#374151",
}
_STYLE = """text{font:11px system-ui,sans-serif;fill:#1f2937}.says{font-size:9.5px;font-style:italic;fill:#6b7280}
.name{font-weight:600;fill:#fff}.kind{font-size:9px;fill:#fff;opacity:.85}.key{font-weight:600;font-size:10px}
.out{fill:#6b7280}.to{fill:#2f5d8a}.line{fill:none;stroke:#94a3b8;stroke-width:1.2}
a:hover text{text-decoration:underline}"""
_CHAR = 5.9  # width of a character, on average
_SHAPES = {
    Kind.MENU: ("[", "]"),
    Kind.CHOOSE: ("{", "}"),
    Kind.END: ("([", "])"),
    Kind.CALL: ("[[", "]]"),
    Kind.ACT: ("(", ")"),
}


def svg(pack: Pack, flow: Flow) -> str:
    """The flow as an SVG picture: its states in columns, each with its keys and outcomes."""
    drawing = layout(told_briefly(outline(pack, flow)), flow.start)
    return "\n".join(_svg(drawing, f"{pack.title}: {flow.name}"))


def _svg(drawing: Drawing, title: str) -> Iterator[str]:
    width, height = f"{drawing.width:.0f}", f"{drawing.height + 24:.0f}"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 -24 {width} {height}">'
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    yield '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    yield '<path d="M0 0 8 4 0 8z" fill="#94a3b8"/></marker></defs>'
    yield f'<rect y="-24" width="{width}" height="{height}" fill="#fff"/>'
    yield f'<text x="20" y="-6" style="font-weight:600;font-size:13px">{escape(title)}</text>'
    linked = {(link.source.node.name, link.row) for link in drawing.links}
    yield from (_line(link) for link in drawing.links)
    for box in drawing.boxes:
        yield from _box(box, linked)
    yield "</svg>"


def _line(link: Link) -> str:
    x1, y1 = link.source.x + WIDTH, link.source.row_y(link.row)
    x2, y2 = link.target.x, link.target.y + HEAD / 2
    bend = (x2 - x1) / 2
    path = f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return f'<path class="line" d="{path}" marker-end="url(#head)"/>'


def _box(box: Box, linked: set[tuple[str, int]]) -> Iterator[str]:
    node, color = box.node, _COLORS[box.node.kind]
    yield f'<g id="{node.name}"><rect x="{box.x}" y="{box.y:.1f}" width="{WIDTH}" height="{box.height:.1f}" rx="6"'
    yield f' fill="#f8fafc" stroke="{color}"/>'
    top = f"M{box.x} {box.y + HEAD:.1f}v-{HEAD - 6}q0-6 6-6h{WIDTH - 12}q6 0 6 6v{HEAD - 6}z"
    yield f'<path d="{top}" fill="{color}"/>'
    yield _text(box.x + 8, box.y + 15, node.name, "name")
    yield _text(box.x + WIDTH - 8, box.y + 15, f"{node.kind.value} {node.about}".strip(), "kind", "end")
    for number, words in enumerate(box.says):
        yield _text(box.x + 8, box.y + HEAD + LINE * (number + 0.9), words, "says")
    for number, row in enumerate(node.rows):
        yield from _row(box, number, row, is_linked=(node.name, number) in linked)
    yield "</g>"


def _row(box: Box, number: int, row: Row, *, is_linked: bool) -> Iterator[str]:
    y = box.row_y(number)
    if row.is_key:
        width = 10.0 + 6 * len(row.label)
        yield f'<rect x="{box.x + 7}" y="{y - ROW / 2 + 1.5:.1f}" width="{width}" height="{ROW - 3}" rx="3"'
        yield ' fill="#e2e8f0"/>'
        yield _text(box.x + 7 + width / 2, y + 3.5, row.label, "key", "middle")
    else:
        width = (_CHAR + 0.5) * len(row.label)
        yield _text(box.x + 8, y + 3.5, row.label, "out")
    is_here = row.target == box.node.name
    target = "" if is_linked or not row.target else "↻" if is_here else f"→ {row.target}"
    room = (WIDTH - 24 - width) / _CHAR - len(target) - 1
    text = row.text if len(row.text) <= room else f"{row.text[: max(0, int(room) - 1)]}…"
    yield _text(box.x + 13 + width, y + 3.5, text, "out" if not row.is_key else "")
    if target:
        yield f'<a href="#{row.target}">{_text(box.x + WIDTH - 6, y + 3.5, target, "to", "end")}</a>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "") -> str:
    anchored = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}"{anchored}>{escape(text)}</text>' if text else ""


def mermaid(pack: Pack, flow: Flow) -> str:
    """The flow as a Mermaid flowchart; ways from one state to another are one line with all their labels."""
    nodes = outline(pack, flow)
    lines = ["flowchart LR", *(f"  {_mermaid_node(node)}" for node in nodes), f"  start(( )) --> {flow.start}"]
    for node in nodes:
        labels: dict[str, list[str]] = {}
        for row in node.rows:
            if row.target:
                labels.setdefault(row.target, []).append(f"{row.label} {row.text}".strip() if row.is_key else row.label)
        for target, texts in labels.items():
            lines.append(f'  {node.name} -- "{_quoted(", ".join(dict.fromkeys(texts)))}" --> {target}')
    return "\n".join(lines) + "\n"


def _mermaid_node(node: Node) -> str:
    opening, closing = _SHAPES.get(node.kind, ("[", "]"))
    about = f"<br>{node.about}" if node.about else ""
    return f'{node.name}{opening}"{_quoted(node.name)}{about}"{closing}'


def _quoted(text: str) -> str:
    """Text that Mermaid takes as it is."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("*", "#42;")
