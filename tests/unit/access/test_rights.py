"""Who may do what, to whom: a table, and that a token never makes more of its user."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.access.rights import RIGHTS_OF, Right, Role, Who, may, may_open_mailbox, may_use_telephone, narrowed
from vmq.access.users import User
from vmq.domain.subject import Subject

ANN = Subject(frozenset({"ann"}), frozenset({"sales"}))
BOB = Subject(frozenset({"bob"}), frozenset({"sales", "support"}))
CALLER = Subject(frozenset(), frozenset({"sales"}))
NOBODYS = Subject()

AGENT = User("ann", Role.AGENT, agent="ann", mailbox="1001").who()
OF_SUPPORT = User("sue", Role.SUPERVISOR, frozenset({"support"})).who()
OF_NONE = User("eve", Role.SUPERVISOR, frozenset()).who()
OF_ALL = User("max", Role.SUPERVISOR).who()
ADMINISTRATOR = User("adam", Role.ADMINISTRATOR).who()


@pytest.mark.parametrize(
    ("who", "right", "subject", "is_allowed"),
    [
        (AGENT, Right.AGENT, ANN, True),
        (AGENT, Right.AGENT, BOB, False),
        (AGENT, Right.AGENT, CALLER, False),
        (AGENT, Right.SUPERVISE, ANN, False),
        (AGENT, Right.AGENT, NOBODYS, False),
        (OF_SUPPORT, Right.SUPERVISE, BOB, True),
        (OF_SUPPORT, Right.AGENT, BOB, True),
        (OF_SUPPORT, Right.SUPERVISE, ANN, False),
        (OF_SUPPORT, Right.SUPERVISE, CALLER, False),
        (OF_SUPPORT, Right.ADMINISTER, BOB, False),
        (OF_NONE, Right.SUPERVISE, BOB, False),
        (OF_ALL, Right.SUPERVISE, CALLER, True),
        (OF_ALL, Right.SUPERVISE, NOBODYS, True),
        (OF_ALL, Right.ADMINISTER, NOBODYS, False),
        (ADMINISTRATOR, Right.ADMINISTER, NOBODYS, True),
        (ADMINISTRATOR, Right.AGENT, ANN, True),
    ],
)
def test_the_table(who: Who, right: Right, subject: Subject, is_allowed: bool) -> None:
    assert may(who, right, subject) is is_allowed


def test_a_supervisor_who_is_an_agent_too_supervises_nothing_by_that() -> None:
    sue = User("sue", Role.SUPERVISOR, frozenset({"sales"}), agent="bob").who()
    of_support = Subject(frozenset({"bob"}), frozenset({"support"}))
    assert may(sue, Right.AGENT, of_support)
    assert not may(sue, Right.SUPERVISE, of_support)


def test_somebody_without_an_agent_is_not_the_agent_without_a_name() -> None:
    assert not may(Who("x", frozenset({Right.AGENT})), Right.AGENT, Subject(frozenset({""})))


def test_a_mailbox_is_its_owners_and_the_administrators() -> None:
    assert may_open_mailbox(AGENT, "1001")
    assert not may_open_mailbox(AGENT, "1002")
    assert not may_open_mailbox(OF_ALL, "1001")
    assert not may_open_mailbox(OF_ALL, "")
    assert may_open_mailbox(ADMINISTRATOR, "1002")


def test_roles_are_told_by_their_rights() -> None:
    assert [who.roles for who in (AGENT, OF_SUPPORT, ADMINISTRATOR)] == [
        (Role.AGENT,),
        (Role.SUPERVISOR,),
        (Role.ADMINISTRATOR,),
    ]
    assert Who("x", frozenset({Right.MONITOR})).roles == ()


NAMES = st.frozensets(st.sampled_from(["sales", "support", "ann", "bob"]))
GROUPS = st.none() | NAMES
RIGHTS = st.frozensets(st.sampled_from(list(Right)))


USERS = st.builds(Who, st.just("x"), st.sampled_from(list(RIGHTS_OF.values())), st.just("ann"), st.just("1"), GROUPS)
SUBJECTS = st.builds(Subject, NAMES, NAMES)


@given(USERS, RIGHTS, GROUPS, SUBJECTS, st.sampled_from(list(Right)))
def test_a_token_never_may_more_than_its_user(
    user: Who, scope: frozenset[Right], queues: frozenset[str] | None, subject: Subject, right: Right
) -> None:
    token = narrowed(user, scope, queues)
    assert not may(token, right, subject) or (may(user, right, subject) and right in scope)
    assert token.sees_all <= user.sees_all


@pytest.mark.parametrize(
    ("who", "agents", "mailbox", "is_allowed"),
    [
        (AGENT, ("ann",), "", True),
        (AGENT, (), "1001", True),
        (AGENT, (), "", True),
        (AGENT, ("bob",), "", False),
        (AGENT, ("bob",), "1001", True),
        (AGENT, (), "1002", False),
        (OF_ALL, (), "", True),
        (OF_ALL, ("ann",), "", False),
        (OF_ALL, (), "1002", False),
        (ADMINISTRATOR, ("ann",), "1002", True),
        (Who("display", frozenset({Right.MONITOR})), (), "", False),
    ],
)
def test_a_telephone_is_for_who_works_there(who: Who, agents: tuple[str, ...], mailbox: str, is_allowed: bool) -> None:
    assert may_use_telephone(who, agents, mailbox) == is_allowed
