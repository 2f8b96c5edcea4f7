"""The whole configuration as one frozen, typed value: every setting with its unit, default and bounds.

Queues are in vmq.config.queues, agents and trunks in .agents, schedules in .hours; vmq.config.load reads it.
A time ends in `_s` (seconds); 0 means "no limit" only where the field says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from vmq.config.agents import AgentConfig, TrunkConfig
from vmq.config.base import Name, Network, Number, Port, Section
from vmq.config.delivery import HookConfig, MailConfig, ToldSection, WebhookConfig
from vmq.config.devices import DevicesConfig
from vmq.config.doors import DoorbellConfig, DoorConfig
from vmq.config.facade import FacadeConfig
from vmq.config.hours import ScheduleConfig
from vmq.config.mailboxes import (
    ClassOfServiceConfig,
    Context,
    Dialled,
    Expression,
    LanguageTag,
    MailboxSettings,
    MaxGreetingS,
    MaxMailboxS,
    MaxMessageS,
    MaxMessages,
    MaxSilenceS,
    MinMessageS,
    PackName,
    PackSettings,
    PinDays,
    PinDigits,
    PinHistory,
    TimeZone,
)
from vmq.config.mqtt import MqttConfig
from vmq.config.numbers import NumbersConfig
from vmq.config.queues import PenaltyRuleConfig, QueueConfig
from vmq.config.transcription import TranscriptionConfig


class AsteriskConfig(Section):
    """The manager interface of the Asterisk to serve. Without a `secret` the stand-in PBX is used instead."""

    host: str = "127.0.0.1"
    port: Port = 5038
    user: str = "vmq"
    secret: SecretStr = SecretStr("")
    ping_s: float = Field(3.0, gt=0, le=60)
    action_timeout_s: float = Field(5.0, gt=0, le=60)


class AgiConfig(Section):
    """The FastAGI server that Asterisk's dialplan calls. `address` is what Asterisk is to dial, when it differs."""

    host: str = "127.0.0.1"
    port: Port = 4573
    address: str = ""
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1")
    head_timeout_s: float = Field(5.0, gt=0, le=60)
    max_calls: int = Field(2000, ge=1)


class OidcConfig(Section):
    """An OpenID provider that vouches for users. Without an `issuer` there is none.

    Who has one of the values of `administrators`, `supervisors` or `agents` in his `role_claim` gets that role, the
    greatest of those he has; nobody else is let in. The other claims say what a user of vmq has (docs/access.md).
    """

    issuer: str = Field("", pattern=r"^(https?://\S+)?$")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    label: str = Field("single sign-on", max_length=60)
    scope: str = "openid profile"
    user_claim: str = "preferred_username"
    role_claim: str = "groups"
    administrators: tuple[str, ...] = ()
    supervisors: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    queues_claim: str = ""
    agent_claim: str = ""
    mailbox_claim: str = ""


class HttpConfig(Section):
    """The API. Anything but loopback needs a `token`, or TLS: of its own, or that of `trusted_proxies`.

    A session ends `session_idle_s` after it was used last, and in any case after `session_s`; `lock_after` wrong
    passwords lock a name for `lock_s`.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    token: SecretStr = SecretStr("")
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[Network, ...] = ()
    session_idle_s: float = Field(4 * 3600.0, ge=60, le=30 * 86400)
    session_s: float = Field(12 * 3600.0, ge=60, le=30 * 86400)
    lock_after: int = Field(10, ge=1, le=100)
    lock_s: float = Field(900.0, ge=1, le=86400)
    oidc: OidcConfig = OidcConfig()


class PathsConfig(Section):
    """Folders. `*_asterisk`: the same folder as Asterisk sees it (containers, shared disks); empty = no difference."""

    data: Path = Path("vmq-data")
    recordings: Path | None = None
    recordings_asterisk: str = ""
    prompts_asterisk: str = ""
    personalities: tuple[Path, ...] = ()
    asterisk_sounds: Path | None = None

    @property
    def installed_personalities(self) -> Path:
        """Where `vmq pack install` puts packs."""
        return self.data / "personalities"

    @property
    def recordings_folder(self) -> Path:
        """Where recordings live, as vmq sees it."""
        return self.recordings or self.data / "recordings"


class StorageConfig(Section):
    """The database. Empty `url` = SQLite in the data folder. It may hold a password. `*_days` 0 = for ever."""

    url: SecretStr = SecretStr("")
    journal_days: int = Field(0, ge=0, le=36500)
    audit_days: int = Field(365, ge=0, le=36500)


class MailboxConfig(ToldSection, MailboxSettings):
    """A mailbox that the administrator wants to be there. `pin` is the first PIN; the owner changes it by telephone.

    `readers` are mailboxes whose owners open this one with their own PIN, from their own telephones; `lamps` are those
    whose lamps show its messages too. What it leaves out its class says, or `[voicemail]`; without a language it is the
    channel's.
    """

    number: Number
    name: str = ""
    pin: SecretStr = SecretStr("")
    class_of_service: PackName = ""
    aliases: tuple[Number, ...] = ()
    readers: tuple[Number, ...] = ()
    lamps: tuple[Number, ...] = ()


class VoicemailConfig(Section):
    """How voicemail behaves for mailboxes that say nothing else. `settings` are those of personalities; `called` are
    the personalities of calls to a number, for mailboxes that name none."""

    personality: Name = "comedian"
    called: dict[str, Name] = Field({}, examples=[{"*98": "aria"}])
    language: LanguageTag = ""
    time_zone: TimeZone = ""
    schedule: PackName = ""
    create_on_message: bool = True
    create_pattern: str = r"^[0-9]{2,10}$"
    context: str = "vmq"
    operator: str = ""
    operator_context: Context = ""
    operator_pattern: Expression = r"[0-9]{2,6}"
    callback_context: Context = ""
    dialout_context: Context = ""
    dialout_pattern: Expression = ""
    callers_log_in: bool = True
    house_mailbox: str = ""
    announcement_mailbox: Dialled = ""
    max_message_s: MaxMessageS = 180.0
    min_message_s: MinMessageS = 1.0
    max_silence_s: MaxSilenceS = 10.0
    max_greeting_s: MaxGreetingS = 60.0
    max_messages: MaxMessages = 100
    max_mailbox_s: MaxMailboxS = 0.0
    keep_deleted: MaxMessages = 100
    review: bool = False
    leave_urgent: bool = True
    envelope: bool = True
    say_caller: bool = False
    say_duration: bool = True
    warn_of_temp: bool = True
    min_pin_digits: PinDigits = 4
    max_pin_digits: PinDigits = 20
    pin_history: PinHistory = 0
    pin_days: PinDays = 0
    change_given_pin: bool = False
    transcribe: bool = True
    login_tries: int = Field(3, ge=1, le=10)
    lock_after: int = Field(10, ge=1, le=100)
    lock_s: float = Field(900.0, ge=1, le=86400)
    broadcast_number: Number | Literal[""] = ""
    may_broadcast: tuple[Number, ...] = ()
    receipt_after_s: float = Field(86400.0, ge=60, le=31_536_000)
    keep_new_days: int = Field(0, ge=0, le=36500)
    keep_old_days: int = Field(0, ge=0, le=36500)
    keep_deleted_days: int = Field(0, ge=0, le=36500)
    keep_sent_days: int = Field(30, ge=0, le=36500)
    settings: PackSettings = Field(default_factory=dict)


class ListConfig(Section):
    """A distribution list of the house's. `members` are mailboxes and other such lists, by number."""

    number: Number
    name: str = ""
    members: tuple[Number, ...] = ()


