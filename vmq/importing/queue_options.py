"""Every option of a queue in queues.conf (apps/app_queue.c: queue_set_param), and what it becomes.

A rule takes the draft of a queue and the value, and gives a verdict with what is written now, or why not.
"""

from __future__ import annotations

import re

from vmq.config import words
from vmq.domain.rules import ALIASES, Strategy
from vmq.importing.draft import Table
from vmq.importing.option_rules import Outcome, Rule, always, flag, nothing, number, text
from vmq.importing.report import Verdict
from vmq.importing.values import integer, is_boolean, is_number, is_true

_FOR_EVER_S = 300
_ROUNDS = (0, 5, 10, 15, 20, 30)
_VOICE = "the queue's voice (a personality) says this: its words and clips are there"


def _ring(queue: Table, value: str) -> Outcome:
    seconds = integer(value)
    if not is_number(value):
        return Verdict.NOT_UNDERSTOOD, f"is no number; Asterisk takes {seconds}"
    if seconds == 0:
        return Verdict.CHANGED, f"{queue.set('ring_s', _FOR_EVER_S)} (no telephone rings for ever in vmq)"
    if seconds < 0:
        return Verdict.CHANGED, f"{queue.set('ring_s', 15)}, Asterisk's default for a negative time"
    bounded = min(seconds, _FOR_EVER_S)
    return (Verdict.TAKEN if bounded == seconds else Verdict.CHANGED), queue.set("ring_s", bounded)


def _retry(queue: Table, value: str) -> Outcome:
    seconds = integer(value) if integer(value) > 0 else 5
    written = queue.set("back_off_s", min(seconds, 3600))
    return Verdict.CHANGED, f"{written}: so long the agent who did not answer is left alone; the next one rings at once"


def _strategy(queue: Table, value: str) -> Outcome:
    word = value.strip().lower()
    strategy = {**ALIASES, "random": Strategy.RANDOM, "linear": Strategy.LINEAR}.get(word)
    if strategy is None:
        return Verdict.CHANGED, f"{queue.set('strategy', 'ring_all')}, as Asterisk does with a name it doesn't know"
    return Verdict.TAKEN, queue.set("strategy", strategy.value)


def _empty(key: str) -> Rule:
    read = words.join_empty if key == "join_empty" else words.leave_empty

    def rule(queue: Table, value: str) -> Outcome:
        known = (*words.CONDITIONS, "strict", "loose", *words.TRUE, *words.FALSE)
        parts = [part.strip().lower() for part in value.split(",") if part.strip()]
        unknown = [part for part in parts if part not in known]
        conditions = sorted(read([part for part in parts if part in known]))
        written = queue.set(key, conditions)
        if unknown:
            return Verdict.CHANGED, f"{written}; {', '.join(unknown)} is no condition, Asterisk leaves it out too"
        return Verdict.TAKEN, written

    return rule


def _auto_pause(queue: Table, value: str) -> Outcome:
    word = value.strip().lower()
    if word == "all":
        return Verdict.TAKEN, queue.set("auto_pause", "all")
    if word in words.TRUE:
        return Verdict.TAKEN, queue.set("auto_pause", "queue")
    return (Verdict.TAKEN if word in words.FALSE else Verdict.CHANGED), queue.set("auto_pause", "no")


def _pause_on(what: str) -> Rule:
    def rule(queue: Table, value: str) -> Outcome:
        known = queue.get("auto_pause_on") or ["no_answer"]
        wanted = [each for each in known if each != what] + ([what] if is_true(value) else [])
        return Verdict.TAKEN, queue.set("auto_pause_on", wanted)

    return rule


def _position(queue: Table, value: str) -> Outcome:
    word = value.strip().lower()
    word = word if word in ("limit", "more") else "yes" if is_true(word) else "no"
    is_plain = value.strip().lower() in ("limit", "more") or is_boolean(value)
    return (Verdict.TAKEN if is_plain else Verdict.CHANGED), queue.set("announce.position", word)


def _hold_time(queue: Table, value: str) -> Outcome:
    word = "once" if value.strip().lower() == "once" else "yes" if is_true(value) else "no"
    is_plain = word == "once" or is_boolean(value)
    return (Verdict.TAKEN if is_plain else Verdict.CHANGED), queue.set("announce.hold_time", word)


def _round(queue: Table, value: str) -> Outcome:
    if is_number(value) and integer(value) in _ROUNDS:
        return Verdict.TAKEN, queue.set("announce.round_s", integer(value))
    return Verdict.CHANGED, f"{queue.set('announce.round_s', 0)}, as Asterisk does with other values than {_ROUNDS}"


def _start(queue: Table, value: str) -> Outcome:
    if integer(value) < 0:
        return Verdict.TAKEN, "as periodic-announce-frequency: the default"
    return number("announce.periodic_start_s", most=86400)(queue, value)


def _periodic(queue: Table, value: str) -> Outcome:
    clips = [clip.strip() for clip in value.replace("|", ",").split(",") if clip.strip()][:10]
    if not all(clip.isprintable() and len(clip) <= 200 for clip in clips):
        return Verdict.NOT_UNDERSTOOD, "names no recording"
    return Verdict.TAKEN, queue.set("announce.periodic", clips)


def _announce(queue: Table, value: str) -> Outcome:
    if not value:
        return Verdict.TAKEN, "nothing is played to the agent: the default"
    return Verdict.CHANGED, f"{queue.set('whisper', True)}: the agent is told the queue by its voice, not by {value}"


