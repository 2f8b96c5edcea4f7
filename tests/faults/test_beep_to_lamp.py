"""Ten faults at each of ten steps from the tone to the owner's ear: no message is lost, none is doubled, none announced
that isn't there.

Each case is a life of the house in a process of its own (tests/support/one_message.py), and the life after it, in which
all is well. docs/faults.md says what is seen; `python -m tests.faults.test_beep_to_lamp` writes it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.mail_server import MailServer
from tests.support.one_message import LAST_S, SPOKEN_S, Fault, Life, Step, Trouble, live, living
from vmq.audio.wav import read_head
from vmq.domain.mailbox import Folder, Message
from vmq.domain.records import MessageStored

DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"
HEAD = """\
# What a fault does to a message

Written by `python -m tests.faults.test_beep_to_lamp`, and compared with what is seen at every run of the tests. A
caller leaves a message, which is stored, told by mail, lights the lamp and is heard by its owner. In the line's step,
the column's fault begins, and stays until vmq is started again, with everything well. Killed is `kill -9`, just before
the step is done or just after. The line lost is also what a lost link to Asterisk is for a call; a mail server that
breaks off does so after it has taken the mail, without a word.

| | |
|---|---|
| kept | the message was stored at once |
| finished | it was stored from what was recorded, when vmq was started again |
| – | nothing was said yet: there is no message, and nobody was promised one |

In all cases there was one message (or none), whole as it was spoken; its owner heard it once; the journal names it and
no other; nothing was left over; and no lamp ever showed a message whose sound and row were not there. The mail went out
once; twice, with the same Message-ID, only where vmq was kept from noting that it was accepted: killed after, a
database that is locked or lost, a disk that is full or broken, a mail server that breaks off.

On a real Asterisk with real telephones: killed while a caller speaks, and between his hang-up and the storing
(`tests/live/test_voicemail_recovery.py`), a full disk (`tests/live/test_full_disk.py`), a lost link
(`tests/live/test_recovery.py`). A mail of twenty minutes whose vmq is killed twice:
`tests/contract/test_mail_killed.py`.

"""
UNNOTED = (Fault.KILLED_AFTER, Fault.MAIL_BREAKS, Fault.DATABASE_LOCKED, Fault.DATABASE_LOST, Fault.DISK_FULL,
           Fault.DISK_BROKEN)  # fmt: skip
"""Those after which a mail may have been accepted and nobody could note it."""
TAKES = multiprocessing.get_context("forkserver")
TAKES.set_forkserver_preload(["tests.support.one_message"])


async def outcome(
    folder: Path, step: Step, fault: Fault, servers: tuple[MailServer, MailServer], one_by_one: asyncio.Lock
) -> str:
    """What one case comes to, as docs/faults.md says it. Raises AssertionError where a promise was broken. `one_by_one`
    is held while a house is open in this process: its database can't be brought up to date beside another."""
    folder.mkdir()
    well, broken = servers
    process = TAKES.Process(target=live, args=(str(folder), step, fault, well.port, broken.port))
    process.start()
    await asyncio.to_thread(process.join, LAST_S)
    assert process.exitcode is not None, f"{step}, {fault}: it hangs"
    was_spoken = (folder / "spoken").exists()
    async with one_by_one, living(folder, well.port, broken.port, Trouble(folder, None, None)) as life:
        was_stored = bool(await life.messages())
        await life.outbox.resume(life.house.clock.now())
        await life.house.voicemail.sweeper.recover(alive=())
        await _check(life, was_spoken)
        async with asyncio.timeout(LAST_S):
            while not await life.mail_is_out():
                life.worker.wake()
                await asyncio.sleep(0.02)
    assert not (folder / "wrong").exists(), (folder / "wrong").read_text()
    if not was_spoken:
        assert not _mails(folder, servers)
        return "–"
    mails = _mails(folder, servers)
    assert len(mails) == 1, f"{step}, {fault}: {mails}"
    assert mails.total() == 1 or (fault in UNNOTED and mails.total() == 2), f"{step}, {fault}: {mails}"
    return "kept" if was_stored else "finished"


async def _check(life: Life, was_spoken: bool) -> None:
    """One message, whole, in the journal, in nobody's way, and heard once; or none."""
    found = await life.messages()
    assert len(found) == was_spoken
    stored = {record.message_id for record in await life.house.records(MessageStored)}
    assert stored == {message.id for message in found}
    assert not await life.house.files.drafts()
    assert sorted(await life.house.files.unexplained()) == [message.ref for message in found]
    if found:
        await _check_sound(life, found[0])


async def _check_sound(life: Life, message: Message) -> None:
    assert message.duration_s in (SPOKEN_S, SPOKEN_S / 2)
    head = read_head(life.house.files.path(message.ref))
    assert head.duration_s == message.duration_s
    assert not head.is_broken
    played = await life.check()
    assert played.count(message.ref) == 1, played
    assert {each.folder for each in await life.messages()} == {Folder.OLD}


def _mails(folder: Path, servers: tuple[MailServer, MailServer]) -> Counter[str]:
    """How often each mail for this case was accepted, by its Message-ID."""
    mails = [mail for server in servers for mail in server.mails]
    return Counter(mail["Message-ID"] for mail in mails if f"@{folder.name}.example" in mail["To"])


async def step_outcomes(base: Path, step: Step) -> Mapping[Fault, str]:
    """All faults at one step, side by side."""
    well, broken, one_by_one = MailServer(), MailServer(), asyncio.Lock()

    async def break_off() -> None:
        for transport in list(broken._open):
            transport.abort()  # type: ignore[attr-defined]

    broken.before_reply = break_off
    await well.start()
    await broken.start()
    try:
        found = await asyncio.gather(
            *(
                outcome(base / f"case{place}", step, fault, (well, broken), one_by_one)
                for place, fault in enumerate(Fault)
            )
        )
    finally:
        await well.stop()
        await broken.stop()
    return dict(zip(Fault, found, strict=True))


def row(step: Step, outcomes: Mapping[Fault, str]) -> str:
    """A line of the table."""
    return f"| {step} | {' | '.join(outcomes[fault] for fault in Fault)} |\n"


@pytest.mark.parametrize("step", list(Step))
async def test_no_message_is_lost_or_doubled(tmp_path: Path, step: Step) -> None:
    seen = row(step, await step_outcomes(tmp_path, step))
    assert seen in DOCUMENT.read_text(encoding="utf-8"), f"docs/faults.md says otherwise than {seen}"


def main() -> None:
    """Write the document anew."""
    lines = [f"| | {' | '.join(Fault)} |\n", f"|---{'|---' * len(Fault)}|\n"]
    for step in Step:
        with TemporaryDirectory() as folder:
            lines.append(row(step, asyncio.run(step_outcomes(Path(folder), step))))
            print(lines[-1], end="", file=sys.stderr)
    DOCUMENT.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
