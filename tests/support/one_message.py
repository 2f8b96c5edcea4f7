"""The life of one message, from the tone to its owner's ear, in a process of its own with a fault from one step on.

In: a folder, where an earlier life of the house may have left something; the step and the fault. Out: the folder as
that life left it, with `spoken` once the caller had spoken, and `wrong` where a lamp told more than was there. Storage,
database, mail worker and personality are the real ones; so are the kill, the lock and the broken mail servers. A disk
that is full or broken is one whose system calls say so.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy.exc

from tests.support.house import House, open_house, personality
from tests.support.post_office import JumpingClock
from tests.support.scripted_line import HANG_UP, SILENCE, ScriptedLine, Speech
from tests.support.wav import write_wav
from vmq.app.links import Links
from vmq.app.outgoing import ConfiguredHouse
from vmq.config.model import Config
from vmq.db import engine, mailboxes
from vmq.db.engine import Database, sqlite_url
from vmq.db.feeds import FeedRepository
from vmq.db.outbox import OutboxRepository
from vmq.domain import line
from vmq.domain.delivery import Delivery, State, Way
from vmq.domain.events import Event, MailboxChanged
from vmq.domain.mailbox import Message
from vmq.domain.records import MessageStored
from vmq.mail.smtp import Mailer
from vmq.mail.worker import Worker

SPOKEN_S = 6.0
LOCK_WAIT_S = 0.2
MAIL_WAIT_S = 2.0
LAST_S = 30.0
BOX = "1001"

personality("comedian")  # once, for all processes that are forked from here


class Step(StrEnum):
    """What is about to be done when the fault begins."""

    BEEP = "beep"
    RECORDING = "recording"
    HANG_UP = "hang-up"
    FILE = "file kept"
    ROW = "row"
    MAIL_QUEUED = "mail queued"
    JOURNAL = "journal"
    LAMP = "lamp"
    MAIL = "mail accepted"
    HEARD = "owner hears"


class Fault(StrEnum):
    """What goes wrong; it lasts as long as this life of the house."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    DISK_FULL = "disk full"
    DISK_BROKEN = "disk broken"
    DATABASE_LOCKED = "database locked"
    DATABASE_LOST = "database lost"
    MAIL_DOWN = "mail server down"
    MAIL_BREAKS = "mail server breaks off"
    HUNG_UP = "line lost"
    STOPPED = "vmq stopped"


_ERRORS = {Fault.DISK_FULL: errno.ENOSPC, Fault.DISK_BROKEN: errno.EIO}
_STORAGE = (Fault.DISK_FULL, Fault.DISK_BROKEN, Fault.DATABASE_LOST)


class Trouble:
    """The fault of one life. `at` is called with each step that begins, `after` when it is done."""

    def __init__(self, folder: Path, step: Step | None, fault: Fault | None) -> None:
        self.party: ScriptedLine | None = None
        self.is_on = False
        self._folder, self._step, self._fault = folder, step, fault
        self._loop = asyncio.get_running_loop()
        self.task: asyncio.Task[None] | None = None

    def at(self, step: Step) -> None:
        """This step is about to be done, in whatever thread."""
        if step is self._step and not self.is_on:
            self.is_on = True
            self._begin()

    def after(self, step: Step) -> None:
        """It is done."""
        if step is self._step and self._fault is Fault.KILLED_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)

    def has(self, *faults: Fault) -> bool:
        """Is it one of these, and has it begun?"""
        return self.is_on and self._fault in faults

    def disk(self) -> None:
        """The disk is asked to do something. Raises OSError."""
        if self.has(*_ERRORS):
            assert self._fault
            raise OSError(_ERRORS[self._fault], os.strerror(_ERRORS[self._fault]))

    def database(self) -> None:
        """The database is asked to do something. Raises OperationalError."""
        if self.has(*_STORAGE):
            raise sqlalchemy.exc.OperationalError("", {}, sqlite3.OperationalError("disk I/O error"))

    def _begin(self) -> None:
        match self._fault:
            case Fault.KILLED_BEFORE:
                os.kill(os.getpid(), signal.SIGKILL)
            case Fault.DATABASE_LOCKED:
                lock = threading.Thread(target=self._lock, daemon=True)
                lock.start()
                lock.join(LOCK_WAIT_S)  # in a transaction of our own it comes right after that
            case Fault.HUNG_UP if self.party:
                self.party.party._script = deque([HANG_UP])
            case Fault.STOPPED if self.task:
                self._loop.call_soon_threadsafe(self.task.cancel)

    def _lock(self) -> None:
        connection = sqlite3.connect(self._folder / "vmq.db", timeout=LAST_S)
        connection.execute("BEGIN IMMEDIATE")
        threading.Event().wait()


