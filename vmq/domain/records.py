"""What the journal keeps: one flat record for each thing that somebody may ask about later.

A record is written once and never changed. Reports, the live stream and recovery read records; nothing else tells them
what happened. Those of calls, agents, mailboxes and doors have modules of their own; here are the program's own, and
all together: `RECORDS` maps a kind (the class name) to its class, for reading them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from vmq.domain.agent_records import (
    AgentDeviceChanged,
    AgentNotesChanged,
    AgentStatusChanged,
    AgentTelephoneChanged,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    NumberDialled,
    PenaltySet,
)
from vmq.domain.call_records import (
    CallbackAsked,
    CallbackEnded,
    CallbackTried,
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    CallerMoved,
    CallHeld,
    CallRecorded,
    CallSupervised,
    DispositionSet,
    OfferFailed,
    OfferMade,
    OfferRang,
    SurveyAnswered,
)
from vmq.domain.door_records import (
    DoorCalled,
    DoorForgiven,
)
from vmq.domain.mailbox_records import (
    DeliveryGivenUp,
    LampSet,
    LoginRefused,
    MailboxMade,
    MessageChanged,
    MessageStored,
    MessageTold,
    MessageTranscribed,
)
from vmq.domain.record import Record

__all__ = [
    "RECORDS",
    "AgentDeviceChanged",
    "AgentNotesChanged",
    "AgentStatusChanged",
    "AgentTelephoneChanged",
    "CallCompleted",
    "CallConnected",
    "CallHeld",
    "CallRecorded",
    "CallSupervised",
    "CallbackAsked",
    "CallbackEnded",
    "CallbackTried",
    "CallerAbandoned",
    "CallerEntered",
    "CallerLeft",
    "CallerMoved",
    "DeliveryGivenUp",
    "DispositionSet",
    "DoorCalled",
    "DoorForgiven",
    "EngineStarted",
    "LampSet",
    "LineLogged",
    "LinkDown",
    "LoginRefused",
    "MailboxMade",
    "MemberAdded",
    "MemberPaused",
    "MemberRemoved",
    "MessageChanged",
    "MessageStored",
    "MessageTold",
    "MessageTranscribed",
    "NumberDialled",
    "OfferFailed",
    "OfferMade",
    "OfferRang",
    "PenaltySet",
    "Record",
    "RulesReloaded",
    "SurveyAnswered",
    "WorldRebuilt",
]


@dataclass(frozen=True, slots=True)
class EngineStarted(Record):
    """vmq started."""

    version: str = ""


@dataclass(frozen=True, slots=True)
class RulesReloaded(Record):
    """The rules of queues and agents changed while vmq ran. `what` names those that did, parted by commas."""

    what: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class WorldRebuilt(Record):
    """After a (re)connect the floor was rebuilt: how many callers wait, how many talk."""

    waiting: int
    talking: int


@dataclass(frozen=True, slots=True)
class LinkDown(Record):
    """The link to Asterisk went down."""


@dataclass(frozen=True, slots=True)
class LineLogged(Record):
    """Another program's own line for queue_log (AMI QueueLog). `message` may hold `|`, which part its data."""

    call_id: str
    queue: str
    agent: str
    event: str
    message: str = ""


RECORDS: dict[str, type[Record]] = {cls.__name__: cls for cls in Record.__subclasses__()}


def record_of(kind: str, values: Mapping[str, Any]) -> Record:
    """A record of this kind as it was written; fields that this version doesn't have are left out."""
    record = RECORDS[kind]
    known = {field.name for field in fields(record)}
    return record(**{name: value for name, value in values.items() if name in known})
