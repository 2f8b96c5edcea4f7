"""The whole program: opens storage, builds the floor and the engine, and runs every part in one task group.

Order at start: storage → packs → what the journal remembers → FastAGI → (stand-in) → AMI and HTTP. From the first
WorldSeen on, calls are decided; recordings that an earlier run left are finished, and all lamps are set.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial

from vmq import __version__
from vmq.app.access import open_access, setup_link
from vmq.app.agi import Agi, Served, open_agi
from vmq.app.attendant import doors_of, open_attendant
from vmq.app.background import Background
from vmq.app.changes import Change
from vmq.app.demo import with_demo
from vmq.app.door_desk import DoorDesk
from vmq.app.facade import open_facade
from vmq.app.live import LiveConfig
from vmq.app.memory import remembered_floor
from vmq.app.mqtt import open_mqtt
from vmq.app.pack_desk import PackDesk
from vmq.app.packs import HOUSE_VOICE, configured_packs, missing_voice
from vmq.app.post import Post
from vmq.app.probes import probes
from vmq.app.prompt_room import PromptRoom
from vmq.app.queue_log import catch_up, queue_log_writers
from vmq.app.reports import Reports
from vmq.app.roster import FloorRoster
from vmq.app.rules import device_rules, house_rules
from vmq.app.settings import hold_for, link_settings
from vmq.app.settings_port import SettingsPort
from vmq.app.stand_in import StandIn
from vmq.app.storage import open_database, open_recordings
from vmq.app.telephones import open_telephones
from vmq.app.tools import examine, examine_mail
from vmq.app.transcription import Transcription
from vmq.app.voicemail import open_voicemail, outside_of, use_in_voicemail
from vmq.app.voicemail_events import listeners
from vmq.app.watch import FileWatch
from vmq.app.web import mailbox_counts, open_http, why
from vmq.asterisk.ami import AsteriskManager
from vmq.asterisk.caller import Hold
from vmq.asterisk.doctor import Finding
from vmq.asterisk.facade.facade import Facade
from vmq.attendant.vocabulary import ATTENDANT
from vmq.audio.sounds import Prompts, load_prompts, usual_asterisk_sounds
from vmq.audio.store import RecordingStore
from vmq.config.file import ConfigFile
from vmq.config.load import TABLES
from vmq.config.model import Config
from vmq.db.audit import AccessTrimmer
from vmq.db.engine import Database
from vmq.db.journal import DatabaseJournal
from vmq.db.mailboxes import MailboxRepository
from vmq.db.reading import JournalHistory
from vmq.db.register import MailboxRegister
from vmq.db.trim import JournalTrimmer
from vmq.domain.asked import RulesChanged
from vmq.domain.commands import Command
from vmq.domain.device_rules import DeviceRules
from vmq.domain.lookup import is_there, subject_of
from vmq.domain.records import EngineStarted
from vmq.domain.view import View, floor_view
from vmq.engine.clock import SystemClock
from vmq.engine.run import Engine
from vmq.http.metrics import Metrics
from vmq.http.ports import HttpPorts
from vmq.logs import configure
from vmq.queue_voice.desk import Desk
from vmq.queue_voice.service import QueueVoices
from vmq.queue_voice.vocabulary import QUEUE_VOICE
from vmq.reports.doors import DoorReports
from vmq.resources import shipped
from vmq.voicemail.administer import Administration
from vmq.voicemail.messages import Messages
from vmq.voicemail.own_lists import OwnLists
from vmq.voicemail.pins import is_pin
from vmq.voicemail.ports import Outside
from vmq.voicemail.vocabulary import VOICEMAIL


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running vmq is to be found."""

    http: str
    agi: str
    ami: str
    control: str = ""
    facade: str = ""
    setup: str = ""


