"""A flow as a reader sees it: each state with what it says and where its keys and outcomes lead. Data for drawing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vmq.dialogue.schema import AGAIN, GONE, Edge, Flow, Kind, Pack, State
from vmq.dialogue.schema_cues import (
    Book,
    ChoicesPart,
    ClipPart,
    CuePart,
    FactPart,
    ItemsPart,
    KeyPart,
    MaybePart,
    OneOfPart,
    Part,
    PluralPart,
    TonePart,
)

_OUTCOMES = {
    "no_key": "nothing",
    "bad_key": "other keys",
    "too_short": "too short",
    "gave_up": "last try",
    "failed": "fails",
    "hung_up": "hangs up",
    "limit": "longest",
    "played": "then",
    "entered": "entered",
    "recorded": "recorded",
    "chosen": "then",
    "ok": "done",
    "returned": "then",
}
MAX_WORDS = 160  # characters of what a state says
ALIKE = 5  # rows that a state shares with one before it, to be told by that one's name


@dataclass(frozen=True, slots=True)
class Row:
    """A way out. `label` is the key or the outcome, `text` what it does; `target` is "" where it stays, `failed` where
    it leads when its action fails."""

    label: str
    text: str
    target: str
    is_key: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A state. `about` is what it does besides talking: an action, a flow, what it records."""

    name: str
    kind: Kind
    says: str
    about: str
    rows: tuple[Row, ...]


def outline(pack: Pack, flow: Flow) -> tuple[Node, ...]:
    """The states of a flow in the order they are written; `gone` only where something but a hang-up leads to it."""
    book = pack.books.get(pack.language)
    nodes = [_node(pack, book, state) for state in flow.states.values()]
    reached = {name for node in nodes for row in node.rows for name in (row.target, row.failed)}
    return tuple(node for node in nodes if node.name != GONE or GONE in reached)


def told_briefly(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The same states, where rows that one shares with one told in full before it are one row: `as in that one`. What
    that one has besides must be little, or else the row would promise too much."""
    told: list[Node] = []
    brief: list[Node] = []
    for node in nodes:
        alike = max(told, key=lambda other: len(_shared(node, other)), default=None)
        shared = _shared(node, alike) if alike else frozenset()
        if alike is None or len(shared) < max(ALIKE, len(alike.rows) - ALIKE):
            told.append(node)
            brief.append(node)
            continue
        reference = Row("…", f"as in {alike.name}", alike.name)
        own = tuple(row for row in node.rows if row not in shared)
        brief.append(replace(node, rows=(reference, *own)))
    return tuple(brief)


def _shared(node: Node, other: Node) -> frozenset[Row]:
    return frozenset(node.rows) & frozenset(other.rows)


def _about(state: State) -> str:
    if state.kind is Kind.ACT and state.do:
        return state.do.action
    if state.kind is Kind.CALL:
        return f"flow {state.flow}"
    if state.kind in (Kind.ASK, Kind.RECORD):
        return f"into {state.into}"
    return f"leaves to {state.exit}" if state.exit else ""


def _node(pack: Pack, book: Book | None, state: State) -> Node:
    says = cue_words(book, state.cue) if book and state.cue else ""
    ends = pack.flows[state.flow].states if state.flow in pack.flows else {}
    rows = tuple(row for outcome, row in _rows(state) if not _is_unknown_end(outcome, ends))
    return Node(state.name, state.kind, says, _about(state), rows)


def _is_unknown_end(outcome: str, ends: Container[str]) -> bool:
    """A way out that a default gives for an end which the called flow has not."""
    return outcome.startswith("returned_") and outcome.removeprefix("returned_") not in ends


def _rows(state: State) -> Iterator[tuple[str, Row]]:
    """(outcome, row) of each way out."""
    for key in state.keys:
        target = "" if key.is_only_seek else key.edge.to or state.name
        text = f"{key.name}{_does(key.edge)}"
        text = f"{text} ({key.seek.value})" if key.seek else text
        yield f"key_{key.digits}", Row(key.digits, text, target, is_key=True, failed=key.edge.failed)
    for outcome, edges in state.edges.items():
        is_usual_hang_up = outcome == "hung_up" and len(edges) == 1 and edges[0].to == GONE
        if outcome.startswith("key_") or is_usual_hang_up:
            continue
        label = _OUTCOMES.get(outcome, outcome.removeprefix("returned_"))
        for edge in edges:
            if edge.to != AGAIN or not edge.is_plain:
                condition = f"if {_condition(edge)}" if edge.when else ""
                text = f"{condition}{_does(edge)}".strip()
                yield outcome, Row(label, text, edge.to or state.name, failed=edge.failed)


def _condition(edge: Edge) -> str:
    words = []
    for condition in edge.when:
        if condition.equals is not None:
            words.append(f"{condition.name} = {condition.equals}")
        elif not condition.is_plain:
            bounds = [f"≥ {condition.low:g}"] if condition.low is not None else []
            bounds += [f"≤ {condition.high:g}"] if condition.high is not None else []
            words.append(f"{condition.name} {' and '.join(bounds)}")
        else:
            words.append(f"{'not ' if condition.is_negated else ''}{condition.name}")
    return ", ".join(words)


def _does(edge: Edge) -> str:
    doing = edge.do.action if edge.do else f"undo the {edge.undo.value}" if edge.undo else ""
    failing = f", else {edge.failed}" if edge.failed else ""
    back = " ↰" if edge.is_back else ""
    return f"{back} · {doing}{failing}" if doing else back


def cue_words(book: Book, name: str, depth: int = 6) -> str:
    """What a cue says when nothing special holds, in words. Facts are named in braces, what is said only sometimes in
    brackets."""
    cue = book.cues.get(name)
    if cue is None or depth == 0 or not cue.variants:
        return ""
    words = " ".join(_words(book, cue.variants[-1].parts, depth))
    return words if len(words) <= MAX_WORDS else f"{words[: MAX_WORDS - 1]}…"


def label_words(book: Book, name: str) -> str:
    """The words of a key's label; "" when it has none."""
    return " ".join(_words(book, book.labels.get(name, ()), 6))


def _words(book: Book, parts: Iterable[Part], depth: int) -> Iterator[str]:
    for part in parts:
        match part:
            case ClipPart(id=clip):
                yield book.text.get(clip, f"<{clip}>")
            case CuePart(name=name):
                yield cue_words(book, name, depth - 1)
            case FactPart(fact=fact):
                yield f"{{{fact}}}"
            case PluralPart(forms=forms):
                yield from _words(book, forms.get("other", ()), depth)
            case KeyPart(name=name):
                yield f"[{name}]"
            case ChoicesPart():
                yield "{choices}"
            case ItemsPart(fact=fact):
                yield f"{{{fact}}}"
            case MaybePart(parts=inner):
                if words := " ".join(_words(book, inner, depth)):
                    yield f"({words})"
            case OneOfPart(variants=variants):
                yield from _words(book, variants[-1].parts if variants else (), depth)
            case TonePart(name=name):
                yield f"<{name}>"
