"""Puts mailboxes into the state that tasks begin with, and says what a configuration has for them.

In: what is reached of voicemail (its database, its files), and what is to be done. Out: messages, greetings, a list and
a sent message in their places. Who is sent to: 2001 to 2004; 2003 is Carol King.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.support.wav import write_wav
from tests.tasks.tasks import PIN, Doing
from vmq.domain.letter import Letter
from vmq.domain.mailbox import Folder, Greeting, GreetingKind, GreetingUse, Message
from vmq.voicemail.ports import Outside
from vmq.voicemail.service import Voicemail

SECONDS, HOUR_S = 1.5, 3600.0
RECEIVERS = {"2001": "Ann Archer", "2002": "Bob Baker", "2003": "Carol King", "2004": "Dan Dale"}
CALLERS = {1: "2001", 2: "2002", 3: "5551234"}
LIST, SAVED = "7", "saved"
MESSAGE_FILE = "task-message-"
CALL_CONTEXT = "task-calls"


def dialled(place: int) -> str:
    """The number that is called to reach a personality where no mailbox says which; `place` is its own, from 0."""
    return f"*9{place}"


def sections(doings: Iterable[Doing], personalities: Iterable[str], *, are_brief: bool = False) -> dict[str, Any]:
    """The parts of a configuration that say who has which mailbox and personality. `are_brief`: menus are as short as
    the personality has them."""
    mailboxes: list[dict[str, object]] = [
        {"number": number, "name": name, "pin": PIN} for number, name in RECEIVERS.items()
    ]
    for doing in doings:
        mailbox = {"number": doing.mailbox, "name": "Olive Owner", "pin": PIN, "personality": doing.personality}
        settings = {"settings": dict(doing.brief)} if are_brief else {}
        mailboxes.append({**mailbox, **settings, "review": doing.given.review})
    called = {dialled(place): name for place, name in enumerate(personalities)}
    voicemail = {"min_message_s": 0.5, "max_messages": 1000, "callback_context": CALL_CONTEXT, "called": called}
    return {"mailbox": mailboxes, "voicemail": {**voicemail, "change_given_pin": False}}


async def prepare(outside: Outside, voicemail: Voicemail, doing: Doing) -> None:
    """Make the mailbox as the task wants it."""
    now, given, mailbox = outside.clock.now(), doing.given, doing.mailbox
    for number in range(1, given.new + 1):
        await _message(outside, mailbox, str(number), Folder.INBOX, now - (10 - number) * HOUR_S)
    if given.saved:
        await _message(outside, mailbox, SAVED, Folder.OLD, now - 20 * HOUR_S)
    await _greeting(outside, mailbox, GreetingKind.UNAVAILABLE)
    if given.away:
        await _greeting(outside, mailbox, GreetingKind(given.away))
    if given.away == GreetingKind.SLOT_2:
        await outside.owners.use_greeting(mailbox, GreetingUse("all", GreetingKind.SLOT_2, now - HOUR_S))
    if given.list:
        await outside.lists.change_addresses(mailbox, LIST, lambda _: ("2003", "2004"))
    if given.sent:
        recording = outside.files.path(f"{mailbox}/task-letter")
        write_wav(recording, SECONDS)
        posted = await voicemail.post(Letter(mailbox, ("2003",), recording.read_bytes()))
        assert posted.sent == 1, posted


def greeting_ref(mailbox: str, kind: str) -> str:
    """The recording of a greeting that was there before."""
    return f"{mailbox}/task-greeting-{kind}"


def message_id(mailbox: str, number: str) -> str:
    """The id of a message that was there before."""
    return f"{mailbox}-task-{number}"


async def _message(outside: Outside, mailbox: str, number: str, folder: Folder, received_at: float) -> None:
    ref = f"{mailbox}/{MESSAGE_FILE}{number}"
    outside.files.path(ref).parent.mkdir(parents=True, exist_ok=True)
    write_wav(outside.files.path(ref), SECONDS)
    caller = "2002" if number == SAVED else CALLERS[int(number)]
    is_sent = caller == "2001"
    heard_at = 0.0 if folder.is_unheard else received_at
    await outside.mailboxes.add_message(
        Message(
            message_id(mailbox, number), mailbox, folder, received_at, SECONDS, ref, caller, heard_at=heard_at,
            sender=caller if is_sent else "", recipients=(mailbox, "2002") if is_sent else (),
        )
    )  # fmt: skip


async def _greeting(outside: Outside, mailbox: str, kind: GreetingKind) -> None:
    ref = greeting_ref(mailbox, kind)
    outside.files.path(ref).parent.mkdir(parents=True, exist_ok=True)
    write_wav(outside.files.path(ref), SECONDS)
    recorded_at = outside.clock.now() - HOUR_S
    await outside.mailboxes.set_greeting(mailbox, Greeting(kind, ref, SECONDS, recorded_at))