def _report_hold(queue: Table, value: str) -> Outcome:
    if not is_true(value):
        return Verdict.TAKEN, "the default"
    return Verdict.CHANGED, f"{queue.set('whisper', True)}: tells the queue's name as well"


def _record(queue: Table, value: str) -> Outcome:
    formats = [word for word in value.lower().replace("|", ",").split(",") if word]
    if not formats or not all(word.isalnum() and len(word) <= 10 for word in formats):
        return Verdict.NOT_UNDERSTOOD, "is no format; write wav, wav49 or gsm"
    written = queue.set("record", formats[0])
    return (Verdict.TAKEN if len(formats) == 1 else Verdict.CHANGED), written


def _delay(_: Table, value: str) -> Outcome:
    return (Verdict.LEFT_OUT if integer(value) else Verdict.TAKEN), "agents are connected as soon as they are ready"


def _priority(_: Table, value: str) -> Outcome:
    if value.strip().lower() == "conf":
        return (
            Verdict.CHANGED,
            "the caller's limit counts: a telephone that rings when it is over stops",
        )
    return Verdict.TAKEN, "the caller's limit counts before the ring time"


def _context(queue: Table, value: str) -> Outcome:
    if not re.fullmatch(r"[0-9A-Za-z_.-]{1,79}", value):
        return Verdict.NOT_UNDERSTOOD, "is no context that vmq can name"
    return Verdict.TAKEN, queue.set("exit_context", value)


_SOUNDS = (
    "queue-youarenext",
    "queue-thereare",
    "queue-callswaiting",
    "queue-quantity1",
    "queue-quantity2",
    "queue-holdtime",
    "queue-minute",
    "queue-minutes",
    "queue-seconds",
    "queue-thankyou",
    "queue-callerannounce",
    "queue-reporthold",
)
_VARIABLES = ("setinterfacevar", "setqueuevar", "setqueueentryvar")

RULES: dict[str, Rule] = {
    "musicclass": text("music"),
    "music": text("music"),
    "musiconhold": text("music"),
    "announce": _announce,
    "context": _context,
    "timeout": _ring,
    "ringinuse": always(False, "a telephone in use is never rung"),
    **{name: always(True, "these variables are always set") for name in _VARIABLES},
    "monitor-format": _record,
    "monitor-type": lambda _queue, _value: (Verdict.TAKEN, "talks are recorded by MixMonitor"),
    "membergosub": nothing("no dialplan runs before a talk: see whisper, url and the queue's voice"),
    **{name: nothing(_VOICE) for name in _SOUNDS},
    "announce-frequency": number("announce.frequency_s", most=86400),
    "announce-to-first-user": always(False, "nothing is said while a telephone rings for a caller: he'd wait longer"),
    "min-announce-frequency": number("announce.min_frequency_s", most=86400),
    "announce-round-seconds": _round,
    "announce-holdtime": _hold_time,
    "announce-position": _position,
    "announce-position-only-up": flag("announce.position_only_up"),
    "announce-position-limit": number("announce.position_limit", least=1, most=10_000),
    "periodic-announce": _periodic,
    "periodic-announce-startdelay": _start,
    "periodic-announce-frequency": number("announce.periodic_s", most=86400),
    "relative-periodic-announce": flag("announce.is_relative"),
    "random-periodic-announce": flag("announce.is_random"),
    "retry": _retry,
    "wrapuptime": number("wrap_up_s", most=3600),
    "penaltymemberslimit": number("penalty_members_limit", most=100_000),
    "autofill": always(True, "callers are served side by side in any case"),
    "autopause": _auto_pause,
    "autopausedelay": number("auto_pause_delay_s", most=86400),
    "autopausebusy": _pause_on("busy"),
    "autopauseunavail": _pause_on("unreachable"),
    "maxlen": number("max_length", most=1_000_000),
    "servicelevel": number("service_level_s", most=86400),
    "strategy": _strategy,
    "joinempty": _empty("join_empty"),
    "leavewhenempty": _empty("leave_empty"),
    "reportholdtime": _report_hold,
    "memberdelay": _delay,
    "weight": number("weight", most=1_000_000),
    "timeoutrestart": always(True, "each agent has the whole ring time"),
    "timeoutpriority": _priority,
    "log-restricted-caller-id": always(True, "numbers are recorded as Asterisk gives them"),
}
"""All but `member` and `defaultrule`, which need more than the queue (see vmq.importing.queues)."""

QUEUE_LOG = {"log_membername_as_agent": "member_names", "log-caller-id-name": "caller_names"}
"""Options of [general] that are settings of vmq's [queue_log]."""

GENERAL: dict[str, tuple[bool | None, str]] = {
    "persistentmembers": (True, "who joined at run time is kept over a restart in any case"),
    "autofill": (True, "callers are served side by side in any case"),
    "monitor-type": (None, "talks are recorded by MixMonitor"),
    "shared_lastcall": (True, "an agent is one over all his queues: wrap-up counts in all of them"),
    "negative_penalty_invalid": (None, "penalties begin at 0: leave out who is not to be called, or pause him"),
    "log-restricted-caller-id": (None, "numbers are recorded as Asterisk gives them"),
    "force_longest_waiting_caller": (True, "an agent of several queues serves by weight, priority, waiting time"),
    "log_unpause_on_reason_change": (None, "a pause with another reason is recorded as one more pause"),
}
"""Options of [general]: what vmq does in any case (None: whatever is asked for), and how to say so."""
