"""A dialogue is over: what its answers lead to."""

from __future__ import annotations

from vmq.domain import announce, exits, on_callback, survey
from vmq.domain.callback import CALLBACK
from vmq.domain.caller import UNANSWERED, CallerState
from vmq.domain.events import DialogueEnded
from vmq.domain.numbers import may_call
from vmq.domain.turn import Turn

CALLBACK_ANSWER = "callback_answer"


def on_dialogue_ended(turn: Turn, event: DialogueEnded) -> None:
    """Of a caller who is gone meanwhile nothing is left to do."""
    caller = turn.floor.callers.get(event.call_id)
    if caller is None:
        return
    if event.flow == CALLBACK_ANSWER:
        on_callback.answered(turn, caller, event.answers.get("accepted", ""))
        return
    if event.flow == survey.SURVEY:
        if caller.state is CallerState.LEAVING:
            survey.ended(turn, caller, event.answers)
        return
    number = event.answers.get("number", "")
    allow = turn.floor.queues[caller.queue].rules.callback.allow
    if event.flow == CALLBACK and caller.state in UNANSWERED and may_call(number, allow):
        on_callback.ask(turn, caller, number)
    elif event.flow == announce.VOICEMAIL_OFFER and event.answers.get("voicemail"):
        exits.leave_to_mailbox(turn, caller)
    if event.call_id in turn.floor.callers:
        announce.ended(turn, caller, event.flow)
