"""Where to draw the states of a flow: in columns by their distance from the start, so that lines go to the next only.

The states of a column are put in the order of the lines that lead to them (one sweep of barycentres). A way out that
leads back, or to a state of the same column, is no line: it is written out, since a reader finds a name faster than the
end of a line across the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmq.authoring.outline import Node

WIDTH = 250.0
ROW = 15.0
HEAD = 22.0
LINE = 12.0  # of what is said
GAP_X = 70.0
GAP_Y = 16.0
MARGIN = 20.0
TEXT_CHARS = 43  # that fit a line of what is said


@dataclass(frozen=True, slots=True)
class Box:
    """A state, drawn. `says` are the lines of what it says."""

    node: Node
    says: tuple[str, ...]
    x: float
    y: float

    @property
    def height(self) -> float:
        """Of the whole box."""
        return box_height(self.node, self.says)

    def row_y(self, number: int) -> float:
        """The middle of a row."""
        return self.y + HEAD + len(self.says) * LINE + (4 if self.says else 0) + ROW * (number + 0.5)


@dataclass(frozen=True, slots=True)
class Link:
    """A line from a row of one box to another box."""

    source: Box
    row: int
    target: Box


@dataclass(frozen=True, slots=True)
class Drawing:
    """All boxes and lines, and how large it is."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    width: float
    height: float


def box_height(node: Node, says: Sequence[str]) -> float:
    """How high the box of a state is."""
    return HEAD + len(says) * LINE + (4 if says else 0) + len(node.rows) * ROW + 6


def layout(nodes: Sequence[Node], start: str) -> Drawing:
    """Place all states; those that nothing leads to stand in the first column."""
    depths = _depths(nodes, start)
    columns: dict[int, list[Node]] = {}
    for node in nodes:
        columns.setdefault(depths[node.name], []).append(node)
    boxes: dict[str, Box] = {}
    for depth in sorted(columns):
        _place(columns[depth], depth, boxes)
    links = [
        Link(box, number, boxes[row.target])
        for box in boxes.values()
        for number, row in enumerate(box.node.rows)
        if row.target in boxes and depths[row.target] == depths[box.node.name] + 1
    ]
    width = max(box.x + WIDTH for box in boxes.values()) + MARGIN
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    return Drawing(tuple(boxes.values()), tuple(links), width, height)


def _depths(nodes: Sequence[Node], start: str) -> Mapping[str, int]:
    """How many steps each state is from the start."""
    targets = {node.name: [name for row in node.rows for name in (row.target, row.failed)] for node in nodes}
    depths = {start: 0}
    waiting = [start]
    while waiting:
        name = waiting.pop(0)
        for target in targets.get(name, ()):
            if target in targets and target not in depths:
                depths[target] = depths[name] + 1
                waiting.append(target)
    return {node.name: depths.get(node.name, 0) for node in nodes}


def _place(column: Sequence[Node], depth: int, boxes: dict[str, Box]) -> None:
    """Stack a column, each state as near as may be to the rows that lead to it."""
    before = [box for box in boxes.values() if box.x == _x(depth - 1)]
    wanted = {}
    for place, node in enumerate(column):
        rows = [box.row_y(number) for box in before for number, row in enumerate(box.node.rows)
                if row.target == node.name]  # fmt: skip
        wanted[node.name] = (sum(rows) / len(rows) if rows else MARGIN, place)
    below = MARGIN
    for node in sorted(column, key=lambda node: wanted[node.name]):
        says = tuple(_wrapped(node.says))
        y = max(below, wanted[node.name][0] - HEAD)
        boxes[node.name] = Box(node, says, _x(depth), y)
        below = y + box_height(node, says) + GAP_Y


def _x(depth: int) -> float:
    return MARGIN + depth * (WIDTH + GAP_X)


def _wrapped(text: str) -> list[str]:
    """Words in lines that fit a box."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= TEXT_CHARS:
            lines[-1] += f" {word}"
        else:
            lines.append(word[:TEXT_CHARS])
    return lines
