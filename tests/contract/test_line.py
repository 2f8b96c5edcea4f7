"""The Line port: the test's fake and AGI pass the same suite, whatever the person on the line does."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.agi import running_session
from tests.support.agi_peer import AgiPeer
from tests.support.scripted_line import HANG_UP, SILENCE, Barge, Party, Says, ScriptedLine, Speech, Step
from tests.support.wav import write_wav
from vmq.asterisk.line import AgiLine
from vmq.audio.store import RecordingStore
from vmq.domain import line as ln
from vmq.engine.ports import Line
from vmq.errors import HungUp

HELLO = ln.Clip("hello")
MENU = ln.Clip("menu")
BEEP = ln.Tone()
MESSAGE = ln.Recording("msg-1")
MESSAGE_S = 60.0
FORWARD, REWIND = ln.Move(ln.Seek.FORWARD), ln.Move(ln.Seek.REWIND)
RESTART, FASTER, END = ln.Move(ln.Seek.RESTART), ln.Move(ln.Seek.FASTER), ln.Move(ln.Seek.END)


@dataclass
class Rig:
    """A line under test, and what the person on it heard (clip ids, refs, tones) and did to a recording."""

    line: Line
    heard: Callable[[], list[str]]
    seeks: Callable[[], list[str]]
    is_fake: bool


Dial = Callable[..., Awaitable[Rig]]


@dataclass
class PeersEar:
    """An Ear that makes out what the peer's party said."""

    peer: AgiPeer
    is_open: bool = True

    async def hear(self, wav: Path, language: str, phrases: Sequence[str]) -> str:
        """What was said last."""
        return self.peer.said


def _label(segment: ln.Segment) -> str:
    match segment:
        case ln.Clip(clip_id):
            return clip_id
        case ln.Recording(ref):
            return ref
        case ln.Tone(name):
            return name
        case ln.Silence():
            return "silence"


@pytest.fixture(params=["fake", "agi"])
async def dial(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Dial]:
    """Makes a line of each kind with a person on it who follows the script."""
    async with AsyncExitStack() as stack:

        async def fake(*script: Step) -> Rig:
            line = ScriptedLine(*script)
            line.lengths["msg-1"] = MESSAGE_S
            return Rig(
                line, lambda: [_label(s) for s in line.heard], lambda: [s.value for s in line.seeks], is_fake=True
            )

        async def agi(*script: Step) -> Rig:
            peer = AgiPeer(Party(*script))
            store = RecordingStore(tmp_path)
            await store.open()
            write_wav(store.path("msg-1"), MESSAGE_S)
            session = await stack.enter_async_context(running_session(peer))
            line = AgiLine(session, lambda clip_id, *_: clip_id, store, ear=PeersEar(peer))
            return Rig(line, lambda: [Path(file).name for file in peer.heard], lambda: peer.seeks, is_fake=False)

        yield fake if request.param == "fake" else agi


def keys(*names: str, segments: tuple[ln.Segment, ...] = (MENU,), **options: object) -> ln.ReadKeys:
    """A ReadKeys that waits a while."""
    return ln.ReadKeys(segments, frozenset(names), **{"timeout_s": 5.0, **options})  # type: ignore[arg-type]


async def test_say_plays_every_segment_in_order(dial: Dial) -> None:
    rig = await dial()
    assert await rig.line.say(ln.Say((HELLO, MESSAGE, BEEP))) == ln.Played()
    assert rig.heard() == ["hello", "msg-1", "beep"]


async def test_say_does_not_listen_to_keys(dial: Dial) -> None:
    rig = await dial(Barge("1"))
    assert await rig.line.say(ln.Say((HELLO, MENU))) == ln.Played()
    assert rig.heard() == ["hello", "menu"]


async def test_key_after_the_prompt(dial: Dial) -> None:
    rig = await dial("2")
    assert await rig.line.read_keys(keys("1", "2")) == ln.KeyPressed("2")
    assert rig.heard() == ["menu"]


async def test_key_cuts_the_prompt(dial: Dial) -> None:
    rig = await dial(Barge("2"))
    effect = keys("1", "2", segments=(HELLO, MENU))
    assert await rig.line.read_keys(effect) == ln.KeyPressed("2")
    assert rig.heard() == ["hello"]


async def test_without_barge_in_the_prompt_is_heard_to_its_end(dial: Dial) -> None:
    rig = await dial("2")
    effect = keys("2", segments=(HELLO, MENU), barge_in=False)
    assert await rig.line.read_keys(effect) == ln.KeyPressed("2")
    assert rig.heard() == ["hello", "menu"]


