"""What a door remembers of a number, however often it has called since."""

from __future__ import annotations

from pathlib import Path

from tests.support.databases import open_database
from vmq.app.attendant import DoorMemory
from vmq.config.doors import DoorConfig
from vmq.db.journal import DatabaseJournal
from vmq.domain.door import DoorRules, Outcome, Verdict, judge, remember
from vmq.domain.door_records import DoorCalled

EVE = "+4930123456"
MOST_CALLS = next(limit.le for limit in DoorConfig.model_fields["rate_calls"].metadata if hasattr(limit, "le"))


async def verdict_after(folder: Path, rules: DoorRules, *outcomes: Outcome) -> Verdict:
    """What becomes of the next call, after calls a second apart."""
    async with open_database("sqlite", folder) as database:
        journal = DatabaseJournal(database)
        await journal.start()
        for at, outcome in enumerate(outcomes, 1):
            is_person = outcome is Outcome.PUT_THROUGH
            journal.append(DoorCalled(EVE, "main", f"1.{at}", outcome.value, is_person=is_person), float(at))
        try:
            known = remember(await DoorMemory(database, journal).of(EVE))
        finally:
            await journal.close()
    return judge(rules, EVE, EVE, known, float(len(outcomes) + 1))


async def test_a_robot_that_calls_on_and_on_stays_known(tmp_path: Path) -> None:
    calls = [Outcome.ROBOT, Outcome.ROBOT, *[Outcome.KNOWN_ROBOT] * 200]
    assert await verdict_after(tmp_path, DoorRules(), *calls) is Verdict.KNOWN_ROBOT


async def test_who_calls_often_is_still_trusted(tmp_path: Path) -> None:
    calls = [Outcome.PUT_THROUGH, *[Outcome.LEFT] * 200]
    assert await verdict_after(tmp_path, DoorRules(), *calls) is Verdict.TRUSTED


async def test_as_many_calls_are_counted_as_can_be_configured(tmp_path: Path) -> None:
    rules = DoorRules(rate_calls=MOST_CALLS, rate_s=86400.0)
    assert await verdict_after(tmp_path, rules, *[Outcome.LEFT] * MOST_CALLS) is Verdict.TOO_OFTEN
