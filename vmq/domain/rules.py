"""What the configuration says of queues and agents: plain values, no behaviour. Times are seconds, 0 = none, no limit.

The names and defaults are app_queue's where it has the thing (apps/app_queue.c, configs/samples/queues.conf.sample);
where vmq differs the docstring says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vmq.domain.dialling import NumberRules
from vmq.domain.schedule import Schedule
from vmq.domain.skills import NO_NEEDS, Needs


class Strategy(StrEnum):
    """Who is offered a call first. Each is a class in vmq.domain.strategies."""

    LONGEST_IDLE = "longest_idle"
    RING_ALL = "ring_all"
    RING_PROGRESSIVELY = "ring_progressively"
    LEAST_RECENT = "least_recent"
    FEWEST_CALLS = "fewest_calls"
    LEAST_TALK = "least_talk"
    OCCUPANCY = "occupancy"
    RANDOM = "random"
    WEIGHTED_RANDOM = "weighted_random"
    ROUND_ROBIN = "round_robin"
    ROUND_ROBIN_ORDERED = "round_robin_ordered"
    LINEAR = "linear"
    FIXED_PRIORITY = "fixed_priority"
    SKILLS = "skills"


ALIASES: Mapping[str, Strategy] = {
    "ringall": Strategy.RING_ALL,
    "leastrecent": Strategy.LEAST_RECENT,
    "fewestcalls": Strategy.FEWEST_CALLS,
    "wrandom": Strategy.WEIGHTED_RANDOM,
    "rrmemory": Strategy.ROUND_ROBIN,
    "roundrobin": Strategy.ROUND_ROBIN,
    "rrordered": Strategy.ROUND_ROBIN_ORDERED,
}
"""app_queue's own names of the strategies it has."""


class AutoPause(StrEnum):
    """Which queues an agent is paused in when he lets calls ring."""

    NO = "no"
    QUEUE = "queue"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PenaltyChange:
    """One line of queuerules.conf: after this wait the caller's limits change. A text with a sign is relative; empty
    leaves the limit as it is. `raise_to` may begin with `r`: then only members of at least the minimum are raised."""

    after_s: float
    max_penalty: str = ""
    min_penalty: str = ""
    raise_to: str = ""


@dataclass(frozen=True, slots=True)
class NeedStep:
    """From this wait on the caller needs this instead of what he needed before."""

    after_s: float
    needs: Needs


@dataclass(frozen=True, slots=True)
class AnnounceRules:
    """What a waiting caller is told, and when. app_queue's options of the same names, in seconds.

    `position` is yes, no, limit or more (than `position_limit`); `hold_time` yes, no or once. A `frequency_s` of 0
    says neither. `on_join`: also at once, when he has to wait (as app_queue); else first after `frequency_s`.
    `periodic` are clips. After `offer_after_s` of waiting he is asked once whether he would rather have what `offer`
    says, in the words of QueueRules.keys: callback or voicemail:<mailbox>.
    """

    frequency_s: float = 0.0
    min_frequency_s: float = 15.0
    position: str = "yes"
    position_limit: int = 5
    position_only_up: bool = False
    hold_time: str = "no"
    round_s: int = 0
    on_join: bool = False
    periodic: tuple[str, ...] = ()
    periodic_s: float = 0.0
    periodic_start_s: float = -1.0
    is_random: bool = False
    is_relative: bool = False
    offer: str = ""
    offer_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """Being called back instead of waiting. `allow` are patterns (Asterisk's `_X.` form) of numbers that may be called.

    With `agent_first` the agent is rung before the number; else the number first, when the caller's turn has come.
    """

    is_on: bool = False
    dial: str = ""
    allow: tuple[str, ...] = ()
    agent_first: bool = True
    ring_s: float = 30.0
    attempts: int = 3
    retry_s: float = 300.0
    expires_s: float = 14400.0


