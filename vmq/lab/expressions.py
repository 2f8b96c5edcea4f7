"""`${…}` and `$[…]`: the dialplan's variables, functions and expressions.

In: text and a way to look a name up. Out: the text with all of it put in, as main/pbx_variables.c and
main/ast_expr2.y do, for the operators that dialplans of vmq use.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vmq.lab.events import LabError

Lookup = Callable[[str], str]

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|<=|>=|!=|=~|[()|&=<>+\-*/%!]|[^\s()|&=<>+\-*/%!"]+)')
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("|",),
    ("&",),
    ("=", "!=", "<", ">", "<=", ">=", "=~"),
    ("+", "-"),
    ("*", "/", "%"),
)


def substitute(text: str, lookup: Lookup) -> str:
    """Put in every `${…}` and `$[…]`, the inner ones first. `lookup` is asked for the name or function text inside."""
    out, at = "", 0
    while (start := _next_opening(text, at)) >= 0:
        end = _closing(text, start + 1)
        out += text[at:start]
        inner = substitute(text[start + 2 : end], lookup)
        out += evaluate(inner) if text[start + 1] == "[" else _cut(inner, lookup)
        at = end + 1
    return out + text[at:]


def _next_opening(text: str, at: int) -> int:
    found = [position for position in (text.find("${", at), text.find("$[", at)) if position >= 0]
    return min(found, default=-1)


def _closing(text: str, opening: int) -> int:
    depth, open_, close = 0, text[opening], {"{": "}", "[": "]"}[text[opening]]
    for position in range(opening, len(text)):
        depth += (text[position] == open_) - (text[position] == close)
        if depth == 0:
            return position
    raise LabError(f"dialplan: no closing {close} in {text!r}")


def _cut(name: str, lookup: Lookup) -> str:
    """`NAME`, or `NAME:offset[:length]`: a part of its value."""
    if match := re.fullmatch(r"(.*?):(-?\d+)(?::(-?\d+))?", name):
        value, offset, length = lookup(match[1]), int(match[2]), match[3]
        rest = value[offset:] if offset or not value else value
        return rest if length is None else rest[: int(length)]
    return lookup(name)


def evaluate(text: str) -> str:
    """The value of an expression. Raises LabError when it can't be read."""
    tokens = _TOKEN.findall(text)
    if not tokens:
        return ""
    value, rest = _parse(tokens, 0)
    if rest:
        raise LabError(f"dialplan: can't read the expression $[{text}] from {rest[0]!r} on")
    return _bare(value)


def _parse(tokens: list[str], level: int) -> tuple[str, list[str]]:
    if level == len(_LEVELS):
        return _operand(tokens)
    left, rest = _parse(tokens, level + 1)
    while rest and rest[0] in _LEVELS[level]:
        operator = rest[0]
        right, rest = _parse(rest[1:], level + 1)
        left = _apply(operator, left, right)
    return left, rest


def _operand(tokens: list[str]) -> tuple[str, list[str]]:
    if not tokens or tokens[0] in ("|", "&", "=", "!=", "<", ">", "<=", ">="):
        return "", tokens
    head, rest = tokens[0], tokens[1:]
    if head == "(":
        value, rest = _parse(rest, 0)
        return value, rest[1:]
    if head == "!":
        value, rest = _operand(rest)
        return str(int(not is_true(value))), rest
    if head == "-":
        value, rest = _operand(rest)
        return _number(-_as_number(value)), rest
    words = [head]
    while not head.startswith('"') and rest and re.match(r'[^()|&=<>+\-*/%!"]', rest[0]):
        words.append(rest[0])
        rest = rest[1:]
    return " ".join(words), rest


def _apply(operator: str, left: str, right: str) -> str:
    if operator == "|":
        return left if is_true(left) else right if is_true(right) else "0"
    if operator == "&":
        return left if is_true(left) and is_true(right) else "0"
    if operator == "=~":
        return str(len(match[0]) if (match := re.match(_bare(right), _bare(left))) else 0)
    if operator in ("=", "!=", "<", ">", "<=", ">="):
        return str(int(_compare(operator, _bare(left), _bare(right))))
    one, other = _as_number(left), _as_number(right)
    if operator in "/%" and other == 0:
        return "0"
    results = {"+": lambda: one + other, "-": lambda: one - other, "*": lambda: one * other}
    results |= {"/": lambda: one / other, "%": lambda: one % other}
    return _number(results[operator]())


def _compare(operator: str, left: str, right: str) -> bool:
    pair: tuple[float, float] | tuple[str, str] = (left, right)
    if _is_number(left) and _is_number(right):
        pair = (float(left), float(right))
    less, same = pair[0] < pair[1], pair[0] == pair[1]  # type: ignore[operator]
    return {"=": same, "!=": not same, "<": less, ">": not less and not same, "<=": less or same, ">=": not less}[
        operator
    ]


def is_true(value: str) -> bool:
    """False for empty, 0 and an empty string in quotes (pbx_checkcondition)."""
    bare = _bare(value).strip()
    return bool(bare) and not (_is_number(bare) and float(bare) == 0)


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _as_number(text: str) -> float:
    bare = _bare(text)
    return float(bare) if _is_number(bare) else 0.0


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.12g}"