PHRASES = {"delete": "7", "call back": "8"}


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (Says("Call back, please"), ln.KeyPressed("8")),
        (Says("what?"), ln.BadKey("")),
        (SILENCE, ln.NoKey()),
        ("7", ln.KeyPressed("7")),
        ("9", ln.BadKey("9")),
        ("35", ln.KeyPressed("35")),
    ],
)
async def test_words_instead_of_a_key(dial: Dial, step: Step, outcome: ln.Outcome) -> None:
    rig = await dial(step)
    assert await rig.line.read_keys(keys("7", "8", "3", "35", phrases=PHRASES)) == outcome
    assert rig.heard() == ["menu"]


async def test_a_key_cuts_the_prompt_where_words_are_listened_for(dial: Dial) -> None:
    rig = await dial(Barge("7"))
    assert await rig.line.read_keys(keys("7", phrases=PHRASES)) == ln.KeyPressed("7")


async def test_a_hang_up_where_words_are_listened_for(dial: Dial) -> None:
    rig = await dial()
    with pytest.raises(HungUp):
        await rig.line.read_keys(keys("7", phrases=PHRASES))


async def test_no_key_in_time(dial: Dial) -> None:
    rig = await dial(SILENCE)
    assert await rig.line.read_keys(keys("1")) == ln.NoKey()


async def test_no_time_after_the_prompt_means_only_while_it_plays(dial: Dial) -> None:
    rig = await dial()
    assert await rig.line.read_keys(keys("1", timeout_s=0.0)) == ln.NoKey()


async def test_a_key_that_nothing_begins_with_is_bad(dial: Dial) -> None:
    rig = await dial("9")
    assert await rig.line.read_keys(keys("1", "76")) == ln.BadKey("9")


async def test_a_longer_key_is_waited_for(dial: Dial) -> None:
    rig = await dial("76")
    assert await rig.line.read_keys(keys("7", "76")) == ln.KeyPressed("76")


async def test_the_short_key_counts_when_no_more_digits_come(dial: Dial) -> None:
    rig = await dial("7", SILENCE)
    assert await rig.line.read_keys(keys("7", "76")) == ln.KeyPressed("7")


async def test_half_a_key_is_bad(dial: Dial) -> None:
    rig = await dial("7", SILENCE)
    assert await rig.line.read_keys(keys("76")) == ln.BadKey("7")


async def test_a_digit_too_many_counts_for_the_next_effect(dial: Dial) -> None:
    rig = await dial("71")
    assert await rig.line.read_keys(keys("7", "76")) == ln.KeyPressed("7")
    assert await rig.line.read_keys(keys("1")) == ln.KeyPressed("1")


async def test_several_digits_too_many_count_one_by_one(dial: Dial) -> None:
    rig = await dial("76594#")
    assert await rig.line.read_keys(keys("7", "7650")) == ln.KeyPressed("7")
    assert await rig.line.read_keys(keys("6")) == ln.KeyPressed("6")
    assert await rig.line.read_digits(ln.ReadDigits((MENU,), 5)) == ln.DigitsEntered("594")


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (("4711#",), ln.DigitsEntered("4711")),
        (("47", SILENCE), ln.DigitsEntered("47")),
        (("123456",), ln.DigitsEntered("12345")),
        (("#",), ln.DigitsEntered("")),
        (("*",), ln.KeyPressed("*")),
        (("1*2#",), ln.DigitsEntered("1*2")),
        ((SILENCE,), ln.NoKey()),
        ((Barge("4"), "711#"), ln.DigitsEntered("4711")),
    ],
)
async def test_digits(dial: Dial, script: tuple[Step, ...], outcome: ln.Outcome) -> None:
    rig = await dial(*script)
    assert await rig.line.read_digits(ln.ReadDigits((MENU,), 5, keys=frozenset("*"))) == outcome


# feature 70
async def test_seek_keys_move_in_a_recording_and_others_end_it(dial: Dial) -> None:
    rig = await dial(Barge("336"))
    effect = keys("6", segments=(HELLO, MESSAGE), seek={"3": FORWARD, "1": REWIND})
    # The first 3 is pressed while the clip plays, where it means nothing.
    assert await rig.line.read_keys(effect) == ln.BadKey("3")
    assert rig.heard() == ["hello"]
    assert await rig.line.read_keys(keys("6", segments=(MESSAGE,), seek=effect.seek)) == ln.KeyPressed("6")
    assert rig.seeks() == ["forward"]


