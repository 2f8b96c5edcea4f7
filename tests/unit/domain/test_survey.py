"""The survey: asked after an agent hung up, and let go whatever comes of it."""

from __future__ import annotations

from tests.support.stage import Stage
from vmq.domain.commands import QueueStatus, ReleaseCaller, RunDialogue
from vmq.domain.events import CallerSessionEnded, ChannelHungUp, ConnectEnded, DialogueEnded, leg_id
from vmq.domain.records import SurveyAnswered
from vmq.domain.rules import AgentRules, QueueRules


def after_talk() -> Stage:
    stage = Stage([QueueRules("sales", survey=True, voice="warm")], [AgentRules("ann", "PJSIP/1001", ("sales",))])
    offer_id = stage.talk("c1")
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    stage.step(ConnectEnded("c1", offer_id, is_connected=True))
    return stage


def test_the_caller_is_asked_and_then_let_go() -> None:
    stage = after_talk()
    assert stage.commands == [RunDialogue("c1", "survey", "warm", (("queue", "sales"), ("agent", "ann")))]
    stage.wait(100)
    assert stage.commands == []
    stage.step(DialogueEnded("c1", "survey", {"rating": "5", "comment": "queue/comments/c1"}))
    assert stage.noted(SurveyAnswered) == [
        SurveyAnswered("c1", "sales", "ann", "rating", "5"),
        SurveyAnswered("c1", "sales", "ann", "comment", "queue/comments/c1"),
    ]
    assert stage.only(ReleaseCaller).status is QueueStatus.CONTINUE
    assert stage.floor.callers == {}


def test_who_hangs_up_in_it_leaves_nothing_behind() -> None:
    stage = after_talk()
    stage.step(DialogueEnded("c1", "survey", {"rating": "2"}))
    stage.step(CallerSessionEnded("c1"), ChannelHungUp("c1", 16))
    assert len(stage.noted(SurveyAnswered)) == 1
    assert (stage.floor.callers, stage.timers) == ({}, {})


def test_who_hung_up_first_is_not_asked() -> None:
    stage = Stage([QueueRules("sales", survey=True)], [AgentRules("ann", "PJSIP/1001", ("sales",))])
    stage.talk("c1")
    stage.step(ChannelHungUp("c1", 16))
    assert not any(isinstance(command, RunDialogue) for command in stage.commands)
