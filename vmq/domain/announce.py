"""When a waiting caller is told what: his place and estimated wait, periodic announcements, and an offer.

The options are app_queue's (say_position, say_periodic_announcement in apps/app_queue.c). Different here: nothing is
looked up every second. Each caller has one timer, for what is due next; and who could be told a new place at once
stands in his queue's `ripe` list, so that a line that moves touches those who are told, and nobody else. Between two
beginnings there are always `min_frequency_s`, whatever is said. Nothing begins while a telephone rings for him.
"""

from __future__ import annotations

from math import inf

from vmq.domain.callback import CALLBACK, callback_facts
from vmq.domain.caller import Caller, CallerState, Place
from vmq.domain.commands import RunDialogue
from vmq.domain.estimate import estimate_s
from vmq.domain.queue import Queue
from vmq.domain.rules import AnnounceRules
from vmq.domain.turn import Turn
from vmq.domain.voice import Facts, minutes_and_seconds

ANNOUNCE = "announce"
VOICEMAIL_OFFER = "voicemail_offer"
TIMER = "announce"
KEYS_TIMER = "keys"


def joined(turn: Turn, caller: Caller) -> None:
    """He stands in the line from now on."""
    queue = turn.floor.queues[caller.queue]
    rules, voice = queue.rules.announce, caller.voice
    if rules.periodic and rules.periodic_s > 0:
        voice.comfort_at = turn.now + (rules.periodic_s if rules.periodic_start_s < 0 else rules.periodic_start_s)
    if rules.offer and rules.offer_after_s > 0:
        voice.offer_at = turn.now + rules.offer_after_s
    if _says_places(rules) and not rules.on_join:
        voice.said_at = voice.place_at = turn.now
        voice.said_place = queue.position(caller)
    look(turn, caller)


def look(turn: Turn, caller: Caller) -> None:
    """Say what is due to him, or see to it that he is looked at again when something is."""
    unripe(turn, caller)
    if caller.state is not CallerState.WAITING or not caller.has_session or caller.voice.talking:
        return
    voice, queue = caller.voice, turn.floor.queues[caller.queue]
    rules = queue.rules.announce
    earliest = voice.said_at + rules.min_frequency_s
    if turn.now >= earliest and _said_something(turn, caller, queue):
        return
    watches = _says_places(rules)
    due = min(voice.comfort_at, voice.offer_at)
    if watches and not rules.position_only_up:
        due = min(due, voice.place_at + rules.frequency_s)
    if turn.now < earliest:
        due = earliest if watches else max(earliest, due)
    elif watches:
        voice.ripe_at = caller.place
        queue.ripe.add(caller.place)
    if due < inf:
        turn.set_timer(TIMER, caller.call_id, due)


def moved(turn: Turn, queue: Queue, place: Place) -> None:
    """Somebody came to this place of the line, or left it: all behind stand elsewhere now."""
    if queue.ripe:
        for other in list(queue.ripe.irange(minimum=place, inclusive=(False, True))):
            caller = turn.floor.callers.get(other[3])
            if caller is not None:
                look(turn, caller)


def on_timer(turn: Turn, call_id: str) -> None:
    """Something may be due to him."""
    caller = turn.floor.callers.get(call_id)
    if caller is not None:
        look(turn, caller)


def unripe(turn: Turn, caller: Caller) -> None:
    """He is not to be told a new place just now: something else is going on, or he leaves."""
    if caller.voice.ripe_at is not None:
        turn.floor.queues[caller.queue].ripe.discard(caller.voice.ripe_at)
        caller.voice.ripe_at = None


def left(turn: Turn, caller: Caller) -> None:
    """He is told nothing any more."""
    unripe(turn, caller)
    rules = turn.floor.queues[caller.queue].rules.announce
    if _says_places(rules) or rules.periodic or rules.offer:
        turn.cancel_timer(TIMER, caller.call_id)
    if caller.voice.keys:
        turn.cancel_timer(KEYS_TIMER, caller.call_id)


def ended(turn: Turn, caller: Caller, flow: str) -> None:
    """Something that was said to him is over."""
    voice = caller.voice
    if voice.talking == flow:
        voice.talking = ""
    rules = turn.floor.queues[caller.queue].rules.announce
    if flow == ANNOUNCE and voice.is_comforting and rules.is_relative:
        voice.comfort_at = turn.now + rules.periodic_s
    voice.is_comforting = False
    look(turn, caller)