async def test_where_a_recording_was_cut_is_told(dial: Dial) -> None:
    rig = await dial(Barge("6"))
    segments = (HELLO, ln.Recording("msg-1", start_s=20.0))
    outcome = await rig.line.read_keys(keys("6", segments=(segments[1],)))
    assert outcome.playback == ln.Playback("msg-1", 25.0)


async def test_a_recording_played_to_its_end_is_told(dial: Dial) -> None:
    rig = await dial("6")
    outcome = await rig.line.read_keys(keys("6", segments=(MESSAGE,)))
    assert outcome.playback == ln.Playback("msg-1", MESSAGE_S, is_over=True)


async def test_an_immediate_key_counts_at_once(dial: Dial) -> None:
    rig = await dial("1")
    effect = keys("1", "11", immediate=frozenset("1"))
    assert await rig.line.read_keys(effect) == ln.KeyPressed("1")


async def test_what_follows_an_immediate_key_may_make_a_longer_one(dial: Dial) -> None:
    rig = await dial("1", "1", "2")
    effect = keys("1", "11", "2", immediate=frozenset("1"))
    assert await rig.line.read_keys(effect) == ln.KeyPressed("1")
    assert await rig.line.read_keys(keys("1", "11", "2", segments=(), after="1")) == ln.KeyPressed("11")
    assert await rig.line.read_keys(keys("1", "11", "2", segments=(), after="1")) == ln.KeyPressed("2")


async def test_seek_keys_of_which_one_begins_the_other(dial: Dial) -> None:
    rig = await dial(Barge("116"))
    seek = {"1": REWIND, "11": RESTART}
    outcome = await rig.line.read_keys(keys("6", segments=(MESSAGE,), seek=seek, immediate=frozenset("1")))
    assert outcome == ln.KeyPressed("6")
    # 5 s, back 3 s, 5 s, to the start, 5 s
    assert outcome.playback == ln.Playback("msg-1", 5.0)


async def test_a_seek_key_counts_as_a_key_when_nothing_plays(dial: Dial) -> None:
    rig = await dial("3")
    assert await rig.line.read_keys(keys("3", seek={"3": FORWARD})) == ln.KeyPressed("3")


# feature 68
async def test_faster_keeps_the_place(dial: Dial) -> None:
    rig = await dial(Barge("666#"))
    outcome = await rig.line.read_keys(keys("#", segments=(MESSAGE,), seek={"6": FASTER}))
    assert outcome.playback is not None
    assert outcome.playback.pace == ln.Pace(speed=3)
    # the place is told in seconds of the recording at its own speed
    assert outcome.playback.at_s == pytest.approx(20.0 if rig.is_fake else 5 + 5 * 1.2 + 5 * 1.45 + 5 * 1.75, abs=0.01)


async def test_to_the_end_goes_on_with_what_comes_after(dial: Dial) -> None:
    rig = await dial(Barge("5"), "6")
    outcome = await rig.line.read_keys(keys("6", segments=(MESSAGE, HELLO), seek={"5": END}))
    assert outcome == ln.KeyPressed("6")
    assert outcome.playback == ln.Playback("msg-1", MESSAGE_S, is_over=True)
    assert rig.heard() == ["msg-1", "hello"]


async def test_what_follows_a_key_to_the_end_may_make_a_longer_one(dial: Dial) -> None:
    rig = await dial(Barge("##"))
    live: dict[str, Any] = {"immediate": frozenset("#"), "timeout_s": 0.0}
    ended = await rig.line.read_keys(keys("##", segments=(MESSAGE,), seek={"#": END}, **live))
    assert ended == ln.NoKey(after="#")
    assert ended.playback == ln.Playback("msg-1", MESSAGE_S, is_over=True)
    assert await rig.line.read_keys(keys("#", "##", segments=(HELLO,), after="#", **live)) == ln.KeyPressed("##")


async def test_a_key_acted_on_is_handed_on_while_nothing_was_pressed_after_it(dial: Dial) -> None:
    rig = await dial(Barge("#2"))
    live: dict[str, Any] = {"immediate": frozenset("#"), "timeout_s": 0.0}
    await rig.line.read_keys(keys("##", segments=(MESSAGE,), seek={"#": END}, **live))
    assert await rig.line.read_keys(keys("#", "##", segments=(), after="#", **live)) == ln.NoKey(after="#")
    effect = keys("#", "##", segments=(HELLO,), seek={"2": FASTER}, after="#", **live)
    assert await rig.line.read_keys(effect) == ln.BadKey("2")


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (("*3",), ln.KeyPressed("*3")),
        (("*", SILENCE), ln.KeyPressed("*")),
        (("##",), ln.KeyPressed("##")),
        (("#", SILENCE), ln.DigitsEntered("")),
        (("12##",), ln.DigitsEntered("12")),
        (("120",), ln.KeyPressed("0")),
        (("0",), ln.KeyPressed("0")),
    ],
)
async def test_keys_of_an_entry(dial: Dial, script: tuple[Step, ...], outcome: ln.Outcome) -> None:
    rig = await dial(*script)
    effect = ln.ReadDigits((MENU,), 5, keys=frozenset({"*", "*3", "##", "0"}), anywhere=frozenset("0"))
    assert await rig.line.read_digits(effect) == outcome


