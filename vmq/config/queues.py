"""Queues as they are configured: every rule of vmq.domain.rules.QueueRules, in words and within bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_serializer

from vmq.config import words
from vmq.config.base import Name, Section
from vmq.domain.rules import AutoPause, Strategy

Condition = Literal["paused", "penalty", "inuse", "ringing", "unavailable", "invalid", "unknown", "wrapup"]
Reason = Literal["closed", "full", "empty", "timeout", "attempts"]
Miss = Literal["no_answer", "busy", "refused", "redirected", "unreachable"]
Destination = Annotated[str, AfterValidator(words.destination)]
Needs = Annotated[str, AfterValidator(words.needs)]
Limit = Annotated[str, BeforeValidator(words.limit)]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class AnnounceConfig(Section):
    """What waiting callers are told. 0 = not on a schedule; `periodic_start_s` left out = as `periodic_s`."""

    frequency_s: float = Field(0.0, ge=0, le=86400)
    min_frequency_s: float = Field(15.0, ge=0, le=86400)
    position: Literal["yes", "no", "limit", "more"] = "yes"
    position_limit: int = Field(5, ge=1, le=10_000)
    position_only_up: bool = False
    hold_time: Literal["yes", "no", "once"] = "no"
    round_s: Literal[0, 5, 10, 15, 20, 30] = 0
    on_join: bool = False
    periodic: tuple[Text, ...] = ()
    periodic_s: float = Field(0.0, ge=0, le=86400)
    periodic_start_s: float | None = Field(None, ge=0, le=86400)
    is_random: bool = False
    is_relative: bool = False
    offer: Annotated[str, AfterValidator(words.offer)] = Field("", examples=["callback"])
    offer_after_s: float = Field(0.0, ge=0, le=86400)


class CallbackConfig(Section):
    """Being called back instead of waiting. `dial` has {number} in it."""

    is_on: bool = False
    dial: str = Field("", pattern=r"^([A-Za-z]+/[^\s,|&]*\{number\}[^\s,|&]*)?$", examples=["PJSIP/{number}@trunk"])
    allow: tuple[Annotated[str, Field(pattern=r"^(_[0-9XZN.!*#+\[\]-]{1,40}|[0-9*#+]{1,40})$")], ...] = ()
    agent_first: bool = True
    ring_s: float = Field(30.0, gt=0, le=300)
    attempts: int = Field(3, ge=1, le=20)
    retry_s: float = Field(300.0, ge=5, le=86400)
    expires_s: float = Field(14400.0, ge=60, le=604800)


class StepConfig(Section):
    """From this wait on a caller needs this instead."""

    after_s: float = Field(ge=0, le=86400)
    needs: Needs


class QueueConfig(Section):
    """A queue. `max_wait_s` 0 = callers wait as long as they like; `max_length` 0 = any number of callers."""

    name: Name
    strategy: Annotated[Strategy, BeforeValidator(words.strategy)] = Strategy.LONGEST_IDLE
    ring_s: float = Field(15.0, gt=0, le=300)
    progressive_s: float = Field(10.0, gt=0, le=300)
    keep_ringing: bool = False
    wrap_up_s: float = Field(0.0, ge=0, le=3600)
    max_wait_s: float = Field(0.0, ge=0, le=86400)
    max_length: int = Field(0, ge=0)
    max_attempts: int = Field(0, ge=0, le=1000)
    back_off_s: float = Field(5.0, ge=0, le=3600)
    back_off_busy_s: float | None = Field(None, ge=0, le=3600)
    back_off_refused_s: float | None = Field(None, ge=0, le=3600)
    weight: int = Field(0, ge=0, le=1_000_000)
    ageing_s: float = Field(0.0, ge=0, le=86400)
    penalty_members_limit: int = Field(0, ge=0, le=100_000)
    penalty_rule: Name | Literal[""] = ""
    needs: Needs = ""
    steps: tuple[StepConfig, ...] = ()
    join_empty: Annotated[frozenset[Condition], BeforeValidator(words.join_empty)] = frozenset()
    leave_empty: Annotated[frozenset[Condition], BeforeValidator(words.leave_empty)] = frozenset()
    auto_pause: Annotated[AutoPause, BeforeValidator(words.auto_pause)] = AutoPause.NO
    auto_pause_on: frozenset[Miss] = frozenset({"no_answer"})
    auto_pause_after: int = Field(1, ge=1, le=100)
    auto_pause_delay_s: float = Field(0.0, ge=0, le=86400)
    service_level_s: float = Field(60.0, ge=0, le=86400)
    short_abandon_s: float = Field(5.0, ge=0, le=3600)
    schedule: Name | Literal[""] = ""
    overflow: dict[Reason, Destination] = Field({}, examples=[{"closed": "mailbox:600", "timeout": "queue:sales"}])
    keys: Annotated[dict[str, str], AfterValidator(words.key_actions)] = Field({}, examples=[{"1": "callback"}])
    exit_context: str = Field("", pattern=r"^[0-9A-Za-z_.-]{0,79}$")
    music: str = "default"
    answer: bool = True
    voice: Name | Literal[""] = ""
    announce: AnnounceConfig = AnnounceConfig()
    callback: CallbackConfig = CallbackConfig()
    survey: bool = False
    whisper: bool = False
    confirm: bool = False
    auto_answer: bool = False
    url: Text = ""
    record: str = Field("", pattern=r"^([a-z0-9]{0,10}|[A-Za-z0-9{}_./-]{1,180}\.[a-z0-9]{1,10})$", examples=["wav"])
    features: str = Field("", pattern=r"^[tThHkKwW]{0,8}$", examples=["t"])
    dispositions: tuple[Text, ...] = ()

    @field_serializer("join_empty", "leave_empty", "auto_pause_on")
    def _sorted(self, value: frozenset[str]) -> list[str]:
        return sorted(value)


class PenaltyChangeConfig(Section):
    """After this wait a caller's limits change. A text with a sign is a change; left out = stays as it is."""

    after_s: float = Field(ge=0, le=86400)
    max_penalty: Limit = ""
    min_penalty: Limit = ""
    raise_to: Annotated[str, BeforeValidator(words.raised)] = ""


class PenaltyRuleConfig(Section):
    """A rule of queuerules.conf."""

    name: Name
    change: tuple[PenaltyChangeConfig, ...] = Field((), examples=[[{"after_s": 30, "max_penalty": "+3"}]])
