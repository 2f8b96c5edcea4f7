"""Rights, event masks, filters, secrets and the limit of wrong log-ins."""

from __future__ import annotations

import hashlib

import pytest

from vmq.asterisk.facade.event_filter import BAD_FORMAT, MAX_FILTERS, NOT_COMPILED, EventFilter
from vmq.asterisk.facade.rights import ALL, CLASSES, category, event_mask, may_do, may_read, needed_for, rights
from vmq.asterisk.facade.throttle import MAX_FAILURES, WINDOW_S, Throttle
from vmq.asterisk.facade.users import FacadeUser, Users, hash_secret, manager_users, on_asterisk

AGENT, CALL = CLASSES["agent"], CLASSES["call"]


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("", None), ("on", ALL), ("off", 0), ("Yes", ALL), ("no", 0), ("all", ALL), ("none", 0), ("agent", AGENT),
        ("call,agent", AGENT | CALL), ("nonsense", 0), ("32", AGENT), ("0", 0),
    ],
)  # fmt: skip
def test_an_event_mask_is_read_as_asterisk_reads_it(text: str, mask: int | None) -> None:
    assert event_mask(text) == mask


def test_reading_needs_all_classes_and_doing_one() -> None:
    assert may_read(AGENT | CALL, AGENT)
    assert not may_read(AGENT, AGENT | CALL)
    assert may_do(AGENT, AGENT | CALL)
    assert may_do(0, 0)
    assert not may_do(CALL, AGENT)


def test_what_asterisk_says_of_events_and_actions_is_understood() -> None:
    assert category(b"Event: Hangup\r\nPrivilege: call,all\r\nChannel: x") == CALL
    assert category(b"Event: Status\r\nActionID: 1") is None
    assert needed_for("Hangup channel.  (Priv: system,call,all)") == CLASSES["system"] | CALL
    assert needed_for("Keepalive command.  (Priv: <none>)") == 0
    assert rights(["all"]) == ALL


QUEUE_EVENT = ("QueueCallerJoin", "Event: QueueCallerJoin\r\nPrivilege: agent,all\r\nQueue: support\r\n\r\n")


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ([], True),
        ([("", "Queue: support")], True),
        ([("", "Queue: sales")], False),
        ([("", "!Event: Queue.*Join")], False),
        ([("name(QueueCallerJoin)", "")], True),
        ([("name(Hangup)", "")], False),
        ([("action(exclude),name(QueueCallerJoin)", "")], False),
        ([("name(QueueCallerJoin),header(Queue),method(exact)", "support")], True),
        ([("header(Queue),method(starts_with)", "sal")], False),
        ([("name(QueueCallerJoin)", ""), ("header(Queue),method(exact)", "!support")], False),
    ],
)
def test_filters_let_through_what_asterisks_would(filters: list[tuple[str, str]], passes: bool) -> None:
    chosen = EventFilter()
    assert [chosen.add(*one) for one in filters] == [""] * len(filters)
    assert chosen.passes(*QUEUE_EVENT) is passes


@pytest.mark.parametrize(
    ("criteria", "pattern", "problem"),
    [
        ("", "", BAD_FORMAT),
        ("name(x", "", BAD_FORMAT),
        ("colour(red)", "x", BAD_FORMAT),
        ("name(x),method(none)", "y", BAD_FORMAT),
        ("action(include)", "", BAD_FORMAT),
        ("name(x),method(guess)", "y", BAD_FORMAT),
        ("", "x" * 300, BAD_FORMAT),
        ("", "(unclosed", NOT_COMPILED),
        ("", "(a+)+$", NOT_COMPILED),
        ("", ".*.*.*x", NOT_COMPILED),
        ("", "(?:a)", NOT_COMPILED),
        ("", r"(a)\1", NOT_COMPILED),
    ],
)
def test_a_filter_that_could_take_long_or_means_nothing_is_refused(criteria: str, pattern: str, problem: str) -> None:
    assert EventFilter().add(criteria, pattern) == problem


def test_filters_have_an_end() -> None:
    chosen = EventFilter()
    assert [chosen.add("", "x") for _ in range(MAX_FILTERS + 1)][-1] == BAD_FORMAT


async def test_a_secret_is_checked_plain_and_hashed() -> None:
    users = Users([FacadeUser("plain", "sé"), FacadeUser("hashed", hash_secret("sé"))])
    for name in ("plain", "hashed"):
        assert (await users.with_secret(name, "sé")) is not None
        assert (await users.with_secret(name, "other")) is None
        assert (await users.with_secret(name, "")) is None
    assert await users.with_secret("nobody", "") is None


async def test_the_challenge_needs_the_secret_itself_and_a_challenge() -> None:
    users = Users([FacadeUser("plain", "s"), FacadeUser("hashed", hash_secret("s"))])
    key = hashlib.md5(b"123s").hexdigest()
    assert users.with_key("plain", "123", key) is not None
    assert users.with_key("plain", "124", key) is None
    assert users.with_key("plain", "", hashlib.md5(b"s").hexdigest()) is None
    assert users.with_key("hashed", "123", key) is None
    assert users.with_key("nobody", "123", key) is None


def test_each_user_has_one_of_its_own_on_asterisk_with_the_same_rights() -> None:
    users = manager_users("vmq", "s3cret", [FacadeUser("fop2", "x", ("agent",), ("call", "agent"))])
    assert [(user.name, user.read, user.write) for user in users] == [
        ("vmq-fop2", ("agent",), ("call", "agent")),
        ("vmq-watch", ("system", "call"), ("reporting",)),
    ]
    assert on_asterisk("vmq", "s3cret", "fop2") == (users[0].name, users[0].secret)
    assert len({user.secret for user in users} | {"s3cret"}) == 3
    assert manager_users("vmq", "s3cret", []) == ()


def test_too_many_wrong_log_ins_block_an_address_for_a_while() -> None:
    throttle = Throttle()
    for number in range(MAX_FAILURES):
        assert not throttle.is_blocked("a", number)
        throttle.failed("a", number)
    assert throttle.is_blocked("a", MAX_FAILURES)
    assert not throttle.is_blocked("b", MAX_FAILURES)
    assert not throttle.is_blocked("a", WINDOW_S + 1)


def test_many_addresses_are_forgotten_in_their_order() -> None:
    throttle = Throttle()
    for number in range(5000):
        throttle.failed(str(number), 0.0)
    assert len(throttle._failures) == 1000
