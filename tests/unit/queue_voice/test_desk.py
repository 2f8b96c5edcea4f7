"""An agent's desk by telephone: who gets in, on which telephone he then works, and what the queues are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.scripted_line import HANG_UP, SILENCE, ScriptedLine, Step
from tests.support.voices import DeskLog, NamedFiles, SetClock, make_desk, make_voices
from vmq.domain.asked import AgentLoggedIn, AgentLoggedOut, AgentMoved, AgentPaused, AgentUnpaused, WrapUpEnded
from vmq.domain.events import Event
from vmq.queue_voice.desk import AgentNow, Desk

HOME = ("PJSIP/1001",)
ANN = AgentNow("ann", "offline", "", HOME, HOME)
BOB = AgentNow("bob", "available", "", ("PJSIP/1002",), ("PJSIP/1002",))


async def visit(desk: Desk, wish: str, *script: Step, channel: str = "PJSIP/1001-00000001") -> ScriptedLine:
    line = ScriptedLine(*script)
    await make_voices(NamedFiles(Path()), desk).serve_desk(line, wish, channel)
    return line


@pytest.mark.parametrize(
    ("wish", "status", "script", "events"),
    [
        ("login", "offline", (), [AgentLoggedIn("ann")]),
        ("logout", "available", (), [AgentLoggedOut("ann")]),
        ("pause", "available", ("2",), [AgentPaused("ann", "lunch")]),
        ("pause", "available", (SILENCE,), [AgentPaused("ann", "")]),
        ("unpause", "paused", (), [AgentUnpaused("ann")]),
        ("unpause", "wrap_up", (), [WrapUpEnded("ann")]),
        ("menu", "available", ("4", "#"), [AgentLoggedOut("ann")]),
        ("what?", "paused", ("3", "#"), [AgentUnpaused("ann")]),
        ("menu", "available", (HANG_UP,), []),
    ],
)
async def test_on_his_own_telephone_a_code_does_it(
    wish: str, status: str, script: tuple[Step, ...], events: list[Event]
) -> None:
    log = DeskLog()
    await visit(make_desk(log, AgentNow("ann", status, "", HOME, HOME)), wish, *script)
    assert log.events == events


async def test_on_another_telephone_number_and_pin_let_him_in_and_he_works_there() -> None:
    log = DeskLog()
    await visit(make_desk(log, ANN), "login", "501#", "1111#", "501#", "2468#", channel="PJSIP/1009-00000001")
    assert log.events == [AgentMoved("ann", ("PJSIP/1009",)), AgentLoggedIn("ann")]


@pytest.mark.parametrize("channel", ["Local/0900@outbound-00000001;1", "Console/dsp-1"])
async def test_who_calls_through_the_dialplan_is_let_in_but_does_not_work_there(channel: str) -> None:
    log = DeskLog()
    await visit(make_desk(log, ANN), "login", "501#", "2468#", HANG_UP, channel=channel)
    assert log.events == []


async def test_who_comes_home_works_on_his_own_telephone_again() -> None:
    log = DeskLog()
    await visit(make_desk(log, AgentNow("ann", "available", "", HOME, ("PJSIP/1009",))), "login")
    assert log.events == [AgentMoved("ann"), AgentLoggedIn("ann")]


async def test_a_log_out_on_a_shared_telephone_leaves_it() -> None:
    log = DeskLog()
    moved = AgentNow("ann", "available", "", HOME, ("PJSIP/1009",))
    await visit(make_desk(log, moved), "logout", channel="PJSIP/1009-00000001")
    assert log.events == [AgentLoggedOut("ann"), AgentMoved("ann")]


async def test_a_telephone_of_two_agents_asks_who_it_is() -> None:
    log = DeskLog()
    other = AgentNow("cho", "offline", "", HOME, HOME)
    await visit(make_desk(log, ANN, other), "login", "502#", "2468#")
    assert log.events == [AgentLoggedIn("cho")]


async def test_somebody_elses_telephone_by_the_menu() -> None:
    log = DeskLog()
    await visit(make_desk(log, ANN, BOB), "menu", "9", "502#", "2468#", "4", "#")
    assert log.events == [AgentLoggedOut("bob")]


async def test_an_agent_who_is_not_there_is_never_let_in_and_looks_no_different() -> None:
    log = DeskLog()
    line = await visit(make_desk(log, ANN), "login", *("599#", "2468#") * 3, channel="PJSIP/1009-1")
    assert log.events == []
    assert line.clips.count("vm-incorrect") == 3


async def test_too_many_wrong_pins_lock_over_all_calls_and_for_a_while() -> None:
    log, clock = DeskLog(), SetClock()
    desk = make_desk(log, ANN, clock=clock, lock_after=3)
    stranger = "PJSIP/1009-00000001"
    await visit(desk, "login", "501#", "1111#", "501#", "2222#", HANG_UP, channel=stranger)
    line = await visit(desk, "login", "501#", "3333#", channel=stranger)
    assert "vmq-q-locked-out" in line.clips
    line = await visit(desk, "login", "501#", "2468#", channel=stranger)
    assert ("vmq-q-locked-out" in line.clips, log.events) == (True, [])
    clock.at += 61
    await visit(desk, "login", "501#", "2468#", channel=stranger)
    assert log.events == [AgentMoved("ann", ("PJSIP/1009",)), AgentLoggedIn("ann")]


async def test_a_right_pin_forgets_the_wrong_ones() -> None:
    log = DeskLog()
    desk = make_desk(log, ANN, lock_after=3)
    for _ in range(3):
        await visit(desk, "menu", "501#", "1111#", "501#", "2468#", "#", channel="PJSIP/1009-1")
    assert not desk.is_locked("ann")


async def test_who_is_paused_hears_so() -> None:
    line = await visit(make_desk(DeskLog(), AgentNow("ann", "paused", "lunch", HOME, HOME)), "menu", "#")
    assert line.clips[:2] == ["vmq-q-paused", "vmq-q-to-unpause"]
