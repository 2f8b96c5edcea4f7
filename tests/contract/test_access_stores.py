"""The contract of the repositories of users, sessions, tokens, audit log and answered requests, on every database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.access import HandClock
from tests.support.databases import KINDS, open_database
from vmq.access.audit import AuditEntry, AuditQuestion
from vmq.access.rights import Right, Role
from vmq.access.users import Origin, Session, Token, User
from vmq.db.audit import AccessTrimmer, AuditRepository
from vmq.db.engine import Database
from vmq.db.once import KEEP_S, OnceRepository
from vmq.db.users import UserRepository
from vmq.db.visits import VisitRepository
from vmq.domain.pin import LoginState
from vmq.errors import AccessRefused

ADAM = User("adam", Role.ADMINISTRATOR)
SUE = User("sue", Role.SUPERVISOR, frozenset({"sales", "support"}), "sue", "1003", Origin.OIDC)
DAY = 86400.0


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    async with open_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
def users(database: Database) -> UserRepository:
    return UserRepository(database)


@pytest.fixture
def visits(database: Database) -> VisitRepository:
    return VisitRepository(database)


def session(key: str, user: str = "adam", at: float = 1.0) -> Session:
    return Session(key * 32, user, at, at, at + 100, "192.0.2.1", "Firefox")


async def test_a_user_is_kept_as_he_is(users: UserRepository) -> None:
    assert not await users.is_any()
    assert await users.add(SUE, "", 1.0)
    assert await users.add(ADAM, "hash", 1.0)
    assert await users.is_any()
    assert await users.find("sue") == (SUE, "")
    assert await users.find("adam") == (ADAM, "hash")
    assert await users.find("eve") is None
    assert list(await users.all()) == [ADAM, SUE]
    assert not await users.add(replace(ADAM, role=Role.AGENT), "other", 2.0)
    assert await users.find("adam") == (ADAM, "hash")


async def test_an_empty_group_is_not_all_queues(users: UserRepository) -> None:
    await users.add(replace(SUE, queues=frozenset()), "", 1.0)
    found = await users.find("sue")
    assert found is not None and found[0].queues == frozenset()


async def test_only_one_of_several_is_the_first(users: UserRepository) -> None:
    wanted = [users.add(User(f"first{n}", Role.ADMINISTRATOR), "", 1.0, only_first=True) for n in range(8)]
    assert sorted(await asyncio.gather(*wanted)) == [False] * 7 + [True]
    assert len(await users.all()) == 1


async def test_there_is_always_an_administrator(users: UserRepository) -> None:
    await users.add(ADAM, "", 1.0)
    await users.add(SUE, "", 1.0)
    for attempt in (users.remove("adam"), users.change(User("adam", Role.SUPERVISOR))):
        with pytest.raises(AccessRefused) as caught:
            await attempt
        assert caught.value.why == "last-administrator"
    assert (await users.find("adam") or ("",))[0] == ADAM
    await users.change(replace(SUE, role=Role.ADMINISTRATOR, queues=None))
    assert await users.remove("adam")
    assert not await users.remove("adam")
    assert not await users.change(ADAM)


async def test_two_administrators_who_remove_each_other_don_t_both_go(users: UserRepository) -> None:
    await users.add(ADAM, "", 1.0)
    await users.add(User("eve", Role.ADMINISTRATOR), "", 1.0)
    done = await asyncio.gather(users.remove("adam"), users.remove("eve"), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["AccessRefused", "bool"]
    assert len(await users.all()) == 1


async def test_wrong_passwords_are_counted_for_names_that_are_nobodys_too(users: UserRepository) -> None:
    def one_more(state: LoginState) -> LoginState:
        return LoginState(state.failures + 1, state.locked_until)

    await users.add(ADAM, "old", 1.0)
    await asyncio.gather(*(users.change_login("adam", one_more) for _ in range(5)))
    assert await users.change_login("adam", one_more) == (LoginState(5), LoginState(6))
    assert await users.change_login("nobody", one_more) == (LoginState(0), LoginState(1))
    assert await users.set_password("adam", "new")
    assert await users.find("adam") == (ADAM, "new")
    assert await users.change_login("adam", one_more) == (LoginState(0), LoginState(1))
    assert not await users.set_password("nobody", "new")


async def test_sessions_are_found_by_their_key_and_end_one_by_one(
    users: UserRepository, visits: VisitRepository
) -> None:
    await users.add(ADAM, "", 1.0)
    await users.add(SUE, "", 1.0)
    for each in (session("a1"), session("b2", at=2.0), session("c3", "sue")):
        await visits.open(each)
    assert await visits.session("a1" * 32) == (session("a1"), ADAM)
    assert await visits.session("d4" * 32) is None
    assert [each.id for each in await visits.sessions_of("adam")] == ["b2" * 8, "a1" * 8]
    await visits.seen("a1" * 32, 9.0)
    found = await visits.session("a1" * 32)
    assert found is not None and found[0].seen_at == 9.0
    assert await visits.close("sue", session_id="a1" * 8) == 0, "somebody else's"
    assert await visits.close("adam", session_id="%") == 0
    assert await visits.close("adam", but="a1" * 32) == 1
    assert [each.id for each in await visits.sessions_of("adam")] == ["a1" * 8]
    await users.remove("sue")
    assert await visits.session("c3" * 32) is None


async def test_tokens_are_their_users(users: UserRepository, visits: VisitRepository) -> None:
    await users.add(ADAM, "", 1.0)
    await users.add(SUE, "", 1.0)
    wall = Token("aaaa", "h1", "sue", "wall", frozenset({Right.MONITOR, Right.AGENT}), frozenset({"sales"}), 1.0)
    bot = Token("bbbb", "h2", "adam", "bot", frozenset({Right.AGENT}), None, 2.0)
    await visits.add_token(wall)
    await visits.add_token(bot)
    assert await visits.token("aaaa") == (wall, SUE)
    await visits.token_seen("aaaa", 5.0)
    assert list(await visits.tokens()) == [bot, replace(wall, seen_at=5.0)]
    assert list(await visits.tokens("adam")) == [bot]
    assert not await visits.remove_token("aaaa", "adam")
    assert await visits.remove_token("aaaa", "sue")
    await users.remove("sue")
    assert await visits.token("aaaa") is None


async def test_the_audit_log_is_read_by_page_and_by_question(database: Database) -> None:
    log = AuditRepository(database)
    for number in range(1, 6):
        who = "sue" if number % 2 else ""
        await log.add(AuditEntry(float(number), who, "192.0.2.1", "agent pause", f"t{number}", {"n": number}, "done"))

    async def targets(**question: object) -> list[str]:
        return [each.target for each in await log.page(AuditQuestion(**question))]  # type: ignore[arg-type]

    assert await targets(limit=2) == ["t5", "t4"]
    assert await targets(who="sue") == ["t5", "t3", "t1"]
    assert await targets(begin=2.0, end=4.0) == ["t3", "t2"]
    assert await targets(action="agent login") == []
    (first,) = await log.page(AuditQuestion(target="t1"))
    assert (first.details, first.at, first.who, first.result) == ({"n": 1}, 1.0, "sue", "done")
    assert await targets(before=first.id) == []


async def test_what_is_over_is_forgotten(database: Database, users: UserRepository, visits: VisitRepository) -> None:
    log, once = AuditRepository(database), OnceRepository(database)
    await users.add(ADAM, "", 1.0)
    await visits.open(session("a1", at=0.0))
    await visits.open(session("b2", at=10 * DAY))
    for at in (0.0, 1.0, 10 * DAY):
        await log.add(AuditEntry(at, "sue", "", "x", "", {}, "done"))
    await once.begin("k", "r", 0.0)
    await AccessTrimmer(database, HandClock(), audit_days=5).trim(10 * DAY)
    assert [each.id for each in await visits.sessions_of("adam")] == ["b2" * 8]
    assert [each.at for each in await log.page(AuditQuestion())] == [10 * DAY]
    assert await once.begin("k", "r", 10 * DAY) is None
    await AccessTrimmer(database, HandClock(), audit_days=0).trim(1000 * DAY)
    assert len(await log.page(AuditQuestion())) == 1


async def test_a_request_is_begun_once_and_its_answer_kept_for_a_day(database: Database) -> None:
    once = OnceRepository(database)
    begun = await asyncio.gather(*(once.begin("k", "r", 1.0) for _ in range(5)))
    assert [each is None for each in begun].count(True) == 1
    await once.finish("k", 202, "{}")
    found = await once.begin("k", "other", 2.0)
    assert found is not None and (found.request, found.status, found.text) == ("r", 202, "{}")
    await once.forget("k")
    assert await once.begin("k", "r", 3.0) is None
    assert await once.begin("k", "r", 3.5 + KEEP_S) is None, "a day later it is another request"
