"""What the actions of one call have in common: their shape, and the facts that several of them give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from vmq.domain.mailbox import Counts, GreetingKind, Mailbox
from vmq.domain.moment import next_moment
from vmq.voice.run import Action, Actions, Answer, Arguments
from vmq.voicemail.settings import Settings

__all__ = ["Action", "Actions", "Answer", "Arguments", "Facts"]

Facts = Mapping[str, object]


def local_time(at: float, zone: tzinfo | None = None) -> datetime:
    """Epoch seconds as the time on the wall in a zone; in none, here."""
    return datetime.fromtimestamp(at).astimezone() if zone is None else datetime.fromtimestamp(at, zone)


def typed_moment(at: float, zone: tzinfo | None, typed: Iterable[str]) -> datetime | None:
    """The first moment after epoch seconds that is meant by month, day, time and half as typed, on the wall in a zone,
    in none here; None when there is none (see next_moment)."""
    found = next_moment(datetime.fromtimestamp(at, zone), *typed)
    return local_time(found.timestamp(), zone) if found else None


def limit_facts(config: Settings) -> Facts:
    """How long recordings may be, in seconds."""
    return {
        "max_message_s": config.max_message_s,
        "min_message_s": config.min_message_s,
        "max_silence_s": config.max_silence_s,
        "max_greeting_s": config.max_greeting_s,
    }


def greeting_facts(mailbox: Mailbox, now: float) -> Facts:
    """The recordings of a mailbox, "" for those that it has not."""
    names = {
        "temp_greeting": GreetingKind.TEMPORARY,
        "unavail_greeting": GreetingKind.UNAVAILABLE,
        "busy_greeting": GreetingKind.BUSY,
        "spoken_name": GreetingKind.NAME,
    }
    found = {name: mailbox.greeting(kind, now) for name, kind in names.items()}
    return {name: greeting.ref if greeting else "" for name, greeting in found.items()}


def count_facts(counts: Counts) -> Facts:
    """How many messages are new, old and urgent."""
    return {"new": counts.new, "old": counts.old, "urgent": counts.urgent}