# feature 13
@pytest.mark.parametrize(("from_s", "total_s"), [(math.inf, 5.0), (1.5, 3.5), (99.0, 5.0), (None, 2.0)])
async def test_a_recording_goes_on_from_a_place(dial: Dial, from_s: float | None, total_s: float) -> None:
    rig = await dial(Speech(3.0), Speech(2.0))
    await rig.line.record(ln.Record((), "new", max_s=60))
    effect = ln.Record((), "new", max_s=60, from_s=from_s)
    assert await rig.line.record(effect) == ln.Recorded(total_s, ln.RecordEnd.KEY, "#")


async def test_hanging_up_while_a_recording_goes_on_keeps_both(dial: Dial) -> None:
    rig = await dial(Speech(3.0), Speech(2.0, ended_by=ln.RecordEnd.HANG_UP))
    await rig.line.record(ln.Record((), "new", max_s=60))
    effect = ln.Record((), "new", max_s=60, from_s=math.inf)
    assert await rig.line.record(effect) == ln.Recorded(5.0, ln.RecordEnd.HANG_UP)


@pytest.mark.parametrize(
    ("speech", "recorded"),
    [
        (Speech(2.0, "#"), ln.Recorded(2.0, ln.RecordEnd.KEY, "#")),
        (Speech(1.5, "0"), ln.Recorded(1.5, ln.RecordEnd.KEY, "0")),
        (Speech(3.0, ended_by=ln.RecordEnd.SILENCE), ln.Recorded(3.0, ln.RecordEnd.SILENCE)),
    ],
)
async def test_recording(dial: Dial, speech: Speech, recorded: ln.Recorded) -> None:
    rig = await dial(speech)
    effect = ln.Record((HELLO, BEEP), "new", max_s=60, silence_s=4, stop_keys=frozenset("#0"))
    assert await rig.line.record(effect) == recorded
    assert rig.heard() == ["hello", "beep"]


# feature 9
async def test_a_recording_ends_at_its_limit(dial: Dial) -> None:
    rig = await dial(Speech(0.05, ended_by=ln.RecordEnd.MAX))
    effect = ln.Record((), "new", max_s=0.05, silence_s=1)
    assert await rig.line.record(effect) == ln.Recorded(0.05, ln.RecordEnd.MAX)


async def test_hanging_up_keeps_the_recording_and_is_told_at_the_next_effect(dial: Dial) -> None:
    rig = await dial(Speech(2.5, ended_by=ln.RecordEnd.HANG_UP))
    assert await rig.line.record(ln.Record((BEEP,), "new", max_s=60)) == ln.Recorded(2.5, ln.RecordEnd.HANG_UP)
    with pytest.raises(HungUp):
        await rig.line.say(ln.Say((HELLO,)))


@pytest.mark.parametrize("effect_of", ["say", "read_keys", "read_digits", "record"])
async def test_hang_up_raises_from_every_effect_and_goes_on_doing_so(dial: Dial, effect_of: str) -> None:
    rig = await dial(HANG_UP)
    effects: dict[str, Callable[[], Awaitable[object]]] = {
        "say": lambda: rig.line.say(ln.Say((HELLO,))),
        "read_keys": lambda: rig.line.read_keys(keys("1")),
        "read_digits": lambda: rig.line.read_digits(ln.ReadDigits((MENU,), 4)),
        "record": lambda: rig.line.record(ln.Record((BEEP,), "new", max_s=10)),
    }
    for _ in range(2):
        with pytest.raises(HungUp):
            await effects[effect_of]()


async def test_hang_up_while_waiting_for_a_key(dial: Dial) -> None:
    rig = await dial("1", HANG_UP)
    assert await rig.line.read_keys(keys("1")) == ln.KeyPressed("1")
    with pytest.raises(HungUp):
        await rig.line.read_keys(keys("1", segments=()))
