"""Keys of waiting callers: longest match, digits over waits, and where each word leads."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.stage import Stage
from vmq.domain.commands import QueueStatus, ReleaseCaller, RunDialogue
from vmq.domain.events import CallerKeyed, DialogueEnded
from vmq.domain.records import CallerLeft
from vmq.domain.rules import AgentRules, AnnounceRules, CallbackRules, QueueRules

KEYS = {"1": "queue:support", "12": "extension:77@inside", "0": "voicemail:1000", "9": "callback"}


def stage_of(keys: Mapping[str, str] = KEYS, *agents: AgentRules) -> Stage:
    callback = CallbackRules(is_on=True, dial="PJSIP/{number}", allow=("_0X.",))
    return Stage([QueueRules("sales", keys=keys, callback=callback), QueueRules("support")], agents)


def press(stage: Stage, keys: str) -> None:
    for key in keys:
        stage.step(CallerKeyed("c1", key))


def released(stage: Stage) -> tuple[QueueStatus, str]:
    release = stage.only(ReleaseCaller)
    return release.status, dict(release.variables)["VMQ_NEXT"]


@pytest.mark.parametrize(
    ("keys", "status", "next_stop"),
    [
        ("12", QueueStatus.KEY, "extension:77@inside"),
        ("0", QueueStatus.VOICEMAIL, "mailbox:1000"),
        ("50", QueueStatus.VOICEMAIL, "mailbox:1000"),
        ("10", QueueStatus.VOICEMAIL, "mailbox:1000"),
    ],
)
def test_a_key_that_none_goes_on_with_acts_at_once(keys: str, status: QueueStatus, next_stop: str) -> None:
    stage = stage_of()
    stage.join("c1")
    press(stage, keys)
    assert released(stage) == (status, next_stop)


def test_a_key_that_begins_another_acts_when_no_more_comes() -> None:
    stage = stage_of()
    stage.join("c1")
    press(stage, "1")
    assert stage.commands == []
    stage.wait(2)
    assert released(stage) == (QueueStatus.MOVED, "queue:support")
    (left,) = stage.noted(CallerLeft)
    assert (left.why, left.info) == ("key", "1")


def test_digits_that_are_only_the_beginning_of_a_key_are_forgotten() -> None:
    stage = stage_of({"77": "voicemail:1000"})
    stage.join("c1")
    press(stage, "7")
    stage.wait(2)
    assert stage.commands == []
    press(stage, "77")
    assert released(stage)[0] is QueueStatus.VOICEMAIL


def test_an_extension_of_the_exit_context_leaves_at_once() -> None:
    stage = stage_of()
    stage.join("c1")
    stage.step(CallerKeyed("c1", "45", "inside"))
    assert released(stage) == (QueueStatus.KEY, "extension:45@inside")
    assert stage.noted(CallerLeft)[0].info == "45"


def test_callback_asks_for_the_number() -> None:
    stage = stage_of()
    stage.join("c1", number="0555")
    press(stage, "9")
    talk = stage.only(RunDialogue)
    assert talk.flow == "callback"
    assert dict(talk.facts) == {"queue": "sales", "number": "0555", "is_number_allowed": "1", "allow": "_0X."}


def test_a_number_that_may_not_be_called_is_not_offered() -> None:
    stage = stage_of()
    stage.join("c1", number="1234")
    press(stage, "9")
    assert "number" not in dict(stage.only(RunDialogue).facts)


def test_keys_end_what_rings_and_do_nothing_once_somebody_has_answered() -> None:
    stage = stage_of(KEYS, AgentRules("ann", "PJSIP/1001", ("sales",)))
    offer_id = stage.ring("c1")
    press(stage, "0")
    assert offer_id not in stage.floor.offers
    stage = stage_of(KEYS, AgentRules("ann", "PJSIP/1001", ("sales",)))
    stage.answer(stage.ring("c1"))
    press(stage, "0")
    assert stage.commands == []


def test_the_offer_of_a_mailbox_is_taken_or_not() -> None:
    for answers, status in (({"voicemail": "1"}, QueueStatus.VOICEMAIL), ({}, None)):
        stage = Stage([QueueRules("sales", announce=AnnounceRules(offer="voicemail:1000", offer_after_s=1))])
        stage.join("c1")
        stage.wait(1)
        stage.step(DialogueEnded("c1", "voicemail_offer", answers))
        assert (released(stage)[0] if stage.commands else None) is status
