"""What somebody may do, and over whom: the one place where that is decided. Pure.

A role gives rights; a right is over something. An agent commands himself. A supervisor commands the queues of his
group, their callers and the agents who serve them; without a group, all. An administrator commands everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from vmq.domain.subject import Subject

SubjectOf = Callable[[str, str], Subject]
"""Whose an agent, queue, caller, offer or call (the kind) of this name or id is."""


class Right(StrEnum):
    """What somebody must be allowed to do: an agent's own doings, a supervisor's, an administrator's; or to read the
    numbers of the machine (health, metrics)."""

    AGENT = "agent"
    SUPERVISE = "supervise"
    ADMINISTER = "administer"
    MONITOR = "monitor"


class Role(StrEnum):
    """What a user is."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


RIGHTS_OF: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.AGENT}),
    Role.SUPERVISOR: frozenset({Right.AGENT, Right.SUPERVISE, Right.MONITOR}),
    Role.ADMINISTRATOR: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks: what the journal calls him, what he may do, and over whom.

    `queues` are those he may supervise, None = all; `agent` and `mailbox` are his own, empty = none.
    """

    name: str
    rights: frozenset[Right] = frozenset(Right)
    agent: str = ""
    mailbox: str = ""
    queues: frozenset[str] | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The greatest role whose rights he has all; none for somebody with a few rights only."""
        fitting = [role for role, rights in RIGHTS_OF.items() if rights <= self.rights]
        return tuple(fitting[-1:])

    @property
    def sees_all(self) -> bool:
        """True when no queue, agent or caller is hidden from him."""
        return Right.SUPERVISE in self.rights and self.queues is None


def may(who: Who, right: Right, subject: Subject) -> bool:
    """May he do what needs this right, to this agent, queue, caller, offer or call?"""
    if right not in who.rights:
        return False
    if Right.SUPERVISE in who.rights and (who.queues is None or who.queues & subject.queues):
        return True
    return right is Right.AGENT and bool(who.agent) and who.agent in subject.agents


def may_open_mailbox(who: Who, number: str) -> bool:
    """May he see what is in this mailbox? His own, and an administrator any."""
    return Right.ADMINISTER in who.rights or (bool(number) and number == who.mailbox)


def may_use_telephone(who: Who, agents: Collection[str], mailbox: str) -> bool:
    """May he sit down at this telephone of the stand-in, where these agents work, and which has this mailbox? At his
    own, and at one that is nobody's; an administrator at any. (A supervisor not at his agents': their messages can be
    heard there.)"""
    if Right.ADMINISTER in who.rights:
        return True
    is_own = (bool(who.agent) and who.agent in agents) or (bool(mailbox) and mailbox == who.mailbox)
    return Right.AGENT in who.rights and (is_own or not (agents or mailbox))


def narrowed(who: Who, rights: frozenset[Right], queues: frozenset[str] | None) -> Who:
    """Who somebody is by a token of his that was made for less: never more than he himself may."""
    both = who.queues if queues is None else queues if who.queues is None else who.queues & queues
    return Who(who.name, who.rights & rights, who.agent, who.mailbox, both)