class Post:
    """Voicemail's Outgoing port: what a message needs, by the configuration, and the worker that sends it."""

    def __init__(self, house: ConfiguredHouse, worker: Worker) -> None:
        self.deliveries, self.wake = house.deliveries, worker.wake


class Life:
    """A house with its post, once. `heard` is what the owner was played."""

    def __init__(self, house: House, outbox: OutboxRepository, worker: Worker, trouble: Trouble, folder: Path) -> None:
        self.house, self.outbox, self.worker = house, outbox, worker
        self._trouble, self._folder = trouble, folder

    async def leave(self) -> None:
        """Somebody speaks after the tone, and hangs up."""
        party = self.house.line(Speech(SPOKEN_S, ended_by=line.RecordEnd.HANG_UP))
        party._on_record = self._speak
        self._trouble.party = party
        await self.house.leave_on(party, mailbox=BOX)

    async def check(self) -> list[str]:
        """The owner hears the first message there is; the refs of what was played to him."""
        party = self._trouble.party = self.house.line("1", SILENCE, HANG_UP)
        await self.house.check_on(party, mailbox=BOX, options="s")
        return [each.ref for each in party.heard if isinstance(each, line.Recording)]

    async def messages(self) -> list[Message]:
        """All that the mailbox has."""
        return list(await self.house.mailboxes.page(BOX, None, None, 10))

    async def mail_is_out(self) -> bool:
        """Nothing waits to be sent."""
        return not await self.outbox.page(State.PENDING, 0, 10)

    async def mail_was_tried(self) -> bool:
        """Nothing waits to be sent that has not failed."""
        return all(each.error for each in await self.outbox.page(State.PENDING, 0, 10))

    def _speak(self, ref: str, _: float) -> None:
        """Record as Asterisk does: the sizes are written at the end."""
        file = self.house.files.path(ref)
        write_wav(file, SPOKEN_S / 2, is_whole=False)
        (self._folder / "spoken").touch()
        self._trouble.at(Step.RECORDING)
        if not self._trouble.has(Fault.HUNG_UP):
            write_wav(file, SPOKEN_S)
        self._trouble.after(Step.RECORDING)
        self._trouble.at(Step.HANG_UP)
        self._trouble.after(Step.HANG_UP)


@asynccontextmanager
async def living(folder: Path, well: int, broken: int, trouble: Trouble) -> AsyncIterator[Life]:
    """A life of the house in this folder. `well` and `broken` are ports of mail servers."""
    whole, down, breaks = (_config(folder, port) for port in (well, 1, broken))

    def config() -> Config:
        return down if trouble.has(Fault.MAIL_DOWN) else breaks if trouble.has(Fault.MAIL_BREAKS) else whole

    tables = {"mailbox": [{"number": BOX, "pin": "4711"}]}
    async with open_house(folder, tables) as house:
        database = Database(sqlite_url(folder / "vmq.db"))
        feeds, outbox, clock = FeedRepository(database), OutboxRepository(database), JumpingClock()
        post = ConfiguredHouse(
            config, mailboxes=house.mailboxes, feeds=feeds, store=house.files, links=Links(feeds), clock=clock
        )
        mailer = Mailer(post)
        worker = Worker(
            outbox, {Way.MAIL: mailer}, clock, house.journal, house.sink,
            at_once=lambda: 1, sleep_until=clock.sleep_until,
        )  # fmt: skip
        object.__setattr__(house.outside, "outgoing", Post(post, worker))
        life = Life(house, outbox, worker, trouble, folder)
        _watch(life, mailer, trouble, folder)
        running = asyncio.create_task(worker.run())
        try:
            yield life
        finally:
            running.cancel()
            await asyncio.wait((running,))
            await database.close()


def _config(folder: Path, port: int) -> Config:
    mail = {"host": "127.0.0.1", "port": port, "tls": "none", "sender": "vmq@pbx.example", "timeout_s": 2}
    box = {"number": BOX, "email": [f"ann@{folder.name}.example"]}
    return Config.model_validate({"mail": mail, "mailbox": [box]})


