"""Values as Asterisk reads them."""

from __future__ import annotations

import re

from vmq.config.words import FALSE, TRUE

_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")


def integer(text: str) -> int:
    """C's atoi: the number a text begins with, else 0."""
    match = _INTEGER.match(text)
    return int(match[1]) if match else 0


def is_number(text: str) -> bool:
    """True for a text that is a number and nothing else: what Asterisk reads out of others is not what was meant."""
    return re.fullmatch(r"\s*[+-]?\d{1,9}\s*", text) is not None


def is_true(text: str) -> bool:
    """ast_true: all that isn't one of its words is false."""
    return text.strip().lower() in TRUE


def is_boolean(text: str) -> bool:
    """One of Asterisk's words for true or false."""
    return text.strip().lower() in TRUE | FALSE
