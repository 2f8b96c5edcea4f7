"""The exhaustive walk: in every pack, every state with every outcome in every world raises nothing and comes to an end.

After the outcome the party does nothing more and never hangs up; actions are done, or fail. A world is one way all
facts could be (vmq.dialogue.walk), and the shapes that mailboxes have in life.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packs.test_packs import PACKS
from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import open_pack
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session
from vmq.dialogue.walk import outcomes, quiet, worlds
from vmq.domain import line
from vmq.errors import PackError

MAX_EFFECTS = 300
SHAPES: Mapping[str, Mapping[str, object]] = {
    "an empty mailbox": {"new": 0, "old": 0, "urgent": 0, "folder": "INBOX", "folder_count": 0},
    "one new message": {"new": 1, "folder": "INBOX", "folder_count": 1, "has_message": True, "is_first": True,
                        "is_last": True, "message": "1001/m", "message_number": 1},
    "many, at one in the middle": {"new": 5, "old": 21, "urgent": 2, "folder": "Urgent", "folder_count": 2,
                                   "has_message": True, "has_next": True, "has_previous": True, "message": "1001/m",
                                   "message_number": 2, "caller_number": "2002", "says_caller": True},
    "a deleted message, all greetings": {"old": 1, "folder": "Old", "folder_count": 1, "has_message": True,
                                         "is_deleted": True, "temp_greeting": "1001/t", "unavail_greeting": "1001/u",
                                         "busy_greeting": "1001/b", "spoken_name": "1001/n", "warns_of_temp": True},
    "a full mailbox with review and operator": {"is_full": True, "has_review": True, "has_operator": True,
                                                "has_star_exit": True, "may_mark_urgent": True, "is_busy": True},
    "never set up, locked": {"needs_setup": True, "is_locked": True, "needs_pin": True, "may_try_again": True},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunOut:
    """How a call went on in silence: whether it came to its end, and whether an action on the way could fail."""

    has_ended: bool
    could_fail: bool


class Silence:
    """A party that does nothing more, in one world; where many calls come together, the rest is gone through once."""

    def __init__(self, pack: CompiledPack, *, fails: bool) -> None:
        self._pack, self._fails = pack, fails
        self._known: dict[Hashable, RunOut] = {}

    def run_out(self, session: Session, effect: line.Effect) -> RunOut:
        """Let the call come to its end."""
        passed: list[tuple[Hashable, bool]] = []
        end = RunOut(False, False)
        for _ in range(MAX_EFFECTS):
            if isinstance(effect, line.End):
                end = RunOut(True, False)
                break
            if known := self._known.get(mark := session.mark):
                end = known
                break
            can_fail = isinstance(effect, line.Act) and self._pack.vocabulary.actions[effect.action].can_fail
            passed.append((mark, can_fail))
            effect = session.feed(line.Failed() if self._fails and can_fail else quiet(self._pack, effect))
        for mark, can_fail in reversed(passed):
            end = RunOut(end.has_ended, end.could_fail or can_fail)
            self._known[mark] = end
        return end


def stuck_in(pack: CompiledPack, facts: Mapping[str, object]) -> list[str]:
    """Where a call goes wrong, or never ends."""
    wrong = []
    silences = [Silence(pack, fails=fails) for fails in (False, True)]
    for name, flow in pack.flows.items():
        for place in flow.places:
            try:
                begun = Session.standing_at(pack, name, place, facts)
                for outcome in outcomes(pack, begun.start()):
                    if isinstance(outcome, line.HungUpSeen):
                        continue
                    for silence in silences:
                        session = begun.fork()
                        done = silence.run_out(session, session.feed(outcome))
                        if not done.has_ended:
                            wrong.append(f"{name}.{place} after {outcome}: has no end")
                        if not done.could_fail:
                            break  # nothing would be different
            except PackError as error:
                wrong.append(f"{name}.{place}: {error}")
    return wrong


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_state_and_outcome_comes_to_an_end(folder: Path) -> None:
    for pack in open_pack(folder, SUBJECTS, is_tried=True).values():
        shapes = [
            {name: value for name, value in shape.items() if name in pack.known_facts} for shape in SHAPES.values()
        ]
        for facts in (*worlds(pack), *shapes):
            assert stuck_in(pack, facts) == []
