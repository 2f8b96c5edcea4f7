"""What a waiting caller's keys do: callback, voicemail:<mailbox>, queue:<name>, extension:<exten>@<context>.

Keys may have several digits, which are gathered over waits and announcements; the longest match counts. An extension of
the queue's exit context leaves at once (app_queue.c, valid_exit: EXITWITHKEY).
"""

from __future__ import annotations

from vmq.domain import announce
from vmq.domain.callback import CALLBACK
from vmq.domain.caller import UNANSWERED, Caller
from vmq.domain.commands import QueueStatus
from vmq.domain.ending import CALLER_GONE, end_rings
from vmq.domain.events import CallerKeyed
from vmq.domain.keys import can_grow, longest_key
from vmq.domain.leaving import release
from vmq.domain.turn import Turn

INTERDIGIT_S = 2.0
_STATUS = {"voicemail": QueueStatus.VOICEMAIL, "queue": QueueStatus.MOVED, "extension": QueueStatus.KEY}


def on_keyed(turn: Turn, event: CallerKeyed) -> None:
    """He pressed a key, or has typed an extension of the exit context."""
    caller = turn.floor.callers.get(event.call_id)
    if caller is None or caller.state not in UNANSWERED or not caller.has_session:
        return
    if event.exit_context:
        _leave(turn, caller, event.keys, f"extension:{event.keys}@{event.exit_context}")
        return
    known = turn.floor.queues[caller.queue].rules.keys
    both = caller.voice.keys + event.keys
    typed = next((text for text in (both, event.keys) if any(key.startswith(text) for key in known)), "")
    if caller.voice.keys:
        turn.cancel_timer(announce.KEYS_TIMER, caller.call_id)
    caller.voice.keys = typed
    if not typed:
        return
    if can_grow(typed, known):
        turn.set_timer(announce.KEYS_TIMER, caller.call_id, turn.now + INTERDIGIT_S)
    else:
        _act(turn, caller)


def on_timer(turn: Turn, call_id: str) -> None:
    """No further digit came."""
    caller = turn.floor.callers.get(call_id)
    if caller is not None and caller.state in UNANSWERED and caller.has_session:
        _act(turn, caller)


def leave_to_mailbox(turn: Turn, caller: Caller) -> None:
    """He took the offer to leave a message."""
    offer = turn.floor.queues[caller.queue].rules.announce.offer
    if caller.state in UNANSWERED and offer.startswith("voicemail:"):
        _leave(turn, caller, "", offer)


def _act(turn: Turn, caller: Caller) -> None:
    rules = turn.floor.queues[caller.queue].rules
    key = longest_key(caller.voice.keys, rules.keys)
    caller.voice.keys = ""
    word = rules.keys.get(key, "")
    if word == CALLBACK:
        announce.offer(turn, caller, CALLBACK)
    elif word:
        _leave(turn, caller, key, word)


def _leave(turn: Turn, caller: Caller, keys: str, word: str) -> None:
    kind, _, target = word.partition(":")
    end_rings(turn, caller, CALLER_GONE)
    status = _STATUS.get(kind, QueueStatus.KEY)
    next_stop = f"mailbox:{target}" if kind == "voicemail" else word
    release(turn, caller, status, "key" if keys else "voicemail", info=keys, next_stop=next_stop)
