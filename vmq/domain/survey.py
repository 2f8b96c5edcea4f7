"""The survey after a call: when it is asked, and what becomes of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from vmq.domain import announce
from vmq.domain.caller import Caller
from vmq.domain.leaving import release_answered
from vmq.domain.records import SurveyAnswered
from vmq.domain.turn import Turn

SURVEY = "survey"


def go_on(turn: Turn, caller: Caller) -> None:
    """His talk is over and he is still there: he is asked how it was, where his queue does so, or let go."""
    if not turn.floor.queues[caller.queue].rules.survey or not caller.has_session:
        release_answered(turn, caller)
    elif not caller.voice.talking:
        turn.cancel_timer("session", caller.call_id)
        announce.talk(turn, caller, SURVEY, (("agent", caller.agent),))


def ended(turn: Turn, caller: Caller, answers: Mapping[str, str]) -> None:
    """He has answered what he has answered."""
    for question, answer in answers.items():
        turn.note(SurveyAnswered(caller.call_id, caller.queue, caller.agent, question, answer))
    caller.voice.talking = ""
    release_answered(turn, caller)