@dataclass(frozen=True, slots=True)
class QueueRules:
    """What the configuration says of a queue.

    `join_empty` and `leave_empty` are app_queue's conditions (paused, penalty, inuse, ringing, unavailable, invalid,
    unknown, wrapup): a member counts as absent when one of them holds. `overflow` maps why a caller has to leave
    (closed, full, empty, timeout, attempts) to `queue:<name>`, `mailbox:<number>` or `extension:<exten>@<context>`.
    `keys` maps a waiting caller's key to callback, voicemail:<mailbox>, queue:<name> or extension:<exten>@<context>;
    `exit_context` is app_queue's `context`. A back-off of None is `back_off_s`. `url` is a page to open for each call,
    `record` the template of the file that each talk is recorded into (empty: none is, until somebody asks for it), see
    vmq.domain.recordings. `features` are what both may do by keys during the talk, in the letters of Bridge()'s options
    (`t` the agent transfers, `T` the caller does, …; main/features.c).
    """

    name: str
    ring_s: float = 15.0
    wrap_up_s: float = 0.0
    max_wait_s: float = 0.0
    max_length: int = 0
    back_off_s: float = 5.0
    back_off_busy_s: float | None = None
    back_off_refused_s: float | None = None
    strategy: Strategy = Strategy.LONGEST_IDLE
    progressive_s: float = 10.0
    keep_ringing: bool = False
    weight: int = 0
    ageing_s: float = 0.0
    penalty_members_limit: int = 0
    penalty_changes: tuple[PenaltyChange, ...] = ()
    needs: Needs = NO_NEEDS
    steps: tuple[NeedStep, ...] = ()
    join_empty: frozenset[str] = frozenset()
    leave_empty: frozenset[str] = frozenset()
    max_attempts: int = 0
    auto_pause: AutoPause = AutoPause.NO
    auto_pause_on: frozenset[str] = frozenset({"no_answer"})
    auto_pause_after: int = 1
    auto_pause_delay_s: float = 0.0
    service_level_s: float = 60.0
    short_abandon_s: float = 5.0
    schedule: Schedule | None = None
    overflow: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    exit_context: str = ""
    voice: str = ""
    announce: AnnounceRules = AnnounceRules()
    callback: CallbackRules = CallbackRules()
    survey: bool = False
    whisper: bool = False
    confirm: bool = False
    auto_answer: bool = False
    url: str = ""
    record: str = ""
    features: str = ""
    dispositions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentRules:
    """What the configuration says of an agent. `dial` is Asterisk's Tech/resource; None of a time means "the queue's".

    Several telephones are parted by `&`, in `dial` and in `state_device` alike: all that are free ring, and the agent
    is busy when one of them is. `state_device` is the device to watch when it is not the one that is dialled. A remote
    agent (a mobile, a number through a trunk) has no device state worth the name: busy is when a leg of ours lives, and
    a call must be confirmed. `trunks` are the outside lines to reach him by, the first free one is taken; `dial` is
    then only the number. `telephone` is its make, for how it is told to answer by itself. `penalties` are by queue;
    `skills` are levels by name.
    """

    name: str
    dial: str
    queues: tuple[str, ...] = ()
    state_device: str = ""
    is_remote: bool = False
    ring_s: float | None = None
    wrap_up_s: float | None = None
    is_logged_in: bool = True
    penalties: Mapping[str, int] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    trunks: tuple[str, ...] = ()
    confirm: bool = False
    auto_answer: bool = False
    telephone: str = "any"
    full_name: str = ""


@dataclass(frozen=True, slots=True)
class TrunkRules:
    """An outside line. `dial` has `{number}` in it; `capacity` is how many of our calls it carries at once."""

    name: str
    dial: str
    capacity: int = 0


@dataclass(frozen=True, slots=True)
class HouseRules:
    """Everything the queues need to know, as one value that can be changed while calls are under way."""

    queues: tuple[QueueRules, ...] = ()
    agents: tuple[AgentRules, ...] = ()
    trunks: tuple[TrunkRules, ...] = ()
    penalty_rules: Mapping[str, tuple[PenaltyChange, ...]] = field(default_factory=dict)
    numbers: NumberRules = field(default_factory=NumberRules)