def _watch(life: Life, mailer: Mailer, trouble: Trouble, folder: Path) -> None:
    """Let each step be seen, and each lamp be compared with what is there."""
    house = life.house
    _around(house.files, "begin", Step.BEEP, trouble)
    _around(house.files, "keep", Step.FILE, trouble)
    _around(house.mailboxes, "add_message", Step.ROW, trouble)
    _around(house.mailboxes, "mark_old", Step.HEARD, trouble)
    _around(mailer, "send", Step.MAIL, trouble)
    append, post = house.journal.append, house.sink.post

    def journal(record: Any, at: float) -> None:
        step = Step.JOURNAL if isinstance(record, MessageStored) else None
        if step:
            trouble.at(step)
        append(record, at)
        if step:
            trouble.after(step)

    def light(event: Event) -> None:
        if isinstance(event, MailboxChanged) and event.new:
            trouble.at(Step.LAMP)
            if event.new > _stored(folder):
                (folder / "wrong").write_text(f"the lamp said {event}, and {_stored(folder)} were there")
        post(event)
        if isinstance(event, MailboxChanged) and event.new:
            trouble.after(Step.LAMP)

    object.__setattr__(house.journal, "append", journal)
    object.__setattr__(house.sink, "post", light)


def _around(owner: object, name: str, step: Step, trouble: Trouble) -> None:
    real: Callable[..., Any] = getattr(owner, name)

    async def watched(*args: Any, **kwargs: Any) -> Any:
        trouble.at(step)
        result = await real(*args, **kwargs)
        trouble.after(step)
        return result

    object.__setattr__(owner, name, watched)


def _stored(folder: Path) -> int:
    """Unheard messages whose row is committed and whose sound is in its place."""
    with closing(sqlite3.connect(folder / "vmq.db")) as connection:
        found = connection.execute("SELECT ref FROM messages WHERE folder IN ('INBOX', 'Urgent')").fetchall()
    return sum((folder / "recordings" / f"{ref}.wav").exists() for (ref,) in found)


def _break_system(trouble: Trouble) -> None:
    """System calls, the database and the queueing of mail are asked through the trouble from now on."""
    for name in ("fsync", "replace", "link"):
        real = getattr(os, name)

        def call(*args: Any, real: Callable[..., Any] = real, **kwargs: Any) -> Any:
            trouble.disk()
            return real(*args, **kwargs)

        setattr(os, name, call)
    for name in ("_read", "_write"):
        work = getattr(Database, name)

        def ask(self: Database, what: str, asked: Any, work: Callable[..., Any] = work) -> Any:
            def checked(connection: Any) -> Any:
                trouble.database()
                result = asked(connection)
                trouble.database()
                return result

            return work(self, what, checked)

        setattr(Database, name, ask)
    queue = mailboxes.add_deliveries

    def add(connection: Any, deliveries: list[Delivery]) -> None:
        trouble.at(Step.MAIL_QUEUED)
        queue(connection, deliveries)
        trouble.after(Step.MAIL_QUEUED)

    mailboxes.add_deliveries = add  # type: ignore[assignment]


async def _live(folder: Path, step: Step, fault: Fault, well: int, broken: int) -> None:
    trouble = Trouble(folder, step, fault)
    _break_system(trouble)
    engine.BUSY_TIMEOUT_S = LOCK_WAIT_S  # type: ignore[misc]
    async with living(folder, well, broken, trouble) as life:
        for deed in (life.leave, life.check):
            trouble.task = asyncio.ensure_future(deed())  # type: ignore[arg-type]
            await asyncio.wait((trouble.task,))
            if trouble.task.cancelled() or (fault is Fault.STOPPED and trouble.is_on):
                break
            trouble.task.exception()
            with suppress(TimeoutError, Exception):
                async with asyncio.timeout(MAIL_WAIT_S):
                    while not await life.mail_was_tried():
                        await asyncio.sleep(0.02)
        if fault is Fault.STOPPED:
            return
        os._exit(0)


def live(folder: str, step: Step, fault: Fault, well: int, broken: int) -> None:
    """What the process does."""
    os.dup2(os.open(Path(folder) / "log", os.O_CREAT | os.O_WRONLY), 1)
    os.dup2(1, 2)
    asyncio.run(_live(Path(folder), step, fault, well, broken))
    os._exit(0)