def talk(turn: Turn, caller: Caller, flow: str, facts: Facts) -> None:
    """Run a flow for him: what was being said before ends for it."""
    unripe(turn, caller)
    caller.voice.talking = flow
    voice = turn.floor.queues[caller.queue].rules.voice
    turn.do(RunDialogue(caller.call_id, flow, voice, (("queue", caller.queue), *facts)))


def offer(turn: Turn, caller: Caller, word: str) -> None:
    """Ask him whether he would rather do this than wait: `callback`, or `voicemail:<mailbox>`."""
    queue = turn.floor.queues[caller.queue]
    if word.startswith("voicemail:"):
        talk(turn, caller, VOICEMAIL_OFFER, ())
    elif word == CALLBACK and queue.rules.callback.is_on:
        talk(turn, caller, CALLBACK, callback_facts(caller, queue.rules.callback))


def _says_places(rules: AnnounceRules) -> bool:
    return rules.frequency_s > 0 and (rules.position != "no" or rules.hold_time != "no")


def _said_something(turn: Turn, caller: Caller, queue: Queue) -> bool:
    """Begin what is due; False when nothing is, or there is nothing to be said of it."""
    voice, rules = caller.voice, queue.rules.announce
    if turn.now >= voice.offer_at:
        voice.offer_at = inf
        voice.said_at = turn.now
        offer(turn, caller, rules.offer)
        return bool(voice.talking)
    facts: list[tuple[str, str]] = []
    if _says_places(rules) and _place_is_due(turn, caller, queue):
        facts += _place_facts(turn, caller, queue)
    if turn.now >= voice.comfort_at:
        facts.append(("comfort", _next_comfort(turn, caller, rules)))
    if not facts:
        return False
    if voice.is_comforting or not rules.periodic:
        facts += _key_facts(queue)
    voice.said_at = turn.now
    talk(turn, caller, ANNOUNCE, tuple(facts))
    return True


def _place_is_due(turn: Turn, caller: Caller, queue: Queue) -> bool:
    voice, rules = caller.voice, queue.rules.announce
    position = queue.position(caller)
    if rules.position_only_up and voice.said_place:
        return position < voice.said_place
    return position != voice.said_place or turn.now >= voice.place_at + rules.frequency_s


def _place_facts(turn: Turn, caller: Caller, queue: Queue) -> list[tuple[str, str]]:
    """His place and wait, as far as the rules have them said. They count as said now, also where nothing is."""
    voice, rules = caller.voice, queue.rules.announce
    position, limit = queue.position(caller), rules.position_limit
    voice.place_at, voice.said_place = turn.now, position
    facts: list[tuple[str, str]] = []
    if rules.position == "more" and position > limit:
        facts += [("position", str(limit)), ("is_more_than", "1")]
    elif rules.position in ("yes", "more") or (rules.position == "limit" and position <= limit):
        facts.append(("position", str(position)))
    if rules.hold_time == "yes" or (rules.hold_time == "once" and not voice.is_wait_said):
        estimate = estimate_s(turn.floor, caller, turn.now)
        minutes, seconds = minutes_and_seconds(estimate or 0.0, rules.round_s)
        if minutes or seconds:
            voice.is_wait_said = True
            facts += [("says_wait", "1"), ("wait_minutes", str(minutes)), ("wait_seconds", str(seconds))]
    return facts


def _next_comfort(turn: Turn, caller: Caller, rules: AnnounceRules) -> str:
    """The periodic announcement that is due, as a fact; the next one follows, or any one."""
    voice = caller.voice
    count = len(rules.periodic)
    chosen = turn.floor.random.randrange(count) if rules.is_random else voice.comfort_next % count
    voice.comfort_next = chosen + 1
    voice.comfort_at = turn.now + rules.periodic_s
    voice.is_comforting = True
    return f"clip:{rules.periodic[chosen]}"


def _key_facts(queue: Queue) -> list[tuple[str, str]]:
    """Which keys help: the first for each thing."""
    facts: dict[str, str] = {}
    for key, word in queue.rules.keys.items():
        if word == CALLBACK and queue.rules.callback.is_on:
            facts.setdefault("callback_key", key)
        elif word.startswith("voicemail:"):
            facts.setdefault("voicemail_key", key)
    return list(facts.items())
