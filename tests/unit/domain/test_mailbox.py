"""The rules of a mailbox: which greeting, which folder, whose call."""

from __future__ import annotations

import pytest

from vmq.domain.mailbox import (
    Counts,
    Folder,
    Greeting,
    GreetingKind,
    Mailbox,
    MailboxRules,
    choose_mailbox,
    first_folder,
    has_room,
    mailbox_candidates,
    may_save_to,
)

RULES = MailboxRules(operator="100", house_mailbox="house")


def box(**expires_at: float) -> Mailbox:
    """A mailbox with these greetings, by kind and end of time."""
    kinds = {GreetingKind(kind): Greeting(GreetingKind(kind), kind, 1.0, 0.0, at) for kind, at in expires_at.items()}
    return Mailbox("1001", greetings=kinds)


@pytest.mark.parametrize(("expires_at", "is_there"), [(0, True), (101, True), (100, False), (99, False)])
def test_a_greeting_counts_until_its_time_is_over(expires_at: float, is_there: bool) -> None:
    assert (box(temp=expires_at).greeting(GreetingKind.TEMPORARY, now=100) is not None) == is_there
    assert box(temp=expires_at).greeting(GreetingKind.BUSY, now=100) is None


@pytest.mark.parametrize(
    ("counts", "folder"),
    [
        (Counts(), Folder.INBOX),
        (Counts(old=3), Folder.OLD),
        (Counts(new=1, old=3), Folder.INBOX),
        (Counts(new=1, old=3, urgent=1), Folder.URGENT),
    ],
)
def test_login_opens_the_folder_with_something_to_hear(counts: Counts, folder: Folder) -> None:
    assert first_folder(counts) is folder


def test_owner_saves_anywhere_but_urgent_and_deleted() -> None:
    assert {folder for folder in Folder if not may_save_to(folder)} == {Folder.URGENT, Folder.DELETED}


def test_room_ends_at_the_limit() -> None:
    assert [has_room(count, 2) for count in (0, 1, 2, 3)] == [True, True, False, False]
    assert not has_room(0, 0)


@pytest.mark.parametrize(
    ("explicit", "redirecting", "dialled", "known", "expected"),
    [
        ("1001", "1002", "1003", (), "1001"),
        ("", "1002", "1003", (), "1002"),
        ("", "", "1003", (), "1003"),
        ("", "trunk", "1003", (), "1003"),
        ("", "trunk", "1003", ("trunk",), "trunk"),
        ("nobody", "1002", "1003", (), "100"),
        ("", "", "s", (), "100"),
    ],
)
def test_whose_call_it_is(explicit: str, redirecting: str, dialled: str, known: tuple[str, ...], expected: str) -> None:
    candidates = mailbox_candidates(dialled, redirecting, explicit, RULES)
    assert choose_mailbox(candidates, known, RULES) == expected


def test_house_mailbox_is_there_even_when_nothing_else_may_be_made() -> None:
    rules = MailboxRules(create_on_message=False, house_mailbox="house")
    assert choose_mailbox(mailbox_candidates("1003", "", "", rules), (), rules) == "house"


def test_call_belongs_to_nobody_without_a_house() -> None:
    rules = MailboxRules(create_on_message=False)
    assert choose_mailbox(mailbox_candidates("1003", "", "", rules), (), rules) is None


def test_pin_hash_is_not_shown() -> None:
    assert "secret" not in repr(Mailbox("1001", pin_hash="secret"))
