"""Which key of a set somebody is typing, when keys may be several digits long (`7`, `76`, `*3`).

The rule is the longest match: a key that begins a longer one counts only once the longer one can't come any more. Keys
that are `immediate` count at once all the same; what is typed soon `after` one may still make the longer key of it.
"""

from __future__ import annotations

from collections.abc import Collection


def can_grow(typed: str, keys: Collection[str], immediate: Collection[str] = ()) -> bool:
    """True when one more digit could make `typed` into a longer key, so that it pays to wait for it."""
    return typed not in immediate and any(len(key) > len(typed) and key.startswith(typed) for key in keys)


def longest_key(typed: str, keys: Collection[str]) -> str:
    """The longest key that `typed` begins with; empty when there is none."""
    return max((key for key in keys if key and typed.startswith(key)), key=len, default="")


def joined(after: str, digit: str, keys: Collection[str]) -> str:
    """What a digit is that came soon after the key `after` was acted on: the going on of a longer key, or itself."""
    both = after + digit
    return both if after and any(key.startswith(both) for key in keys) else digit