class Program:
    """One vmq. `run()` is its whole life; `ready` is set once all its ports are open."""

    def __init__(self, config: Config, file: ConfigFile | None = None) -> None:
        self._config = with_demo(config) if config.uses_stand_in else config
        self._file = file
        self.live = LiveConfig(file, config, self._use, config.paths.data / "config-edits")
        self._is_demo = config.uses_stand_in
        self._hold_for = hold_for(self._config)
        self._clock = SystemClock()
        self._background = Background()
        self.ready = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.addresses = Addresses("", "", "")
        self.stand_in: StandIn | None = None
        self.facade: Facade | None = None

    async def run(self) -> None:
        """Serve until cancelled. Raises ConfigError, PackError, StorageError for what keeps it from starting."""
        async with AsyncExitStack() as stack:
            await self._open(stack)
            async with asyncio.TaskGroup() as tasks:
                self._background.runs_in(tasks)
                if self.facade is not None:
                    tasks.create_task(self.facade.run())
                tasks.create_task(self.voicemail.office.upkeep.run())
                for part in (self.engine.run(), self.manager.run(), self.http.run(), self.metrics.follow(self.journal)):
                    tasks.create_task(part)
                if self._file is not None:
                    self._file.further = lambda config: missing_voice(config, self.voicemail.personalities)
                    watch = FileWatch(self._file.path, self.reload_soon)
                    watch.start()
                    stack.callback(watch.close)
                for writer in self.queue_logs:
                    tasks.create_task(writer.run())
                tasks.create_task(self.access_trimmer.run())
                if self._config.storage.journal_days:
                    tasks.create_task(self.trimmer.run())
                tasks.create_task(self.post.run())
                tasks.create_task(self.transcription.run())
                if self.mqtt is not None:
                    tasks.create_task(self.mqtt.run())
                self.ready.set()

    def reload_soon(self) -> None:
        """Read the configuration file anew; what is wrong with it is logged."""
        self._background.start(self.live.on_file_changed())

    async def ended(self) -> None:
        """Wait until the program is over; raises what ended it."""
        if self.task is not None:
            await asyncio.shield(self.task)

    async def _open(self, stack: AsyncExitStack) -> None:
        """Everything up to open ports; what was opened is closed in the opposite order."""
        self.prompts = self._prompts()
        database = await stack.enter_async_context(open_database(self._config))
        store = await open_recordings(self._config)
        await self._open_journal(stack, database)
        await self._open_engine(database)
        outside = self._open_messages(database, store)
        served = await self._open_subjects(database, outside, store)
        agi = await self._open_asterisk(stack, served)
        self._open_http(database, outside, agi.prompt_room)
        live = self.live if self._file is not None else None
        self.facade = await open_facade(
            stack, self._config, self.floor, self.engine, self.journal, self._clock, live, self._devices
        )
        self.addresses = Addresses(
            http=self.http.url,
            setup=await setup_link(self.access, self.http.url),
            agi=f"agi://{agi.dial}",
            ami=f"{self._config.asterisk.host}:{self._config.asterisk.port}",
            control=self.stand_in.control_address if self.stand_in else "",
            facade=f"{self._config.facade.host}:{self.facade.port}" if self.facade else "",
        )

    async def _open_journal(self, stack: AsyncExitStack, database: Database) -> None:
        """The journal, and what is written from it or thrown away in time."""
        self.journal = DatabaseJournal(database)
        await self.journal.start()
        self.trimmer = JournalTrimmer(database, self._clock, self._config.storage.journal_days)
        self.access_trimmer = AccessTrimmer(database, self._clock, self._config.storage.audit_days)
        self.queue_logs = queue_log_writers(lambda: self._config, database, self.journal)
        stack.push_async_callback(catch_up, self.queue_logs)
        stack.push_async_callback(self.journal.close)

    async def _open_engine(self, database: Database) -> None:
        """The floor as it was left, and the engine that decides on it."""
        self.floor = await remembered_floor(self._config, database, self.journal, self._clock.now())
        self.journal.append(EngineStarted(__version__), self._clock.now())
        self.engine = Engine(
            self.floor,
            clock=self._clock,
            journal=self.journal,
            control=_Late(lambda: self.manager),
            listeners=listeners(lambda: self.voicemail, self._background.start),
            observe=self._observe,
        )

    def _open_messages(self, database: Database, store: RecordingStore) -> Outside:
        """Messages' way in and out: their texts, deliveries and storage."""
        mailboxes = MailboxRepository(database)
        self.transcription = Transcription(
            lambda: self._config,
            database=database,
            store=store,
            journal=self.journal,
            clock=self._clock,
            told=self._look_again,
        )
        self.mqtt = open_mqtt(self._config, self.journal, mailboxes)
        self.post = Post(
            lambda: self._config,
            database=database,
            mailboxes=mailboxes,
            store=store,
            journal=self.journal,
            sink=self.engine,
            clock=self._clock,
            texts=self.transcription,
            also_wake=self.transcription.wake,
        )
        return outside_of(
            database,
            mailboxes=mailboxes,
            files=store,
            journal=self.journal,
            sink=self.engine,
            clock=self._clock,
            outgoing=self.post,
        )

    async def _open_subjects(self, database: Database, outside: Outside, store: RecordingStore) -> Served:
        """Whoever talks with callers: voicemail, doors, the queues' voices, each by its packs."""
        self.packs = configured_packs(self._config, self.prompts)
        self.voicemail = await open_voicemail(self._config, outside, self.packs.shelf(VOICEMAIL.subject))
        shelf = self.packs.shelf(ATTENDANT.subject)
        self.attendant = open_attendant(self._config, outside, database, self.voicemail, shelf)
        voices = await self._voices(store)
        return Served(self.voicemail, self.attendant, voices, self.packs, self.prompts, store, self.transcription)

    async def _open_asterisk(self, stack: AsyncExitStack, served: Served) -> Agi:
        """Both links to Asterisk, or to the stand-in, which begins here."""
        agi = await open_agi(
            stack,
            self._config,
            served,
            events=self.engine,
            clock=self._clock,
            wake=self._wake,
            hold_for=self._hold,
            may_take_any_port=self._is_demo,
        )
        self.agi = agi.server
        if self._is_demo:
            self.stand_in = StandIn(self._config, self.prompts, agi.dial)
            await self.stand_in.start()
            stack.push_async_callback(self.stand_in.close)
            self._config = self.stand_in.connect(self._config)
        self.manager = AsteriskManager(
            link_settings(self._config),
            agi.sessions,
            self.engine,
            self._config.voicemail.context,
            self.floor.devices.__contains__,
            forks=agi.forks,
        )
        return agi

    def _devices(self) -> DeviceRules:
        return device_rules(self._config)

    def _look_again(self) -> None:
        self.post.look_again()

    def _prompts(self) -> Prompts:
        paths = self._config.paths
        own = None if self._is_demo else paths.asterisk_sounds or usual_asterisk_sounds()
        return load_prompts(shipped("prompts"), paths.prompts_asterisk, own)

    async def _voices(self, store: RecordingStore) -> QueueVoices:
        """The queues' voices, and the agents' desk."""
        self.roster = FloorRoster(self.floor)
        await self.roster.take(self._config)
        limits = self._config.voicemail
        desk = Desk(
            self.roster,
            self.engine,
            self._clock,
            is_pin,
            devices=self._devices,
            lock_after=limits.lock_after,
            lock_s=limits.lock_s,
        )
        return QueueVoices(self.packs.shelf(QUEUE_VOICE.subject), HOUSE_VOICE, store, desk)

    async def _use(self, config: Config, change: Change, by: str) -> None:
        """Put a configuration into effect. What can fail comes first."""
        config = with_demo(config) if self._is_demo else config
        await use_in_voicemail(self.voicemail, config)
        self._hold_for = hold_for(config)
        self.attendant.use(doors_of(config))
        await self.roster.take(config)
        live = (*TABLES, "devices", "voicemail", "mail", "hook", "transcription", "reports", "queue_log", "log")
        self._config = self._config.model_copy(update={name: getattr(config, name) for name in live})
        if change.rules:
            self.engine.post(RulesChanged(house_rules(config), ", ".join(change.rules), by))
        if "log.level" in change.others:
            configure(config.log.level, config.log.json_lines)

    def _hold(self, queue: str) -> Hold:
        return self._hold_for(queue)

    def _observe(self, event: str, seconds: float) -> None:
        self.metrics.decided(event, seconds)

    def _wake(self, channel: str) -> None:
        self.manager.wake(channel)

    def _open_http(self, database: Database, outside: Outside, prompt_room: PromptRoom) -> None:
        self.metrics = Metrics(self._view, lambda: asdict(self.agi.counters))
        self.access = open_access(self._config.http, database, self._clock)
        reports = Reports(database, lambda: self._config)
        ports = HttpPorts(
            journal=self.journal,
            floor=self._view,
            events=self.engine,
            knows=partial(is_there, self.floor),
            probes=probes(self.manager, database),
            mailbox_counts=partial(mailbox_counts, outside.mailboxes),
            packs=PackDesk(self.packs, self.prompts, self._config.paths.installed_personalities),
            prompts=prompt_room,
            examine=self._examine,
            settings=SettingsPort(self.live),
            why=partial(why, self.floor, self._clock),
            reports=reports,
            desk=Administration(outside, MailboxRegister(database), self.voicemail),
            messages=Messages(outside, self.voicemail),
            texts=self.transcription,
            own_lists=OwnLists(outside, lambda: self.voicemail.office.posting().addressing),
            outbox=self.post,
            feeds=self.post.feeds,
            doors=DoorDesk(DoorReports(JournalHistory(database)), self.attendant, lambda: reports.zone, self._clock),
            devices=self._devices,
            subject=partial(subject_of, self.floor),
            access=self.access,
            telephones=open_telephones(self.stand_in.pbx if self.stand_in else None, self.floor, lambda: self._config),
        )
        self.http = open_http(self._config.http, ports, self.metrics, may_take_any_port=self._is_demo)

    def _view(self) -> View:
        return floor_view(self.floor, self._clock.now())

    async def _examine(self) -> Sequence[Finding]:
        """As it is configured now. The stand-in is no Asterisk to look at: its mail server may be."""
        return await examine_mail(self._config) if self._is_demo else await examine(self._config)


class _Late:
    """A CallControl that is built after the engine that commands it."""

    def __init__(self, target: Callable[[], AsteriskManager]) -> None:
        self._target = target

    def send(self, command: Command) -> None:
        """Pass the command on."""
        self._target().send(command)


@asynccontextmanager
async def running(config: Config, file: ConfigFile | None = None) -> AsyncIterator[Program]:
    """A program that runs while the block does: for the demo's guide and for tests."""
    program = Program(config, file)
    program.task = task = asyncio.create_task(program.run(), name="vmq")
    ready = asyncio.create_task(program.ready.wait())
    try:
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield program
    finally:
        ready.cancel()
        task.cancel()
        await asyncio.wait((task,))
        if not task.cancelled() and (error := task.exception()) is not None and sys.exc_info()[0] is None:
            raise error
