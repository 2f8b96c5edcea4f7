"""Whose something is: what a right over an agent, queue, caller, offer or call is decided by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """The agents that something belongs to, and the queues."""

    agents: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
