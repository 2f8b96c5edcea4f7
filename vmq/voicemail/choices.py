"""The values of packs' settings: what the administrator wrote, and before that what the owner chose himself.

This is where voicemail hands settings in: each session of a mailbox begins with `settings_of`, and what its party
changed by telephone goes to `keep`. A pack takes the names and values that it knows (vmq.dialogue.session).
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from vmq.domain.mailbox import Mailbox
from vmq.errors import StorageError
from vmq.voicemail.ports import Outside
from vmq.voicemail.profiles import Profiles

log = structlog.get_logger(__name__)

Values = Mapping[str, object]


def settings_of(mailbox: Mailbox | None, profiles: Profiles) -> Values:
    """What holds for a mailbox; for a call to none, the house's."""
    return {**profiles.of(mailbox.number).values, **mailbox.choices} if mailbox else profiles.house.values


async def keep(outside: Outside, mailbox: str, chosen: Values) -> None:
    """Its owner has chosen these. When they can't be kept, they are as before in his next call."""
    if not chosen:
        return
    try:
        await outside.owners.keep_choices(mailbox, chosen)
    except StorageError as error:
        log.error("choices_not_kept", mailbox=mailbox, error=str(error))
