"""The whole configuration as one frozen, typed value: every setting with its unit, default and bounds.

Queues are in vmq.config.queues, agents and trunks in .agents, schedules in .hours; vmq.config.load reads it.
A time ends in `_s` (seconds); 0 means "no limit" only where the field says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, SecretStr

from vmq.config.agents import AgentConfig, TrunkConfig
from vmq.config.base import Name, Network, Number, Port, Section
from vmq.config.facade import FacadeConfig
from vmq.config.hours import ScheduleConfig
from vmq.config.numbers import NumbersConfig
from vmq.config.queues import PenaltyRuleConfig, QueueConfig


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


class MailboxConfig(Section):
    """A mailbox that the administrator wants to be there. `pin` is the first PIN; the owner changes it by telephone.

    An empty `personality` is voicemail's, an empty `language` the channel's. `settings` are those of its personality.
    """

    number: Number
    name: str = ""
    pin: SecretStr = SecretStr("")
    personality: Name | Literal[""] = ""
    language: str = Field("", pattern=r"^([A-Za-z]{2,3}([_-][A-Za-z0-9_-]{1,24})?)?$")
    settings: dict[str, bool | int | float | str] = Field(default_factory=dict)


class VoicemailConfig(Section):
    """How voicemail behaves for mailboxes that say nothing else. `settings` are those of personalities."""

    personality: Name = "comedian"
    create_on_message: bool = True
    create_pattern: str = r"^[0-9]{2,10}$"
    context: str = "vmq"
    operator: str = ""
    house_mailbox: str = ""
    max_message_s: float = Field(180.0, ge=5, le=3600)
    min_message_s: float = Field(1.0, ge=0, le=60)
    max_silence_s: float = Field(10.0, ge=0, le=60)
    max_greeting_s: float = Field(60.0, ge=5, le=600)
    max_messages: int = Field(100, ge=0, le=9999)
    keep_deleted: int = Field(100, ge=0, le=9999)
    review: bool = False
    leave_urgent: bool = True
    envelope: bool = True
    say_caller: bool = False
    say_duration: bool = True
    min_pin_digits: int = Field(4, ge=1, le=20)
    login_tries: int = Field(3, ge=1, le=10)
    lock_after: int = Field(10, ge=1, le=100)
    lock_s: float = Field(900.0, ge=1, le=86400)
    settings: dict[str, bool | int | float | str] = Field(default_factory=dict)


class QueueLogConfig(Section):
    """app_queue's queue_log, as a file and as a table of the database. `member_names` and `caller_names` are
    app_queue's log_membername_as_agent and log-caller-id-name."""

    file: Path | None = None
    table: bool = False
    member_names: bool = False
    caller_names: bool = False
    dids: bool = False


def _known_zone(name: str) -> str:
    if name and name not in available_timezones():
        raise ValueError("there is no such time zone; write one like Europe/Berlin")
    return name


class ReportsConfig(Section):
    """Reports. `time_zone` is where the days of queues without opening hours and of agents begin; empty = here."""

    time_zone: Annotated[str, AfterValidator(_known_zone)] = ""


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
    studio: StudioConfig = StudioConfig()
    queue_log: QueueLogConfig = QueueLogConfig()
    reports: ReportsConfig = ReportsConfig()
    log: LogConfig = LogConfig()
    numbers: NumbersConfig = NumbersConfig()
    queue: tuple[QueueConfig, ...] = ()
    agent: tuple[AgentConfig, ...] = ()
    trunk: tuple[TrunkConfig, ...] = ()
    schedule: tuple[ScheduleConfig, ...] = ()
    penalty_rule: tuple[PenaltyRuleConfig, ...] = ()
    mailbox: tuple[MailboxConfig, ...] = ()

    @property
    def uses_stand_in(self) -> bool:
        """True when no real Asterisk is configured."""
        return not self.asterisk.secret.get_secret_value()
