"""What settings of mailboxes and classes allow alone and the whole does not (see vmq.config.contradictions)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vmq.config.mailboxes import MailboxSettings
from vmq.config.model import Config

RESERVED = frozenset({"incoming", "quarantine", "copies"})


def mailbox_contradictions(config: Config) -> Iterator[str]:
    """All of them."""
    classes = {each.name for each in config.class_of_service}
    answers = Counter(number for mailbox in config.mailbox for number in (mailbox.number, *set(mailbox.aliases)))
    for mailbox in config.mailbox:
        where = f"mailbox {mailbox.number}"
        if mailbox.number in RESERVED:
            yield f"{where}: is the name of one of vmq's own folders; choose another"
        if mailbox.class_of_service and mailbox.class_of_service not in classes:
            yield (
                f"{where}: class_of_service: there is none {mailbox.class_of_service!r}; add it as "
                "[[class_of_service]] or remove it here"
            )
        for alias in mailbox.aliases:
            if answers[alias] > 1:
                yield f"{where}: aliases: {alias} is a mailbox, or another one's alias; keep one"
        yield from _settings(config, where, mailbox)
    for each in config.class_of_service:
        yield from _settings(config, f"class_of_service {each.name}", each)
    yield from _schedule(config, "voicemail.schedule", config.voicemail.schedule)
    if config.voicemail.dialout_context and not config.voicemail.dialout_pattern:
        yield "voicemail.dialout_pattern: is needed with dialout_context; write which numbers owners may call"


def _settings(config: Config, where: str, said: MailboxSettings) -> Iterator[str]:
    yield from _schedule(config, f"{where}: schedule", said.schedule or "")
    if said.dialout_context and not (said.dialout_pattern or config.voicemail.dialout_pattern):
        yield f"{where}: dialout_pattern: is needed with dialout_context; write which numbers owners may call"


def _schedule(config: Config, where: str, name: str) -> Iterator[str]:
    if name and name not in [schedule.name for schedule in config.schedule]:
        yield f"{where}: there is no schedule {name!r}; add it as [[schedule]] or remove it"