class QueueLogConfig(Section):
    """app_queue's queue_log, as a file and as a table of the database. `member_names` and `caller_names` are
    app_queue's log_membername_as_agent and log-caller-id-name."""

    file: Path | None = None
    table: bool = False
    member_names: bool = False
    caller_names: bool = False
    dids: bool = False


class ReportsConfig(Section):
    """Reports. `time_zone` is where the days of queues without opening hours and of agents begin; empty = here."""

    time_zone: TimeZone = ""


class WebTelephoneConfig(Section):
    """Telephones in the browser (docs/browser-telephone.md). `server` is Asterisk's WebSocket; without it there are
    none. `domain` is what their SIP addresses end in, when that is not the server's host; numbers that they dial are
    looked up in `context`. `ice_servers` help audio through NAT."""

    server: str = Field(
        "", pattern=r"^(wss?://[^\s/;,'\"]+(/[^\s;,'\"]*)?)?$", examples=["wss://pbx.example.com:8089/ws"]
    )
    domain: str = Field("", pattern=r"^[A-Za-z0-9.:\[\]-]*$", examples=["pbx.example.com"])
    context: str = Field("default", pattern=r"^[A-Za-z0-9_-]+$")
    ice_servers: tuple[Annotated[str, Field(pattern=r"^(stun|turn)s?:\S+$")], ...] = ()


class StudioConfig(Section):
    """Recording prompts by telephone. Without a `pin` nobody can."""

    pin: SecretStr = SecretStr("")


class LogConfig(Section):
    """Logs: JSON lines or a reader's form."""

    level: str = Field("info", pattern=r"^(debug|info|warning|error)$")
    json_lines: bool = False


class Config(Section):
    """Everything."""

    asterisk: AsteriskConfig = AsteriskConfig()
    agi: AgiConfig = AgiConfig()
    http: HttpConfig = HttpConfig()
    facade: FacadeConfig = FacadeConfig()
    paths: PathsConfig = PathsConfig()
    storage: StorageConfig = StorageConfig()
    voicemail: VoicemailConfig = VoicemailConfig()
    mail: MailConfig = MailConfig()
    hook: HookConfig = HookConfig()
    transcription: TranscriptionConfig = TranscriptionConfig()
    mqtt: MqttConfig = MqttConfig()
    studio: StudioConfig = StudioConfig()
    web_telephone: WebTelephoneConfig = WebTelephoneConfig()
    queue_log: QueueLogConfig = QueueLogConfig()
    reports: ReportsConfig = ReportsConfig()
    log: LogConfig = LogConfig()
    numbers: NumbersConfig = NumbersConfig()
    devices: DevicesConfig = DevicesConfig()
    queue: tuple[QueueConfig, ...] = ()
    agent: tuple[AgentConfig, ...] = ()
    trunk: tuple[TrunkConfig, ...] = ()
    schedule: tuple[ScheduleConfig, ...] = ()
    penalty_rule: tuple[PenaltyRuleConfig, ...] = ()
    class_of_service: tuple[ClassOfServiceConfig, ...] = ()
    mailbox: tuple[MailboxConfig, ...] = ()
    webhook: tuple[WebhookConfig, ...] = ()
    door: tuple[DoorConfig, ...] = ()
    doorbell: tuple[DoorbellConfig, ...] = ()
    list: tuple[ListConfig, ...] = ()

    @property
    def uses_stand_in(self) -> bool:
        """True when no real Asterisk is configured."""
        return not self.asterisk.secret.get_secret_value()
