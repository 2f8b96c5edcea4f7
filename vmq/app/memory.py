"""The floor that a start begins with: the configured rules, and what the journal remembers.

What holds until the next record says otherwise (statuses, telephones, memberships) is read however old it is; calls
back as far back as one may be open; of everything else the newest entries.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmq.app.rules import house_rules
from vmq.app.settings import asterisk_recordings
from vmq.config.model import Config
from vmq.db.engine import Database
from vmq.db.journal import DatabaseJournal
from vmq.db.reading import JournalHistory
from vmq.domain.floor import Floor
from vmq.domain.records import (
    AgentNotesChanged,
    AgentStatusChanged,
    AgentTelephoneChanged,
    CallbackAsked,
    CallbackEnded,
    CallbackTried,
)
from vmq.domain.restore import restore
from vmq.engine.ports import JournalEntry

REMEMBERED = 100_000
"""How many of the journal's newest entries are read for calls that were open."""
_CALLBACKS = (CallbackAsked, CallbackTried, CallbackEnded)


async def remembered_floor(config: Config, database: Database, journal: DatabaseJournal, now: float) -> Floor:
    """The floor as it was when vmq last stopped, as far as the journal tells (epoch seconds). Raises StorageError."""
    rules = house_rules(config)
    floor = Floor(
        rules.queues,
        rules.agents,
        seed=int(now * 1000),
        now=now,
        trunks=rules.trunks,
        penalty_rules=rules.penalty_rules,
        numbers=rules.numbers,
        recordings=asterisk_recordings(config),
        has_lamps=True,
    )
    lasting = [
        *await journal.newest_memberships(),
        *await journal.newest_of_each(AgentStatusChanged),
        *await journal.newest_of_each(AgentTelephoneChanged),
        *await journal.newest_of_each(AgentNotesChanged),
        *await _calls_back(config, database, now),
    ]
    lasting.sort(key=lambda entry: entry.id)
    restore(floor, lasting)
    restore(floor, await journal.tail(REMEMBERED))
    return floor


async def _calls_back(config: Config, database: Database, now: float) -> Sequence[JournalEntry]:
    """What was written of calls back that may still be open."""
    longest_s = max((queue.callback.expires_s for queue in config.queue), default=0.0)
    history, entries, after = JournalHistory(database), list[JournalEntry](), 0
    while page := await history.between(now - longest_s, now + 1, _CALLBACKS, after=after):
        entries += page
        after = page[-1].id
    return entries
