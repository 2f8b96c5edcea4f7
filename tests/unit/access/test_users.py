"""Which users and passwords are good enough, keys and their digests, wrong passwords by address, what is kept of
arguments."""

from __future__ import annotations

from typing import Any

import pytest

from vmq.access.addresses import MAX_ADDRESSES, AddressLimit
from vmq.access.audit import HIDDEN, MAX_DEPTH, without_secrets
from vmq.access.keys import digest, new_key, new_token, token_id
from vmq.access.passwords import Passwords
from vmq.access.rights import Role
from vmq.access.users import User, password_fault, user_fault


@pytest.mark.parametrize(
    ("user", "fault"),
    [
        (User("sue", Role.SUPERVISOR, frozenset({"sales"})), ""),
        (User("ann", Role.AGENT, agent="ann"), ""),
        (User("ann", Role.AGENT), "agent:"),
        (User("Ann", Role.ADMINISTRATOR), "name:"),
        (User("", Role.ADMINISTRATOR), "name:"),
        (User("a\n", Role.ADMINISTRATOR), "name:"),
        (User("cli", Role.ADMINISTRATOR), "name:"),
        (User("adam", Role.ADMINISTRATOR, frozenset({"sales"})), "queues:"),
    ],
)
def test_which_users_there_can_be(user: User, fault: str) -> None:
    found = user_fault(user)
    assert found.startswith(fault)
    assert bool(found) == bool(fault)


@pytest.mark.parametrize("password", ["", "short", "x" * 300, "aaaaaaaaaaaa", "1212121212", "administrator"])
def test_passwords_that_are_guessed_are_refused(password: str) -> None:
    assert password_fault(password, "administrator")


@pytest.mark.parametrize("password", ["four words of ours", "äöü ist möglich", "administrator has a cat"])
def test_passwords_that_are_long_are_taken(password: str) -> None:
    assert password_fault(password, "administrator") == ""


async def test_a_password_is_known_by_its_hash_and_nobodys_is_none() -> None:
    passwords = Passwords()
    kept = await passwords.hash("four words of ours")
    assert kept.startswith("$argon2id$") and "four words" not in kept
    assert await passwords.check("four words of ours", kept)
    assert not await passwords.check("four words of yours", kept)
    assert not await passwords.check("nobody's password", "")
    assert not await passwords.check("x", "no hash")


def test_keys_are_never_twice_the_same_and_tokens_are_found_by_their_id() -> None:
    assert new_key() != new_key()
    token = new_token()
    assert token_id(token.text) == token.id
    assert digest(token.text) != token.text
    assert [token_id(text) for text in ("", "vmq_", "vmq_abc", "vmq_abc_", "xxx_abc_def")] == [""] * 5


def test_an_address_has_so_many_wrong_passwords_then_it_waits() -> None:
    limit = AddressLimit(max_failures=3, window_s=60.0)
    assert [limit.attempt("192.0.2.1", 0.0) for _ in range(3)] == [0.0] * 3
    assert limit.attempt("192.0.2.1", 20.0) == 40.0
    assert limit.attempt("192.0.2.2", 20.0) == 0.0
    assert limit.attempt("192.0.2.1", 60.0) == 0.0


def test_right_passwords_don_t_count() -> None:
    limit = AddressLimit(max_failures=2)
    for at in range(50):
        assert limit.attempt("192.0.2.1", at) == 0.0
        limit.forgive("192.0.2.1")


def test_one_ipv6_network_is_one_address_and_memory_is_bounded() -> None:
    limit = AddressLimit(max_failures=1)
    limit.attempt("2001:db8:1:2::1", 0.0)
    assert limit.attempt("2001:db8:1:2:ffff::9", 0.0) > 0
    assert limit.attempt("2001:db8:1:3::1", 0.0) == 0.0
    for number in range(MAX_ADDRESSES + 50):
        limit.attempt(f"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}", 1.0)
    assert len(limit._counts) == MAX_ADDRESSES


def test_arguments_are_kept_without_secrets() -> None:
    told = {
        "name": "sue",
        "password": "x",
        "agent": {"pin": "1234", "queues": ["a"]},
        "client_secret": "",
        "note": "n" * 999,
        "token": ["a", "b"],
        "keys": {"0": "x"},
        "old_pin": 4711,
        "half": "\ud800",
    }
    kept = without_secrets(told)
    assert kept == {
        "name": "sue",
        "password": HIDDEN,
        "agent": {"pin": HIDDEN, "queues": ["a"]},
        "client_secret": "",
        "note": "n" * 200,
        "token": HIDDEN,
        "keys": HIDDEN,
        "old_pin": HIDDEN,
        "half": "?",
    }


def test_of_arguments_that_go_too_deep_the_rest_is_left_out() -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    kept = without_secrets({"a": deep})["a"]
    for _ in range(MAX_DEPTH - 1):
        (kept,) = kept
    assert kept == HIDDEN
